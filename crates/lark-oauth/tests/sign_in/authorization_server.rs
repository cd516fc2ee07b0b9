//! An authorization server that rotates refresh tokens, and ends whole grants whose token is used twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lark_core::http::{Request, Response};
use lark_core::{
    Body, Client, RawRequest, Result, RetryPolicy, Secret, TokenStore, TransportError,
    TransportErrorKind, UserTokens, Value,
};
use lark_oauth::{Grant, OAuth, UserSession, UserSessions};
use lark_test_support::{FakeTransport, client_builder};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::clock::WallClock;

pub(crate) const LIFE: u64 = 7200;
/// How long an access token lives after its grant was refreshed.
const GRACE: Duration = Duration::from_secs(60);
/// How long a refresh takes.
const DELAY: Duration = Duration::from_millis(50);

/// What befalls a refresh.
#[derive(Clone, Debug)]
pub(crate) enum Mishap {
    /// It is refused with this answer.
    Answer(u16, &'static str),
    /// The connection breaks before it arrives.
    LoseRequest,
    /// It is executed, and the connection breaks before the answer is sent.
    LoseAnswer,
    /// It is executed, and the answer never comes.
    Silence,
    /// It is not executed, and no answer comes.
    Deafness,
}

#[derive(Clone)]
pub(crate) struct AuthorizationServer {
    state: Arc<Mutex<State>>,
    silence: Arc<Notify>,
    pub(crate) clock: WallClock,
}

#[derive(Default)]
struct State {
    count: usize,
    refresh_tokens: HashMap<String, RefreshToken>,
    /// The user of each access token, and when it ends.
    access_tokens: HashMap<String, (usize, Instant)>,
    mishaps: VecDeque<Mishap>,
    repeats: bool,
    forgives: bool,
    requests: usize,
    revoked: Vec<String>,
}

struct RefreshToken {
    family: usize,
    access_token: String,
    uses: usize,
    answer: Option<String>,
    ended: bool,
}

impl AuthorizationServer {
    pub(crate) fn new() -> Self {
        Self { state: Arc::default(), silence: Arc::default(), clock: WallClock::new() }
    }

    /// Answers a refresh token that comes again as it answered it first.
    pub(crate) fn repeating(self) -> Self {
        self.state().repeats = true;
        self
    }

    /// Refuses a refresh token that comes again, and leaves the grant alone.
    pub(crate) fn forgiving(self) -> Self {
        self.state().forgives = true;
        self
    }

    pub(crate) fn client(&self, store: impl TokenStore + 'static) -> Client {
        let server = self.clone();
        let client = client_builder(FakeTransport::handling(move |request| {
            let server = server.clone();
            async move {
                let (status, body) = server.answer(request).await?;
                let response = Response::builder().status(status).body(body.into());
                Ok(response.expect("a valid response"))
            }
        }));
        // Each mishap is to be seen.
        let client = client.retry(RetryPolicy::none());
        client.store(store).build().expect("the options are fine")
    }

    pub(crate) fn sessions(&self, store: impl TokenStore + 'static) -> UserSessions {
        let clock = self.clock.clone();
        UserSessions::with_oauth(&OAuth::new(&self.client(store)).clock(move || clock.now()))
    }

    /// A new grant, as a sign-in would give it.
    pub(crate) fn grant(&self) -> Grant {
        let mut state = self.state();
        let family = state.count;
        let (access_token, refresh_token) = state.issue(family);
        let now = self.clock.now();
        let mut grant = Grant::new(access_token, now + Duration::from_secs(LIFE));
        grant.issued_at = now;
        grant.refresh_token = Some(refresh_token.into());
        grant
    }

    pub(crate) fn mishap(&self, mishap: Mishap) {
        self.state().mishaps.push_back(mishap);
    }

    /// How many refreshes were asked for, those that were lost on their way included.
    pub(crate) fn requests(&self) -> usize {
        self.state().requests
    }

    /// How often the refresh token that was used most came here.
    pub(crate) fn most_uses(&self) -> usize {
        self.state().refresh_tokens.values().map(|token| token.uses).max().unwrap_or_default()
    }

    /// How many refresh tokens were used.
    pub(crate) fn used(&self) -> usize {
        self.state().refresh_tokens.values().filter(|token| token.uses > 0).count()
    }

    pub(crate) fn revoked(&self) -> Vec<String> {
        self.state().revoked.clone()
    }

    /// Whether a call with this token works.
    pub(crate) fn accepts(&self, access_token: &Secret) -> bool {
        let state = self.state();
        let found = state.access_tokens.get(access_token.expose());
        found.is_some_and(|(_, end)| Instant::now() < *end)
    }

