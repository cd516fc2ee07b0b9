//! Text messages.

use serde_json::json;

use super::{Content, defuse_mentions, escape::attribute};

/// A text message: words and mentions, at most [150 KB](super::MAX_TEXT_BYTES).
///
/// A newline in the text is a new line in the chat. The platform also knows `[name](url)` and the
/// tags `<b> <i> <u> <s>` in texts; they are left as written. For dependable styles use
/// [`Post`](super::Post) or [`Card`](super::Card).
///
/// Text given to [`new`](Self::new) and [`push`](Self::push) cannot mention anybody: `<at` tags in
/// it are [defused](defuse_mentions). Mentions are made with [`at`](Self::at) and
/// [`at_all`](Self::at_all), or by writing the tags in [`raw`](Self::raw).
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
    /// Finished text with its tags.
    done: String,
    /// Words behind `done`, not yet defused: two pushes may make one tag between them.
    plain: String,
}

impl Text {
    /// A message that starts with these words.
    pub fn new(text: impl Into<String>) -> Self {
        Self { done: String::new(), plain: text.into() }
    }

    /// A message in the platform's own notation, sent as it is: `<at user_id="ou_x">Tom</at> hi`.
    ///
    /// Never put text from someone else in here unless it went through [`defuse_mentions`].
    pub fn raw(tagged: impl Into<String>) -> Self {
        Self { done: tagged.into(), plain: String::new() }
    }

    /// Adds words.
    #[must_use]
    pub fn push(mut self, text: impl AsRef<str>) -> Self {
        self.plain.push_str(text.as_ref());
        self
    }

    /// Adds a line break.
    #[must_use]
    pub fn newline(self) -> Self {
        self.push("\n")
    }

    /// Mentions one person by `open_id`, `union_id` or `user_id`.
    ///
    /// `name` is the text inside the tag and may be empty. Quotes and angle brackets are left
    /// out of the id, so that it cannot end the tag.
    #[must_use]
    pub fn at(mut self, user_id: impl AsRef<str>, name: impl AsRef<str>) -> Self {
        self.flush();
        let (id, name) = (attribute(user_id.as_ref()), defuse_mentions(name.as_ref()));
        self.done.push_str(&format!("<at user_id=\"{id}\">{name}</at>"));
        self
    }

    /// Mentions everybody in the chat, which the chat must allow the bot to do.
    #[must_use]
    pub fn at_all(self) -> Self {
        self.at("all", "")
    }

    fn flush(&mut self) {
        self.done.push_str(&defuse_mentions(&self.plain));
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
    fn words_cannot_mention_anybody_not_even_in_two_pieces() {
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
