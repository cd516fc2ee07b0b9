//! Containers.

use serde_json::json;

use super::element::{element, object, plain_text, property};

element! {
    /// A panel that a click on its title expands or collapses, with any elements except forms.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/collapsible-panel>.
    CollapsiblePanel = "collapsible_panel":
    elements direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding
}

impl CollapsiblePanel {
    /// A collapsed panel with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self::empty()
            .set("header", json!({ "title": plain_text(title) }))
            .set("elements", json!([]))
    }

    /// Expands the panel initially.
    #[must_use]
    pub fn expanded(self) -> Self {
        self.set("expanded", true)
    }

    /// Sets the background color, such as `grey`.
    #[must_use]
    pub fn background_color(self, color: impl Into<String>) -> Self {
        self.set("background_color", color.into())
    }

    /// Adds a border in a color of the platform such as `grey`.
    #[must_use]
    pub fn border(self, color: impl Into<String>) -> Self {
        let color: String = color.into();
        self.set("border", json!({ "color": color }))
    }
}

element! {
    /// A container that is interactive as a whole, with any elements except forms and tables: a click
    /// anywhere in it opens a URL or sends a callback. It needs one of the two.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/interactive-container>.
    InteractiveContainer = "interactive_container":
    elements direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding
    background_style hover_tips disabled disabled_tips confirm callback open_url
}

impl InteractiveContainer {
    /// An empty container.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty().set("elements", json!([]))
    }

    /// Sets the width: `fill` (default), `auto`, or 16 to 999 px as in `200px`.
    #[must_use]
    pub fn width(self, width: impl Into<String>) -> Self {
        self.set("width", width.into())
    }

    /// Adds a border in a color of the platform such as `grey`.
    #[must_use]
    pub fn border(self, color: impl Into<String>) -> Self {
        self.set("has_border", true).set("border_color", color.into())
    }

    /// Sets the radius of the corners: `8px` or `30%`.
    #[must_use]
    pub fn corner_radius(self, radius: impl Into<String>) -> Self {
        self.set("corner_radius", radius.into())
    }
}
