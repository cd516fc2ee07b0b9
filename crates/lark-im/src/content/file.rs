//! Messages with an uploaded file.

use serde_json::json;

use super::Content;

/// An image message.
///
/// Source: `im.v1.message.create`; the key comes from `im.v1.image.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    image_key: String,
}

impl Image {
    /// The image with this key (`img_...`), uploaded by the same app.
    pub fn new(image_key: impl Into<String>) -> Self {
        Self { image_key: image_key.into() }
    }
}

impl From<Image> for Content {
    fn from(image: Image) -> Self {
        Self::from_value("image", &json!({ "image_key": image.image_key }))
    }
}

/// A file message.
///
/// Source: `im.v1.message.create`; the key comes from `im.v1.file.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    file_key: String,
}

impl File {
    /// The file with this key (`file_...`), uploaded by the same app.
    pub fn new(file_key: impl Into<String>) -> Self {
        Self { file_key: file_key.into() }
    }
}

impl From<File> for Content {
    fn from(file: File) -> Self {
        Self::from_value("file", &json!({ "file_key": file.file_key }))
    }
}

/// A voice message.
///
/// Source: `im.v1.message.create`; the key comes from `im.v1.file.create` with `file_type` `opus`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    file_key: String,
}

impl Audio {
    /// The Opus file with this key (`file_...`), uploaded by the same app.
    pub fn new(file_key: impl Into<String>) -> Self {
        Self { file_key: file_key.into() }
    }
}

impl From<Audio> for Content {
    fn from(audio: Audio) -> Self {
        Self::from_value("audio", &json!({ "file_key": audio.file_key }))
    }
}

/// A video message.
///
/// Source: `im.v1.message.create`; the key comes from `im.v1.file.create` with `file_type` `mp4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    file_key: String,
    image_key: Option<String>,
}

impl Media {
    /// The MP4 file with this key (`file_...`), uploaded by the same app.
    pub fn new(file_key: impl Into<String>) -> Self {
        Self { file_key: file_key.into(), image_key: None }
    }

    /// Sets the cover, by the key of an uploaded image (`img_...`).
    #[must_use]
    pub fn cover(mut self, image_key: impl Into<String>) -> Self {
        self.image_key = Some(image_key.into());
        self
    }
}

impl From<Media> for Content {
    fn from(media: Media) -> Self {
        let mut content = json!({ "file_key": media.file_key });
        if let Some(image_key) = media.image_key {
            content["image_key"] = image_key.into();
        }
        Self::from_value("media", &content)
    }
}

/// A sticker message.
///
/// A bot can only send stickers that it has received; they cannot be uploaded.
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sticker {
    file_key: String,
}

impl Sticker {
    /// The sticker with the key of [`ReceivedContent::Sticker`](super::ReceivedContent::Sticker).
    pub fn new(file_key: impl Into<String>) -> Self {
        Self { file_key: file_key.into() }
    }
}

impl From<Sticker> for Content {
    fn from(sticker: Sticker) -> Self {
        Self::from_value("sticker", &json!({ "file_key": sticker.file_key }))
    }
}
