//! Rich text messages.

mod attachment;
mod read;

use serde_json::{Map, Value, json};

pub use self::attachment::PostAttachment;
use super::{Content, PostElement};

lark_core::open_enum! {
    /// A language of a [`LocalizedPost`].
    PostLocale {
        /// Simplified Chinese.
        ZhCn = "zh_cn",
        /// English.
        EnUs = "en_us",
        /// Japanese.
        JaJp = "ja_jp",
    }
}

/// A rich text message: a title, then lines of [elements](PostElement).
///
/// At most [30 KB](super::MAX_RICH_BYTES). It has one language, which every reader sees; for several
/// see [`LocalizedPost`]. [`ReceivedContent::Post`](super::ReceivedContent::Post) contains a post too.
///
/// ```
/// use lark_im::content::{Content, Post, PostElement};
///
/// let post = Post::new("Deploy 7")
///     .line(["to production"])
///     .line([PostElement::text("by "), PostElement::at("ou_x"), PostElement::emotion("SMILE")])
///     .line([PostElement::code_block("RUST", "fn main() {}")]);
/// assert_eq!(Content::from(post).msg_type(), "post");
/// ```
///
/// Source: `im.v1.message.create`,
/// <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Post {
    title: String,
    lines: Vec<Vec<PostElement>>,
    attachments: Vec<PostAttachment>,
    source_markdown: Option<String>,
}

