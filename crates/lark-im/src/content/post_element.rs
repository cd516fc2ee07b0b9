//! The elements of a post.

use serde_json::{Value, json};

use super::{escape_mentions, words};

lark_core::open_enum! {
    /// A style of text, link or mention in a post. Several can be combined.
    TextStyle {
        /// Bold.
        Bold = "bold",
        /// Italic.
        Italic = "italic",
        /// Underlined.
        Underline = "underline",
        /// Struck through.
        LineThrough = "lineThrough",
    }
}

/// An element of a line of a [`Post`](super::Post).
///
/// `&str` and `String` convert into [`text`](Self::text).
///
/// Source: <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PostElement {
    /// Text. When sent, `at` tags in it are [escaped](escape_mentions).
    #[non_exhaustive]
    Text {
        /// The text.
        text: String,
        /// Its styles.
        styles: Vec<TextStyle>,
    },
    /// A link.
    #[non_exhaustive]
    Link {
        /// The text of the link.
        text: String,
        /// The URL.
        href: String,
        /// Its styles.
        styles: Vec<TextStyle>,
    },
    /// A mention.
    #[non_exhaustive]
    At {
        /// Id of the user, or `all` for everyone; a key such as `@_user_1` in a received post.
        user_id: String,
        /// Name of the user in received posts; empty otherwise, because the platform looks it up.
        user_name: String,
        /// Its styles.
        styles: Vec<TextStyle>,
    },
    /// An image.
    #[non_exhaustive]
    Image {
        /// Key of an uploaded image.
        image_key: String,
    },
    /// A video.
    #[non_exhaustive]
    Media {
        /// Key of an uploaded MP4 file.
        file_key: String,
        /// Key of the cover image, or empty.
        image_key: String,
        /// Name of the file in received posts; empty otherwise, because it is not sent.
        file_name: String,
    },
    /// An emoji of the platform.
    #[non_exhaustive]
    Emotion {
        /// Name of the emoji, such as `SMILE`.
        emoji_type: String,
    },
    /// A code block, on its own line.
    #[non_exhaustive]
    CodeBlock {
        /// Language, such as `GO`, `RUST` or `JSON`; may be empty.
        language: String,
        /// The code.
        text: String,
    },
    /// A horizontal rule, on its own line.
    Rule,
    /// Markdown, on its own line, sent as written.
    #[non_exhaustive]
    Markdown {
        /// The Markdown.
        text: String,
    },
    /// An element that this crate does not know, as JSON.
    Other(Value),
}

