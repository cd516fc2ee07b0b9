//! Text messages.

use serde_json::json;

use super::{Content, escape::attribute, escape_mentions};

/// A text message with mentions, at most [150 KB](super::MAX_TEXT_BYTES).
///
/// A newline in the text starts a new line in the chat. The platform also renders `[name](url)` and
/// the tags `<b> <i> <u> <s>`, which are sent as written. For reliable formatting use
/// [`Post`](super::Post) or [`Card`](super::Card).
///
/// Text passed to [`new`](Self::new) and [`push`](Self::push) cannot mention anyone: its `<at` tags
/// are [escaped](escape_mentions). To mention someone use [`at`](Self::at), [`at_all`](Self::at_all),
/// or the tags in [`raw`](Self::raw).
///
/// ```
/// use lark_im::content::{Content, Text};
///
/// let text = Text::new("hi ").at("ou_x", "Tom").push(", see you at 5").at_all();
/// assert_eq!(Content::from(text).msg_type(), "text");
/// ```
///
/// Source: `im.v1.message.create`,
/// <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Escaped text and tags.
    done: String,
    /// Text after `done`, not escaped yet, because two pushes may form one tag.
    plain: String,
}

impl Text {
    /// A message that starts with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { done: String::new(), plain: text.into() }
    }

    /// A message in the platform's notation, sent unchanged: `<at user_id="ou_x">Tom</at> hi`.
    ///
    /// Pass untrusted text through [`escape_mentions`] first.
    pub fn raw(tagged: impl Into<String>) -> Self {
        Self { done: tagged.into(), plain: String::new() }
    }

    /// Appends text.
    #[must_use]
    pub fn push(mut self, text: impl AsRef<str>) -> Self {
        self.plain.push_str(text.as_ref());
        self
    }

    /// Appends a line break.
    #[must_use]
    pub fn newline(self) -> Self {
        self.push("\n")
    }

    /// Mentions a user by `open_id`, `union_id` or `user_id`.
    ///
    /// `name` is the text inside the tag and may be empty. Quotes and angle brackets are removed from
    /// the id, so that it cannot close the tag.
    #[must_use]
    pub fn at(mut self, user_id: impl AsRef<str>, name: impl AsRef<str>) -> Self {
        self.flush();
        let (id, name) = (attribute(user_id.as_ref()), escape_mentions(name.as_ref()));
        self.done.push_str(&format!("<at user_id=\"{id}\">{name}</at>"));
        self
    }

    /// Mentions everyone in the chat, which the chat's settings must allow.
    #[must_use]
    pub fn at_all(self) -> Self {
        self.at("all", "")
    }

    fn flush(&mut self) {
        self.done.push_str(&escape_mentions(&self.plain));
        self.plain.clear();
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Content {
    fn from(mut text: Text) -> Self {
        text.flush();
        Self::from_value("text", &json!({ "text": text.done }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_become_the_platforms_tags() {
        let text = Text::new("").at("ou_x", "Tom").push(" hi ").at_all();
        assert_eq!(
            Content::from(text).content(),
            r#"{"text":"<at user_id=\"ou_x\">Tom</at> hi <at user_id=\"all\"></at>"}"#
        );
    }

    #[test]
    fn text_cannot_mention_anyone_not_even_in_two_pieces() {
        let text = Text::new("<a").push("t user_id=\"all\"></at>");
        assert_eq!(
            Content::from(text).content(),
            "{\"text\":\"<\u{2060}at user_id=\\\"all\\\"><\u{2060}/at>\"}"
        );
    }

    #[test]
    fn an_id_or_a_name_cannot_break_out_of_its_tag() {
        let text = Text::new("").at("x\"><at user_id=\"all", "</at><at user_id=\"all\">");
        assert_eq!(
            text.done,
            "<at user_id=\"xat user_id=all\"><\u{2060}/at><\u{2060}at user_id=\"all\"></at>"
        );
    }

    #[test]
    fn raw_tags_are_sent_as_written() {
        let text = Text::raw("<at user_id=\"ou_x\"></at>").push(" <b>ok</b>\n");
        assert_eq!(
            Content::from(text).content(),
            r#"{"text":"<at user_id=\"ou_x\"></at> <b>ok</b>\n"}"#
        );
    }
}
