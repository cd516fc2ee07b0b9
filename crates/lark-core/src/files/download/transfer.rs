//! The bytes of a file, requested again from where the transfer broke.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, DATE, ETAG, HeaderName,
    LAST_MODIFIED, RANGE, TRANSFER_ENCODING,
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
    /// Where the response that is being read ends, if it says so.
    end: Option<u64>,
    retries: u32,
    may_restart: bool,
}

/// Facts about the file from the server.
struct FileFacts {
    head: ResponseHead,
    total: Option<u64>,
    /// Proves that a part is one of this file: a strong `ETag`, or else `Last-Modified`.
    validator: Option<(HeaderName, HeaderValue)>,
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
        let is_plain = is_plain(head);
        // With a transfer encoding it is ignored (RFC 9112).
        let is_length = is_plain && header(TRANSFER_ENCODING).is_none();
        let total = text(CONTENT_LENGTH).filter(|_| is_length).and_then(|it| it.parse().ok());
        // A weak one does not guarantee that the bytes are the same, nor does a time within whose
        // second the file may have changed again (RFC 9110, 8.8.2.2).
        let etag = header(ETAG).filter(|etag| !etag.as_bytes().starts_with(b"W/"));
        let modified = header(LAST_MODIFIED).filter(|modified| header(DATE) != Some(modified));
        let etag = etag.map(|etag| (ETAG, etag.clone()));
        let validator = etag.or_else(|| Some((LAST_MODIFIED, modified?.clone())));
        let ranges = text(ACCEPT_RANGES);
        let is_told = total.is_some() || validator.is_some() || ranges == Some("bytes");
        let may_resume = is_plain && is_told && ranges != Some("none");
        Self { head: head.clone(), total, validator, may_resume }
    }
}