impl PostElement {
    /// Text. It cannot mention anyone: `at` tags in it are [escaped](escape_mentions).
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), styles: Vec::new() }
    }

    /// A link with this text and URL.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link { text: text.into(), href: href.into(), styles: Vec::new() }
    }

    /// Mentions a user by `open_id`, `union_id` or `user_id`.
    pub fn at(user_id: impl Into<String>) -> Self {
        Self::At { user_id: user_id.into(), user_name: String::new(), styles: Vec::new() }
    }

    /// Mentions everyone in the chat, which the chat's settings must allow.
    pub fn at_all() -> Self {
        Self::at("all")
    }

    /// An uploaded image by its key (`img_...`).
    pub fn image(image_key: impl Into<String>) -> Self {
        Self::Image { image_key: image_key.into() }
    }

    /// An uploaded video and its cover by their keys (`file_...`, `img_...`).
    pub fn media(file_key: impl Into<String>, image_key: impl Into<String>) -> Self {
        Self::Media {
            file_key: file_key.into(),
            image_key: image_key.into(),
            file_name: String::new(),
        }
    }

    /// An emoji by name, such as `SMILE`.
    pub fn emotion(emoji_type: impl Into<String>) -> Self {
        Self::Emotion { emoji_type: emoji_type.into() }
    }

    /// A code block. It must be alone on its line; `language` may be empty.
    pub fn code_block(language: impl Into<String>, text: impl Into<String>) -> Self {
        Self::CodeBlock { language: language.into(), text: text.into() }
    }

    /// Markdown, sent as written: see [`escape_mentions`]. It must be alone on its line.
    pub fn markdown(text: impl Into<String>) -> Self {
        Self::Markdown { text: text.into() }
    }

    /// Adds the bold style.
    #[must_use]
    pub fn bold(self) -> Self {
        self.style(TextStyle::Bold)
    }

    /// Adds the italic style.
    #[must_use]
    pub fn italic(self) -> Self {
        self.style(TextStyle::Italic)
    }

    /// Adds the underline style.
    #[must_use]
    pub fn underline(self) -> Self {
        self.style(TextStyle::Underline)
    }

    /// Adds the line-through style.
    #[must_use]
    pub fn line_through(self) -> Self {
        self.style(TextStyle::LineThrough)
    }

    /// Adds a style to text, a link or a mention; other elements have no styles and stay unchanged.
    #[must_use]
    pub fn style(mut self, style: TextStyle) -> Self {
        if let Self::Text { styles, .. } | Self::Link { styles, .. } | Self::At { styles, .. } =
            &mut self
        {
            styles.push(style);
        }
        self
    }

    /// The element as plain text.
    pub(super) fn to_plain_text(&self) -> String {
        match self {
            Self::Text { text, .. }
            | Self::Link { text, .. }
            | Self::CodeBlock { text, .. }
            | Self::Markdown { text } => text.clone(),
            // A key of the event's mentions stays, for replace_mentions.
            Self::At { user_id, .. } if user_id.starts_with('@') => user_id.clone(),
            Self::At { user_id, user_name, .. } if user_name.is_empty() => format!("@{user_id}"),
            Self::At { user_name, .. } => format!("@{user_name}"),
            Self::Emotion { emoji_type } => format!("[{emoji_type}]"),
            Self::Rule => "---".to_owned(),
            Self::Image { .. } | Self::Media { .. } => String::new(),
            Self::Other(value) => words::of(value).join(" "),
        }
    }

    pub(super) fn into_json(self) -> Value {
        match self {
            Self::Text { text, styles } => {
                styled(json!({"tag": "text", "text": escape_mentions(&text)}), &styles)
            }
            Self::Link { text, href, styles } => {
                styled(json!({"tag": "a", "text": escape_mentions(&text), "href": href}), &styles)
            }
            Self::At { user_id, styles, .. } => {
                styled(json!({"tag": "at", "user_id": user_id}), &styles)
            }
            Self::Image { image_key } => json!({"tag": "img", "image_key": image_key}),
            Self::Media { file_key, image_key, .. } => {
                let element = json!({"tag": "media", "file_key": file_key});
                with(element, "image_key", image_key)
            }
            Self::Emotion { emoji_type } => json!({"tag": "emotion", "emoji_type": emoji_type}),
            Self::CodeBlock { language, text } => {
                with(json!({"tag": "code_block", "text": text}), "language", language)
            }
            Self::Rule => json!({"tag": "hr"}),
            Self::Markdown { text } => json!({"tag": "md", "text": text}),
            Self::Other(value) => value,
        }
    }

    pub(super) fn from_json(value: &Value) -> Self {
        match value["tag"].as_str().unwrap_or_default() {
            "text" => Self::Text { text: string(value, "text"), styles: styles(value) },
            "a" => Self::Link {
                text: string(value, "text"),
                href: string(value, "href"),
                styles: styles(value),
            },
            "at" => Self::At {
                user_id: string(value, "user_id"),
                user_name: string(value, "user_name"),
                styles: styles(value),
            },
            "img" => Self::image(string(value, "image_key")),
            "media" => Self::Media {
                file_key: string(value, "file_key"),
                image_key: string(value, "image_key"),
                file_name: string(value, "file_name"),
            },
            "emotion" => Self::emotion(string(value, "emoji_type")),
            "code_block" => Self::code_block(string(value, "language"), string(value, "text")),
            "hr" => Self::Rule,
            "md" => Self::markdown(string(value, "text")),
            _ => Self::Other(value.clone()),
        }
    }
}

impl From<&str> for PostElement {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for PostElement {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

fn string(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn styles(value: &Value) -> Vec<TextStyle> {
    let list = value["style"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(TextStyle::from_wire).collect()
}

fn styled(mut element: Value, styles: &[TextStyle]) -> Value {
    if !styles.is_empty() {
        element["style"] = styles.iter().map(TextStyle::as_str).collect();
    }
    element
}

/// Adds a member unless its value is empty.
fn with(mut element: Value, key: &str, value: String) -> Value {
    if !value.is_empty() {
        element[key] = value.into();
    }
    element
}
