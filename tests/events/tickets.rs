//! App tickets of marketplace apps go to the client by themselves.

use lark_core::{Client, Event, EventOutcome, MemoryStore, TokenStore, Value};
use lark_legacy::v1::event::AppTicket;
use lark_push::{TOKEN, seal};
use serde_json::json;

use crate::support::{Log, build, builder};

fn ticket(uuid: &str, app_id: &str, ticket: &str) -> (lark_core::http::HeaderMap, Vec<u8>) {
    let event = json!({"type": "app_ticket", "app_id": app_id, "app_ticket": ticket});
    let push = json!({"uuid": uuid, "token": TOKEN, "ts": "1550038209.4", "type": "event_callback",
        "event": event});
    seal(push.to_string())
}

fn client(store: MemoryStore) -> Client {
    Client::builder("cli_a1", "app-secret").marketplace().store(store).build().expect("settings")
}

/// The ticket that a store has for the app.
async fn kept(store: &MemoryStore) -> Option<String> {
    let key = format!("{}/app_ticket", client(store.clone()).store_prefix());
    let entry = store.get(&key).await.expect("memory does not fail")?;
    Some(entry.value.expose().to_owned())
}

#[tokio::test]
async fn a_ticket_is_kept_before_its_event_is_acknowledged() {
    let (store, log) = (MemoryStore::new(), Log::new());
    let seen = log.clone();
    let router = build(builder().client(&client(store.clone())).on_raw(
        "app_ticket",
        move |event: Event<Value>| {
            seen.push(event.payload["app_ticket"].clone());
            async { Ok(()) }
        },
    ));
    for (uuid, text) in [("u1", "ticket-1"), ("u2", "ticket-2")] {
        let (headers, body) = ticket(uuid, "cli_a1", text);
        assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
        assert_eq!(kept(&store).await.as_deref(), Some(text));
    }
    // The app's own handler has seen them too.
    assert_eq!(log.all(), [json!("ticket-1"), json!("ticket-2")]);
}

#[tokio::test]
async fn the_ticket_of_another_app_is_not_kept() {
    let store = MemoryStore::new();
    let router = build(builder().client(&client(store.clone())));
    let (headers, body) = ticket("u1", "cli_of_another", "ticket-1");
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
    assert_eq!(kept(&store).await, None);
}

#[tokio::test]
async fn an_event_without_a_ticket_fails() {
    let router = build(builder().client(&client(MemoryStore::new())));
    let (headers, body) = ticket("u1", "cli_a1", "");
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Failed);
}

#[tokio::test]
async fn a_ticket_does_not_show() {
    let shown = Log::new();
    let log = shown.clone();
    let router = build(builder().on(move |event: Event<AppTicket>| {
        log.push((
            format!("{event:?}"),
            event.payload.app_ticket.as_ref().expect("a ticket").expose().to_owned(),
        ));
        async { Ok(()) }
    }));
    let (headers, body) = ticket("u1", "cli_a1", "hush-ticket");
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
    let [(shown, text)] = &shown.all()[..] else { panic!("handled once") };
    assert!(shown.contains("cli_a1") && !shown.contains("hush-"), "{shown}");
    assert_eq!(text, "hush-ticket");
}
