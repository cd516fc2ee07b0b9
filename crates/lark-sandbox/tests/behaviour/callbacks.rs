//! Buttons are pressed, links are looked at.

use std::time::Duration;

use lark_sandbox::{CallbackResult, Press, Sandbox};
use reqwest::Method;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use serde_json::{Value, json};

use crate::client::{Client, MESSAGES};
use crate::receiver::{KEY, Receiver, TOKEN};

const CARD_UPDATE: &str = "/open-apis/interactive/v1/card/update";

async fn start() -> (Client, Receiver) {
    let builder = Sandbox::builder().strict().push_timeout(Duration::from_millis(300));
    let client = Client::of(builder.start().await.expect("a free port")).await;
    (client, Receiver::start().await)
}

async fn configured() -> (Client, Receiver) {
    let (client, receiver) = start().await;
    let pushes = client.sandbox.pushes().encrypt_key(KEY).verification_token(TOKEN);
    pushes.send_callbacks_to(&receiver.url()).await.expect("an echo");
    (client, receiver)
}

/// A card of today's schema: a button in a column, one that opens a link, one that is disabled.
fn card() -> Value {
    let button = |name: &str, more: Value| {
        let mut button = json!({
            "tag": "button", "name": name,
            "text": { "tag": "plain_text", "content": format!("the {name}") },
        });
        button.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        button
    };
    let callback = json!({ "behaviors": [{ "type": "callback", "value": { "do": "it" } }] });
    let link = json!({ "behaviors": [{ "type": "open_url", "default_url": "https://x" }] });
    let disabled = json!({ "disabled": true, "value": {} });
    let columns = json!([{ "tag": "column", "elements": [button("yes", callback)] }]);
    json!({ "schema": "2.0", "body": { "elements": [
        { "tag": "column_set", "columns": columns },
        button("link", link),
        button("off", disabled),
    ] } })
}

async fn send(client: &Client, card: &Value) -> String {
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let content = card.to_string();
    let body = json!({ "receive_id": "oc_1", "msg_type": "interactive", "content": content });
    client.post(&path, body).await.data()["message_id"].as_str().expect("an id").to_owned()
}

async fn content(client: &Client, id: &str) -> Value {
    let path = format!("{MESSAGES}/{id}?card_msg_content_type=user_card_content");
    let read = client.get(&path).await.data()["items"][0].clone();
    let parse = |text: &Value| -> Value {
        serde_json::from_str(text.as_str().expect("text")).expect("JSON")
    };
    parse(&parse(&read["body"]["content"])["user_dsl"])
}

async fn press(client: &Client, id: &str, press: Press) -> CallbackResult {
    let user = client.sandbox.user(&client.sandbox.open_ids()[0]);
    user.press(id, press).await.expect("a press")
}

#[tokio::test]
async fn a_press_calls_back_and_the_answer_changes_the_card() {
    let (client, receiver) = configured().await;
    let id = send(&client, &card()).await;
    let next = json!({ "schema": "2.0", "body": { "elements": [] } });
    let toast = json!({ "type": "success", "content": "done" });
    let answer = json!({ "toast": toast, "card": { "type": "raw", "data": next } });
    receiver.answer(move |_| Some((200, answer.clone())));
    let shown = press(&client, &id, Press::on("the yes").checked(true)).await;
    assert_eq!((shown.code, &shown.toast), (None, &Some(toast)));
    assert_eq!(shown.card, Some(next.clone()));
    assert_eq!(content(&client, &id).await, next);

    let push = receiver.last();
    assert!(push.is_signed(&SHA256, KEY));
    assert_eq!(push.body["header"]["event_type"], "card.action.trigger");
    let time = push.body["header"]["create_time"].as_str().expect("a time");
    assert_eq!(time.len(), 16, "in microseconds: {time}");
    let event = &push.body["event"];
    assert_eq!(event["operator"]["open_id"], client.sandbox.open_ids()[0]);
    assert_eq!(event["operator"]["tenant_key"], client.sandbox.tenant_key());
    assert_eq!(
        (&event["action"]["tag"], &event["action"]["name"]),
        (&json!("button"), &json!("yes"))
    );
    assert_eq!(
        (&event["action"]["value"], &event["action"]["checked"]),
        (&json!({ "do": "it" }), &json!(true))
    );
    assert_eq!(event["context"], json!({ "open_message_id": id, "open_chat_id": "oc_1" }));
    assert_eq!(event["host"], "im_message");
    assert!(event["token"].as_str().is_some_and(|token| token.starts_with("c-")));
    assert!(client.sandbox.deliveries().is_empty(), "callbacks are sent once");
}

