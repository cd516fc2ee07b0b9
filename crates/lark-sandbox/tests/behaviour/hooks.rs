//! Custom bots of chats.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lark_sandbox::{Clock, Hook, Sandbox};
use reqwest::Method;
use ring::hmac;
use serde_json::{Value, json};

use crate::client::{Client, MESSAGES, Stopped};

async fn start() -> Client {
    let builder = Sandbox::builder().strict().clock(Stopped);
    Client::of(builder.start().await.expect("a free port")).await
}

/// The code and the whole answer.
async fn post(client: &Client, url: &str, body: &Value) -> (i64, Value) {
    let path = url.strip_prefix(&client.sandbox.base_url()).expect("a URL of the sandbox");
    let response = client.bare(Method::POST, path).json(body).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.expect("JSON");
    (body["code"].as_i64().expect("a code"), body)
}

fn text(text: &str) -> Value {
    json!({ "msg_type": "text", "content": { "text": text } })
}

#[tokio::test]
async fn what_is_posted_lands_in_the_chat() {
    let client = start().await;
    let url = client.sandbox.add_hook(Hook::new("oc_1"));
    let success = json!({
        "code": 0, "msg": "success", "data": {},
        "Extra": null, "StatusCode": 0, "StatusMessage": "success",
    });
    assert_eq!(post(&client, &url, &text("hi")).await.1, success);
    let call = client.sandbox.calls().pop().expect("a call");
    assert_eq!(call.operation_id, Some("bot.v2.hook"));
    assert_eq!(call.path, "/open-apis/bot/v2/hook/{hook_id}", "the id is a secret");
    let post_content = json!({ "zh_cn": { "title": "t", "content": [[]] } });
    let bodies = [
        json!({ "msg_type": "post", "content": { "post": post_content } }),
        json!({ "msg_type": "image", "content": { "image_key": "img_1" } }),
        json!({ "msg_type": "share_chat", "content": { "share_chat_id": "oc_2" } }),
        json!({ "msg_type": "interactive", "card": { "elements": [] } }),
    ];
    for body in &bodies {
        assert_eq!(post(&client, &url, body).await.0, 0, "{body}");
    }
    let listed = client.get(&format!("{MESSAGES}?container_id_type=chat&container_id=oc_1")).await;
    let contents: Vec<&str> = listed.data()["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["body"]["content"].as_str().expect("text"))
        .collect();
    let expected = [
        r#"{"text":"hi"}"#.to_owned(),
        json!({ "title": "t", "content": [[]] }).to_string(),
        r#"{"image_key":"img_1"}"#.to_owned(),
        r#"{"chat_id":"oc_2"}"#.to_owned(),
        r#"{"elements":[],"title":null}"#.to_owned(),
    ];
    assert_eq!(contents, expected);
}

#[tokio::test]
async fn what_is_no_message_is_rejected() {
    let client = start().await;
    let url = client.sandbox.add_hook(Hook::new("oc_1"));
    let cases = [
        json!([]),
        json!({}),
        json!({ "msg_type": "song", "content": {} }),
        json!({ "msg_type": "text", "content": "hi" }),
        json!({ "msg_type": "interactive", "content": {} }),
        json!({ "msg_type": "post", "content": { "post": {} } }),
        text(&"x".repeat(20 * 1024)),
    ];
    for body in &cases {
        assert_eq!(post(&client, &url, body).await.0, 9499, "{body:.60}");
    }
    let unknown = format!("{}/open-apis/bot/v2/hook/unknown", client.sandbox.base_url());
    assert_eq!(post(&client, &unknown, &text("hi")).await.0, 19001);
    assert_eq!(client.sandbox.messages_sent(), 0);
}

#[tokio::test]
async fn signatures_keywords_and_addresses_are_checked() {
    let client = start().await;
    let signed = client.sandbox.add_hook(Hook::new("oc_1").secret("s"));
    let now = Stopped.now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let body = |seconds: u64, secret: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, format!("{seconds}\n{secret}").as_bytes());
        let sign = STANDARD.encode(hmac::sign(&key, b""));
        let mut body = text("hi");
        body["timestamp"] = json!(seconds.to_string());
        body["sign"] = json!(sign);
        body
    };
    for (body, code) in [
        (body(now, "s"), 0),
        (body(now - 3599, "s"), 0),
        (body(now - 3601, "s"), 19021),
        (body(now + 3602, "s"), 19021),
        (body(u64::MAX, "s"), 19021),
        (body(now, "t"), 19021),
        (text("hi"), 19021),
    ] {
        assert_eq!(post(&client, &signed, &body).await.0, code, "{body}");
    }
    let worded = client.sandbox.add_hook(Hook::new("oc_1").keyword("alarm").keyword("警报"));
    assert_eq!(post(&client, &worded, &text("all is well")).await.0, 19024);
    assert_eq!(post(&client, &worded, &text("警报!")).await.0, 0);
    let here = Hook::new("oc_1").allow_ip([127, 0, 0, 1].into());
    let elsewhere = Hook::new("oc_1").allow_ip([10, 0, 0, 1].into());
    let (here, elsewhere) = (client.sandbox.add_hook(here), client.sandbox.add_hook(elsewhere));
    assert_eq!(post(&client, &here, &text("hi")).await.0, 0);
    assert_eq!(post(&client, &elsewhere, &text("hi")).await.0, 19022);
}

#[tokio::test]
async fn five_a_second_and_a_hundred_a_minute() {
    let client = start().await;
    let url = client.sandbox.add_hook(Hook::new("oc_1"));
    let mut sent = 0;
    for _ in 0..20 {
        for _ in 0..5 {
            assert_eq!(post(&client, &url, &text("hi")).await.0, 0);
            sent += 1;
        }
        assert_eq!(post(&client, &url, &text("hi")).await.0, 11232);
        client.sandbox.advance(Duration::from_secs(1));
    }
    assert_eq!(sent, 100);
    assert_eq!(post(&client, &url, &text("hi")).await.0, 11232, "a hundred in a minute");
    client.sandbox.advance(Duration::from_secs(40));
    assert_eq!(post(&client, &url, &text("hi")).await.0, 0);
}

#[tokio::test]
async fn other_languages_add_hooks_by_command() {
    let client = start().await;
    let add = async |arguments: Value| {
        let request = client.bare(Method::POST, "/sandbox/v1/hooks").json(&arguments);
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
    };
    let arguments = json!({ "chat_id": "oc_1", "keywords": ["a"], "allow_ips": ["127.0.0.1"] });
    let added = add(arguments).await;
    let url = added["data"]["url"].as_str().expect("a URL");
    assert_eq!(post(&client, url, &text("b")).await.0, 19024);
    assert_eq!(post(&client, url, &text("a")).await.0, 0);
    for wrong in
        [json!({}), json!({ "chat_id": "1" }), json!({ "chat_id": "oc_1", "allow_ips": ["x"] })]
    {
        assert_eq!(add(wrong.clone()).await["code"], 1, "{wrong}");
    }
}
