//! The items of all pages.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::{Listed, Pages};
use crate::error::Result;

/// The items of a list, page after page: what [`Client::items`](crate::Client::items) returns. A
/// [`Stream`], and to be used without one by [`next`](Self::next). It ends and fails as [`Pages`] do.
#[must_use = "nothing is sent before the stream is asked for something"]
pub struct Items<O: Listed> {
    pages: Pages<O>,
    page: vec::IntoIter<O::Item>,
}

impl<O: Listed> Items<O> {
    pub(super) fn new(pages: Pages<O>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }

    /// As [`Pages::resume`].
    pub fn resume(self, token: impl AsRef<str>) -> Self {
        Self::new(self.pages.resume(token))
    }

    /// As [`Pages::read_ahead`].
    pub fn read_ahead(mut self) -> Self {
        self.pages = self.pages.read_ahead();
        self
    }

    /// The next item, `None` after the last one and after an error. Nothing is lost if the future is
    /// dropped.
    pub async fn next(&mut self) -> Option<Result<O::Item>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// The first `limit` items, or all if there are fewer. No page is fetched that is not needed,
    /// except by [`read_ahead`](Self::read_ahead).
    ///
    /// # Errors
    /// That of the page that failed; there is no short success.
    pub async fn collect_up_to(mut self, limit: usize) -> Result<Vec<O::Item>> {
        let mut items = Vec::new();
        while items.len() < limit
            && let Some(item) = self.next().await
        {
            items.push(item?);
        }
        Ok(items)
    }

    /// The token to [`resume`](Self::resume) with so that no item is missed: that of the page whose
    /// items are being yielded, so that those come again, and when the last of them was yielded, that
    /// of the next page. `None` in the first page and at the end.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match self.page.as_slice() {
            [] => self.pages.cursor.token(),
            _ => self.pages.cursor.last(),
        }
    }

    /// Whether nothing will come any more. It may also be found out by [`next`](Self::next) only: the
    /// last pages can be empty.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.page.as_slice().is_empty() && self.pages.is_done()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<O::Item>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(cx)) {
                Some(Ok(response)) => self.page = O::items(response).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Items are moved out, never pinned.
impl<O: Listed> Unpin for Items<O> {}

impl<O: Listed> Stream for Items<O> {
    type Item = Result<O::Item>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.page.len(), None)
    }
}

impl<O: Listed> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("at_hand", &self.page.len())
            .finish()
    }
}