#[tokio::test]
async fn buttons_of_the_old_schema_and_templates_as_answers_work_too() {
    let (client, receiver) = configured().await;
    let button = json!({ "tag": "button", "text": { "tag": "lark_md", "content": "Go" }, "value": { "n": 1 } });
    let old = json!({ "elements": [{ "tag": "action", "actions": [button] }] });
    let id = send(&client, &old).await;
    let template = json!({ "type": "template", "data": { "template_id": "AAq1" } });
    let answer = json!({ "card": template });
    receiver.answer(move |_| Some((200, answer.clone())));
    let shown = press(&client, &id, Press::on_value(json!({ "n": 1 }))).await;
    assert_eq!((shown.code, shown.card), (None, Some(template.clone())));
    assert_eq!(content(&client, &id).await, template);
}

#[tokio::test]
async fn the_user_sees_what_is_wrong_with_an_answer() {
    let (client, receiver) = start().await;
    let id = send(&client, &card()).await;
    let yes = || Press::on("yes");
    assert_eq!(press(&client, &id, yes()).await.code, Some(200_340));
    let pushes = client.sandbox.pushes();
    pushes.send_callbacks_to(&receiver.url()).await.expect("an echo");
    let long = json!({ "elements": ["x".repeat(31 * 1024)] });
    let cases = [
        (None, 200_341),
        (Some((500, json!({}))), 200_671),
        (Some((302, json!({}))), 200_671),
        (Some((200, json!("no JSON"))), 200_672),
        (Some((200, json!([]))), 200_672),
        (Some((200, json!({ "toast": { "type": "loud", "content": "x" } }))), 200_672),
        (Some((200, json!({ "card": { "type": "raw", "data": {} } }))), 200_673),
        (Some((200, json!({ "card": { "type": "raw", "data": long } }))), 200_673),
        (Some((200, json!({ "card": { "elements": [] } }))), 200_673),
    ];
    for (answer, code) in cases {
        let case = answer.clone();
        receiver.answer(move |_| answer.clone());
        let shown = press(&client, &id, yes()).await;
        assert_eq!(shown.code, Some(code), "{case:?}");
        assert!(shown.receipt.is_some() && shown.card.is_none());
    }
    for answer in [json!({}), json!("")] {
        receiver.answer(move |_| Some((200, answer.clone())));
        assert_eq!(press(&client, &id, yes()).await.code, None);
    }
    assert_eq!(content(&client, &id).await, card(), "nothing has changed it");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_no_connection() {
    let (client, _receiver) = start().await;
    let id = send(&client, &card()).await;
    let (url, listener) = closing().await;
    client.sandbox.pushes().send_callbacks_to(&url).await.expect("an echo");
    listener.abort();
    // The error says that the task was aborted.
    let _ = listener.await;
    assert_eq!(press(&client, &id, Press::on("yes")).await.code, Some(200_342));
}

/// A receiver that can be stopped: it answers one challenge on each connection.
async fn closing() -> (String, tokio::task::JoinHandle<()>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                stream.read_buf(&mut request).await.expect("a request");
            }
            let text = String::from_utf8(request).expect("text");
            let body = text.split("\r\n\r\n").nth(1).expect("a body");
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len());
            let answer = format!("{head}Connection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.expect("a reader");
        }
    });
    (url, task)
}

#[tokio::test]
async fn a_press_that_cannot_be_is_an_error() {
    let (client, receiver) = configured().await;
    let id = send(&client, &card()).await;
    let user = client.sandbox.user(&client.sandbox.open_ids()[0]);
    let cases = [
        (id.as_str(), "no", "it has button \"yes\", button \"link\", button \"off\""),
        (&id, "link", "makes no callback"),
        (&id, "off", "disabled"),
        ("om_none", "yes", "invalid message_id"),
    ];
    for (id, name, reason) in cases {
        let error = user.press(id, Press::on(name)).await.expect_err("no press").to_string();
        assert!(error.contains(reason), "{error}");
    }
    let text = user.write("hi").await.expect("a message");
    let error = user.press(&text, Press::on("yes")).await.expect_err("no card").to_string();
    assert!(error.contains("is no card"), "{error}");
    assert!(receiver.pushed().is_empty());
}

