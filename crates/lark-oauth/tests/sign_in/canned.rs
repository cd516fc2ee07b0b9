//! A transport that answers from a script and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use lark_core::http::{Request, Response};
use lark_core::{Body, Client, Endpoint, Transport, TransportFuture, Value};
use lark_oauth::OAuth;
use tokio::time::Instant;

#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) request: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    pub(crate) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

#[derive(Clone, Default)]
pub(crate) struct Canned {
    seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<VecDeque<(u16, String)>>>,
}

impl Canned {
    pub(crate) fn answering<'a>(answers: impl IntoIterator<Item = (u16, &'a str)>) -> Self {
        let script = answers.into_iter().map(|(status, body)| (status, body.to_owned())).collect();
        Self { script: Arc::new(Mutex::new(script)), ..Self::default() }
    }

    pub(crate) fn oauth(&self) -> OAuth {
        let endpoint = Endpoint::custom("https://open.test").accounts("https://accounts.test");
        lark_canary::up();
        let client = Client::builder("cli_test", "hush-secret").endpoint(endpoint);
        let client = client.on_call(|report| lark_canary::check_error(&report.outcome));
        OAuth::new(&client.transport(self.clone()).build().expect("the options are fine"))
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }
}

impl Transport for Canned {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let header = request.headers().get("authorization");
        let body = request.body().as_bytes().expect("in memory").to_vec();
        self.seen.lock().expect("no panic").push(Seen {
            request: format!("{} {}", request.method(), request.uri()),
            authorization: header.map(|it| it.to_str().expect("ascii").into()),
            body: String::from_utf8(body).expect("text"),
            at: Instant::now(),
        });
        let answer = self.script.lock().expect("no panic").pop_front();
        let (status, body) = answer.expect("the script has an answer");
        let response = Response::builder().status(status).body(body.into());
        Box::pin(async move { Ok(response.expect("a valid response")) })
    }
}
