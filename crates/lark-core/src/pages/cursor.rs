//! Where a stream of pages stands.

use std::mem;

use super::NextPage;
use crate::error::PageLoop;

/// Which page comes next, and whether the tokens lead in a circle.
///
/// It must not grow with the list, so it does not remember every token: beside the last one it keeps a
/// mark, which moves to the newest page at pages 1, 2, 4, 8 ... (Brent's algorithm). A page that names
/// itself is found at once, a longer circle when it was gone through a few times at most.
#[derive(Debug)]
pub(super) struct Cursor {
    /// How many pages were read.
    read: u64,
    /// Leads to the page that comes next.
    token: Option<String>,
    /// Led to the page that was read last.
    last: Option<String>,
    mark: Mark,
}

/// A page further back.
#[derive(Debug, Default)]
struct Mark {
    page: u64,
    token: String,
}

impl Cursor {
    pub(super) fn at(token: Option<&str>) -> Self {
        let token = token.filter(|token| !token.is_empty()).map(str::to_owned);
        Self { read: 0, token, last: None, mark: Mark::default() }
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    pub(super) fn pages_read(&self) -> u64 {
        self.read
    }

    /// Takes note of a page; returns the token of the one behind it.
    pub(super) fn read(&mut self, next: NextPage) -> Result<Option<&str>, PageLoop> {
        self.read += 1;
        let token = next.token.filter(|token| !token.is_empty());
        let token = token.filter(|_| next.has_more != Some(false));
        self.last = mem::replace(&mut self.token, token);
        let Some(token) = &self.token else { return Ok(None) };
        let from = self.read;
        if self.last.as_ref() == Some(token) {
            return Err(PageLoop { from, to: from });
        }
        if self.mark.token == *token {
            return Err(PageLoop { from, to: self.mark.page });
        }
        if from.is_power_of_two() {
            self.mark = Mark { page: from + 1, token: token.clone() };
        }
        Ok(Some(token))
    }
}
