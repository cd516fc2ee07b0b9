//! Images and lines.

use super::element::{element, object, plain_text, property};

element! {
    /// A dividing line.
    Hr = "hr":
}

impl Hr {
    /// A line.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }
}

element! {
    /// An image.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/image>.
    Img = "img":
}

impl Img {
    /// An uploaded image by its key (`img_...`), with the words shown while the pointer rests on it.
    pub fn new(img_key: impl Into<String>, alt: impl Into<String>) -> Self {
        Self::empty().set("img_key", img_key.into()).set("alt", plain_text(alt))
    }

    /// A title.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set("title", plain_text(title))
    }

    /// Its size, which cuts what does not fit: `stretch`, `large` (160 px), `medium` (80), `small`
    /// (40), `tiny` (16), or two numbers as in `100px 60px`.
    #[must_use]
    pub fn size(self, size: impl Into<String>) -> Self {
        self.set("size", size.into())
    }

    /// What is cut: `crop_center`, which is the default, `crop_top`, or `fit_horizontal` for nothing.
    #[must_use]
    pub fn scale_type(self, scale_type: impl Into<String>) -> Self {
        self.set("scale_type", scale_type.into())
    }

    /// Rounds its corners: `5px` or `30%`.
    #[must_use]
    pub fn corner_radius(self, radius: impl Into<String>) -> Self {
        self.set("corner_radius", radius.into())
    }

    /// A click does not enlarge it.
    #[must_use]
    pub fn no_preview(self) -> Self {
        self.set("preview", false)
    }
}
