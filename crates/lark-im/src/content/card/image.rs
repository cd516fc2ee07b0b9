//! Images and dividers.

use super::element::{element, object, plain_text, property};

element! {
    /// A divider.
    Hr = "hr":
}

impl Hr {
    /// A divider.
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
    /// An uploaded image by its key (`img_...`), with the text that is shown on hover.
    pub fn new(img_key: impl Into<String>, alt: impl Into<String>) -> Self {
        Self::empty().set("img_key", img_key.into()).set("alt", plain_text(alt))
    }

    /// Sets the title.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set("title", plain_text(title))
    }

    /// Sets the size, to which the image is cropped: `stretch`, `large` (160 px), `medium` (80), `small`
    /// (40), `tiny` (16), or two numbers as in `100px 60px`.
    #[must_use]
    pub fn size(self, size: impl Into<String>) -> Self {
        self.set("size", size.into())
    }

    /// Sets how the image is cropped: `crop_center` (default), `crop_top`, or `fit_horizontal` for not at
    /// all.
    #[must_use]
    pub fn scale_type(self, scale_type: impl Into<String>) -> Self {
        self.set("scale_type", scale_type.into())
    }

    /// Sets the radius of the corners: `5px` or `30%`.
    #[must_use]
    pub fn corner_radius(self, radius: impl Into<String>) -> Self {
        self.set("corner_radius", radius.into())
    }

    /// Disables the preview on click.
    #[must_use]
    pub fn no_preview(self) -> Self {
        self.set("preview", false)
    }
}
