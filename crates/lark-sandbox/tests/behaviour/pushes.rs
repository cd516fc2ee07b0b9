//! Events are pushed as the platform pushes them.

use std::collections::BTreeMap;
use std::time::Duration;

use lark_sandbox::spec::{self, Envelope};
use lark_sandbox::{App, PushState, Sandbox};
use reqwest::Method;
use ring::digest::SHA256;
use serde_json::{Value, json};

use crate::client::{Client, Stopped};
use crate::receiver::{KEY, Pushed, Receiver, TOKEN};

const TYPE: &str = "im.message.receive_v1";

async fn start() -> (Sandbox, Receiver) {
    let builder =
        Sandbox::builder().strict().clock(Stopped).push_timeout(Duration::from_millis(300));
    let sandbox = builder.start().await.expect("a free port");
    (sandbox, Receiver::start().await)
}

async fn subscribed() -> (Sandbox, Receiver) {
    let (sandbox, receiver) = start().await;
    let pushes = sandbox.pushes().encrypt_key(KEY).verification_token(TOKEN);
    pushes.subscribe(&receiver.url()).await.expect("an echo");
    (sandbox, receiver)
}

fn ids(pushed: &[Pushed]) -> Vec<String> {
    let id = |push: &Pushed| push.body["header"]["event_id"].as_str().expect("an id").to_owned();
    pushed.iter().map(id).collect()
}

#[tokio::test]
async fn a_url_is_subscribed_when_it_echoes() {
    let (sandbox, receiver) = subscribed().await;
    let challenge = &receiver.challenges()[0];
    assert_eq!(challenge.body["token"], TOKEN);
    assert!(challenge.raw.starts_with(b"{\"encrypt\":"), "encrypted with the key");
    assert!(!challenge.headers.contains_key("x-lark-signature"), "and never signed");

    let reason =
        async |url: &str| sandbox.pushes().subscribe(url).await.expect_err("no echo").to_string();
    receiver.answer(|_| Some((500, json!({}))));
    assert!(reason(&receiver.url()).await.contains("status 500"));
    receiver.answer(|_| Some((201, json!({ "challenge": "other" }))));
    assert!(reason(&receiver.url()).await.contains("status 201"));
    receiver.answer(|_| None);
    assert!(reason(&receiver.url()).await.contains("timeout"));
    assert!(reason("ftp://127.0.0.1/").await.contains("neither http nor https"));
    assert!(reason("127.0.0.1").await.contains("127.0.0.1"));
}

#[tokio::test]
async fn events_are_encrypted_signed_and_in_their_envelope() {
    let (sandbox, receiver) = subscribed().await;
    let id = sandbox.pushes().push(TYPE, json!({ "a": "你好" })).await.expect("a push");
    let push = receiver.last();
    assert!(push.is_signed(&SHA256, KEY));
    assert_eq!(
        push.body,
        json!({
            "schema": "2.0",
            "header": {
                "event_id": id, "event_type": TYPE, "create_time": "1700000000123",
                "token": TOKEN, "app_id": sandbox.app_id(), "tenant_key": sandbox.tenant_key(),
            },
            "event": { "a": "你好" },
        })
    );
    assert_eq!(push.header("x-lark-request-timestamp"), "1700000000");

    let id = sandbox.pushes().push("message", json!({ "text": "hi" })).await.expect("a push");
    let body = receiver.last().body;
    assert_eq!((&body["uuid"], &body["type"]), (&json!(id), &json!("event_callback")));
    assert_eq!((&body["ts"], &body["token"]), (&json!("1700000000.123000"), &json!(TOKEN)));
    let expected = json!({
        "type": "message", "app_id": sandbox.app_id(), "tenant_key": sandbox.tenant_key(),
        "text": "hi",
    });
    assert_eq!(body["event"], expected);

    sandbox.pushes().push_in(Envelope::V1, TYPE, json!({})).await.expect("a push");
    assert_eq!(receiver.last().body["event"]["type"], TYPE);
}

