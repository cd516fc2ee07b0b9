//! Events, callbacks, their acknowledgements, and pings.

use std::time::Duration;

use serde_json::json;

use super::client::Client;
use super::{connected, sandbox, soon};
use crate::{ClientConfig, Press, PushFailure, PushState, Sandbox};

const RECEIVED: &str = "im.message.receive_v1";

#[tokio::test(start_paused = true)]
async fn an_event_comes_in_the_clear_and_its_acknowledgement_is_recorded() {
    let (sandbox, mut client) = connected().await;
    let pushes = sandbox.pushes().encrypt_key("kudryavka").verification_token("v-token");
    let app = async {
        let (frame, event) = client.event().await;
        client.acknowledge(frame.clone(), 200, None).await;
        (frame, event)
    };
    let (id, (frame, event)) = tokio::join!(pushes.push_sample(RECEIVED, 1), app);
    let id = id.expect("the app is connected");
    assert_eq!(event["header"]["event_id"], id);
    assert_eq!(event["header"]["token"], "v-token");
    assert_eq!(frame.header("type"), Some("event"));
    assert!(frame.log_id_new.is_some() && frame.header("trace_id").is_some());
    let [attempt] = &sandbox.deliveries()[..] else { panic!("one attempt") };
    assert_eq!((attempt.status, attempt.failure), (Some(200), None));
    assert_eq!(attempt.connection_id.as_ref(), Some(&sandbox.connections()[0].id));
    assert!(attempt.headers.contains(&("biz_rt".to_owned(), "7".to_owned())));
    assert_eq!(sandbox.push_state(&id), Some(PushState::Delivered));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_acknowledged_in_time_is_pushed_again() {
    let builder = Sandbox::builder().push_timeout(Duration::from_millis(50));
    let sandbox = builder.start().await.expect("a port is free");
    let mut client = Client::connect(&sandbox).await;
    let id = sandbox.pushes().push_sample(RECEIVED, 1).await.expect("the app is connected");
    assert_eq!(sandbox.deliveries()[0].failure, Some(PushFailure::Timeout));
    let (late, event) = client.event().await;
    sandbox.advance(Duration::from_secs(15));
    let (frame, again) = client.event().await;
    client.acknowledge(late, 200, None).await;
    assert_eq!(event, again, "the same event");
    client.acknowledge(frame, 500, None).await;
    soon(sandbox.settle()).await;
    assert_eq!(sandbox.deliveries()[1].status, Some(500));
    assert_eq!(sandbox.push_state(&id), Some(PushState::Pending));
    assert_eq!(sandbox.connections()[0].stray_acks, 1);
    sandbox.advance(Duration::from_secs(300));
    let (frame, _) = client.event().await;
    client.acknowledge(frame, 200, None).await;
    soon(sandbox.settle()).await;
    assert_eq!(sandbox.push_state(&id), Some(PushState::Delivered));
}

#[tokio::test(start_paused = true)]
async fn an_event_without_a_connection_waits_for_one() {
    let sandbox = sandbox().await;
    assert!(sandbox.pushes().push_sample(RECEIVED, 1).await.is_err(), "nobody has subscribed");
    sandbox.pushes().use_long_connection();
    let id = sandbox.pushes().push_sample(RECEIVED, 1).await.expect("the app gets events");
    assert_eq!(sandbox.deliveries()[0].failure, Some(PushFailure::NotConnected));
    let mut client = Client::connect(&sandbox).await;
    sandbox.advance(Duration::from_secs(15));
    let (frame, _) = client.event().await;
    client.acknowledge(frame, 200, None).await;
    soon(sandbox.settle()).await;
    assert_eq!(sandbox.push_state(&id), Some(PushState::Delivered));
}

#[tokio::test(start_paused = true)]
async fn a_large_event_comes_in_parts_and_is_acknowledged_once() {
    let sandbox = Sandbox::builder().part_size(1000).start().await.expect("a port is free");
    let mut client = Client::connect(&sandbox).await;
    let text = "大".repeat(5000);
    let push = sandbox.pushes();
    let push = push.push("im.message.receive_v1", json!({ "text": text }));
    let app = async {
        let (frame, event) = client.event().await;
        client.acknowledge(frame.clone(), 200, None).await;
        (frame, event)
    };
    let (id, (frame, event)) = tokio::join!(push, app);
    assert_eq!(event["event"]["text"], text);
    assert_eq!(frame.header("sum"), Some("16"));
    let state = sandbox.push_state(&id.expect("the app is connected"));
    assert_eq!(state, Some(PushState::Delivered));
}

#[tokio::test(start_paused = true)]
async fn an_event_goes_to_one_connection_and_each_gets_some() {
    let sandbox = sandbox().await;
    let mut clients = [Client::connect(&sandbox).await, Client::connect(&sandbox).await];
    let ids: Vec<_> = sandbox.connections().into_iter().map(|open| open.id).collect();
    let [first, second] = &mut clients;
    let app = async {
        loop {
            let answer = async |client: &mut Client| {
                let (frame, _) = client.event().await;
                client.acknowledge(frame, 200, None).await;
            };
            tokio::select! { () = answer(first) => {}, () = answer(second) => {} }
        }
    };
    let push = async {
        for number in 0..64 {
            sandbox.pushes().push_sample(RECEIVED, number).await.expect("the app is connected");
        }
    };
    tokio::select! { () = push => {}, () = app => {} }
    let deliveries = sandbox.deliveries();
    assert_eq!(deliveries.len(), 64);
    for id in ids {
        let count = deliveries.iter().filter(|it| it.connection_id.as_ref() == Some(&id)).count();
        assert!((10..=54).contains(&count), "{count} of 64");
    }
}

#[tokio::test]
async fn the_reply_to_a_callback_comes_in_its_acknowledgement() {
    let (sandbox, mut client) = connected().await;
    let user = sandbox.user(&sandbox.open_ids()[0]);
    let card = json!({ "elements": [{
        "tag": "button", "text": { "tag": "plain_text", "content": "Approve" }, "value": { "a": 1 },
    }] });
    let message_id = sent_card(&sandbox, &card).await;
    let app = async {
        let (frame, event) = client.event().await;
        assert_eq!(event["header"]["event_type"], "card.action.trigger");
        let toast = json!({ "toast": { "type": "info", "content": "完成" } });
        client.acknowledge(frame, 200, Some(&toast)).await;
    };
    let (shown, ()) = tokio::join!(user.press(&message_id, Press::on("Approve")), app);
    let shown = shown.expect("there is such a button");
    assert_eq!((shown.code, &shown.toast.expect("a toast")["content"]), (None, &json!("完成")));
    let receipt = shown.receipt.expect("it was sent");
    assert_eq!(receipt.connection_id.as_ref(), Some(&sandbox.connections()[0].id));
    assert!(receipt.headers.contains(&("biz_rt".to_owned(), "7".to_owned())));
}

/// A card that the app has sent.
async fn sent_card(sandbox: &Sandbox, card: &serde_json::Value) -> String {
    let core = lark_core::Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = core.base_url(sandbox.base_url()).build().expect("the settings are fine");
    let body = json!({
        "receive_id": sandbox.open_ids()[0], "msg_type": "interactive", "content": card.to_string(),
    });
    let request = lark_core::RawRequest::post("/open-apis/im/v1/messages")
        .query("receive_id_type", "open_id")
        .json(body);
    let sent = client.send_raw(request).await.expect("it is sent");
    sent.data().expect("JSON")["message_id"].as_str().expect("an id").to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_ping_brings_the_settings_of_now() {
    let (sandbox, mut client) = connected().await;
    let config = ClientConfig { ping_interval: 7, ..ClientConfig::default() };
    sandbox.client_config(config);
    client.ping().await;
    let pong = client.frame().await;
    assert_eq!((pong.method, pong.service, pong.header("type")), (0, 42, Some("pong")));
    assert_eq!(pong.payload, Some(config.to_json().into_bytes()));
    assert_eq!(sandbox.connections()[0].pings, 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_closed_by_command_and_by_the_client() {
    let (sandbox, mut client) = connected().await;
    let other = Client::connect(&sandbox).await;
    let ids: Vec<_> = sandbox.connections().into_iter().map(|open| open.id).collect();
    assert!(sandbox.close_connection(&ids[0]));
    while client.message().await.is_some() {}
    drop(other);
    let gone = async {
        while !sandbox.connections().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    soon(gone).await;
    assert!(!sandbox.close_connection(&ids[0]));
    assert_eq!(sandbox.close_connections(), 0);
}
