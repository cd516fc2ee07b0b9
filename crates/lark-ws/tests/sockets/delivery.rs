//! Events and callbacks, and what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lark_core::{
    CallbackPayload, CallbackReply, Event, EventKeys, EventRouter, RawRequest, TokenKind, Value,
};
use lark_sandbox::{ClientConfig, Press, PushState, Sandbox};
use lark_ws::Reason;
use serde_json::json;

use crate::bot::{Bot, client, until};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn an_event_is_acknowledged_after_its_handler() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let failures = Arc::new(AtomicU32::new(1));
    let left = Arc::clone(&failures);
    let router = EventRouter::builder(EventKeys::none())
        .on_raw("im.message.receive_v1", move |event: Event<Value>| {
            let fails = left.swap(0, Ordering::SeqCst) > 0;
            async move {
                assert_eq!(event.payload["message"]["message_type"], "text");
                if fails { Err("not yet".into()) } else { Ok(()) }
            }
        })
        .build()
        .expect("a router");
    let bot = Bot::start(&client(&sandbox), router, |it| it);
    bot.connected().await;
    let people = sandbox.open_ids();
    let user = sandbox.user(people.first().expect("people"));
    user.write("good morning").await.expect("a push");
    sandbox.settle().await;
    let first = sandbox.deliveries().pop().expect("an attempt");
    assert_eq!(first.status, Some(500));
    sandbox.advance(16 * SECOND);
    sandbox.settle().await;
    let second = sandbox.deliveries().pop().expect("an attempt");
    assert_eq!((second.event_id, second.status), (first.event_id.clone(), Some(200)));
    let biz_rt = second.headers.iter().find(|(name, _)| name == "biz_rt");
    biz_rt.expect("biz_rt").1.parse::<u64>().expect("a number");
    assert_eq!(sandbox.push_state(&first.event_id), Some(PushState::Delivered));
    bot.stop().await.expect("a stop");
    until(2 * SECOND, || sandbox.connections().is_empty()).await;
}

/// The press of a button, with as much of it as is of interest here.
#[derive(Default)]
struct Pressed {
    action: Value,
}
lark_core::record! { Pressed decode; action }

impl CallbackPayload for Pressed {
    const EVENT_TYPE: &'static str = "card.action.trigger";
    type Reply = Toast;
}

struct Toast(String);

impl CallbackReply for Toast {
    fn to_body(&self) -> String {
        json!({ "toast": { "type": "info", "content": self.0 } }).to_string()
    }
}

#[tokio::test]
async fn the_reply_to_a_callback_comes_in_its_acknowledgement() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let client = client(&sandbox);
    let router = EventRouter::builder(EventKeys::none())
        .on_callback(|event: Event<Pressed>| async move {
            Ok(Toast(format!("完成: {}", event.payload.action["value"]["k"])))
        })
        .build()
        .expect("a router");
    let bot = Bot::start(&client, router, |it| it);
    bot.connected().await;
    let people = sandbox.open_ids();
    let person = people.first().expect("people");
    let behaviors = json!([{ "type": "callback", "value": { "k": "v" } }]);
    let button = json!({
        "tag": "button", "text": { "tag": "plain_text", "content": "Press" },
        "behaviors": behaviors,
    });
    let card = json!({ "schema": "2.0", "body": { "elements": [button] } });
    let request = RawRequest::post("/open-apis/im/v1/messages")
        .query("receive_id_type", "open_id")
        .token(TokenKind::Tenant)
        .json(json!({
            "receive_id": person, "msg_type": "interactive", "content": card.to_string(),
        }));
    let sent = client.send_raw(request).await.expect("a message").data().expect("data");
    let message = sent["message_id"].as_str().expect("an id");
    let result = sandbox.user(person).press(message, Press::on("Press")).await.expect("a push");
    assert_eq!(result.toast.expect("a toast")["content"], "完成: \"v\"");
    bot.stop().await.expect("a stop");
}

/// Two connections of one app and one router: each event goes to one of them, and is handled once.
#[tokio::test]
async fn several_connections_share_the_events() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let handled = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&handled);
    let router = EventRouter::builder(EventKeys::none())
        .fallback(move |_: Event<Value>| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        })
        .build()
        .expect("a router");
    let client = client(&sandbox);
    let first = Bot::start(&client, router.clone(), |it| it.keep_router());
    let second = Bot::start(&client, router.clone(), |it| it.keep_router());
    first.connected().await;
    second.connected().await;
    for number in 0..50 {
        sandbox.pushes().push_sample("im.message.receive_v1", number).await.expect("a push");
    }
    sandbox.settle().await;
    let (of_first, of_second) = (first.handle.health().events, second.handle.health().events);
    assert_eq!(of_first + of_second, 50);
    assert!(of_first > 5 && of_second > 5, "{of_first} and {of_second}");
    // The router goes on with the other one.
    first.stop().await.expect("a stop");
    let id = sandbox.pushes().push_sample("im.message.receive_v1", 50).await.expect("a push");
    sandbox.settle().await;
    assert_eq!(sandbox.push_state(&id), Some(PushState::Delivered));
    assert_eq!(handled.load(Ordering::SeqCst), 51);
    second.stop().await.expect("a stop");
    router.shutdown(SECOND).await;
}

/// The 51st connection waits, says so, and gets its turn.
#[tokio::test]
async fn over_the_limit_it_waits() {
    let sandbox = Sandbox::start().await.expect("a free port");
    sandbox.client_config(ClientConfig {
        reconnect_interval: 1,
        reconnect_nonce: 0,
        ..Default::default()
    });
    let router = EventRouter::builder(EventKeys::none())
        .fallback(|_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    let client = client(&sandbox);
    let start = || Bot::start(&client, router.clone(), |it| it.keep_router());
    let mut bots: Vec<_> = (0..50).map(|_| start()).collect();
    for bot in &bots {
        bot.connected().await;
    }
    let late = start();
    let mut state = late.handle.watch();
    let waits = |state: &lark_ws::State| {
        matches!(state, lark_ws::State::Waiting { reason: Reason::TooManyConnections, .. })
    };
    state.wait_for(waits).await.expect("it runs");
    bots.pop().expect("a bot").stop().await.expect("a stop");
    late.handle.reconnect();
    late.connected().await;
    for bot in bots.into_iter().chain([late]) {
        bot.stop().await.expect("a stop");
    }
}

#[tokio::test]
async fn large_events_come_in_parts() {
    let sandbox = Sandbox::builder().part_size(100).start().await.expect("a free port");
    let length = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&length);
    let router = EventRouter::builder(EventKeys::none())
        .fallback(move |event: Event<Value>| {
            let text = event.payload["message"]["content"].as_str().unwrap_or_default();
            seen.store(u32::try_from(text.len()).expect("short"), Ordering::SeqCst);
            async { Ok(()) }
        })
        .build()
        .expect("a router");
    let bot = Bot::start(&client(&sandbox), router, |it| it);
    bot.connected().await;
    let people = sandbox.open_ids();
    let text = "春眠不觉晓".repeat(500);
    sandbox.user(people.first().expect("people")).write(&text).await.expect("a push");
    sandbox.settle().await;
    assert!(length.load(Ordering::SeqCst) as usize > text.len());
    let health = bot.handle.health();
    assert_eq!((health.events, health.acknowledged), (1, 1));
    assert!(health.frames_received > 70, "{health:?}");
    bot.stop().await.expect("a stop");
}
