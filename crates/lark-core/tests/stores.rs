//! Tokens that other processes have stored, tokens that the caller gives, sessions of users. The
//! clock is tokio's, paused.
#![allow(missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use lark_core::{
    Client, Error, MemoryStore, RawRequest, Secret, Stage, StoreEntry, TokenKind, TokenStore,
    UserTokenFuture, UserTokens,
};
use lark_test_support::{BrokenStore, FakePlatform, FakeResponse};
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn get() -> RawRequest {
    RawRequest::get("/open-apis/x")
}

/// A platform that takes the tokens `good` accepts, and answers with them.
fn strict(good: impl Fn(&str) -> bool + Send + 'static) -> FakePlatform {
    FakePlatform::answering(move |call| match good(call.token()) {
        true => FakeResponse::ok(&json!(call.token())),
        false => FakeResponse::new(401, r#"{"code":99991663,"msg":"invalid access token"}"#),
    })
}

async fn token_of(client: &Client) -> Result<String, Error> {
    client.send_raw(get()).await?.data_as()
}

async fn store_token(client: &Client, token: &str, left: Option<Duration>) {
    let expires_at = left.map(|left| SystemTime::now() + left);
    let key = client.token_key(TokenKind::Tenant).expect("the app's own");
    let entry = StoreEntry { value: token.into(), expires_at };
    client.store().put(&key, entry).await.expect("stored");
}

#[tokio::test(start_paused = true)]
async fn clients_that_share_a_store_share_the_token() {
    let platform = strict(|_| true);
    let store = MemoryStore::new();
    for _ in 0..3 {
        let client = platform.builder().store(store.clone()).build().expect("fine");
        assert_eq!(token_of(&client).await.expect("sent"), "t-1");
    }
    assert_eq!(platform.token_requests().len(), 1);
    let other = Client::builder("cli_test", "another secret").transport(platform.transport());
    let other = other.store(store).build().expect("fine");
    assert_eq!(token_of(&other).await.expect("sent"), "t-2", "its secret differs");
}

#[tokio::test(start_paused = true)]
async fn a_stored_token_is_used_only_if_it_can_be_good() {
    for (left, used) in [
        (Some(MINUTE * 100), true),
        (Some(MINUTE * 14), false),
        (Some(Duration::ZERO), false),
        (None, false),
        // Stored while the clock was a day ahead; it may have ended long ago.
        (Some(DAY), false),
    ] {
        let platform = strict(|_| true);
        let client = platform.client();
        store_token(&client, "t-stored", left).await;
        let token = token_of(&client).await.expect("sent");
        assert_eq!(token == "t-stored", used, "{left:?}");
    }
}

/// The clock was set back by an hour: a token that has ended looks good.
#[tokio::test(start_paused = true)]
async fn a_stored_token_that_is_rejected_is_replaced_and_no_caller_notices() {
    let platform = strict(|token| token != "t-stored");
    let client = platform.client();
    store_token(&client, "t-stored", Some(MINUTE * 100)).await;
    assert_eq!(token_of(&client).await.expect("sent"), "t-1");
    assert_eq!(platform.token_requests().len(), 1);
    let next = platform.builder().store(Arc::clone(client.store())).build().expect("fine");
    assert_eq!(token_of(&next).await.expect("sent"), "t-1", "the store has the new one");
    assert_eq!(platform.token_requests().len(), 1);
}

const UNFIT: [&str; 4] = ["t-1\n", "t 1", "t-\u{7f}", "t-张"];

#[tokio::test(start_paused = true)]
async fn a_stored_token_that_no_header_can_carry_is_replaced() {
    for unfit in UNFIT {
        let platform = strict(|_| true);
        let client = platform.client();
        store_token(&client, unfit, Some(MINUTE * 100)).await;
        assert_eq!(token_of(&client).await.expect("sent"), "t-1");
        let next = platform.builder().store(Arc::clone(client.store())).build().expect("fine");
        assert_eq!(token_of(&next).await.expect("sent"), "t-1", "the store has the new one");
    }
}

#[tokio::test(start_paused = true)]
async fn an_issued_token_that_no_header_can_carry_is_not_kept() {
    for unfit in UNFIT {
        let mut count = 0;
        let platform = FakePlatform::with_token_endpoint(
            |call| FakeResponse::ok(&json!(call.token())),
            move |_| {
                count += 1;
                FakeResponse::tenant_token(if count == 1 { unfit } else { "t-2" })
            },
        );
        let client = platform.client();
        let error = token_of(&client).await.expect_err("it cannot be sent");
        assert_eq!(error.stage(), Stage::Token);
        assert!(error.to_string().contains("no header can carry"), "{error}");
        assert_eq!(token_of(&client).await.expect("sent"), "t-2");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_of_the_caller_that_no_header_can_carry_is_named() {
    let platform = strict(|_| true);
    let client = platform.client();
    for unfit in UNFIT {
        let of_app = client.with_app_token(unfit);
        let of_app = of_app.send_raw(get().token(TokenKind::App)).await.map(drop);
        for (result, what) in [
            (token_of(&client.as_user(unfit)).await.map(drop), "as_user"),
            (token_of(&client.with_tenant_token(unfit)).await.map(drop), "with_tenant_token"),
            (of_app, "with_app_token"),
        ] {
            let error = result.expect_err("it cannot be sent");
            assert_eq!(error.stage(), Stage::Prepare);
            assert!(error.to_string().contains(what), "{error}");
            assert!(!error.to_string().contains(unfit.trim()), "{error}");
        }
    }
    assert!(platform.requests().is_empty());
}

/// A session whose first token has a line break.
struct Unfit;

impl UserTokens for Unfit {
    fn token(&self) -> UserTokenFuture<'_> {
        Box::pin(async { Ok("u-1\n".into()) })
    }

    fn renewed<'a>(&'a self, rejected: &'a Secret) -> UserTokenFuture<'a> {
        assert_eq!(rejected.expose(), "u-1\n");
        Box::pin(async { Ok("u-2".into()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_asked_for_a_token_that_can_be_sent() {
    let platform = strict(|_| true);
    let client = platform.client().as_session(Unfit);
    assert_eq!(token_of(&client).await.expect("sent"), "u-2");
    assert_eq!(platform.calls().len(), 1);
}

/// A store that has failed for good.
const BROKEN: BrokenStore = BrokenStore::Fails("token file /x: not JSON");

#[tokio::test(start_paused = true)]
async fn a_broken_store_stops_no_call_that_can_do_without() {
    let platform = strict(|_| true);
    let client = platform.builder().store(BROKEN).build().expect("fine");
    assert_eq!(token_of(&client).await.expect("sent"), "t-1");
    let marketplace = platform.builder().store(BROKEN).marketplace().build().expect("fine");
    let error = token_of(&marketplace.for_tenant("a")).await.expect_err("no ticket");
    assert_eq!(error.stage(), Stage::Token);
    assert!(error.to_string().contains("token file /x: not JSON"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn tokens_of_the_caller_are_sent_as_they_are() {
    let platform = strict(|token| token != "t-dead");
    let client = platform.client();
    let given = client.with_tenant_token("t-given");
    assert_eq!(token_of(&given).await.expect("sent"), "t-given");
    let app = client.with_app_token("a-given");
    let request = get().token(TokenKind::App);
    let answer = app.send_raw(request).await.expect("sent");
    assert_eq!(answer.data_as::<String>().expect("text"), "a-given");
    let error = token_of(&client.with_tenant_token("t-dead")).await.expect_err("rejected");
    assert!(error.is_token_invalid(), "{error}");
    assert_eq!(error.attempts(), 1, "it is not ours to replace");
    assert!(platform.token_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_the_cache_nothing_is_fetched() {
    let platform = strict(|_| true);
    let client = platform.builder().disable_token_cache().build().expect("fine");
    let error = token_of(&client).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "GET /open-apis/x: prepare: the client fetches no tokens (disable_token_cache, without_app); call it on \
         client.with_tenant_token(token)"
    );
    assert!(platform.calls().is_empty() && platform.token_requests().is_empty());
    assert_eq!(token_of(&client.with_tenant_token("t-7")).await.expect("sent"), "t-7");
    assert_eq!(token_of(&client.as_user("u-7")).await.expect("sent"), "u-7");
}

/// A session whose token is `u-<n>`, one more at each renewal.
struct Session(Arc<AtomicU32>);

impl UserTokens for Session {
    fn token(&self) -> UserTokenFuture<'_> {
        let n = self.0.load(Ordering::SeqCst);
        Box::pin(async move { Ok(Secret::from(format!("u-{n}"))) })
    }

    fn renewed<'a>(&'a self, rejected: &'a Secret) -> UserTokenFuture<'a> {
        Box::pin(async move {
            if rejected.expose() == format!("u-{}", self.0.load(Ordering::SeqCst)) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
            match self.0.load(Ordering::SeqCst) {
                9 => Err(Error::no_token("the user must sign in again")),
                _ => self.token().await,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_users_session_is_asked_for_another_token_once() {
    let platform = strict(|token| token == "u-2");
    let at = Arc::new(AtomicU32::new(1));
    let client = platform.client().as_session(Session(Arc::clone(&at)));
    assert_eq!(token_of(&client).await.expect("renewed"), "u-2");
    assert_eq!(platform.calls().len(), 2);
    at.store(3, Ordering::SeqCst);
    let error = token_of(&client).await.expect_err("rejected twice");
    assert!(error.is_token_invalid(), "{error}");
    assert_eq!(platform.calls().len(), 4);
    at.store(8, Ordering::SeqCst);
    let error = token_of(&client).await.expect_err("no more tokens");
    assert_eq!(error.to_string(), "GET /open-apis/x: token: the user must sign in again");
    assert!(platform.token_requests().is_empty(), "the tenant does not step in");
}
