//! A transport that answers from a script and keeps what was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use lark_core::http::{Request, Response};
use lark_core::{Body, Transport, TransportFuture, Value};

/// Answers each request with the next body of a script, the last one for ever, in HTTP 200.
#[derive(Clone)]
pub struct Scripted(Arc<Mutex<State>>);

struct State {
    answers: VecDeque<String>,
    sent: Vec<Sent>,
}

/// What was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where to.
    pub url: String,
    /// Whether it had a token.
    pub has_token: bool,
    /// The JSON body.
    pub body: Value,
}

impl Scripted {
    /// With these answers.
    #[must_use]
    pub fn new<S: Into<String>>(answers: impl IntoIterator<Item = S>) -> Self {
        let answers = answers.into_iter().map(Into::into).collect();
        Self(Arc::new(Mutex::new(State { answers, sent: Vec::new() })))
    }

    /// What was sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sent.clone()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let (url, has_token) =
                (parts.uri.to_string(), parts.headers.contains_key("authorization"));
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.sent.push(Sent { url, has_token, body });
            let last = state.answers.front().cloned().unwrap_or_default();
            if state.answers.len() > 1 {
                state.answers.pop_front();
            }
            Ok(Response::new(last.into()))
        })
    }
}
