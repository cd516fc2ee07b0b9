//! Markdown as messages.

pub(super) mod block;
mod cut;
mod fence;
mod inline;
mod pack;
mod piece;
mod request_bytes;

use self::block::{Block, Kind, blocks};
use self::fence::Fence;
use self::inline::Style;
use self::pack::Part;
use self::piece::Limits;
use self::request_bytes::{REST_OF_REQUEST, request_bytes};
use super::card::MAX_CARD_TABLES;
use super::{Card, Content, MAX_RICH_BYTES, Post, escape_mentions};

pub(super) use self::fence::longest_run;

/// The least for [`MarkdownMessages::max_bytes`].
const MIN_BYTES: usize = 2 * 1024;
/// A longer title is a heading of the text.
const MAX_TITLE_CHARS: usize = 200;
/// Bytes of a row of a post in a request, beside its text.
const POST_ROW: usize = 40;

/// Markdown as one or more messages: [`Content::markdown`] makes it.
///
/// The messages are posts, or cards of JSON 2.0 if the Markdown has what posts do not show: headings,
/// tables, or images that are uploaded. Each is within the platform's limits of
/// [bytes](MAX_RICH_BYTES), as they are sent, and [tables](MAX_CARD_TABLES):
///
/// - A text is cut between blocks if possible, a heading stays with what follows, and long blocks are
///   cut between lines.
/// - A fence that is cut is closed and opened again, with its language.
/// - A table that is cut has its heading row again.
/// - In posts headings are bold, and tables are code, because old clients show none.
/// - Images by URL are links, because messages show uploaded images only.
///
/// A whole text can be sent again after a failure: with a `uuid` for each message, those that were
/// sent are not sent twice within an hour.
///
/// ```no_run
/// # async fn answer(client: lark_core::Client, question_id: &str, answer: &str) -> lark_core::Result<()> {
/// use lark_im::content::Content;
/// use lark_im::v1::message;
///
/// for (n, part) in Content::markdown(answer).into_iter().enumerate() {
///     let reply = message::reply(question_id).uuid(format!("{question_id}-{n}"));
///     client.send(reply.message(part)).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the messages are made by parts or by iteration"]
pub struct MarkdownMessages {
    text: String,
    title: String,
    form: Option<Form>,
    mentions: bool,
    max_bytes: usize,
}

/// The kinds of messages that show Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Post,
    Card,
}

impl Content {
    /// Markdown as messages, as many as it takes.
    ///
    /// The text may come from anywhere: `<at>` tags and `@_all` in it mention nobody, unless
    /// [`allow_mentions`](MarkdownMessages::allow_mentions) says so.
    ///
    /// ```
    /// use lark_im::content::Content;
    ///
    /// let parts = Content::markdown("**green** after 4 min").parts();
    /// assert_eq!((parts.len(), parts[0].msg_type()), (1, "post"));
    ///
    /// let table = "| crate | tests |\n|---|---|\n| core | 312 |";
    /// assert_eq!(Content::markdown(table).parts()[0].msg_type(), "interactive");
    /// ```
    pub fn markdown(text: impl Into<String>) -> MarkdownMessages {
        MarkdownMessages {
            text: text.into(),
            title: String::new(),
            form: None,
            mentions: false,
            max_bytes: MAX_RICH_BYTES,
        }
    }
}

impl MarkdownMessages {
    /// Sets the title of the first message.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sends posts, whatever the Markdown has.
    pub fn as_post(mut self) -> Self {
        self.form = Some(Form::Post);
        self
    }

    /// Sends cards, whatever the Markdown has.
    pub fn as_card(mut self) -> Self {
        self.form = Some(Form::Card);
        self
    }

    /// Lets the text mention people and everybody, by `<at>` tags and by links such as
    /// `[@Tom](lark:user/ou_x)`, which received messages and documents have as Markdown. Not for
    /// text that comes from elsewhere.
    pub fn allow_mentions(mut self) -> Self {
        self.mentions = true;
        self
    }

