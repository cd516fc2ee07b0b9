//! Calls as the guides of other SDKs write them: slashes at the end, older versions.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::client::{APP_TOKEN, Client, MESSAGES, TENANT_TOKEN, USERS, send};
use crate::signed_in::{V2, ask};

const SEND: &str = "/open-apis/message/v4/send";

#[tokio::test]
async fn a_slash_at_the_end_does_not_matter() {
    let client = Client::start().await;
    for path in [TENANT_TOKEN, APP_TOKEN, "/oauth/v3/token"] {
        let (id, secret) = (client.sandbox.app_id(), client.sandbox.app_secret());
        let body = json!({
            "app_id": id, "app_secret": secret,
            "grant_type": "client_credentials", "client_id": id, "client_secret": secret,
        });
        assert_eq!(client.ask(&format!("{path}/"), body).await.code(), 0, "{path}");
    }
    client.get(&format!("{USERS}/")).await.fields();
    client.get("/open-apis/bot/v3/info/").await;
    client.get("/open-apis/im/v1/chats/").await.fields();
    assert_eq!(client.sandbox.requests_of("bot.v3.bot.get"), 1);
    // The specs have it with the slash.
    for path in ["/open-apis/message/v4/batch_send", "/open-apis/message/v4/batch_send/"] {
        client.post(path, json!({})).await;
    }
    assert_eq!(client.sandbox.requests_of("message.v4.message.batch_send"), 2);
}

#[tokio::test]
async fn a_device_of_the_python_sdk_signs_in() {
    let client = Client::start().await;
    let path = "/open-apis/authen/v2/oauth/device_authorization";
    let id = client.sandbox.app_id().to_owned();
    let device = client.ask(path, json!({ "client_id": id, "scope": "a offline_access" })).await;
    assert_eq!((device.status, device.code()), (200, 0), "{}", device.body);
    let code = device.body["user_code"].as_str().expect("a code");
    client.sandbox.approve_device(code, &client.sandbox.open_ids()[0]);
    let fields = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device.body["device_code"],
    });
    assert!(ask(&client, V2, fields).await.body["access_token"].is_string());
    let unknown = client.ask(path, json!({ "client_id": "cli_0", "scope": "" })).await;
    assert_eq!(unknown.code(), 20048);
    let wrong = json!({ "client_id": id, "client_secret": "wrong" });
    assert_eq!(client.ask(path, wrong).await.code(), 20002);
}

#[tokio::test]
async fn messages_of_version_4_are_messages() {
    let client = Client::start().await;
    let person = client.sandbox.open_ids()[0].clone();
    let chat = json!({ "name": "Team" });
    let chat = client.post("/open-apis/im/v1/chats", chat).await.data()["chat_id"].clone();
    let post = json!({ "zh_cn": { "title": "t", "content": [[{ "tag": "text", "text": "a" }]] } });
    let card = json!({ "elements": [{ "tag": "hr" }] });
    let bodies = [
        json!({ "open_id": person, "msg_type": "text", "content": { "text": "hi" } }),
        json!({ "chat_id": chat, "msg_type": "image", "content": { "image_key": "img_1" } }),
        json!({ "chat_id": chat, "msg_type": "post", "content": { "post": post } }),
        json!({ "email": "a@example.com", "msg_type": "interactive", "card": card }),
        json!({ "chat_id": chat, "msg_type": "share_chat", "content": { "share_chat_id": chat } }),
    ];
    for body in bodies {
        let sent = client.post(SEND, body.clone()).await;
        let id = sent.data()["message_id"].as_str().expect("an id").to_owned();
        let read = client.get(&format!("{MESSAGES}/{id}")).await;
        assert_eq!(read.data()["items"][0]["msg_type"], body["msg_type"]);
        let reply = json!({ "root_id": id, "msg_type": "text", "content": { "text": "yes" } });
        let reply = client.post(SEND, reply).await;
        let reply = reply.data()["message_id"].as_str().expect("an id").to_owned();
        let read = client.get(&format!("{MESSAGES}/{reply}")).await;
        assert_eq!(read.data()["items"][0]["root_id"], id.as_str());
    }
    let nobody = json!({ "msg_type": "text", "content": { "text": "hi" } });
    assert_eq!(client.post(SEND, nobody).await.code(), 230_001);
    let no_text = json!({ "open_id": person, "msg_type": "text", "content": {} });
    assert_eq!(client.post(SEND, no_text).await.code(), 230_001);
}

#[tokio::test]
async fn images_of_version_4_are_images() {
    let client = Client::start().await;
    let image = Part::bytes(b"an image".as_slice()).file_name("a.png");
    let form = Form::new().text("image_type", "message").part("image", image);
    let put = client.form("/open-apis/image/v4/put", form).await;
    let key = put.data()["image_key"].as_str().expect("a key").to_owned();
    let got = client.download(&format!("/open-apis/im/v1/images/{key}")).await;
    assert_eq!(got.bytes().await.expect("bytes"), "an image");
}

#[tokio::test]
async fn a_success_without_data_has_an_empty_object() {
    let client = Client::start().await;
    let chat = client.post("/open-apis/im/v1/chats", json!({})).await.data()["chat_id"].clone();
    let chat = chat.as_str().expect("an id");
    // Of a part, of the memory, and of the schema.
    let deleted = client.delete(&format!("/open-apis/im/v1/chats/{chat}")).await;
    assert_eq!(deleted.body["data"], json!({}));
    let schema = "/open-apis/im/v1/chats/oc_1/members/me_join";
    let joined = client.call(Method::PATCH, schema, json!({})).await;
    assert_eq!(joined.body["data"], json!({}));
}

#[tokio::test]
async fn token_endpoints_say_little_of_what_is_wrong() {
    let client = Client::start().await;
    let request = |id: &str, secret: &str| json!({ "app_id": id, "app_secret": secret });
    let id = client.sandbox.app_id();
    let cases = [
        (request("cli_a1b2c3d4e5f60718", "s"), 10_014),
        (request("cli_short", "s"), 10_003),
        (request("app", "s"), 10_003),
        (request(id, "wrong"), 10_014),
        (json!({}), 10_003),
    ];
    for (body, code) in cases {
        let answer = client.ask(TENANT_TOKEN, body.clone()).await;
        assert_eq!((answer.status, answer.code()), (200, code), "{body}");
        let members: Vec<_> = answer.body.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["code", "msg"], "{body}");
    }
    // An API refuses a token with the object.
    let refused: Value = send(client.bare(Method::GET, USERS)).await.body;
    assert!(refused["error"]["log_id"].is_string());
}
