//! What a page and the emitted operations say differently.

use std::collections::BTreeMap;
use std::fmt;

/// How a page and an emitted operation differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// A page describes an operation that is not emitted.
    Operation,
    /// The page names other kinds of tokens.
    Token,
    /// The page lists a member that is not emitted.
    Missing,
    /// The page states another type.
    Type,
    /// The page requires what we do not, or the other way round.
    Required,
    /// The tables of the page are those of a list in pages, and what is emitted is no stream, or the other
    /// way round.
    Pages,
    /// A member of a shared model: the page of this use does not list it, that of another use does.
    Elsewhere,
    /// A member that is emitted and that no page lists.
    Unlisted,
}

/// One difference, in however many operations it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// How they differ.
    pub kind: DifferenceKind,
    /// `docx.v1 TableProperty.merge_info`, a member of a model, or `im.v1.chat.create query.uuid`, an
    /// input; the operation alone if it is about the whole.
    pub place: String,
    /// What the page says.
    pub page: String,
    /// What is emitted.
    pub ours: String,
    /// Where it occurs: `im.v1.message.list answer.items.sender`.
    pub uses: Vec<String>,
}

impl DifferenceKind {
    fn word(self) -> &'static str {
        match self {
            DifferenceKind::Operation => "operation",
            DifferenceKind::Token => "token",
            DifferenceKind::Missing => "missing",
            DifferenceKind::Type => "type",
            DifferenceKind::Required => "required",
            DifferenceKind::Pages => "pages",
            DifferenceKind::Elsewhere => "elsewhere",
            DifferenceKind::Unlisted => "unlisted",
        }
    }
}

impl Difference {
    /// The line that lists it in differences.toml. The uses are not part of it.
    pub fn line(&self) -> String {
        let Difference { kind, place, page, ours, .. } = self;
        let kind = kind.word();
        match self.kind {
            DifferenceKind::Operation => format!("{kind} {place}"),
            DifferenceKind::Elsewhere | DifferenceKind::Unlisted => {
                format!("{kind} {place}: ours {ours}")
            }
            _ => format!("{kind} {place}: {page}, ours {ours}"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())?;
        match self.uses.as_slice() {
            [] => Ok(()),
            [one] => write!(f, " (in {one})"),
            [first, rest @ ..] => write!(f, " (in {first} and {} more)", rest.len()),
        }
    }
}

/// Differences, those of one place together, in the order of their lines.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    by_line: BTreeMap<(DifferenceKind, String), Difference>,
}

impl Differences {
    /// Notes a difference at a use.
    pub(crate) fn add(
        &mut self,
        kind: DifferenceKind,
        place: String,
        sides: (String, String),
        used: Option<String>,
    ) {
        let (page, ours) = sides;
        let found = Difference { kind, place, page, ours, uses: Vec::new() };
        let entry = self.by_line.entry((kind, found.line())).or_insert(found);
        entry.uses.extend(used);
    }

    pub(crate) fn into_vec(self) -> Vec<Difference> {
        self.by_line.into_values().collect()
    }
}
