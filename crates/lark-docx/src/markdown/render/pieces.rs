//! The elements of a text as pieces of Markdown with marks.

use lark_core::__private::date_of_day;
use lark_core::Json;

use crate::block::{decode_url, encode_url};
use crate::markdown::{Options, SCHEME};
use crate::v1::{
    InlineLinkPreview, MentionDoc, MentionUser, Reminder, Text, TextColor, TextElement,
    TextElementStyle, TextElementStyleBackgroundColor as Background,
};

use super::escape::{Literal, link_target};

/// What surrounds text. In the order in which marks that begin together enclose each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Link(String),
    Color(Option<TextColor>, Option<Background>),
    Underline,
    Strikethrough,
    Italic,
    Bold,
}

/// A part of a text whose marks are the same throughout.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) content: Content,
    pub(super) marks: Vec<Mark>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Text(String),
    Code(String),
    Math(String),
    /// Markdown already.
    Markdown(String),
}

/// The pieces of a text, neighbours with the same marks joined.
pub(super) fn pieces(text: &Text, options: &Options) -> Vec<Piece> {
    let elements = text.elements.iter().flatten();
    let pieces = joined(elements.filter_map(|it| piece(it, options)));
    match pieces.iter().any(Piece::is_tight) {
        true => joined(loosened(pieces)),
        false => pieces,
    }
}

fn joined(all: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in all {
        match (pieces.last_mut(), &piece.content) {
            (Some(Piece { content: Content::Text(text), marks }), Content::Text(more))
            | (Some(Piece { content: Content::Code(text), marks }), Content::Code(more))
                if *marks == piece.marks =>
            {
                text.push_str(more);
            }
            _ => pieces.push(piece),
        }
    }
    pieces
}

/// Blanks within the marks that both of their neighbours have. Delimiters do not stand beside blanks, so
/// those that a text has at its end or beginning would have others after it was read.
fn loosened(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut parts: Vec<Piece> = pieces.into_iter().flat_map(split).collect();
    let mut neighbours = vec![(Vec::new(), Vec::new()); parts.len()];
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (at, part) in parts.iter().enumerate() {
        match part.is_blank() {
            true => neighbours[at].0.clone_from(&before),
            false => before.clone_from(&part.marks),
        }
    }
    for (at, part) in parts.iter().enumerate().rev() {
        match part.is_blank() {
            true => neighbours[at].1.clone_from(&after),
            false => after.clone_from(&part.marks),
        }
    }
    for (part, (before, after)) in parts.iter_mut().zip(neighbours) {
        let both = |it: &Mark| before.contains(it) && after.contains(it);
        if part.is_blank() {
            part.marks.retain(|it| !it.is_delimiter() || both(it));
        }
    }
    parts
}

/// A text without the blanks at its ends, and those.
fn split(piece: Piece) -> Vec<Piece> {
    let Content::Text(text) = &piece.content else { return vec![piece] };
    let behind = text.trim_end();
    let core = behind.trim_start();
    let parts = [&behind[..behind.len() - core.len()], core, &text[behind.len()..]];
    let of = |it: &str| Piece { content: Content::Text(it.to_owned()), marks: piece.marks.clone() };
    parts.into_iter().filter(|it| !it.is_empty()).map(of).collect()
}

impl Mark {
    /// Whether Markdown has a delimiter for it.
    fn is_delimiter(&self) -> bool {
        matches!(self, Self::Strikethrough | Self::Italic | Self::Bold)
    }
}

impl Piece {
    /// Whether a delimiter would stand beside a blank of its text.
    fn is_tight(&self) -> bool {
        let Content::Text(text) = &self.content else { return false };
        self.marks.iter().any(Mark::is_delimiter) && text.trim().len() < text.len()
    }

    fn is_blank(&self) -> bool {
        matches!(&self.content, Content::Text(text) if text.trim().is_empty())
    }
}

