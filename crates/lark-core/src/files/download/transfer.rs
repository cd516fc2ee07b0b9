//! The bytes of a file, requested again from where the transfer broke.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName,
    TRANSFER_ENCODING,
};
use http::{HeaderValue, StatusCode};
use http_body::Body as _;
use tokio::time::sleep;

use crate::call::Call;
use crate::call::request::{ByteRange, Prepared};
use crate::client::{Core, Scope};
use crate::error::{Cause, Error, Result, Stage};
use crate::retry::Next;
use crate::transport::ResponseHead;
use crate::transport::{Body, TransportError, TransportErrorKind};
use crate::util::Exclusive;

/// The call that returned a file, to make it again.
pub(crate) struct Origin {
    pub(crate) core: Arc<Core>,
    pub(crate) scope: Scope,
    pub(crate) request: Prepared,
}

/// What comes next.
pub(super) enum Piece {
    Data(Bytes),
    /// Everything received so far is void: the server starts over.
    StartOver,
}

pub(super) struct Transfer {
    origin: Origin,
    file: FileFacts,
    state: State,
    received: u64,
    retries: u32,
    may_restart: bool,
}

/// Facts about the file from the server.
struct FileFacts {
    head: ResponseHead,
    total: Option<u64>,
    etag: Option<HeaderValue>,
    may_resume: bool,
}

enum State {
    Reading(Body),
    /// With the error that broke the transfer.
    Resuming(Error, Exclusive<Rest>),
    Ended,
}

/// A request for the rest.
type Rest = Pin<Box<dyn Future<Output = Result<(ResponseHead, Body)>> + Send>>;

impl FileFacts {
    fn of(head: &ResponseHead) -> Self {
        let header = |name: HeaderName| head.headers.get(name);
        let text = |name| header(name).and_then(|value| value.to_str().ok());
        let is_plain = text(CONTENT_ENCODING).is_none_or(|it| it.eq_ignore_ascii_case("identity"));
        // With a transfer encoding it is ignored (RFC 9112).
        let is_length = is_plain && header(TRANSFER_ENCODING).is_none();
        let total = text(CONTENT_LENGTH).filter(|_| is_length).and_then(|it| it.parse().ok());
        // A weak one does not guarantee that the bytes are the same.
        let etag = header(ETAG).filter(|etag| !etag.as_bytes().starts_with(b"W/")).cloned();
        let ranges = text(ACCEPT_RANGES);
        let is_told = total.is_some() || etag.is_some() || ranges == Some("bytes");
        let may_resume = is_plain && is_told && ranges != Some("none");
        Self { head: head.clone(), total, etag, may_resume }
    }
}

impl Transfer {
    pub(super) fn new(origin: Origin, head: &ResponseHead, body: Body) -> Self {
        let (file, state) = (FileFacts::of(head), State::Reading(body));
        Self { origin, file, state, received: 0, retries: 0, may_restart: false }
    }

