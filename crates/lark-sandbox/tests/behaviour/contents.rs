//! Posts and cards come back in the form in which the platform shows them.

use lark_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ApiResponse, Client, MESSAGES};
use crate::receiver::Receiver;

async fn strict() -> Client {
    Client::of(Sandbox::builder().strict().start().await.expect("a free port")).await
}

async fn say(client: &Client, msg_type: &str, content: &Value) -> ApiResponse {
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let content = content.to_string();
    let body = json!({ "receive_id": "oc_1", "msg_type": msg_type, "content": content });
    client.post(&path, body).await
}

fn content_of(message: &Value) -> Value {
    let content = message["body"]["content"].as_str().or_else(|| message["content"].as_str());
    serde_json::from_str(content.expect("content")).expect("JSON")
}

#[tokio::test]
async fn a_post_comes_back_without_a_language_and_with_keys() {
    let client = strict().await;
    let person = client.sandbox.open_ids()[0].clone();
    let post = json!({
        "en_us": { "title": "no", "content": [] },
        "zh_cn": { "title": "T", "content": [
            [{ "tag": "text", "text": "a" }, { "tag": "at", "user_id": person },
             { "tag": "at", "user_id": "all" }],
            [{ "tag": "md", "text": "**b**" }],
            [{ "tag": "img", "image_key": "img_1" }],
        ]},
        "files": [{ "key": "file_v3_1", "name": "a.pdf" }],
    });
    let answer = say(&client, "post", &post).await;
    let message = answer.data();
    let name = &message["mentions"][0]["name"];
    assert_eq!(
        (&message["mentions"][0]["key"], &message["mentions"][0]["id"]),
        (&json!("@_user_1"), &json!(person))
    );
    let want = json!({
        "title": "T",
        "content": [
            [{ "tag": "text", "text": "a", "style": [] },
             { "tag": "at", "user_id": "@_user_1", "user_name": name, "style": [] },
             { "tag": "at", "user_id": "@_all", "user_name": "", "style": [] }],
            [{ "tag": "text", "text": "**b**", "style": [] }],
            [{ "tag": "img", "image_key": "img_1" }],
        ],
        "content_v2": post["zh_cn"]["content"],
        "files": [{ "file_key": "file_v3_1", "file_name": "a.pdf", "is_folder": false }],
    });
    assert_eq!(content_of(message), want);
    let path = format!("{MESSAGES}/{}", message["message_id"].as_str().expect("an id"));
    assert_eq!(content_of(&client.get(&path).await.data()["items"][0]), want);
}

#[tokio::test]
async fn a_post_of_a_person_is_pushed_as_it_is_received() {
    let client = strict().await;
    let receiver = Receiver::start().await;
    client.sandbox.pushes().subscribe(&receiver.url()).await.expect("an echo");
    let user = client.sandbox.user(&client.sandbox.open_ids()[0]);
    let line = json!([[{ "tag": "text", "text": "a", "style": [] }]]);
    let received = json!({ "title": "", "content": line });
    for written in [received.clone(), json!({ "ja_jp": { "content": line } })] {
        user.send(None, "post", &written).await.expect("a message");
        assert_eq!(content_of(&receiver.last().body["event"]["message"]), received);
    }
    let card = json!({ "header": { "title": { "tag": "plain_text", "content": "T" } },
        "elements": [{ "tag": "hr" }] });
    user.send(None, "interactive", &card).await.expect("a message");
    let content = content_of(&receiver.last().body["event"]["message"]);
    assert_eq!(content, json!({ "title": "T", "elements": [[{ "tag": "hr" }]] }));
}

#[tokio::test]
async fn a_post_that_cannot_be_sent_is_refused() {
    let client = strict().await;
    let lines = json!({ "content": [[]] });
    for post in [
        json!({ "title": "", "content": [[]] }),
        json!({ "files": [{ "key": "file_v3_1", "name": "a.pdf" }] }),
        json!({ "zh_cn": lines, "files": [{ "file_key": "file_v3_1" }] }),
        json!({ "zh_cn": lines, "files": {} }),
        json!({ "zh_cn": {} }),
    ] {
        assert_eq!(say(&client, "post", &post).await.code(), 230001, "{post}");
    }
}

