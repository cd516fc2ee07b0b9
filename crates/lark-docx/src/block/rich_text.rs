//! Text with styles, links, mentions and formulas.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::v1::{
    Equation, Link, MentionDoc, MentionUser, ObjType, Text, TextElement, TextElementStyle, TextRun,
};

/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Text with styles, links, mentions and formulas. A `\n` in it is a line break within the block.
///
/// ```
/// use lark_docx::block::{Block, RichText};
///
/// let text = RichText::new()
///     .mention_user("ou_7d8a6e6df7621556ce0d21922b676706")
///     .text(" measured ")
///     .bold("41 s")
///     .text(", see ")
///     .link("the log", "https://example.com/log")
///     .text(": ")
///     .equation("t = n^2");
/// assert_eq!(Block::text(text).plain_text(), "@ou_7d8a6e6df7621556ce0d21922b676706 measured 41 s, see the log: t = n^2");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RichText {
    elements: Vec<TextElement>,
}

impl RichText {
    /// No text yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds plain text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.styled(text, TextElementStyle::default())
    }

    /// Adds bold text.
    #[must_use]
    pub fn bold(self, text: impl Into<String>) -> Self {
        self.styled(text, TextElementStyle::new().bold(true))
    }

    /// Adds italic text.
    #[must_use]
    pub fn italic(self, text: impl Into<String>) -> Self {
        self.styled(text, TextElementStyle::new().italic(true))
    }

    /// Adds text that is struck through.
    #[must_use]
    pub fn strikethrough(self, text: impl Into<String>) -> Self {
        self.styled(text, TextElementStyle::new().strikethrough(true))
    }

    /// Adds underlined text.
    #[must_use]
    pub fn underline(self, text: impl Into<String>) -> Self {
        self.styled(text, TextElementStyle::new().underline(true))
    }

    /// Adds code within the text.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.styled(text, TextElementStyle::new().inline_code(true))
    }

    /// Adds a link, with the address as it is in a browser.
    #[must_use]
    pub fn link(self, text: impl Into<String>, url: &str) -> Self {
        self.styled(text, TextElementStyle::new().link(Link::new().url(encode_url(url))))
    }

    /// Adds text with several styles at once.
    ///
    /// ```
    /// use lark_docx::block::RichText;
    /// use lark_docx::v1::{TextColor, TextElementStyle};
    ///
    /// let loud = TextElementStyle::new().bold(true).text_color(TextColor::Red);
    /// let text = RichText::new().styled("Stop", loud);
    /// # assert_eq!(text.elements().len(), 1);
    /// ```
    #[must_use]
    pub fn styled(self, text: impl Into<String>, style: TextElementStyle) -> Self {
        let run = TextRun::new().content(text);
        let run =
            if style == TextElementStyle::default() { run } else { run.text_element_style(style) };
        self.element(TextElement::new().text_run(run))
    }

    /// Mentions a user, by the kind of id that the call takes; `open_id` by default.
    #[must_use]
    pub fn mention_user(self, user_id: impl Into<String>) -> Self {
        self.element(TextElement::new().mention_user(MentionUser::new().user_id(user_id)))
    }

    /// Mentions a document, with its address as it is in a browser.
    #[must_use]
    pub fn mention_doc(self, token: impl Into<String>, obj_type: ObjType, url: &str) -> Self {
        let mention = MentionDoc::new().token(token).obj_type(obj_type).url(encode_url(url));
        self.element(TextElement::new().mention_doc(mention))
    }

    /// Adds a formula, in LaTeX.
    #[must_use]
    pub fn equation(self, latex: impl Into<String>) -> Self {
        self.element(TextElement::new().equation(Equation::new().content(latex)))
    }

    /// Adds an element of any kind.
    #[must_use]
    pub fn element(mut self, element: TextElement) -> Self {
        self.elements.push(element);
        self
    }

    /// The elements.
    #[must_use]
    pub fn elements(&self) -> &[TextElement] {
        &self.elements
    }

    /// The platform takes no text without elements, so nothing is an empty one.
    pub(crate) fn into_text(self) -> Text {
        let text = if self.elements.is_empty() { self.text("") } else { self };
        Text { elements: Some(text.elements), style: None }
    }
}

impl From<&str> for RichText {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for RichText {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

impl FromIterator<TextElement> for RichText {
    fn from_iter<T: IntoIterator<Item = TextElement>>(elements: T) -> Self {
        Self { elements: elements.into_iter().collect() }
    }
}

/// An address as the platform has it: all of it percent-encoded.
pub(crate) fn encode_url(url: &str) -> String {
    utf8_percent_encode(url, COMPONENT).to_string()
}

/// The address in a browser. Some come as they are.
pub(crate) fn decode_url(url: &str) -> String {
    if url.contains(':') || url.contains('/') {
        return url.to_owned();
    }
    percent_decode_str(url).decode_utf8().map_or_else(|_| url.to_owned(), Into::into)
}
