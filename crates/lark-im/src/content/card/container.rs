//! Elements around elements.

use serde_json::json;

use super::element::{element, object, plain_text, property};

element! {
    /// A panel that opens and closes by a click on its title, with any elements but forms.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/collapsible-panel>.
    CollapsiblePanel = "collapsible_panel":
    elements direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding
}

impl CollapsiblePanel {
    /// A closed panel with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self::empty()
            .set("header", json!({ "title": plain_text(title) }))
            .set("elements", json!([]))
    }

    /// It is open at first.
    #[must_use]
    pub fn expanded(self) -> Self {
        self.set("expanded", true)
    }

    /// The colour behind it, one of the platform's such as `grey`.
    #[must_use]
    pub fn background_color(self, color: impl Into<String>) -> Self {
        self.set("background_color", color.into())
    }

    /// A line around it, in a colour of the platform such as `grey`.
    #[must_use]
    pub fn border(self, color: impl Into<String>) -> Self {
        let color: String = color.into();
        self.set("border", json!({ "color": color }))
    }
}

element! {
    /// Elements that are used as one, any but forms and tables: a click anywhere on it opens an
    /// address or sends a callback. It needs one of the two.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/interactive-container>.
    InteractiveContainer = "interactive_container":
    elements direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding
    background_style hover_tips disabled disabled_tips confirm callback open_url
}

impl InteractiveContainer {
    /// An empty one.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty().set("elements", json!([]))
    }

    /// Its width: `fill`, which is the default, `auto`, or 16 to 999 px as in `200px`.
    #[must_use]
    pub fn width(self, width: impl Into<String>) -> Self {
        self.set("width", width.into())
    }

    /// A line around it, in a colour of the platform such as `grey`.
    #[must_use]
    pub fn border(self, color: impl Into<String>) -> Self {
        self.set("has_border", true).set("border_color", color.into())
    }

    /// Rounds its corners: `8px` or `30%`.
    #[must_use]
    pub fn corner_radius(self, radius: impl Into<String>) -> Self {
        self.set("corner_radius", radius.into())
    }
}