#[tokio::test]
async fn a_card_is_reduced_unless_it_is_asked_for_as_it_was_sent() {
    let client = strict().await;
    let card = json!({
        "schema": "2.0",
        "header": { "title": { "tag": "plain_text", "content": "Build" } },
        "body": { "elements": [
            { "tag": "markdown", "content": "**ok**" },
            { "tag": "column_set", "columns": [{ "tag": "column", "elements": [
                { "tag": "button", "text": { "tag": "plain_text", "content": "Go" }, "type": "primary",
                  "behaviors": [{ "type": "callback", "value": { "tag": "plain_text" } }] },
            ]}]},
        ]},
    });
    let reduced = json!({ "title": "Build", "elements": [
        [{ "tag": "text", "text": "**ok**" }],
        [{ "tag": "button", "text": "Go", "type": "primary" }],
    ]});
    let answer = say(&client, "interactive", &card).await;
    assert_eq!(content_of(answer.data()), reduced);
    let path = format!("{MESSAGES}/{}", answer.data()["message_id"].as_str().expect("an id"));
    let list = format!("{MESSAGES}?container_id_type=chat&container_id=oc_1");
    for path in [path, list] {
        assert_eq!(content_of(&client.get(&path).await.data()["items"][0]), reduced);
        let mark = if path.contains('?') { '&' } else { '?' };
        let as_sent = format!("{path}{mark}card_msg_content_type=user_card_content");
        let content = content_of(&client.get(&as_sent).await.data()["items"][0]);
        let dsl = content["user_dsl"].as_str().expect("a text");
        assert_eq!(serde_json::from_str::<Value>(dsl).expect("JSON"), card);
    }
}

#[tokio::test]
async fn a_card_with_too_much_in_it_is_refused() {
    let client = strict().await;
    let table = json!({ "tag": "table", "columns": [], "rows": [] });
    let markdown = json!({ "tag": "markdown", "content": "| a |\n|---|\n| 1 |" });
    let card = |elements: Vec<Value>| json!({ "schema": "2.0", "body": { "elements": elements } });
    let code = json!({ "tag": "markdown", "content": "```\n| a |\n|---|\n```" });
    let five = vec![
        table.clone(),
        table.clone(),
        markdown.clone(),
        markdown.clone(),
        markdown.clone(),
        code,
    ];
    let sent = say(&client, "interactive", &card(five.clone())).await;
    let id = sent.data()["message_id"].as_str().expect("an id").to_owned();
    for (element, what) in [(table, "table"), (markdown, "table")] {
        let six = card([five.clone(), vec![element]].concat());
        let answer = say(&client, "interactive", &six).await;
        assert_eq!((answer.status, answer.code()), (400, 230099));
        let msg = answer.body["msg"].as_str().expect("a message").to_owned();
        assert!(msg.contains("ErrCode: 11310") && msg.contains(what), "{msg}");
        let body = json!({ "content": six.to_string() });
        let patch = client.call(Method::PATCH, &format!("{MESSAGES}/{id}"), body).await;
        assert_eq!(patch.code(), 230099);
    }
    let many = card(vec![json!({ "tag": "hr" }); 201]);
    assert_eq!(say(&client, "interactive", &many).await.code(), 230099);
    let old = json!({ "elements": vec![json!({ "tag": "table" }); 6] });
    assert_eq!(say(&client, "interactive", &old).await.code(), 230099);
}

#[tokio::test]
async fn the_bot_of_an_app_stands_beside_the_code() {
    let client = strict().await;
    let answer = client.get("/open-apis/bot/v3/info").await;
    assert_eq!(answer.body["code"], 0);
    assert_eq!(answer.body["bot"]["open_id"], client.sandbox.bot_open_id(client.sandbox.app_id()));
}
