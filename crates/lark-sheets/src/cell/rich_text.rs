//! Links, images, and texts of several parts.

use lark_core::Value;
use serde_json::json;

use super::Mention;

/// A link in a cell.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// What is shown.
    pub text: String,
    /// Where it leads; empty for an e-mail address, which is its own.
    pub url: String,
    /// How its parts look, in the platform's form (`texts`).
    pub styles: Option<Value>,
}

impl Link {
    /// A link with a text.
    #[must_use]
    pub fn new(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { text: text.into(), url: url.into(), styles: None }
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let url = value["link"].as_str().unwrap_or_default();
        let text = value["text"].as_str().or_else(|| value["link"].as_str())?;
        let styles = Some(&value["texts"]).filter(|it| it.is_array()).cloned();
        Some(Self { text: text.to_owned(), url: url.to_owned(), styles })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({ "type": "url", "text": self.text });
        if !self.url.is_empty() {
            json["link"] = self.url.as_str().into();
        }
        if let Some(styles) = &self.styles {
            json["texts"] = styles.clone();
        }
        json
    }
}

/// An image in a cell. [`Selection::write_image`](crate::spreadsheet::Selection::write_image) puts one there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Image {
    /// Token of the file, which Drive downloads as a media.
    pub file_token: String,
    /// Width in pixels.
    pub width: Option<f64>,
    /// Height in pixels.
    pub height: Option<f64>,
}

impl Image {
    /// Without a token (`ValueRenderOption::PlainText`) it is none.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let file_token = value["fileToken"].as_str().filter(|it| !it.is_empty())?.to_owned();
        Some(Self { file_token, width: value["width"].as_f64(), height: value["height"].as_f64() })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({ "type": "embed-image", "fileToken": self.file_token });
        for (name, size) in [("width", self.width), ("height", self.height)] {
            if let Some(size) = size {
                json[name] = size.into();
            }
        }
        json
    }
}

/// A part of a rich text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Segment {
    /// Text of one style.
    Text {
        /// The text.
        text: String,
        /// The style in the platform's form (`segmentStyle`): `bold`, `italic`, `strikeThrough`, `underline`,
        /// `foreColor`, `fontSize`.
        style: Option<Value>,
    },
    /// A link.
    Link(Link),
    /// A user or a document.
    Mention(Mention),
    /// An image.
    Image(Image),
    /// Any other part, as it travels.
    Other(Value),
}

impl Segment {
    /// Text without a style.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: None }
    }

    /// Bold text.
    #[must_use]
    pub fn bold(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: Some(json!({ "bold": true })) }
    }

    pub(super) fn plain_text(&self) -> &str {
        match self {
            Self::Text { text, .. } => text,
            Self::Link(link) => &link.text,
            Self::Mention(mention) => mention.plain_text(),
            Self::Image(_) => "",
            Self::Other(value) => value["text"].as_str().unwrap_or_default(),
        }
    }

    pub(super) fn from_json(value: Value) -> Self {
        let typed = match value["type"].as_str() {
            Some("text") => value["text"].as_str().map(|text| {
                let style = Some(&value["segmentStyle"]).filter(|it| it.is_object()).cloned();
                Self::Text { text: text.to_owned(), style }
            }),
            Some("url") => Link::from_json(&value).map(Self::Link),
            Some("mention") => Mention::from_json(&value).map(Self::Mention),
            Some("embed-image") => Image::from_json(&value).map(Self::Image),
            _ => None,
        };
        typed.unwrap_or(Self::Other(value))
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Text { text, style: None } => json!({ "type": "text", "text": text }),
            Self::Text { text, style: Some(style) } => {
                json!({ "type": "text", "text": text, "segmentStyle": style })
            }
            Self::Link(link) => link.to_json(),
            Self::Mention(mention) => mention.to_json(),
            Self::Image(image) => image.to_json(),
            Self::Other(value) => value.clone(),
        }
    }
}

impl From<&str> for Segment {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Link> for Segment {
    fn from(link: Link) -> Self {
        Self::Link(link)
    }
}

impl From<Mention> for Segment {
    fn from(mention: Mention) -> Self {
        Self::Mention(mention)
    }
}
