//! Apps of the marketplace: tickets, and a token for each tenant. The clock is tokio's, paused.
#![allow(missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_core::{
    Client, Error, FileStore, MemoryStore, RawRequest, Secret, Stage, StoreEntry, StoreFuture,
    TokenKind, TokenStore,
};
use lark_test_support::{Directory, FakePlatform, FakeResponse, RecordedRequest};
use serde_json::json;

/// A marketplace whose good ticket can be changed. Its tickets are `tk-1`, `tk-2` ..., the token of a
/// tenant names it, and calls are answered with the `Authorization` they came with.
fn marketplace(ticket: u32) -> (FakePlatform, Arc<AtomicU32>) {
    let current = Arc::new(AtomicU32::new(ticket));
    let good = Arc::clone(&current);
    let platform = FakePlatform::with_token_endpoint(
        |call| FakeResponse::ok(&json!(call.authorization())),
        move |request| token(request, good.load(Ordering::SeqCst)),
    );
    (platform, current)
}

/// The response to a request for a token while the ticket with the number `good` is the good one.
fn token(request: &RecordedRequest, good: u32) -> String {
    let body = request.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let response = match path(request) {
        "app_ticket/resend" => json!({ "code": 0, "msg": "ok" }),
        "app_access_token" if text("app_ticket") == format!("tk-{good}") => {
            json!({ "code": 0, "app_access_token": "a-1", "expire": 7200 })
        }
        "app_access_token" => json!({ "code": 10012, "msg": "app_ticket invalid" }),
        "tenant_access_token" if text("app_access_token") == "a-1" => {
            let token = format!("t-{}", text("tenant_key"));
            json!({ "code": 0, "tenant_access_token": token, "expire": 7200 })
        }
        "tenant_access_token" => json!({ "code": 99991664, "msg": "app token invalid" }),
        // That of a self-built app.
        _ => json!({ "code": 0, "tenant_access_token": "t-1", "expire": 7200 }),
    };
    response.to_string()
}

fn client(platform: &FakePlatform) -> Client {
    platform.builder().marketplace().build().expect("fine")
}

/// The `Authorization` that a call for `tenant` went out with.
async fn token_of(client: &Client, tenant: &str) -> Result<String, Error> {
    let answer = client.for_tenant(tenant).send_raw(RawRequest::get("/open-apis/x")).await?;
    answer.data_as()
}

fn path(request: &RecordedRequest) -> &str {
    request.url.rsplit("/v3/").next().unwrap_or_default()
}