#[tokio::test]
async fn without_a_key_events_are_plain_compact_and_unsigned() {
    let (sandbox, receiver) = start().await;
    sandbox.pushes().subscribe(&receiver.url()).await.expect("an echo");
    sandbox.pushes().push(TYPE, json!({ "a": "你好" })).await.expect("a push");
    let push = receiver.last();
    let text = std::str::from_utf8(&push.raw).expect("text");
    assert!(text.contains(r#""event":{"a":"你好"}"#), "{text}");
    assert!(!push.headers.contains_key("x-lark-signature"));
}

#[tokio::test]
async fn what_is_not_taken_comes_again_after_15_seconds_5_minutes_1_and_6_hours() {
    let (sandbox, receiver) = subscribed().await;
    receiver.answer(|_| Some((500, json!({ "msg": "busy" }))));
    let id = sandbox.pushes().push(TYPE, json!({})).await.expect("a push");
    for (before, wait) in [(1, 15), (2, 5 * 60), (3, 60 * 60), (4, 6 * 60 * 60)] {
        sandbox.advance(Duration::from_secs(wait) - Duration::from_millis(1));
        sandbox.settle().await;
        assert_eq!(receiver.pushed().len(), before, "not before its time");
        assert_eq!(sandbox.push_state(&id), Some(PushState::Pending));
        sandbox.advance(Duration::from_millis(1));
        sandbox.settle().await;
        assert_eq!(receiver.pushed().len(), before + 1);
    }
    sandbox.advance(Duration::from_secs(48 * 60 * 60));
    sandbox.settle().await;
    let pushed = receiver.pushed();
    assert_eq!(ids(&pushed), vec![id.clone(); 5]);
    let nonces: std::collections::BTreeSet<_> =
        pushed.iter().map(|push| push.header("x-lark-request-nonce")).collect();
    assert_eq!(nonces.len(), 5, "each is signed anew");
    assert!(pushed.iter().all(|push| push.is_signed(&SHA256, KEY)));
    assert_eq!(pushed[1].header("x-lark-request-timestamp"), "1700000015");
    assert_eq!(sandbox.push_state(&id), Some(PushState::GaveUp));
    let log = sandbox.deliveries();
    let seconds: Vec<u64> = log.iter().map(|attempt| attempt.at.as_secs()).collect();
    assert_eq!(seconds, [0, 15, 315, 3915, 25515]);
    assert_eq!((log[4].attempt, log[4].status), (5, Some(500)));
    assert_eq!(log[4].body, json!({ "msg": "busy" }).to_string());
}

#[tokio::test]
async fn an_event_is_delivered_when_a_later_attempt_is_taken() {
    let (sandbox, receiver) = subscribed().await;
    receiver.answer(|_| None);
    let id = sandbox.pushes().push(TYPE, json!({})).await.expect("a push");
    assert_eq!(sandbox.deliveries()[0].status, None, "too late");
    receiver.answer(|_| Some((200, json!({}))));
    sandbox.advance(Duration::from_secs(15));
    sandbox.settle().await;
    assert_eq!(sandbox.push_state(&id), Some(PushState::Delivered));
    sandbox.advance(Duration::from_secs(24 * 60 * 60));
    sandbox.settle().await;
    assert_eq!(receiver.pushed().len(), 2);
}

#[tokio::test]
async fn an_event_comes_again_by_command_under_its_own_id_and_under_another() {
    let (sandbox, receiver) = subscribed().await;
    let id = sandbox.pushes().push(TYPE, json!({ "n": 1 })).await.expect("a push");
    sandbox.pushes().redeliver(&id).await.expect("a known event");
    let other = sandbox.pushes().push_again_as_new(&id).await.expect("a known event");
    assert_eq!(ids(&receiver.pushed()), [id.clone(), id, other.clone()]);
    assert_eq!(receiver.last().body["event"], json!({ "n": 1 }));
    let unknown = sandbox.pushes().redeliver("none").await.expect_err("unknown");
    assert_eq!(unknown.to_string(), "there is no event none");
}

#[tokio::test]
async fn a_seed_decides_the_order_of_many() {
    let (sandbox, receiver) = subscribed().await;
    let events = || (0..6).map(|n| (TYPE, json!({ "n": n }))).collect();
    let mut orders = Vec::new();
    for seed in [7, 7, 8] {
        let before = receiver.pushed().len();
        sandbox.pushes().push_shuffled(events(), 3, seed).await.expect("pushes");
        let numbers: Vec<Value> = receiver.pushed()[before..]
            .iter()
            .map(|push| push.body["event"]["n"].clone())
            .collect();
        let mut counts = BTreeMap::new();
        numbers.iter().for_each(|n| *counts.entry(n.as_u64()).or_insert(0) += 1);
        assert!(counts.len() == 6 && counts.values().all(|count| *count == 3), "{counts:?}");
        orders.push(numbers);
    }
    assert_eq!(orders[0], orders[1]);
    assert_ne!(orders[0], orders[2]);
}

#[tokio::test]
async fn samples_of_every_type_are_pushed_in_their_envelope() {
    let (sandbox, receiver) = subscribed().await;
    for event in spec::events() {
        let name = event.event_type();
        sandbox.pushes().push_sample(name, 1).await.expect("a push");
        let body = receiver.last().body;
        let found = body["header"]["event_type"].as_str().or(body["event"]["type"].as_str());
        assert_eq!(found, Some(name));
    }
    assert_eq!(receiver.pushed().len(), spec::events().count());
    let unknown = sandbox.pushes().push_sample("im.message.sent_v9", 1).await;
    assert!(unknown.expect_err("unknown").to_string().contains("im.message.sent_v9"));
}

#[tokio::test]
async fn a_sample_of_a_ticket_is_the_ticket() {
    let app = App::marketplace("cli_market", "secret");
    let sandbox = Sandbox::builder().strict().add_app(app).start().await.expect("a free port");
    let receiver = Receiver::start().await;
    let pushes = sandbox.pushes_to("cli_market");
    pushes.subscribe(&receiver.url()).await.expect("an echo");
    pushes.push_sample("app_ticket", 7).await.expect("a push");
    let event = receiver.last().body["event"].clone();
    assert_eq!(event["app_ticket"], sandbox.app_ticket("cli_market").as_str());
    assert_eq!(event["app_id"], "cli_market");
}

#[tokio::test]
async fn callbacks_have_samples_too() {
    let (sandbox, receiver) = subscribed().await;
    for name in ["card.action.trigger", "url.preview.get"] {
        sandbox.pushes().push_sample(name, 2).await.expect("a push");
        let body = receiver.last().body;
        assert_eq!(body["header"]["event_type"], name);
        let event = &body["event"];
        assert_eq!(event["operator"]["open_id"], sandbox.open_ids()[2].as_str());
        for member in ["open_message_id", "open_chat_id"] {
            assert!(event["context"][member].is_string(), "{event}");
        }
    }
    let previewed = receiver.last().body["event"]["context"].clone();
    assert!(previewed["url"].as_str().is_some_and(|url| url.starts_with("https://")));
}

#[tokio::test]
async fn nothing_is_pushed_without_a_subscription() {
    let (sandbox, receiver) = subscribed().await;
    sandbox.pushes().unsubscribe();
    let error = sandbox.pushes().push(TYPE, json!({})).await.expect_err("no URL").to_string();
    assert!(error.contains(sandbox.app_id()), "{error}");
    assert!(sandbox.pushes().push(TYPE, json!([])).await.is_err());
    assert!(receiver.pushed().is_empty());
}

#[tokio::test]
async fn a_marketplace_app_gets_its_ticket_every_hour_and_when_it_asks() {
    let app = App::marketplace("cli_market", "secret");
    let builder = Sandbox::builder().strict().clock(Stopped).add_app(app);
    let client = Client::of(builder.start().await.expect("a free port")).await;
    let (sandbox, receiver) = (&client.sandbox, Receiver::start().await);
    sandbox.pushes_to("cli_market").subscribe(&receiver.url()).await.expect("an echo");
    sandbox.settle().await;
    assert_eq!(receiver.pushed().len(), 0);
    for hours in 1..=3 {
        sandbox.advance(Duration::from_secs(60 * 60));
        sandbox.settle().await;
        assert_eq!(receiver.pushed().len(), hours);
    }
    let ticket = sandbox.app_ticket("cli_market");
    let expected = json!({ "type": "app_ticket", "app_id": "cli_market", "app_ticket": ticket });
    assert_eq!(receiver.last().body["event"], expected);
    let body = json!({ "app_id": "cli_market", "app_secret": "secret" });
    assert_eq!(client.ask("/open-apis/auth/v3/app_ticket/resend", body).await.code(), 0);
    sandbox.settle().await;
    assert_eq!(receiver.pushed().len(), 4);
}

#[tokio::test]
async fn other_languages_push_by_command() {
    let client = Client::start().await;
    let receiver = Receiver::start().await;
    let post = async |name: &str, arguments: Value| {
        let path = format!("/sandbox/v1/{name}");
        let response = client.bare(Method::POST, &path).json(&arguments).send().await;
        response.expect("an answer").json::<Value>().await.expect("JSON")
    };
    let keys = json!({
        "event_url": receiver.url(), "encrypt_key": KEY, "verification_token": TOKEN,
    });
    assert_eq!(post("subscriptions", keys).await["code"], 0);
    let event = json!({ "event_type": TYPE, "event": { "a": 1 }, "copies": 2 });
    let id = post("events", event).await["data"]["event_id"].clone();
    assert_eq!(post("redeliver", json!({ "event_id": id })).await["code"], 0);
    post("events", json!({ "event_type": "app_open" })).await;
    assert_eq!(post("settle", json!({})).await["code"], 0);
    assert_eq!(receiver.pushed().len(), 4);
    let path = "/sandbox/v1/deliveries";
    let log = client.bare(Method::GET, path).send().await.expect("an answer");
    let log: Value = log.json().await.expect("JSON");
    let first = &log["data"]["deliveries"][0];
    assert_eq!((&first["event_id"], &first["state"]), (&id, &json!("delivered")));
    let cases = [
        ("subscriptions", json!({ "event_url": "http://127.0.0.1:1/" })),
        ("events", json!({ "event_type": "no.such_v1" })),
        ("events", json!({ "event_type": TYPE, "event": [] })),
        ("events", json!({ "event_type": TYPE, "copies": 0 })),
        ("redeliver", json!({ "event_id": "none" })),
        ("forgeries", json!({ "event_type": TYPE, "forgery": "smudge" })),
    ];
    for (name, arguments) in cases {
        let answer = post(name, arguments.clone()).await;
        assert_eq!(answer["code"], 1, "{name} {arguments}");
    }
}
