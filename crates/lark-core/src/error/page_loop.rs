//! Lists whose pages form a cycle.

use std::fmt;

/// A page that leads back to an earlier one, or to itself; pages are numbered from 1, where the
/// stream began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageLoop {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

impl fmt::Display for PageLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        match from == to {
            true => write!(f, "page {from} has its own page token as that of the next page")?,
            false => write!(f, "page {from} has the page token of page {to} as that of the next")?,
        }
        f.write_str(", so the list would never end")
    }
}