fn paths(platform: &FakePlatform) -> Vec<String> {
    platform.token_requests().iter().map(|request| path(request).to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn each_tenant_has_its_token_and_all_share_that_of_the_app() {
    let (platform, _) = marketplace(1);
    let client = client(&platform);
    client.set_app_ticket("tk-1").await.expect("stored");
    for _ in 0..3 {
        assert_eq!(token_of(&client, "a").await.expect("sent"), "Bearer t-a");
        assert_eq!(token_of(&client, "b").await.expect("sent"), "Bearer t-b");
    }
    let expected = ["app_access_token", "tenant_access_token", "tenant_access_token"];
    assert_eq!(paths(&platform), expected);
    let of_app = RawRequest::get("/open-apis/x").token(TokenKind::App);
    let answer = client.send_raw(of_app).await.expect("sent");
    assert_eq!(answer.data_as::<String>().expect("text"), "Bearer a-1");
    assert_eq!(paths(&platform).len(), 3, "the app's token was there");
}

#[tokio::test(start_paused = true)]
async fn without_a_ticket_one_is_asked_for_once_a_minute_and_the_error_says_so() {
    let (platform, _) = marketplace(1);
    let client = client(&platform);
    let error = token_of(&client, "a").await.expect_err("no ticket");
    assert_eq!(error.stage(), Stage::Token);
    assert_eq!(
        error.to_string(),
        "GET /open-apis/x: token: there is no app ticket; the platform was asked for one just now \
         and sends it as the event app_ticket: give the client to the event router, hand the \
         ticket to client.set_app_ticket, or start with LARK_APP_TICKET (tenant a)"
    );
    assert!(error.is_app_ticket_needed());
    assert_eq!(error.tenant_key(), Some("a"));
    let error = token_of(&client, "b").await.expect_err("no ticket");
    assert!(error.to_string().contains("less than a minute ago"), "{error}");
    assert_eq!(paths(&platform), ["app_ticket/resend"]);
    tokio::time::advance(Duration::from_secs(61)).await;
    token_of(&client, "b").await.expect_err("no ticket");
    assert_eq!(paths(&platform).len(), 2);
    assert!(platform.calls().is_empty(), "no call went out without a token");
    client.set_app_ticket("tk-1").await.expect("stored");
    token_of(&client, "b").await.expect("sent as soon as there is one");
}

#[tokio::test(start_paused = true)]
async fn a_rejected_ticket_is_forgotten_and_the_next_one_serves() {
    let (platform, good) = marketplace(2);
    let client = client(&platform);
    client.set_app_ticket("tk-1").await.expect("stored");
    let error = token_of(&client, "a").await.expect_err("an old ticket");
    assert!(error.to_string().contains("did not accept the app ticket"), "{error}");
    assert_eq!(paths(&platform), ["app_access_token", "app_ticket/resend"]);
    client.set_app_ticket("tk-2").await.expect("stored");
    token_of(&client, "a").await.expect("sent");
    good.store(3, Ordering::SeqCst);
    token_of(&client, "b").await.expect("the app's token is still good");
}

#[tokio::test(start_paused = true)]
async fn a_ticket_from_the_settings_serves_until_the_platform_sends_one() {
    let (platform, good) = marketplace(1);
    let store = MemoryStore::new();
    let start = |ticket: &str| {
        let builder = platform.builder().store(store.clone()).app_ticket(ticket);
        builder.build().expect("fine")
    };
    token_of(&start("tk-1"), "a").await.expect("sent");
    let kept = platform.builder().store(store.clone()).marketplace().build().expect("fine");
    token_of(&kept, "z").await.expect("the ticket was kept, because it was good");
    good.store(2, Ordering::SeqCst);
    start("tk-0").set_app_ticket("tk-2").await.expect("stored");
    tokio::time::advance(Duration::from_secs(7200)).await;
    token_of(&start("tk-0"), "b")
        .await
        .expect("the stored ticket comes before that of the settings");
    store_without_tokens(&start("tk-3"), &good).await;
}

/// A stored ticket that is no good any more gives way to that of the settings.
async fn store_without_tokens(client: &Client, good: &AtomicU32) {
    good.store(3, Ordering::SeqCst);
    let key = client.token_key(TokenKind::App).expect("the app's own");
    client.store().remove(&key).await.expect("removed");
    token_of(client, "c").await.expect("sent");
}

#[tokio::test(start_paused = true)]
async fn a_dead_app_token_is_replaced_on_the_way_to_a_tenants() {
    let (platform, _) = marketplace(1);
    let store = MemoryStore::new();
    let client = platform.builder().marketplace().store(store).build().expect("fine");
    client.set_app_ticket("tk-1").await.expect("stored");
    let key = client.token_key(TokenKind::App).expect("the app's own");
    let stale = lark_core::StoreEntry {
        value: "a-0".into(),
        expires_at: Some(std::time::SystemTime::now() + Duration::from_secs(7000)),
    };
    client.store().put(&key, stale).await.expect("stored");
    assert_eq!(token_of(&client, "a").await.expect("sent"), "Bearer t-a");
    let expected = ["tenant_access_token", "app_access_token", "tenant_access_token"];
    assert_eq!(paths(&platform), expected, "the stored one was tried, and replaced");
}

#[tokio::test(start_paused = true)]
async fn a_call_for_no_tenant_is_rejected_before_any_io() {
    let (platform, _) = marketplace(1);
    let request = RawRequest::get("/open-apis/x").token(TokenKind::Tenant);
    let error = client(&platform).send_raw(request.clone()).await.expect_err("no tenant");
    assert_eq!(error.stage(), Stage::Prepare);
    assert!(error.to_string().contains("client.for_tenant(tenant_key)"), "{error}");
    let self_built = platform.client().for_tenant("a");
    let error = self_built.send_raw(request).await.expect_err("a foreign tenant");
    assert!(error.to_string().contains(".marketplace()"), "{error}");
    assert!(platform.token_requests().is_empty() && platform.calls().is_empty());
}

#[tokio::test]
async fn a_damaged_ticket_or_token_in_the_store_is_replaced() {
    let (platform, good) = marketplace(1);
    let directory = Directory::new();
    let start = || {
        let store = FileStore::open(directory.path()).expect("it can be opened");
        platform.builder().marketplace().store(store).build().expect("fine")
    };
    let client = start();
    client.set_app_ticket("tk-1").await.expect("stored");
    token_of(&client, "a").await.expect("a token");
    let entries = || {
        let names = directory.names().into_iter().filter(|name| name.ends_with(".json"));
        names.map(|name| directory.path().join(name)).collect::<Vec<_>>()
    };
    assert_eq!(entries().len(), 3, "a ticket and two tokens");
    for entry in entries() {
        std::fs::write(entry, "damaged").expect("it is ours");
    }
    good.store(2, Ordering::SeqCst);
    let client = start();
    client.set_app_ticket("tk-2").await.expect("stored");
    assert_eq!(token_of(&client, "a").await.expect("a token"), "Bearer t-a");
    // The next start needs nothing of the platform.
    let asked = platform.token_requests().len();
    assert_eq!(token_of(&start(), "a").await.expect("a token"), "Bearer t-a");
    assert_eq!(platform.token_requests().len(), asked);
}

/// A store that never changes, such as a copy that lags behind.
struct Stale;

impl TokenStore for Stale {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        let is_ticket = key.ends_with("app_ticket");
        let ticket = is_ticket.then(|| StoreEntry { value: "tk-0".into(), expires_at: None });
        Box::pin(async { Ok(ticket) })
    }

    fn put<'a>(&'a self, _: &'a str, _: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn compare_and_set<'a>(
        &'a self,
        _: &'a str,
        _: Option<&'a Secret>,
        _: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async { Ok(false) })
    }

    fn remove<'a>(&'a self, _: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_ticket_that_stays_in_the_store_is_tried_once() {
    let mut count = 0;
    let platform = FakePlatform::with_token_endpoint(
        |_| FakeResponse::ok(&json!(null)),
        move |request| {
            count += 1;
            assert!(count < 9, "it is asked for again and again");
            token(request, 1)
        },
    );
    let client = platform.builder().marketplace().store(Stale).build().expect("fine");
    let error = token_of(&client, "a").await.expect_err("the ticket is not accepted");
    assert!(error.is_app_ticket_needed(), "{error}");
    assert!(error.to_string().contains("the store still has it"), "{error}");
    assert_eq!(paths(&platform), ["app_access_token", "app_ticket/resend"]);
}