impl Transfer {
    /// # Errors
    /// The response is a part of a file, and nobody asked for one.
    pub(super) fn new(origin: Origin, head: &ResponseHead, body: Body) -> Result<Self> {
        let mut file = FileFacts::of(head);
        // The rest of a part that the user asked for would be another range.
        let is_part = origin.scope.headers.contains_key(RANGE);
        file.may_resume &= !is_part;
        let (end, state) = (file.total, State::Reading(body));
        let (received, retries, may_restart) = (0, 0, false);
        let transfer = Self { origin, file, state, received, end, retries, may_restart };
        match head.status {
            StatusCode::PARTIAL_CONTENT if !is_part => Err(transfer.unasked(head)),
            _ => Ok(transfer),
        }
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
                    Some(Ok(frame)) => frame.into_data().map_or(Ok(None), |data| self.count(data)),
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

    fn count(&mut self, data: Bytes) -> Result<Option<Piece>> {
        self.received += data.len() as u64;
        if let Some(end) = self.end.filter(|end| self.received > *end) {
            let why = format!("the server sends more than the {end} bytes that it has announced");
            return Err(self.rejected(why, &self.file.head));
        }
        Ok((!data.is_empty()).then_some(Piece::Data(data)))
    }

    fn is_whole(&self) -> bool {
        let is_at = |end: Option<u64>| end.is_none_or(|end| self.received == end);
        is_at(self.end) && is_at(self.file.total)
    }

    fn rejected(&self, why: String, head: &ResponseHead) -> Error {
        let error = Error::new(self.operation(), Stage::Decode, Cause::Rejected(why));
        error.with_response(head)
    }

    fn unasked(&self, head: &ResponseHead) -> Error {
        let range = head.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let range = range.unwrap_or_default();
        self.rejected(format!("the server sends a part of the file, {range:?}, unasked"), head)
    }

    /// Whether the rest is asked for, or else the whole file.
    fn asks_for_rest(&self) -> bool {
        self.received > 0 && self.file.validator.is_some()
    }

    fn truncated(&self) -> TransportError {
        let (received, total) = (self.received, self.file.total.or(self.end).unwrap_or_default());
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
        // Without a validator the rest may be that of another file.
        let is_possible = self.received == 0 || self.may_restart || self.asks_for_rest();
        let Next::After(delay) = next else { return Err(error) };
        if !self.file.may_resume || !is_possible {
            return Err(error);
        }
        self.retries += 1;
        tracing::debug!(%error, ?delay, from = self.received, "the rest of the file is asked for");
        self.state = State::Resuming(error, Exclusive::new(self.request_rest(delay)));
        Ok(())
    }

    fn request_rest(&self, delay: Duration) -> Rest {
        let Origin { core, scope, request } = &self.origin;
        let (core, scope, mut request) = (Arc::clone(core), scope.clone(), request.clone());
        if let Some((_, validator)) = self.file.validator.clone().filter(|_| self.asks_for_rest()) {
            request.range = Some(Box::new(ByteRange { from: self.received, if_range: validator }));
        }
        Box::pin(async move {
            sleep(delay).await;
            Call { core: &core, scope: &scope, request }.file().await
        })
    }

    /// Continues with the response to the request for the rest.
    fn resumed(&mut self, response: Result<(ResponseHead, Body)>) -> Result<Option<Piece>> {
        let (head, body) = response?;
        if head.status == StatusCode::PARTIAL_CONTENT {
            if !self.asks_for_rest() {
                return Err(self.unasked(&head));
            }
            let part = self.part(&head).map_err(|why| {
                let why = format!("the server does not continue the file: {why}");
                self.rejected(why, &head)
            })?;
            self.file.total = self.file.total.or(part.total);
            self.end = Some(part.end);
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
        (self.received, self.end) = (0, self.file.total);
        Ok(Some(Piece::StartOver))
    }

    /// The part that a response has, or why it is not the rest of this file.
    fn part(&self, head: &ResponseHead) -> Result<Part, String> {
        if let Some((name, before)) = &self.file.validator
            && let Some(now) = head.headers.get(name)
            && now != before
        {
            return Err(format!("it is another one by its {name}"));
        }
        if !is_plain(head) {
            return Err("it is encoded, and what is there is not".to_owned());
        }
        let text = head.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let text = text.unwrap_or_default();
        let part = content_range(text);
        let part = part.ok_or_else(|| format!("{text:?} is not the range of a part"))?;
        if part.start != self.received {
            return Err(format!("{} bytes are there, and it sends {text:?}", self.received));
        }
        match (self.file.total, part.total) {
            (Some(before), Some(now)) if before != now => {
                Err(format!("it had {before} bytes and has {now} now"))
            }
            (Some(total), None) if part.end > total => {
                Err(format!("it had {total} bytes, and it sends {text:?}"))
            }
            (None, None) => Err(format!("{text:?} does not say where it ends")),
            _ => Ok(part),
        }
    }
}

/// Whether the bytes of a response are those of the file, not of its compressed form.
fn is_plain(head: &ResponseHead) -> bool {
    let encoding = head.headers.get(CONTENT_ENCODING);
    encoding.is_none_or(|it| it.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    start: u64,
    /// Behind its last byte.
    end: u64,
    /// The length of the whole.
    total: Option<u64>,
}

/// The part of `bytes 5-9/10`. The length of the whole may be `*`.
fn content_range(text: &str) -> Option<Part> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (start, last) = range.split_once('-')?;
    let (start, last) = (start.trim().parse().ok()?, last.trim().parse::<u64>().ok()?);
    let end = last.checked_add(1)?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    (start < end && total.is_none_or(|total| end <= total)).then_some(Part { start, end, total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_is_read_or_rejected() {
        for (text, range) in [
            ("bytes 5-9/10", Some((5, 10, Some(10)))),
            ("bytes 0-0/*", Some((0, 1, None))),
            ("bytes 0-18446744073709551615/*", None),
            ("bytes 5-10/10", None),
            ("bytes 9-5/10", None),
            ("bytes */10", None),
            ("items 5-9/10", None),
            ("bytes 5-9", None),
            ("", None),
        ] {
            let range = range.map(|(start, end, total)| Part { start, end, total });
            assert_eq!(content_range(text), range, "{text}");
        }
    }
}
