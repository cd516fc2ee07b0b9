//! Messages are remembered.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ApiResponse, Client, MESSAGES, send};

async fn text(client: &Client, chat: &str, content: Value) -> ApiResponse {
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let content = content.to_string();
    let body = json!({ "receive_id": chat, "msg_type": "text", "content": content });
    client.post(&path, body).await
}

async fn sent(client: &Client, words: &str) -> String {
    let answer = text(client, "oc_1", json!({ "text": words })).await;
    answer.data()["message_id"].as_str().expect("an id").to_owned()
}

fn one(id: &str) -> String {
    format!("{MESSAGES}/{id}")
}

#[tokio::test]
async fn a_message_reads_back_as_it_was_sent() {
    let client = Client::start().await;
    let answer = text(&client, "oc_1", json!({ "text": "你好" })).await;
    let message = answer.data();
    assert_eq!(message["chat_id"], "oc_1");
    assert_eq!(message["msg_type"], "text");
    assert_eq!(message["body"]["content"], r#"{"text":"你好"}"#);
    assert_eq!(message["sender"]["id"], client.sandbox.app_id());
    assert_eq!(message["sender"]["sender_type"], "app");
    assert!(message["create_time"].as_str().is_some_and(|time| time.len() == 13));
    assert_eq!(message["deleted"], false);
    let read = client.get(&one(message["message_id"].as_str().expect("an id"))).await;
    assert_eq!(read.data()["items"], json!([message]));
}

#[tokio::test]
async fn one_person_is_reached_in_one_chat_whatever_id_is_used() {
    let client = Client::start().await;
    let user =
        client.get("/open-apis/contact/v3/users?page_size=1").await.data()["items"][0].clone();
    let mut chats = Vec::new();
    for kind in ["open_id", "union_id", "user_id", "email"] {
        let path = format!("{MESSAGES}?receive_id_type={kind}");
        let content = r#"{"text":"hi"}"#;
        let body = json!({ "receive_id": user[kind], "msg_type": "text", "content": content });
        chats.push(client.post(&path, body).await.data()["chat_id"].clone());
    }
    assert!(chats.iter().all(|chat| *chat == chats[0]), "{chats:?}");
}

#[tokio::test]
async fn mentions_are_read_back_as_keys() {
    let client = Client::start().await;
    let id = &client.sandbox.open_ids()[0];
    let words = format!(r#"<at user_id="{id}">x</at> and <at user_id="all"></at>"#);
    let answer = text(&client, "oc_1", json!({ "text": words })).await;
    let message = answer.data();
    assert_eq!(message["body"]["content"], r#"{"text":"@_user_1 and @_all"}"#);
    assert_eq!(message["mentions"][0]["id"], id.as_str());
    assert_eq!(message["mentions"][0]["name"], "王芳");
}

#[tokio::test]
async fn replies_hang_together() {
    let client = Client::start().await;
    let root = sent(&client, "root").await;
    let body =
        json!({ "msg_type": "text", "content": r#"{"text":"re"}"#, "reply_in_thread": true });
    let first = client.post(&format!("{}/reply", one(&root)), body.clone()).await.data().clone();
    assert_eq!((&first["root_id"], &first["parent_id"]), (&json!(root), &json!(root)));
    let parent = first["message_id"].as_str().expect("an id");
    let second = client.post(&format!("{}/reply", one(parent)), body).await.data().clone();
    assert_eq!((&second["root_id"], &second["parent_id"]), (&json!(root), &first["message_id"]));
    assert_eq!(second["thread_id"], first["thread_id"]);
    let thread = first["thread_id"].as_str().expect("a thread");
    let path = format!("{MESSAGES}?container_id_type=thread&container_id={thread}");
    let listed = client.get(&path).await;
    assert_eq!(listed.data()["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn the_same_uuid_sends_once_an_hour_and_chat() {
    let client = Client::start().await;
    let send = async |chat: &str| {
        let path = format!("{MESSAGES}?receive_id_type=chat_id");
        let content = r#"{"text":"hi"}"#;
        let body =
            json!({ "receive_id": chat, "msg_type": "text", "content": content, "uuid": "u1" });
        client.post(&path, body).await.data()["message_id"].clone()
    };
    let first = send("oc_1").await;
    assert_eq!(send("oc_1").await, first);
    assert_ne!(send("oc_2").await, first);
    client.sandbox.advance(Duration::from_secs(3601));
    assert_ne!(send("oc_1").await, first);
}

#[tokio::test]
async fn a_repeated_reply_is_sent_once_however_many_ask_at_once() {
    let client = Client::start().await;
    let root = sent(&client, "root").await;
    let path = format!("{}/reply", one(&root));
    let body = json!({ "msg_type": "text", "content": r#"{"text":"re"}"#, "uuid": "u1" });
    let ask = || {
        let request = client.request(Method::POST, &path).json(&body);
        tokio::spawn(async move { send(request).await.data()["message_id"].clone() })
    };
    let asked: Vec<_> = (0..20).map(|_| ask()).collect();
    let mut ids = Vec::new();
    for answer in asked {
        ids.push(answer.await.expect("no panic"));
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(client.sandbox.messages_sent(), 2);
}

#[tokio::test]
async fn texts_are_edited_and_cards_are_patched() {
    let client = Client::start().await;
    let id = sent(&client, "old").await;
    let edit = json!({ "msg_type": "text", "content": r#"{"text":"new"}"# });
    let edited = client.call(Method::PUT, &one(&id), edit.clone()).await;
    assert_eq!(edited.data()["body"]["content"], r#"{"text":"new"}"#);
    assert_eq!(edited.data()["updated"], true);
    let card = json!({ "content": "{}" });
    assert_eq!(client.call(Method::PATCH, &one(&id), card.clone()).await.code(), 230054);

    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let body = json!({ "receive_id": "oc_1", "msg_type": "interactive", "content": "{\"a\":1}" });
    let sent = client.post(&path, body).await.data()["message_id"].clone();
    let card_id = sent.as_str().expect("an id");
    client.call(Method::PATCH, &one(card_id), card).await.data();
    let as_sent = format!("{}?card_msg_content_type=user_card_content", one(card_id));
    let read = client.get(&as_sent).await.data()["items"][0].clone();
    assert_eq!(read["body"]["content"], json!({ "user_dsl": "{}" }).to_string());

    client.sandbox.advance(Duration::from_secs(15 * 24 * 3600));
    let mut late = client;
    late.token = late.tenant_token().await;
    assert_eq!(late.call(Method::PUT, &one(&id), edit).await.code(), 230031);
}

#[tokio::test]
async fn a_recalled_message_can_no_longer_be_used() {
    let client = Client::start().await;
    let id = sent(&client, "oops").await;
    client.delete(&one(&id)).await.data();
    for method in [Method::GET, Method::DELETE] {
        let answer = send(client.request(method, &one(&id))).await;
        assert_eq!((answer.status, answer.code()), (400, 230110));
    }
    // Who replies to it or edits it is told so in another way.
    let text = json!({ "msg_type": "text", "content": "{\"text\":\"a\"}" });
    for (method, path) in [(Method::POST, format!("{}/reply", one(&id))), (Method::PUT, one(&id))] {
        let answer = client.call(method, &path, text.clone()).await;
        assert_eq!((answer.status, answer.code()), (400, 230011));
    }
    let listed = client.get(&format!("{MESSAGES}?container_id_type=chat&container_id=oc_1")).await;
    let message = &listed.data()["items"][0];
    assert_eq!((&message["message_id"], &message["deleted"]), (&json!(id), &json!(true)));
    assert!(!message["body"]["content"].as_str().expect("text").contains("oops"));
}

#[tokio::test]
async fn only_the_sender_changes_a_message() {
    let client = Client::start().await;
    let id = sent(&client, "mine").await;
    let token = client.sandbox.issue_user_token(&client.sandbox.open_ids()[0]);
    let request = client.bare(Method::DELETE, &one(&id)).bearer_auth(token);
    assert_eq!(send(request).await.code(), 230026);
    client.get(&one(&id)).await.data();
}

#[tokio::test]
async fn content_must_fit_its_type() {
    let client = Client::start().await;
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let long = json!({ "text": "x".repeat(150 * 1024) }).to_string();
    let cases = [
        ("oc_1", "text", "hi", 230001),
        ("oc_1", "text", r#"{"words":"hi"}"#, 230001),
        ("oc_1", "text", r#"["hi"]"#, 230001),
        ("oc_1", "post", r#"{"zh_cn":{"title":"t"}}"#, 230001),
        ("oc_1", "song", "{}", 230001),
        ("ou_1", "text", r#"{"text":"hi"}"#, 230001),
        ("oc_1", "text", long.as_str(), 230025),
        ("oc_1", "post", r#"{"zh_cn":{"title":"t","content":[[]]}}"#, 0),
        ("oc_1", "image", r#"{"image_key":"img_1"}"#, 0),
    ];
    for (chat, kind, content, code) in cases {
        let body = json!({ "receive_id": chat, "msg_type": kind, "content": content });
        assert_eq!(client.post(&path, body).await.code(), code, "{kind} {content:.40}");
    }
    assert_eq!(client.get(&one("om_unknown")).await.code(), 230001);
}
