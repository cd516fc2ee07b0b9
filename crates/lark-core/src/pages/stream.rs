//! The pages of a list, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::cursor::Cursor;
use super::page_fetch::PageFetch;
use super::{NextPage, Paged};
use crate::client::Client;
use crate::error::{Cause, Error, Result, Stage};
use crate::operation::Meta;
use crate::util::BoxFuture;
use crate::wire::Need;

/// The pages of a list, from [`Client::pages`]. It is a [`Stream`], and usable without a stream
/// library through [`next`](Self::next).
///
/// The last page is the one that says so or has no token for another. An empty page does not end
/// the stream. An error is yielded once and ends the stream; a list whose tokens form a cycle is
/// such an error ([`Error::is_page_loop`]). The stream may be dropped at any time.
#[must_use = "nothing is sent before the stream is asked for something"]
pub struct Pages<O: Paged> {
    client: Client,
    /// Requests the next page.
    request: O,
    pub(super) cursor: Cursor,
    fetch: Option<PageFetch<O::Response>>,
    reads_ahead: bool,
    /// The error that ends the stream after the page just yielded.
    failure: Option<Error>,
    done: bool,
}

impl<O: Paged> Pages<O> {
    pub(super) fn new(client: Client, mut request: O) -> Self {
        if request.page_token().is_none() && wants_token(O::META) {
            request.set_page_token("");
        }
        let cursor = Cursor::at(request.page_token());
        let (fetch, failure) = (None, None);
        Self { client, request, cursor, fetch, reads_ahead: false, failure, done: false }
    }

    /// Starts at the page of `token` from an earlier stream, the same as setting it in the request.
    /// With an empty token it starts at the beginning.
    pub fn resume(mut self, token: impl AsRef<str>) -> Self {
        self.request.set_page_token(token.as_ref());
        Self { reads_ahead: self.reads_ahead, ..Self::new(self.client, self.request) }
    }

    /// Fetches the next page, and only that, in a separate task while you process the current one.
    /// The task ends with the stream.
    pub fn read_ahead(mut self) -> Self {
        self.reads_ahead = true;
        self
    }

    /// The next page, `None` after the last one and after an error. Nothing is lost if the future
    /// is dropped: the next one continues the same call.
    pub async fn next(&mut self) -> Option<Result<O::Response>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// The token of the page that [`next`](Self::next) will yield, to [`resume`](Self::resume) from
    /// there. `None` at the beginning and at the end. After an error it is the token of the page
    /// that failed.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.cursor.token()
    }

    /// Whether the stream is finished.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<O::Response>>> {
        if let Some(error) = self.failure.take() {
            self.done = true;
            return Poll::Ready(Some(Err(error)));
        }
        if self.done {
            return Poll::Ready(None);
        }
        let response = loop {
            let fetch =
                self.fetch.get_or_insert_with(|| PageFetch::Here(self.client.fetch(&self.request)));
            let fetched = ready!(fetch.poll(cx));
            self.fetch = None;
            if let Some(response) = fetched {
                break response;
            }
            // The runtime of the task that was reading ahead was shut down. Fetch here.
        };
        match &response {
            Ok(response) => self.step(O::next_page(response)),
            Err(_) => self.done = true,
        }
        Poll::Ready(Some(response))
    }

    /// Moves on to the page after the one just read.
    fn step(&mut self, next: NextPage) {
        match self.cursor.read(next) {
            Ok(None) => self.done = true,
            Ok(Some(token)) => {
                self.request.set_page_token(token);
                if self.reads_ahead {
                    self.fetch = Some(PageFetch::away(self.client.fetch(&self.request)));
                }
            }
            Err(circle) => {
                let cause = Cause::PageLoop(circle);
                self.failure = Some(Error::new(O::META.id, Stage::Decode, cause));
            }
        }
    }
}

/// Whether the first page is requested with an empty token instead of none.
fn wants_token(meta: &Meta) -> bool {
    meta.inputs.iter().any(|input| input.name == "page_token" && input.need == Need::Required)
}

impl Client {
    /// A call that owns what it needs.
    fn fetch<O: Paged>(&self, request: &O) -> BoxFuture<'static, Result<O::Response>> {
        let (client, request) = (self.clone(), request.clone());
        Box::pin(async move { client.send(request).await })
    }
}

// Nothing in it is pinned in place.
impl<O: Paged> Unpin for Pages<O> {}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<O::Response>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}

impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::META.id)
            .field("read", &self.cursor.pages_read())
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}