fn piece(element: &TextElement, options: &Options) -> Option<Piece> {
    if let Some(run) = &element.text_run {
        let text = run.content.clone().filter(|it| !it.is_empty())?;
        let style = run.text_element_style.as_ref();
        let is_code = style.is_some_and(|it| it.inline_code == Some(true));
        let content = if is_code { Content::Code(text) } else { Content::Text(text) };
        return Some(Piece { content, marks: marks(style, options) });
    }
    if let Some(equation) = &element.equation {
        let latex = equation.content.clone().filter(|it| !it.is_empty())?;
        let marks = marks(equation.text_element_style.as_ref(), options);
        return Some(Piece { content: Content::Math(latex), marks });
    }
    let (markdown, style) = match element {
        TextElement { mention_user: Some(it), .. } => (user(it, options), &it.text_element_style),
        TextElement { mention_doc: Some(it), .. } => {
            (document(it, options), &it.text_element_style)
        }
        TextElement { link_preview: Some(it), .. } => (preview(it), &it.text_element_style),
        TextElement { reminder: Some(it), .. } => {
            (encoded(element, &time(it)), &it.text_element_style)
        }
        TextElement { file: Some(it), .. } => (encoded(element, "file"), &it.text_element_style),
        TextElement { inline_block: Some(it), .. } => {
            (encoded(element, "block"), &it.text_element_style)
        }
        other => (encoded(other, "…"), &None),
    };
    let style = style.as_ref().map(|it| TextElementStyle { link: None, ..it.clone() });
    Some(Piece { content: Content::Markdown(markdown), marks: marks(style.as_ref(), options) })
}

fn marks(style: Option<&TextElementStyle>, options: &Options) -> Vec<Mark> {
    let Some(style) = style else { return Vec::new() };
    let url = style.link.as_ref().and_then(|it| it.url.as_deref()).map(decode_url);
    let is_colored = style.text_color.is_some() || style.background_color.is_some();
    let color = (options.colors && is_colored)
        .then_some(Mark::Color(style.text_color, style.background_color));
    let flag = |set: Option<bool>, mark| (set == Some(true)).then_some(mark);
    [
        url.map(Mark::Link),
        color,
        flag(style.underline, Mark::Underline),
        flag(style.strikethrough, Mark::Strikethrough),
        flag(style.italic, Mark::Italic),
        flag(style.bold, Mark::Bold),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn user(mention: &MentionUser, options: &Options) -> String {
    let id = mention.user_id.as_deref().unwrap_or_default();
    let name = options.user_names.get(id).map_or(id, String::as_str);
    let target = link_target(&format!("{SCHEME}user/{id}"));
    format!("[@{}]({target})", Literal::everything(name))
}

fn document(mention: &MentionDoc, options: &Options) -> String {
    let token = mention.token.as_deref().unwrap_or_default();
    let kind = mention.obj_type.map_or_else(String::new, |it| format!("{it:?}").to_lowercase());
    let url = mention.url.as_deref().map(decode_url).filter(|it| !it.is_empty());
    let url = url.unwrap_or_else(|| format!("{}/{kind}/{token}", options.site));
    let title = mention.title.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| url.clone());
    let title = Literal::everything(&title);
    format!("[{title}]({} \"{SCHEME}{kind}/{token}\")", link_target(&url))
}

fn preview(preview: &InlineLinkPreview) -> String {
    let url = preview.url.as_deref().map(decode_url).unwrap_or_default();
    let title = preview.title.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| url.clone());
    format!("[{}]({})", Literal::everything(&title), link_target(&url))
}

/// Elements that Markdown has no words for: a link that has all of them.
fn encoded(element: &TextElement, label: &str) -> String {
    let target = link_target(&format!("{SCHEME}element/{}", encode_url(&element.to_json())));
    format!("[{}]({target})", Literal::everything(label))
}

/// The time of a reminder, in UTC.
fn time(reminder: &Reminder) -> String {
    let millis = reminder.expire_time.map_or(0, |it| it.0);
    let (days, seconds) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000) / 1000);
    let (year, month, day) = date_of_day(days);
    let date = format!("{year:04}-{month:02}-{day:02}");
    match reminder.is_whole_day {
        Some(true) => date,
        _ => format!("{date} {:02}:{:02} UTC", seconds / 3600, seconds % 3600 / 60),
    }
}