impl Post {
    /// A post with this title, which may be empty.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a line. Strings convert into elements: `line(["hello"])`.
    #[must_use]
    pub fn line<E: Into<PostElement>>(mut self, elements: impl IntoIterator<Item = E>) -> Self {
        self.lines.push(elements.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a line of Markdown, sent as written: see
    /// [`escape_mentions`](super::escape_mentions).
    #[must_use]
    pub fn markdown(self, text: impl Into<String>) -> Self {
        self.line([PostElement::markdown(text)])
    }

    /// Adds a horizontal rule.
    #[must_use]
    pub fn rule(self) -> Self {
        self.line([PostElement::Rule])
    }

    /// Adds an uploaded file below the text, by the key of `im.v1.file.create` (`file_...`).
    ///
    /// ```
    /// use lark_im::content::Post;
    ///
    /// let post = Post::new("Minutes").line(["of today"]).attachment("file_v3_1", "minutes.pdf");
    /// assert_eq!(post.attachments()[0].file_name, "minutes.pdf");
    /// ```
    #[must_use]
    pub fn attachment(mut self, file_key: impl Into<String>, file_name: impl Into<String>) -> Self {
        self.attachments.push(PostAttachment::new(file_key, file_name));
        self
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The lines.
    pub fn lines(&self) -> &[Vec<PostElement>] {
        &self.lines
    }

    /// The files below the text.
    pub fn attachments(&self) -> &[PostAttachment] {
        &self.attachments
    }

    /// The Markdown that the user wrote, in a received post whose sender's client wrote Markdown. The
    /// [lines](Self::lines) have the same text with its styles.
    pub fn source_markdown(&self) -> Option<&str> {
        self.source_markdown.as_deref()
    }

    /// Title and lines as plain text, one line each; an empty title is left out.
    ///
    /// Images, videos and attachments are left out. Mentions in a received post keep their keys, for
    /// [`replace_mentions`](super::replace_mentions).
    pub fn to_plain_text(&self) -> String {
        let title = (!self.title.is_empty()).then(|| self.title.clone());
        let lines = self
            .lines
            .iter()
            .map(|line| line.iter().map(PostElement::to_plain_text).collect::<String>());
        title.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// Title and lines; attachments stand beside the languages.
    fn into_json(self) -> Value {
        let lines: Vec<Vec<Value>> = self
            .lines
            .into_iter()
            .map(|line| line.into_iter().map(PostElement::into_json).collect())
            .collect();
        json!({ "title": self.title, "content": lines })
    }
}

impl From<Post> for Content {
    /// Sends the post as `zh_cn`: readers of any language see the only language of a post.
    fn from(post: Post) -> Self {
        LocalizedPost::new(PostLocale::ZhCn, post).into()
    }
}

/// A [`Post`] in several languages; each reader sees the language of their client.
///
/// ```
/// use lark_im::content::{Content, LocalizedPost, Post, PostLocale};
///
/// let post = LocalizedPost::new(PostLocale::EnUs, Post::new("Hello"))
///     .locale(PostLocale::ZhCn, Post::new("你好"))
///     .locale(PostLocale::JaJp, Post::new("こんにちは"));
/// assert_eq!(Content::from(post).msg_type(), "post");
/// ```
///
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalizedPost {
    posts: Vec<(PostLocale, Post)>,
}

impl LocalizedPost {
    /// A post with its first language.
    pub fn new(locale: PostLocale, post: Post) -> Self {
        Self { posts: vec![(locale, post)] }
    }

    /// Adds or replaces a language.
    #[must_use]
    pub fn locale(mut self, locale: PostLocale, post: Post) -> Self {
        self.posts.push((locale, post));
        self
    }
}

impl From<LocalizedPost> for Content {
    fn from(post: LocalizedPost) -> Self {
        let mut files: Vec<Value> = Vec::new();
        let mut content = Map::new();
        for (locale, mut post) in post.posts {
            // Every language shows the files of all.
            for file in std::mem::take(&mut post.attachments) {
                let file = file.into_json();
                if !files.contains(&file) {
                    files.push(file);
                }
            }
            content.insert(locale.as_str().to_owned(), post.into_json());
        }
        if !files.is_empty() {
            content.insert("files".to_owned(), files.into());
        }
        Self::from_value("post", &Value::Object(content))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn json_of(content: impl Into<Content>) -> Value {
        serde_json::from_str(content.into().content()).unwrap()
    }

    #[test]
    fn every_element_has_the_platforms_shape() {
        let post = Post::new("T")
            .line([
                PostElement::text("a").bold().italic().underline().line_through(),
                PostElement::link("b", "https://x.example"),
                PostElement::at("ou_x").bold(),
                PostElement::at_all(),
            ])
            .line([
                PostElement::image("img_1"),
                PostElement::media("file_1", "img_2"),
                PostElement::emotion("SMILE").bold(),
            ])
            .line([PostElement::code_block("GO", "x := 1")])
            .rule()
            .markdown("**m**");
        let want = json!({"zh_cn": {"title": "T", "content": [
            [
                {"tag": "text", "text": "a",
                 "style": ["bold", "italic", "underline", "lineThrough"]},
                {"tag": "a", "href": "https://x.example", "text": "b"},
                {"tag": "at", "user_id": "ou_x", "style": ["bold"]},
                {"tag": "at", "user_id": "all"},
            ],
            [
                {"tag": "img", "image_key": "img_1"},
                {"tag": "media", "file_key": "file_1", "image_key": "img_2"},
                {"tag": "emotion", "emoji_type": "SMILE"},
            ],
            [{"tag": "code_block", "language": "GO", "text": "x := 1"}],
            [{"tag": "hr"}],
            [{"tag": "md", "text": "**m**"}],
        ]}});
        assert_eq!(json_of(post), want);
    }

    #[test]
    fn languages_stand_side_by_side() {
        let post = LocalizedPost::new(PostLocale::EnUs, Post::new("Hello"))
            .locale(PostLocale::JaJp, Post::new("x"))
            .locale(PostLocale::Other("zh_hk".to_owned()), Post::new("y"));
        let got = json_of(post);
        assert_eq!(got["en_us"], json!({"title": "Hello", "content": []}));
        assert_eq!(got["ja_jp"]["title"], "x");
        assert_eq!(got["zh_hk"]["title"], "y");
    }

    #[test]
    fn attachments_stand_beside_the_languages_once() {
        let zh = Post::new("a").attachment("file_1", "a.pdf");
        let en = Post::new("b").attachment("file_1", "a.pdf").attachment("file_2", "b.pdf");
        let got = json_of(LocalizedPost::new(PostLocale::ZhCn, zh).locale(PostLocale::EnUs, en));
        let want = json!({
            "zh_cn": {"title": "a", "content": []},
            "en_us": {"title": "b", "content": []},
            "files": [{"key": "file_1", "name": "a.pdf"}, {"key": "file_2", "name": "b.pdf"}],
        });
        assert_eq!(got, want);
    }

    #[test]
    fn text_in_a_post_cannot_mention_anyone() {
        let got = json_of(Post::new("").line([r#"<at user_id="all"></at>"#]));
        let text = got["zh_cn"]["content"][0][0]["text"].as_str().unwrap();
        assert!(!text.contains("<at"), "{text}");
    }
}
