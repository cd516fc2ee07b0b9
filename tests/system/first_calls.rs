//! The main job: messages and people, against the sandbox's real state.

use std::collections::BTreeSet;

use lark_contact::v3::{department, user};
use lark_core::{UserIdType, http::StatusCode};
use lark_im::content::{Card, ReceivedContent};
use lark_im::v1::{ReceiveIdType, message};
use lark_sandbox::Sandbox;

#[tokio::test]
async fn a_message_is_sent_answered_read_edited_and_deleted() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let create = message::create()
        .receive_id_type(ReceiveIdType::ChatId)
        .receive_id("oc_42")
        .message("hello, 世界 \"quoted\"");
    let sent = client.send_full(create).await.expect("sent");
    assert_eq!(sent.head().status(), StatusCode::OK);
    assert!(sent.head().log_id().is_some());
    let id = sent.value().message_id.clone();

    let reply = client.send(message::reply(&id).message("and back")).await.expect("replied");
    assert_eq!(reply.parent_id.as_deref(), Some(id.as_str()));

    let read = client.send(message::get(&id)).await.expect("read");
    let body = read.items[0].body.as_ref().map(|body| body.content.as_str());
    let received = ReceivedContent::parse("text", body.expect("a content")).expect("a text");
    assert_eq!(received.to_plain_text().as_deref(), Some("hello, 世界 \"quoted\""));

    let update = message::update(&id).message("corrected");
    client.send(update).await.expect("edited");
    client.send(message::delete(&id)).await.expect("deleted");
    let error = client.send(message::get(&id)).await.expect_err("gone");
    assert!(error.api().is_some(), "{error}");
}

#[tokio::test]
async fn a_message_sent_again_with_its_key_is_the_same_message() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let create = message::create().receive_id_type("chat_id").receive_id("oc_42").message("once");
    let sent = client.send_full(&create).await.expect("sent");
    let key = sent.idempotency_key().expect("one was made");
    let again = client.send(create.clone().uuid(key)).await.expect("sent");
    assert_eq!(again.message_id, sent.value().message_id);
    let other = client.send(&create).await.expect("sent");
    assert_ne!(other.message_id, sent.value().message_id);
}

#[tokio::test]
async fn a_card_takes_the_place_of_another() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let create = message::create().receive_id_type("chat_id").receive_id("oc_42");
    let sent = client.send(create.message(Card::markdown("Build", "running"))).await;
    let id = sent.expect("sent").message_id;
    let patch = message::patch(&id).card(Card::markdown("Build", "**done**"));
    client.send(patch).await.expect("patched");
    let read = client.send(message::get(&id)).await.expect("read");
    let body = read.items[0].body.as_ref().map(|body| body.content.as_str());
    assert!(body.is_some_and(|content| content.contains("done")), "{body:?}");
}

#[tokio::test]
async fn all_pages_of_a_department_hold_each_user_once() {
    let sandbox =
        Sandbox::builder().strict().users(130).departments(1).start().await.expect("a port");
    let client = crate::client(&sandbox);
    let children = client.send(department::children("0").fetch_child(true)).await.expect("listed");
    let department = children.items[0].open_department_id.clone().expect("an id");
    let list = user::find_by_department().department_id(&department).page_size(50);
    let mut users = client.items(list.user_id_type(UserIdType::OpenId));
    let mut ids = BTreeSet::new();
    while let Some(user) = users.next().await {
        assert!(ids.insert(user.expect("listed").open_id.expect("an id")), "listed twice");
    }
    let pages = sandbox.requests_of("contact.v3.user.find_by_department");
    assert!(ids.len() > 50 && pages == ids.len().div_ceil(50) as u64, "{} in {pages}", ids.len());
}
