//! Values of cells, typed in both directions.
//!
//! ```
//! use lark_sheets::cell::{Cell, Mention, SerialDate};
//!
//! let row = [
//!     Cell::from("Write the docs"),
//!     Cell::from(1.5),
//!     Cell::from(SerialDate::from_ymd(2026, 11, 26)?),
//!     Cell::formula("=B2*8"),
//!     Cell::link("notes", "https://example.com/notes"),
//!     Cell::from(Mention::open_id("ou_7d8a6e6df7621556ce0d21922b676706")),
//!     Cell::multiple(["urgent", "docs"]),
//! ];
//! assert_eq!(row[4].plain_text(), "notes");
//! # Ok::<(), lark_sheets::cell::DateError>(())
//! ```

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod calendar;
mod date;
mod date_text;
mod fields;
mod json;
mod mention;
mod rich_text;

use std::fmt;

use lark_core::Value;

pub use self::date::{CivilDateTime, DateError, SerialDate};
pub use self::mention::{Mention, MentionKind};
pub use self::rich_text::{Image, Link, Segment};

/// The value of a cell.
///
/// What was read can be written: the shapes that the platform reads and writes differ, and this is neither.
/// Kinds of values that this version does not know are [`Other`](Self::Other), which is written as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing. Written, it clears the cell.
    #[default]
    Empty,
    /// A number, a [date](SerialDate) or a time: which of them is a matter of the cell's format.
    Number(f64),
    /// A text.
    Text(String),
    /// A checkbox.
    Bool(bool),
    /// A formula, with the `=` before it. Read only with
    /// [`ValueRenderOption::Formula`](crate::v2::ValueRenderOption); otherwise formulas come as what they yield.
    Formula(String),
    /// A link.
    Link(Box<Link>),
    /// A user or a document.
    Mention(Box<Mention>),
    /// Options of a drop-down list: texts without a comma, numbers or booleans. The list must be there before.
    MultipleValues(Vec<Value>),
    /// Texts with styles, links and mentions, one behind the other.
    RichText(Vec<Segment>),
    /// An image in the cell.
    Image(Box<Image>),
    /// Any other value, as it travels.
    Other(Value),
}

impl Cell {
    /// A formula. It begins with `=`; functions that reach into other spreadsheets (`IMPORTRANGE`) are not
    /// accepted by the platform.
    #[must_use]
    pub fn formula(text: impl Into<String>) -> Self {
        Self::Formula(text.into())
    }

    /// A link with a text of its own. A URL without one is simply a text.
    #[must_use]
    pub fn link(text: impl Into<String>, url: impl Into<String>) -> Self {
        Link::new(text, url).into()
    }

    /// Options of a drop-down list.
    #[must_use]
    pub fn multiple<T: Into<Value>>(options: impl IntoIterator<Item = T>) -> Self {
        Self::MultipleValues(options.into_iter().map(Into::into).collect())
    }

    /// Whether there is nothing in it. An empty text is not nothing: formulas yield it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The value as a text without styles: numbers in their shortest form, mentions by name or id, options
    /// with commas between them.
    #[must_use]
    pub fn plain_text(&self) -> String {
        match self {
            Self::Empty | Self::Image(_) => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) | Self::Formula(text) => text.clone(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
            Self::Link(link) => link.text.clone(),
            Self::Mention(mention) => mention.plain_text().to_owned(),
            Self::MultipleValues(options) => {
                let texts: Vec<String> = options.iter().map(scalar_text).collect();
                texts.join(",")
            }
            Self::RichText(segments) => segments.iter().map(Segment::plain_text).collect(),
            Self::Other(value) => value["text"].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// What there is, for errors: `the text "abc"`.
    pub(crate) fn describe(&self) -> String {
        let text = || {
            let text = self.plain_text();
            match text.char_indices().nth(40) {
                Some((end, _)) => format!("{:?}..", &text[..end]),
                None => format!("{text:?}"),
            }
        };
        match self {
            Self::Empty => "an empty cell".to_owned(),
            Self::Number(number) => format!("the number {number}"),
            Self::Text(_) => format!("the text {}", text()),
            Self::Bool(_) => format!("the boolean {}", self.plain_text()),
            Self::Formula(_) => format!("the formula {}", text()),
            Self::Link(_) => format!("the link {}", text()),
            Self::Mention(_) => format!("the mention {}", text()),
            Self::MultipleValues(_) => format!("the options {}", text()),
            Self::RichText(_) => format!("the rich text {}", text()),
            Self::Image(_) => "an image".to_owned(),
            Self::Other(value) => match value["type"].as_str() {
                Some(kind) => format!("a value of type {kind:?}"),
                None => "a value of no known type".to_owned(),
            },
        }
    }

    /// Texts, numbers and booleans, which are read as they were written.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Self::Empty | Self::Number(_) | Self::Text(_) | Self::Bool(_))
    }

    /// How many users and documents it mentions.
    pub(crate) fn mentions(&self) -> usize {
        match self {
            Self::Mention(_) => 1,
            Self::RichText(segments) => {
                segments.iter().filter(|it| matches!(it, Segment::Mention(_))).count()
            }
            _ => 0,
        }
    }
}

/// An option of a list as a text.
fn scalar_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.plain_text())
    }
}

macro_rules! cell_from {
    ($($from:ty, $name:ident => $cell:expr;)*) => {
        $(impl From<$from> for Cell {
            fn from($name: $from) -> Self {
                $cell
            }
        })*
    };
}

cell_from! {
    f64, it => Self::Number(it);
    i32, it => Self::Number(it.into());
    u32, it => Self::Number(it.into());
    bool, it => Self::Bool(it);
    &str, it => Self::Text(it.to_owned());
    String, it => Self::Text(it);
    SerialDate, it => Self::Number(it.0);
    Link, it => Self::Link(Box::new(it));
    Mention, it => Self::Mention(Box::new(it));
    Image, it => Self::Image(Box::new(it));
    Vec<Segment>, it => Self::RichText(it);
}

/// `None` is an empty cell.
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
