//! Tags that are open, by their names: a long text may have any number of them.

use super::html::Tag;

/// Tags that documents have styles for.
const STYLES: [&str; 11] =
    ["strong", "b", "em", "i", "del", "s", "strike", "u", "ins", "code", "span"];

/// Tags that are open.
#[derive(Debug, Default)]
pub(super) struct Tags {
    /// How many of each, in the order of the styles.
    counts: [usize; STYLES.len()],
    /// Those with colours, the innermost last.
    spans: Vec<Tag>,
}

impl Tags {
    /// Whether a tag is one of a style.
    pub(super) fn is_style(name: &str) -> bool {
        STYLES.contains(&name)
    }

    pub(super) fn open(&mut self, tag: Tag) {
        let Some(at) = place(&tag.name) else { return };
        self.counts[at] += 1;
        if tag.name == "span" {
            self.spans.push(tag);
        }
    }

    /// Closes the innermost of a name; `false` if none is open.
    pub(super) fn close(&mut self, name: &str) -> bool {
        let Some(at) = place(name).filter(|at| self.counts[*at] > 0) else { return false };
        self.counts[at] -= 1;
        if name == "span" {
            self.spans.pop();
        }
        true
    }

    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().filter_map(|it| place(it)).any(|at| self.counts[at] > 0)
    }

    /// The innermost with colours.
    pub(super) fn colors(&self) -> Option<&Tag> {
        self.spans.last()
    }
}

fn place(name: &str) -> Option<usize> {
    STYLES.iter().position(|it| *it == name)
}
