//! A platform in memory, on tokio's clock.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lark_core::http::{HeaderMap, Request, Response};
use lark_core::{Body, Client, ClientBuilder, Transport, TransportError, TransportFuture};
use serde_json::{Value, json};
use tokio::time::Instant;

/// One answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Http {
        status: u16,
        headers: HeaderMap,
        body: String,
    },
    Error(TransportError),
    /// None, ever.
    Silence,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        let headers = HeaderMap::from_iter([(
            "x-tt-logid".parse().expect("a name"),
            "log-1".parse().expect("a value"),
        )]);
        Self::Http { status, headers, body: body.to_owned() }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Http { headers, .. } = &mut self {
            headers.insert(name, value.parse().expect("a value"));
        }
        self
    }
}

/// The refusal of the gateway.
pub(crate) fn limited(status: u16, limit: u32, reset: u64) -> Reply {
    Reply::json(status, r#"{"code":99991400,"msg":"request trigger frequency limit"}"#)
        .with_header("x-ogw-ratelimit-limit", &limit.to_string())
        .with_header("x-ogw-ratelimit-reset", &reset.to_string())
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) at: Instant,
    pub(crate) uri: String,
    pub(crate) authorization: String,
    pub(crate) body: Value,
    refused: bool,
}

type Answer = Box<dyn FnMut(&Call) -> Reply + Send>;

/// Answers token requests with tokens, and the others as it was told.
#[derive(Clone)]
pub(crate) struct Platform {
    state: Arc<Mutex<State>>,
}

struct State {
    started: Instant,
    answer: Answer,
    calls: Vec<Call>,
    token_calls: Vec<Call>,
}

impl Platform {
    /// Answers calls, and token requests unless `answer` is for them too, with what `answer` says.
    pub(crate) fn new(answer: impl FnMut(&Call) -> Reply + Send + 'static) -> Self {
        let state = State {
            started: Instant::now(),
            answer: Box::new(answer),
            calls: Vec::new(),
            token_calls: Vec::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// These answers in order, then success.
    pub(crate) fn answering(replies: Vec<Reply>) -> Self {
        let mut replies = VecDeque::from(replies);
        Self::new(move |_| replies.pop_front().unwrap_or_else(|| Reply::json(200, r#"{"code":0}"#)))
    }

    /// A marketplace: tickets `tk-1`, `tk-2` ... of which only `current` is good, tenants whose tokens
    /// name them, and calls that say which token they came with.
    pub(crate) fn marketplace(current: impl Fn() -> u32 + Send + 'static) -> Self {
        Self::new(move |call| {
            let text = |name: &str| call.body[name].as_str().unwrap_or_default().to_owned();
            let path = call.uri.rsplit("/v3/").next().unwrap_or_default();
            let body = match path {
                "app_ticket/resend" => json!({ "code": 0, "msg": "ok" }),
                "app_access_token" if text("app_ticket") == format!("tk-{}", current()) => {
                    json!({ "code": 0, "app_access_token": "a-1", "expire": 7200 })
                }
                "app_access_token" => json!({ "code": 10012, "msg": "app_ticket invalid" }),
                "tenant_access_token" if text("app_access_token") == "a-1" => {
                    let token = format!("t-{}", text("tenant_key"));
                    json!({ "code": 0, "tenant_access_token": token, "expire": 7200 })
                }
                "tenant_access_token" => json!({ "code": 99991664, "msg": "app token invalid" }),
                _ => json!({ "code": 0, "data": call.authorization }),
            };
            Reply::json(200, &body.to_string())
        })
    }

    /// So many calls in each second since its start, as the gateway counts.
    pub(crate) fn allowing(limit: u32) -> Self {
        let started = Instant::now();
        let (mut second, mut used) = (0, 0);
        Self::new(move |call| {
            let now = (call.at - started).as_secs();
            if now != second {
                (second, used) = (now, 0);
            }
            used += 1;
            match used > limit {
                true => limited(429, limit, 1),
                false => Reply::json(200, r#"{"code":0}"#),
            }
        })
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        lark_canary::up();
        Client::builder("cli_test", "app-secret")
            .transport(self.clone())
            .on_call(|report| lark_canary::check_error(&report.outcome))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().expect("the options are fine")
    }

    /// The requests that were not for tokens.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    pub(crate) fn token_calls(&self) -> Vec<Call> {
        self.lock().token_calls.clone()
    }

    /// The URIs of the calls that were not refused by a rate limit.
    pub(crate) fn executed(&self) -> Vec<String> {
        self.calls().into_iter().filter(|call| !call.refused).map(|call| call.uri).collect()
    }

    pub(crate) fn refused_after(&self, time: Duration) -> usize {
        let since = self.lock().started + time;
        self.calls().iter().filter(|call| call.refused && call.at >= since).count()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    fn receive(&self, mut call: Call) -> Reply {
        let mut state = self.lock();
        if call.uri.contains("/auth/v3/") {
            state.token_calls.push(call.clone());
            if call.uri.ends_with("_token/internal") {
                let n = state.token_calls.len();
                let token = format!("t-{n}");
                let token = json!({ "code": 0, "tenant_access_token": token, "expire": 7200 });
                return Reply::json(200, &token.to_string());
            }
            return (state.answer)(&call);
        }
        let reply = (state.answer)(&call);
        call.refused = matches!(&reply, Reply::Http { body, .. } if body.contains("99991400"));
        state.calls.push(call);
        reply
    }
}

impl Transport for Platform {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let header = request.headers().get("authorization");
        let body = request.body().as_bytes().expect("in memory");
        let reply = self.receive(Call {
            at: Instant::now(),
            uri: request.uri().to_string(),
            authorization: header.map(|it| it.to_str().expect("ascii").into()).unwrap_or_default(),
            body: serde_json::from_slice(body).unwrap_or_default(),
            refused: false,
        });
        Box::pin(async move {
            match reply {
                Reply::Silence => std::future::pending().await,
                Reply::Error(error) => Err(error),
                Reply::Http { status, headers, body } => {
                    let mut response = Response::new(body.into());
                    *response.status_mut() = status.try_into().expect("a status");
                    *response.headers_mut() = headers;
                    Ok(response)
                }
            }
        })
    }
}
