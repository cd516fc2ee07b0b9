//! Answers that a test dictates, byte for byte.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::Value;

use crate::answer::Answer;

/// An answer sent as it is, in place of the sandbox's own. Nothing is added to it, no log id either.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    declared_length: Option<u64>,
}

/// How often a [`Reply`] is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// For the next request only.
    Once,
    /// For the next so many requests.
    Next(u32),
    /// Until the sandbox is told otherwise.
    Always,
}

impl Reply {
    /// An empty answer.
    ///
    /// # Panics
    /// If `status` is not an HTTP status.
    pub fn new(status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        Self { status, headers: Vec::new(), body: Bytes::new(), declared_length: None }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        let reply = Self::new(status).header("Content-Type", "application/json; charset=utf-8");
        reply.body(body.to_string())
    }

    /// An HTML page, as a gateway in between would send.
    pub fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status).header("Content-Type", "text/html").body(page.into())
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If it is not one that HTTP allows.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let allowed =
            http::HeaderName::try_from(name).is_ok() && http::HeaderValue::try_from(value).is_ok();
        assert!(allowed, "{name}: {value:?} is not an HTTP header");
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Declares a `Content-Length` other than that of the body. If it is larger, the connection
    /// closes before all of it has come.
    pub fn declare_length(mut self, length: u64) -> Self {
        self.declared_length = Some(length);
        self
    }

    pub(crate) fn into_answer(self) -> Answer {
        let Self { status, headers, body, declared_length } = self;
        Answer { status, headers, body, declared_length, code: None }
    }
}

/// The dictated answers, per operation and in order.
#[derive(Default)]
pub(crate) struct Script {
    replies: Mutex<HashMap<&'static str, VecDeque<(Times, Reply)>>>,
}

impl Script {
    pub(crate) fn add(&self, operation_id: &'static str, times: Times, reply: Reply) {
        crate::lock(&self.replies).entry(operation_id).or_default().push_back((times, reply));
    }

    pub(crate) fn clear(&self, operation_id: &str) {
        crate::lock(&self.replies).remove(operation_id);
    }

    /// The reply to send now, if there is one.
    pub(crate) fn next(&self, operation_id: &str) -> Option<Reply> {
        let mut replies = crate::lock(&self.replies);
        let queue = replies.get_mut(operation_id)?;
        while queue.front().is_some_and(|(times, _)| *times == Times::Next(0)) {
            queue.pop_front();
        }
        let (times, reply) = queue.front_mut()?;
        let reply = reply.clone();
        match times {
            Times::Always => {}
            Times::Next(left) => *left -= 1,
            Times::Once => drop(queue.pop_front()),
        }
        Some(reply)
    }
}
