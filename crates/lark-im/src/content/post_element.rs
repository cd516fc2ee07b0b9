//! The pieces a post is made of.

use serde_json::{Value, json};

use super::defuse_mentions;

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

/// One piece of a line of a [`Post`](super::Post).
///
/// `&str` and `String` convert into [`text`](Self::text).
///
/// Source: <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PostElement {
    /// Words. When sent, `at` tags in them are [defused](defuse_mentions).
    #[non_exhaustive]
    Text {
        /// The words.
        text: String,
        /// How they look.
        styles: Vec<TextStyle>,
    },
    /// A link.
    #[non_exhaustive]
    Link {
        /// What the reader sees.
        text: String,
        /// Where it leads.
        href: String,
        /// How it looks.
        styles: Vec<TextStyle>,
    },
    /// A mention.
    #[non_exhaustive]
    At {
        /// Id of the person, `all` for everybody; `@_user_1` and the like in a received post.
        user_id: String,
        /// Name, in received posts; empty otherwise, since the platform finds it by the id.
        user_name: String,
        /// How it looks.
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
        /// Key of the image shown as its cover, empty for none.
        image_key: String,
    },
    /// An emoji of the platform.
    #[non_exhaustive]
    Emotion {
        /// Name of the emoji, such as `SMILE`.
        emoji_type: String,
    },
    /// A block of code, a line of its own.
    #[non_exhaustive]
    CodeBlock {
        /// Language, such as `GO`, `RUST` or `JSON`; empty for none.
        language: String,
        /// The code.
        text: String,
    },
    /// A horizontal rule, a line of its own.
    Rule,
    /// Markdown, a line of its own, sent as written.
    #[non_exhaustive]
    Markdown {
        /// The Markdown.
        text: String,
    },
    /// An element this crate does not know, as the JSON it is.
    Other(Value),
}

impl PostElement {
    /// Words. They cannot mention anybody: `at` tags in them are [defused](defuse_mentions).
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), styles: Vec::new() }
    }

    /// A link: what the reader sees, and where it leads.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link { text: text.into(), href: href.into(), styles: Vec::new() }
    }

    /// Mentions one person by `open_id`, `union_id` or `user_id`.
    pub fn at(user_id: impl Into<String>) -> Self {
        Self::At { user_id: user_id.into(), user_name: String::new(), styles: Vec::new() }
    }

    /// Mentions everybody in the chat, which the chat must allow the bot to do.
    pub fn at_all() -> Self {
        Self::at("all")
    }

    /// An image, by the key (`img_...`) it got when uploaded.
    pub fn image(image_key: impl Into<String>) -> Self {
        Self::Image { image_key: image_key.into() }
    }

    /// A video and its cover, by the keys (`file_...`, `img_...`) they got when uploaded.
    pub fn media(file_key: impl Into<String>, image_key: impl Into<String>) -> Self {
        Self::Media { file_key: file_key.into(), image_key: image_key.into() }
    }

    /// An emoji by name, such as `SMILE`.
    pub fn emotion(emoji_type: impl Into<String>) -> Self {
        Self::Emotion { emoji_type: emoji_type.into() }
    }

    /// A block of code. It needs a line of its own; `language` may be empty.
    pub fn code_block(language: impl Into<String>, text: impl Into<String>) -> Self {
        Self::CodeBlock { language: language.into(), text: text.into() }
    }

    /// Markdown, sent as written: see [`defuse_mentions`]. It needs a line of its own.
    pub fn markdown(text: impl Into<String>) -> Self {
        Self::Markdown { text: text.into() }
    }

    /// Makes it bold.
    #[must_use]
    pub fn bold(self) -> Self {
        self.style(TextStyle::Bold)
    }

    /// Makes it italic.
    #[must_use]
    pub fn italic(self) -> Self {
        self.style(TextStyle::Italic)
    }

    /// Underlines it.
    #[must_use]
    pub fn underline(self) -> Self {
        self.style(TextStyle::Underline)
    }

    /// Strikes it through.
    #[must_use]
    pub fn line_through(self) -> Self {
        self.style(TextStyle::LineThrough)
    }

    /// Adds a style to text, a link or a mention; the other elements have none and stay.
    #[must_use]
    pub fn style(mut self, style: impl Into<TextStyle>) -> Self {
        if let Self::Text { styles, .. } | Self::Link { styles, .. } | Self::At { styles, .. } =
            &mut self
        {
            styles.push(style.into());
        }
        self
    }

    /// The element as words: what a reader without pictures would see.
    pub(super) fn to_plain_text(&self) -> String {
        match self {
            Self::Text { text, .. }
            | Self::Link { text, .. }
            | Self::CodeBlock { text, .. }
            | Self::Markdown { text } => text.clone(),
            // A key of the event's mentions is kept, for replace_mentions to find.
            Self::At { user_id, .. } if user_id.starts_with('@') => user_id.clone(),
            Self::At { user_id, user_name, .. } if user_name.is_empty() => format!("@{user_id}"),
            Self::At { user_name, .. } => format!("@{user_name}"),
            Self::Emotion { emoji_type } => format!("[{emoji_type}]"),
            Self::Rule => "---".to_owned(),
            Self::Image { .. } | Self::Media { .. } => String::new(),
            Self::Other(value) => string(value, "text"),
        }
    }

    pub(super) fn into_json(self) -> Value {
        match self {
            Self::Text { text, styles } => {
                styled(json!({"tag": "text", "text": defuse_mentions(&text)}), &styles)
            }
            Self::Link { text, href, styles } => {
                styled(json!({"tag": "a", "text": defuse_mentions(&text), "href": href}), &styles)
            }
            Self::At { user_id, styles, .. } => {
                styled(json!({"tag": "at", "user_id": user_id}), &styles)
            }
            Self::Image { image_key } => json!({"tag": "img", "image_key": image_key}),
            Self::Media { file_key, image_key } => {
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
            "media" => Self::media(string(value, "file_key"), string(value, "image_key")),
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
    list.iter().filter_map(Value::as_str).map(TextStyle::from).collect()
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