    pub(super) fn operation(&self) -> &str {
        &self.origin.request.operation
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.file.total
    }

    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Declares that the caller handles [`Piece::StartOver`].
    pub(super) fn restart_if_need_be(&mut self) {
        // Not if chunks were already returned.
        self.may_restart = self.received == 0;
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece>>> {
        loop {
            let step = match &mut self.state {
                State::Ended => return Poll::Ready(None),
                State::Reading(body) => match ready!(Pin::new(body).poll_frame(cx)) {
                    Some(Ok(frame)) => Ok(frame.into_data().ok().and_then(|it| self.count(it))),
                    Some(Err(error)) => self.broken(error).map(|()| None),
                    None if self.is_whole() => {
                        self.state = State::Ended;
                        return Poll::Ready(None);
                    }
                    None => self.broken(self.truncated()).map(|()| None),
                },
                State::Resuming(_, rest) => {
                    let response = ready!(rest.get_mut().as_mut().poll(cx));
                    self.resumed(response)
                }
            };
            match step {
                Ok(None) => {}
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Err(error) => {
                    self.state = State::Ended;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    fn count(&mut self, data: Bytes) -> Option<Piece> {
        self.received += data.len() as u64;
        (!data.is_empty()).then_some(Piece::Data(data))
    }

    fn is_whole(&self) -> bool {
        self.file.total.is_none_or(|total| self.received >= total)
    }

    fn truncated(&self) -> TransportError {
        let (received, total) = (self.received, self.file.total.unwrap_or_default());
        let why = format!("it ended after {received} of {total} bytes");
        TransportError::new(TransportErrorKind::Interrupted, why)
    }

    fn error(&self, error: TransportError) -> Error {
        let error = Error::new(self.operation(), Stage::Send, Cause::Transport(error));
        error.with_response(&self.file.head)
    }

    /// Requests the rest, if that can work.
    fn broken(&mut self, error: TransportError) -> Result<()> {
        let error = self.error(error);
        let Origin { scope, request, .. } = &self.origin;
        let next = scope.retry.next(&error, self.retries, request.idempotent);
        let (true, Next::After(delay)) = (self.file.may_resume, next) else { return Err(error) };
        self.retries += 1;
        tracing::debug!(%error, ?delay, from = self.received, "the rest of the file is asked for");
        self.state = State::Resuming(error, Exclusive::new(self.request_rest(delay)));
        Ok(())
    }

    fn request_rest(&self, delay: Duration) -> Rest {
        let Origin { core, scope, request } = &self.origin;
        let (core, scope, mut request) = (Arc::clone(core), scope.clone(), request.clone());
        let range = ByteRange { from: self.received, if_range: self.file.etag.clone() };
        request.range = (range.from > 0).then(|| Box::new(range));
        Box::pin(async move {
            sleep(delay).await;
            Call { core: &core, scope: &scope, request }.file().await
        })
    }

    /// Continues with the response to the request for the rest.
    fn resumed(&mut self, response: Result<(ResponseHead, Body)>) -> Result<Option<Piece>> {
        let (head, body) = response?;
        if self.received > 0 && head.status == StatusCode::PARTIAL_CONTENT {
            if let Some(why) = self.mismatch(&head) {
                let why = format!("the server does not continue the file: {why}");
                let error = Error::new(self.operation(), Stage::Decode, Cause::Rejected(why));
                return Err(error.with_response(&head));
            }
            let text = head.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
            let total = text.and_then(content_range).and_then(|(_, total)| total);
            self.file.total = self.file.total.or(total);
            self.state = State::Reading(body);
            return Ok(None);
        }
        let before = std::mem::replace(&mut self.state, State::Reading(body));
        if let State::Resuming(error, _) = before
            && self.received > 0
            && !self.may_restart
        {
            return Err(error);
        }
        self.file = FileFacts::of(&head);
        self.received = 0;
        Ok(Some(Piece::StartOver))
    }

    /// Why a range is not the rest of this file.
    fn mismatch(&self, head: &ResponseHead) -> Option<String> {
        let etag = head.headers.get(ETAG);
        if self.file.etag.is_some() && etag.is_some() && etag != self.file.etag.as_ref() {
            return Some("it is another one by its ETag".to_owned());
        }
        let text = head.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let text = text.unwrap_or_default();
        let Some((start, total)) = content_range(text) else {
            return Some(format!("{text:?} is not the range of a part"));
        };
        let length = self.file.total.zip(total).filter(|(before, now)| before != now);
        match length {
            _ if start != self.received => {
                Some(format!("{} bytes are there, and it sends {text:?}", self.received))
            }
            Some((before, now)) => Some(format!("it had {before} bytes and has {now} now")),
            None => None,
        }
    }
}

/// The first byte of `bytes 5-9/10`, and the length of the whole unless that is `*`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let (start, end) = (start.trim().parse().ok()?, end.trim().parse::<u64>().ok()?);
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    (start <= end && total.is_none_or(|total| end < total)).then_some((start, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_is_read_or_rejected() {
        for (text, range) in [
            ("bytes 5-9/10", Some((5, Some(10)))),
            ("bytes 0-0/*", Some((0, None))),
            ("bytes 5-10/10", None),
            ("bytes 9-5/10", None),
            ("bytes */10", None),
            ("items 5-9/10", None),
            ("bytes 5-9", None),
            ("", None),
        ] {
            assert_eq!(content_range(text), range, "{text}");
        }
    }
}