#[tokio::test]
async fn the_old_callback_is_plain_and_signed_with_the_token() {
    let (client, receiver) = start().await;
    let pushes = client.sandbox.pushes().encrypt_key(KEY).verification_token(TOKEN);
    pushes.send_legacy_card_callbacks_to(&receiver.url()).await.expect("an echo");
    let id = send(&client, &card()).await;
    let next = json!({ "elements": [] });
    let answer = next.clone();
    receiver.answer(move |_| Some((200, answer.clone())));
    assert_eq!(press(&client, &id, Press::on("yes")).await.card, Some(next.clone()));
    assert_eq!(content(&client, &id).await, next);
    let push = receiver.last();
    assert!(push.is_signed(&SHA1_FOR_LEGACY_USE_ONLY, TOKEN));
    let raw: Value = serde_json::from_slice(&push.raw).expect("plain JSON");
    assert_eq!(raw["open_id"], client.sandbox.open_ids()[0]);
    assert_eq!((&raw["open_message_id"], &raw["open_chat_id"]), (&json!(id), &json!("oc_1")));
    assert_eq!(raw["action"]["value"], json!({ "do": "it" }));
}

#[tokio::test]
async fn the_token_changes_the_card_twice_within_half_an_hour() {
    let (client, receiver) = configured().await;
    let id = send(&client, &card()).await;
    let token = async || {
        press(&client, &id, Press::on("yes")).await;
        receiver.last().body["event"]["token"].clone()
    };
    let (first, second) = (token().await, token().await);
    let update = async |token: &Value| {
        let new = json!({ "elements": [], "open_ids": ["ou_1"] });
        client.post(CARD_UPDATE, json!({ "token": token, "card": new })).await.code()
    };
    assert_eq!((update(&first).await, update(&first).await, update(&first).await), (0, 0, 230001));
    assert_eq!(content(&client, &id).await, json!({ "elements": [] }));
    client.sandbox.advance(Duration::from_secs(30 * 60));
    assert_eq!(update(&second).await, 230001);
    assert_eq!(update(&json!("c-unknown")).await, 230001);
    let bare = client.bare(Method::POST, CARD_UPDATE).json(&json!({}));
    assert_eq!(crate::client::send(bare).await.code(), 99991661);
    assert_eq!(client.sandbox.requests_of("interactive.v1.card.update"), 6);
}

#[tokio::test]
async fn a_link_is_previewed() {
    let (client, receiver) = configured().await;
    let user = client.sandbox.user(&client.sandbox.open_ids()[0]);
    let id = user.write_in("oc_1", "see https://example.com/a").await.expect("a message");
    let inline = json!({ "title": "A" });
    let answer = json!({ "inline": inline });
    receiver.answer(move |_| Some((200, answer.clone())));
    let shown = user.preview(&id, "https://example.com/a").await.expect("a preview");
    assert_eq!((shown.code, shown.inline), (None, Some(inline)));
    let push = receiver.last().body;
    assert_eq!(push["header"]["event_type"], "url.preview.get");
    let context = &push["event"]["context"];
    assert_eq!(
        (&context["url"], &context["open_message_id"]),
        (&json!("https://example.com/a"), &json!(id))
    );
    assert!(user.preview("om_none", "https://example.com").await.is_err());
}

#[tokio::test]
async fn other_languages_press_by_command() {
    let (client, receiver) = configured().await;
    let id = send(&client, &card()).await;
    let post = async |arguments: Value| {
        let request = client.bare(Method::POST, "/sandbox/v1/presses").json(&arguments);
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
    };
    let arguments = json!({ "message_id": id, "on": "yes", "form_value": { "a": "b" } });
    let shown = post(arguments).await;
    assert_eq!((&shown["code"], &shown["data"]["code"]), (&json!(0), &Value::Null));
    assert_eq!(shown["data"]["receipt"]["status"], 200);
    assert_eq!(receiver.last().body["event"]["action"]["form_value"], json!({ "a": "b" }));
    assert_eq!(post(json!({ "message_id": id })).await["code"], 1);
    assert_eq!(post(json!({ "message_id": id, "on": "no" })).await["code"], 1);
}
