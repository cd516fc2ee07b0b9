//! A transport that answers from memory, and an operation to send through it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use lark_core::http::{Request, Response};
use lark_core::{
    Body, Client, ClientBuilder, RetryPolicy, Transport, TransportError, TransportFuture,
};

pub(crate) const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";

/// What the transport was asked, without headers that do not matter here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

type Answer = Result<(u16, &'static str), TransportError>;

/// Answers token requests with a token and all others from a script.
#[derive(Clone, Default)]
pub(crate) struct Canned {
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
    token_answer: Option<(u16, &'static str)>,
}

impl Canned {
    pub(crate) fn answering(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Self {
        Self::scripted(answers.into_iter().map(Ok))
    }

    pub(crate) fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = answers.into_iter().collect();
        Self { script: Arc::new(Mutex::new(script)), ..Self::default() }
    }

    pub(crate) fn with_token_answer(mut self, status: u16, body: &'static str) -> Self {
        self.token_answer = Some((status, body));
        self
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        lark_canary::up();
        Client::builder("cli_test", "hush-hush")
            .transport(self.clone())
            .on_call(|report| lark_canary::check_error(&report.outcome))
    }

    /// A client that makes each call once.
    pub(crate) fn client(&self) -> Client {
        self.builder().retry(RetryPolicy::none()).build().expect("the options are fine")
    }

    /// The requests that were not for a token.
    pub(crate) fn calls(&self) -> Vec<Seen> {
        let seen = self.seen.lock().expect("no panic");
        seen.iter().filter(|it| !it.uri.ends_with(TOKEN_PATH)).cloned().collect()
    }

    fn answer(&self, uri: &str) -> Answer {
        if uri.ends_with(TOKEN_PATH) {
            let token = r#"{"code":0,"msg":"ok","tenant_access_token":"t-secret","expire":7200}"#;
            return Ok(self.token_answer.unwrap_or((200, token)));
        }
        self.script.lock().expect("no panic").pop_front().expect("the script has an answer")
    }
}

impl Transport for Canned {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let header = request.headers().get("authorization");
        let body = request.body().as_bytes().expect("in memory");
        let seen = Seen {
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            authorization: header.map(|it| it.to_str().expect("ascii").into()).unwrap_or_default(),
            body: String::from_utf8(body.to_vec()).expect("text"),
        };
        let answer = self.answer(&seen.uri);
        self.seen.lock().expect("no panic").push(seen);
        Box::pin(async move {
            let (status, body) = answer?;
            let response = Response::builder().status(status).header("X-Tt-Logid", "log-1");
            Ok(response.body(body.to_owned().into()).expect("a valid response"))
        })
    }
}
