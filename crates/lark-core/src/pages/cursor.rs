//! The position of a stream of pages.

use std::mem;

use super::NextPage;
use crate::error::PageLoop;

/// Decides which page comes next, and finds cycles of tokens.
///
/// It must not grow with the list, so it does not keep every token: besides the last one it keeps a
/// mark, which moves to the newest page at pages 1, 2, 4, 8 ... (Brent's algorithm). A page that
/// leads to itself is found immediately, a longer cycle after a few rounds at most.
#[derive(Debug)]
pub(super) struct Cursor {
    /// Number of pages read.
    read: u64,
    /// The token of the next page.
    token: Option<String>,
    /// The token of the page that was read last.
    last: Option<String>,
    mark: Mark,
}

/// An earlier page.
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

    /// Records a page; returns the token of the next one.
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