    /// Ends an access token before its time.
    pub(crate) fn end(&self, access_token: &Secret) {
        let mut state = self.state();
        let found = state.access_tokens.get_mut(access_token.expose());
        found.expect("it was issued").1 = Instant::now();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    async fn token(&self, body: Value) -> Result<(u16, String), TransportError> {
        let broken = || TransportError::new(TransportErrorKind::Interrupted, "reset");
        let mishap = {
            let mut state = self.state();
            state.requests += 1;
            state.mishaps.pop_front()
        };
        sleep(DELAY).await;
        match &mishap {
            Some(Mishap::Answer(status, body)) => return Ok((*status, (*body).to_owned())),
            Some(Mishap::LoseRequest) => return Err(broken()),
            Some(Mishap::Deafness) => return self.keep_silent().await,
            _ => {}
        }
        let answer = self.state().refresh(body["refresh_token"].as_str().expect("it is sent"));
        match mishap {
            Some(Mishap::LoseAnswer) => Err(broken()),
            Some(Mishap::Silence) => self.keep_silent().await,
            _ => Ok(answer),
        }
    }

    async fn keep_silent<T>(&self) -> T {
        self.silence.notify_one();
        std::future::pending().await
    }

    /// Waits until somebody waits for an answer that never comes.
    pub(crate) async fn is_silent(&self) {
        self.silence.notified().await;
    }

    pub(crate) async fn answer(
        &self,
        request: Request<Body>,
    ) -> Result<(u16, String), TransportError> {
        let body = request.body().as_bytes().expect("in memory").to_vec();
        match request.uri().path() {
            "/open-apis/authen/v2/oauth/token" => {
                self.token(serde_json::from_slice(&body).expect("JSON")).await
            }
            "/oauth/v1/revoke" => {
                let form = url::form_urlencoded::parse(&body).into_owned();
                let token = form.into_iter().find(|(name, _)| name == "token");
                self.state().revoke(token.expect("it is sent").1);
                Ok((200, String::new()))
            }
            _ => {
                let token = request.headers()["authorization"].to_str().expect("ascii").to_owned();
                let token = token.strip_prefix("Bearer ").expect("a bearer token");
                Ok(match self.accepts(&token.into()) {
                    true => (200, json!({ "code": 0, "data": token }).to_string()),
                    false => (400, r#"{"code":99991668,"msg":"invalid access token"}"#.to_owned()),
                })
            }
        }
    }
}

impl State {
    fn issue(&mut self, family: usize) -> (String, String) {
        let n = self.count;
        self.count += 1;
        let (access_token, refresh_token) = (format!("u-hush-{n}"), format!("ur-hush-{n}"));
        let end = Instant::now() + Duration::from_secs(LIFE);
        self.access_tokens.insert(access_token.clone(), (family, end));
        let token = access_token.clone();
        let token =
            RefreshToken { family, access_token: token, uses: 0, answer: None, ended: false };
        self.refresh_tokens.insert(refresh_token.clone(), token);
        (access_token, refresh_token)
    }

    fn refresh(&mut self, token: &str) -> (u16, String) {
        let refuse = |code: u32, why: &str| {
            let body = json!({ "code": code, "error": "invalid_grant", "error_description": why });
            (400, body.to_string())
        };
        let Some(found) = self.refresh_tokens.get_mut(token) else {
            return refuse(20026, "The refresh token passed is invalid.");
        };
        found.uses += 1;
        if found.ended {
            return refuse(20064, "The refresh token has been revoked.");
        }
        let family = found.family;
        if let Some(answer) = &found.answer {
            if self.repeats {
                return (200, answer.clone());
            }
            if !self.forgives {
                self.end_family(family);
            }
            return refuse(20073, "The refresh token has been used.");
        }
        let old = found.access_token.clone();
        let (access_token, refresh_token) = self.issue(family);
        let end = &mut self.access_tokens.get_mut(&old).expect("it was issued").1;
        *end = (*end).min(Instant::now() + GRACE);
        let answer = json!({
            "code": 0, "access_token": access_token, "expires_in": LIFE,
            "refresh_token": refresh_token, "refresh_token_expires_in": 604_800,
            "scope": "offline_access", "token_type": "Bearer",
        });
        let answer = answer.to_string();
        let used = self.refresh_tokens.get_mut(token).expect("it was found");
        used.answer = Some(answer.clone());
        (200, answer)
    }

    fn revoke(&mut self, token: String) {
        if let Some(found) = self.refresh_tokens.get(&token) {
            self.end_family(found.family);
        }
        self.revoked.push(token);
    }

    fn end_family(&mut self, family: usize) {
        let now = Instant::now();
        self.refresh_tokens
            .values_mut()
            .filter(|it| it.family == family)
            .for_each(|it| it.ended = true);
        let all = self.access_tokens.values_mut().filter(|(its, _)| *its == family);
        all.for_each(|(_, end)| *end = (*end).min(now));
    }
}

/// The token that a session gives.
pub(crate) async fn token(session: &UserSession) -> Result<String> {
    Ok(session.token().await?.expose().to_owned())
}

/// A call on behalf of the user; gives the token with which it was made.
pub(crate) async fn call(client: &Client, session: &UserSession) -> Result<String> {
    let client = client.as_session(session.clone());
    let answer = client.send_raw(RawRequest::get("/open-apis/x")).await?;
    Ok(answer.data()?.as_str().expect("the token").to_owned())
}

/// Lets tasks run and short waits of theirs pass.
pub(crate) async fn settle() {
    sleep(Duration::from_secs(1)).await;
}
