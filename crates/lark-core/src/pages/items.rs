//! The items of all pages.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::{Listed, Pages};
use crate::error::Result;

/// The items of a list, page by page, from [`Client::items`](crate::Client::items). It is a
/// [`Stream`], and usable without a stream library through [`next`](Self::next). It ends and fails
/// like [`Pages`].
#[must_use = "nothing is sent before the stream is asked for something"]
pub struct Items<O: Listed> {
    pages: Pages<O>,
    page: vec::IntoIter<O::Item>,
}

impl<O: Listed> Items<O> {
    pub(super) fn new(pages: Pages<O>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }

    /// Like [`Pages::resume`].
    pub fn resume(self, token: impl AsRef<str>) -> Self {
        Self::new(self.pages.resume(token))
    }

    /// Like [`Pages::read_ahead`].
    pub fn read_ahead(mut self) -> Self {
        self.pages = self.pages.read_ahead();
        self
    }

    /// The next item, `None` after the last one and after an error. Nothing is lost if the future is
    /// dropped.
    pub async fn next(&mut self) -> Option<Result<O::Item>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// All items. For a list without a known end use [`next`](Self::next) or
    /// [`collect_up_to`](Self::collect_up_to), which hold less in memory.
    ///
    /// # Errors
    /// The error of the page that failed; a partial result is never returned.
    pub async fn all(self) -> Result<Vec<O::Item>> {
        self.collect_up_to(usize::MAX).await
    }

    /// The first `limit` items, or all if there are fewer. Only the necessary pages are fetched,
    /// apart from [`read_ahead`](Self::read_ahead).
    ///
    /// # Errors
    /// The error of the page that failed; a partial result is never returned.
    pub async fn collect_up_to(mut self, limit: usize) -> Result<Vec<O::Item>> {
        let mut items = Vec::new();
        while items.len() < limit
            && let Some(item) = self.next().await
        {
            items.push(item?);
        }
        Ok(items)
    }

    /// The token to [`resume`](Self::resume) from without missing an item: that of the page whose
    /// items are being yielded, which are then yielded again, and after the last of them that of
    /// the next page. `None` in the first page and at the end.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match self.page.as_slice() {
            [] => self.pages.cursor.token(),
            _ => self.pages.cursor.last(),
        }
    }

    /// Whether the stream is finished. Sometimes only [`next`](Self::next) finds that out, because
    /// the last pages may be empty.
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
