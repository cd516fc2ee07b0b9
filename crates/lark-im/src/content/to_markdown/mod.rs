//! Received messages as Markdown.

mod blocks;
mod card;
mod escape;
pub(crate) mod fetch;
mod forward;
mod inline;
mod post;
pub(crate) mod resource;
mod table;
mod time;

use self::blocks::{Blocks, bold, note};
use self::escape::{Paragraph, code, label, link};
use self::inline::{file, image, text};
use self::time::{duration, moment};
use super::markdown::longest_run;
use super::{Mentions, ReceivedContent};
use crate::v1::{EventMessage, Message};

impl ReceivedContent {
    /// The message as Markdown that shows what a reader of the chat sees.
    ///
    /// Texts are escaped where Markdown would read something else in them. Who is mentioned is a link,
    /// `[@Tom](lark:user/ou_x)`, if `mentions` knows the key; files are links by their names, such as
    /// `[report.pdf](lark:file/file_v3_x)`, and images `![image](lark:image/img_x)`, with the keys
    /// for `im.v1.message_resource.get`. A post that its author wrote as Markdown is that Markdown.
    ///
    /// Forwarded messages are not in the content: [`message::to_markdown`](crate::v1::message::to_markdown)
    /// fetches them, and quotes.
    ///
    /// ```
    /// use lark_im::content::{Mentions, ReceivedContent};
    ///
    /// let content = r#"{"title":"T","content":[[{"tag":"text","text":"a*b","style":["bold"]}]]}"#;
    /// let post = ReceivedContent::parse("post", content)?;
    /// assert_eq!(post.to_markdown(&Mentions::default()), "**T**\n\n**a\\*b**");
    /// # Ok::<(), lark_im::content::ContentError>(())
    /// ```
    pub fn to_markdown(&self, mentions: &Mentions) -> String {
        match self {
            Self::Text { text: it } => {
                let mut paragraph = Paragraph::default();
                text(&mut paragraph, it, mentions);
                paragraph.finish()
            }
            Self::Post(it) => post::post(it, mentions),
            Self::Interactive(it) => card::card(it, mentions),
            Self::Image { image_key } => image("", image_key),
            Self::File { file_key, file_name } => file("file", file_key, file_name),
            Self::Folder { file_key, file_name } => file("folder", file_key, file_name),
            Self::Audio { file_key, duration: it } => {
                file("audio", file_key, &format!("voice message, {}", duration(*it)))
            }
            Self::Media { file_key, file_name, duration: it, .. } => {
                let name = if file_name.is_empty() { "video" } else { file_name };
                file("video", file_key, &format!("{name}, {}", duration(*it)))
            }
            Self::Sticker { file_key } => file("sticker", file_key, ""),
            Self::ShareChat { chat_id } => {
                link(&format!("chat {chat_id}"), &format!("lark:chat/{chat_id}"))
            }
            Self::ShareUser { user_id } => {
                link(&format!("contact {user_id}"), &format!("lark:user/{user_id}"))
            }
            Self::Location { name, longitude, latitude } => {
                link(&format!("location {name}"), &format!("geo:{latitude},{longitude}"))
            }
            Self::MergeForward => note("merged and forwarded messages"),
            other => other.notice(),
        }
    }

    /// What the platform or one of its apps has written.
    fn notice(&self) -> String {
        let mut blocks = Blocks::default();
        match self {
            Self::System { .. } => blocks.push(note(&self.to_plain_text().unwrap_or_default())),
            Self::Hongbao { text } => blocks.push(note(&format!("red packet: {text}"))),
            Self::Calendar { summary, start_time_ms, end_time_ms } => {
                blocks.title(summary);
                let (start, end) = (moment(*start_time_ms), moment(*end_time_ms));
                blocks.push(note(&joined("calendar event", [&start, &end], " – ")));
            }
            Self::VideoChat { topic, start_time_ms } => {
                blocks.title(topic);
                blocks.push(note(&joined("video meeting", [&moment(*start_time_ms)], "")));
            }
            Self::Todo { summary, due_time_ms, .. } => {
                let due = moment(*due_time_ms);
                let due = if due.is_empty() { due } else { format!(" (due {due})") };
                blocks.push(format!("- [ ] {}{due}", post::one_line(summary)));
            }
            Self::Vote { topic, options } => {
                blocks.push(format!("{} {}", note("vote:"), bold(topic)));
                let options = options.iter().map(|it| format!("- {}", label(it)));
                blocks.push(options.collect::<Vec<_>>().join("\n"));
            }
            Self::Other { msg_type, content } => {
                blocks.push(note(&format!("message of type {msg_type}")));
                blocks.push(match content.as_str() {
                    Some(it) => escape::text(it),
                    None => code("json", &content.to_string()),
                });
            }
            _ => {}
        }
        blocks.finish()
    }
}

/// What something is, and when.
fn joined<const N: usize>(kind: &str, moments: [&String; N], between: &str) -> String {
    let moments = moments.into_iter().filter(|it| !it.is_empty()).cloned();
    let moments = moments.collect::<Vec<_>>().join(between);
    if moments.is_empty() { kind.to_owned() } else { format!("{kind}, {moments}") }
}

impl EventMessage {
    /// The message as Markdown: [`ReceivedContent::to_markdown`]. What cannot be parsed is shown as
    /// text.
    ///
    /// An event has neither the full text of a card nor forwarded messages:
    /// [`message::to_markdown`](crate::v1::message::to_markdown) gets both.
    pub fn to_markdown(&self) -> String {
        match self.received() {
            Ok(content) => content.to_markdown(&self.mentioned()),
            Err(_) => escape::text(&self.content),
        }
    }
}

impl Message {
    /// The message as Markdown: [`ReceivedContent::to_markdown`]. The note in place of a recalled
    /// message, and what cannot be parsed, is shown as text.
    pub fn to_markdown(&self) -> String {
        match self.received() {
            Ok(content) => content.to_markdown(&self.mentioned()),
            Err(_) => {
                let body = self.body.as_ref().map_or("", |body| body.content.as_str());
                if self.deleted == Some(true) { note(body) } else { escape::text(body) }
            }
        }
    }
}