    /// Sets how many bytes the request of a message may have: 2 KiB at least, and
    /// [30 KiB](MAX_RICH_BYTES) at most, which is the default. For custom bots it is
    /// [`MAX_CUSTOM_BOT_BODY_BYTES`](super::MAX_CUSTOM_BOT_BODY_BYTES).
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes.clamp(MIN_BYTES, MAX_RICH_BYTES);
        self
    }

    /// The messages, in the order in which they are to be sent. There are none for a text of blanks.
    #[must_use]
    pub fn parts(&self) -> Vec<Content> {
        let safe = |text: &str| match self.mentions {
            true => text.to_owned(),
            false => escape_mentions(text),
        };
        let (mut title, mut text) = (self.title.trim().replace('\n', " "), safe(&self.text));
        if title.chars().count() > MAX_TITLE_CHARS {
            text = format!("# {}\n\n{text}", safe(&title));
            title.clear();
        }
        let blocks = blocks(&text.replace('\0', "\u{fffd}"));
        let form = self.form.unwrap_or_else(|| form_for(&blocks));
        let blocks = prepared(blocks, Style { form, mentions: self.mentions });
        let envelope = request_bytes(content(form, &title, &[String::new()]).content());
        let limits = Limits {
            bytes: self.max_bytes.saturating_sub(REST_OF_REQUEST + envelope),
            fence: if form == Form::Post { 2 * POST_ROW } else { 0 },
            tables: MAX_CARD_TABLES,
        };
        let parts = pack::pack(&blocks, limits);
        let titles = std::iter::once(title.as_str()).chain(std::iter::repeat(""));
        parts.iter().zip(titles).map(|(part, title)| message(form, title, part)).collect()
    }
}

impl IntoIterator for MarkdownMessages {
    type Item = Content;
    type IntoIter = std::vec::IntoIter<Content>;

    fn into_iter(self) -> Self::IntoIter {
        self.parts().into_iter()
    }
}

/// Cards show what posts do not.
fn form_for(blocks: &[Block]) -> Form {
    let needs_card = |block: &Block| match block.kind {
        Kind::Heading(_) | Kind::Table => true,
        Kind::Text => block.lines.iter().any(|line| inline::has_image(line)),
        Kind::Fence(_) => false,
    };
    if blocks.iter().any(needs_card) { Form::Card } else { Form::Post }
}

/// The blocks as the form shows them.
fn prepared(blocks: Vec<Block>, style: Style) -> Vec<Block> {
    let mut was_own = false;
    let mut prepared = Vec::with_capacity(blocks.len());
    for mut block in blocks {
        // Clients want blank lines around what is no text.
        let first = block.lines.first().map_or("", |line| line.trim_start());
        let is_own = block.kind != Kind::Text && !block.in_list && !first.starts_with('>');
        block.is_apart |= is_own || was_own;
        was_own = is_own;
        prepared.push(of_form(block, style));
    }
    prepared
}

fn of_form(mut block: Block, style: Style) -> Block {
    match (&block.kind, style.form) {
        (Kind::Fence(_), _) => {}
        (Kind::Table, Form::Post) => {
            let fence = Fence::around(&block.lines);
            block.lines.insert(0, fence.opening());
            block.lines.push(fence.closing());
            block.kind = Kind::Fence(fence);
        }
        (kind, form) => {
            let is_bold = matches!(kind, Kind::Heading(_)) && form == Form::Post;
            for line in &mut block.lines {
                *line = inline::line(if is_bold { heading_text(line) } else { line }, style);
                if is_bold && !line.is_empty() && !line.contains("**") {
                    *line = format!("**{line}**");
                }
            }
        }
    }
    block
}

/// The text of a line such as `## Title ##`.
fn heading_text(line: &str) -> &str {
    let text = line.trim().trim_start_matches('#').trim();
    let without = text.trim_end_matches('#');
    let is_closed = without.is_empty() || without.ends_with(' ');
    if is_closed { without.trim() } else { text }
}

fn message(form: Form, title: &str, part: &Part) -> Content {
    match form {
        Form::Post => content(form, title, &part.rows()),
        Form::Card => content(form, title, &[part.text()]),
    }
}

fn content(form: Form, title: &str, rows: &[String]) -> Content {
    match form {
        Form::Post => rows.iter().fold(Post::new(title), |post, row| post.markdown(row)).into(),
        Form::Card => {
            let text = rows.first().map_or("", String::as_str);
            Card::markdown(title, text).into()
        }
    }
}
