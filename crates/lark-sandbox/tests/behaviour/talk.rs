//! What simulated people write reaches the apps, and stays in the chat.

use lark_sandbox::{App, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, MESSAGES};
use crate::receiver::Receiver;

const OTHER: &str = "cli_other";

async fn start() -> (Client, Receiver) {
    let builder = Sandbox::builder().strict().add_app(App::self_built(OTHER, "secret"));
    let client = Client::of(builder.start().await.expect("a free port")).await;
    let receiver = Receiver::start().await;
    client.sandbox.pushes().subscribe(&receiver.url()).await.expect("an echo");
    (client, receiver)
}

#[tokio::test]
async fn a_message_to_the_bot_is_pushed_and_can_be_answered() {
    let (client, receiver) = start().await;
    let open_id = client.sandbox.open_ids()[0].clone();
    let id = client.sandbox.user(&open_id).write("你好").await.expect("a message");
    let event = receiver.last().body["event"].clone();
    let message = &event["message"];
    assert_eq!(event["sender"]["sender_id"]["open_id"], open_id);
    assert!(event["sender"]["sender_id"]["union_id"].is_string());
    assert_eq!(event["sender"]["sender_type"], "user");
    assert_eq!(event["sender"]["tenant_key"], client.sandbox.tenant_key());
    assert_eq!((&message["message_id"], &message["chat_type"]), (&json!(id), &json!("p2p")));
    assert_eq!(message["message_type"], "text");
    assert_eq!(message["content"], r#"{"text":"你好"}"#);
    assert!(message.get("mentions").is_none() && message.get("root_id").is_none());

    let read = client.get(&format!("{MESSAGES}/{id}")).await.data()["items"][0].clone();
    assert_eq!(
        (&read["sender"]["id"], &read["sender"]["sender_type"]),
        (&json!(open_id), &json!("user"))
    );
    let path = format!("{MESSAGES}?receive_id_type=open_id");
    let body = json!({ "receive_id": open_id, "msg_type": "text", "content": "{\"text\":\"a\"}" });
    let sent = client.post(&path, body).await.data().clone();
    assert_eq!(sent["chat_id"], message["chat_id"], "the bot writes in the same chat");

    let reply = client.sandbox.user(&open_id).reply(&id, "again").await.expect("a reply");
    let message = receiver.last().body["event"]["message"].clone();
    assert_eq!((&message["message_id"], &message["parent_id"]), (&json!(reply), &json!(id)));
    assert_eq!((&message["root_id"], &message["chat_type"]), (&json!(id), &json!("p2p")));
}

#[tokio::test]
async fn in_a_group_every_app_hears_it_and_mentions_name_people_and_bots() {
    let (client, receiver) = start().await;
    let second = Receiver::start().await;
    client.sandbox.pushes_to(OTHER).subscribe(&second.url()).await.expect("an echo");
    let people = client.sandbox.open_ids();
    let user = client.sandbox.user(&people[0]);
    let bot = client.sandbox.bot_open_id(client.sandbox.app_id());
    let text = format!(r#"<at user_id="{bot}">Bot</at> ask <at user_id="{}">x</at>"#, people[1]);
    user.write_in("oc_group", &text).await.expect("a message");
    for receiver in [&receiver, &second] {
        let message = receiver.last().body["event"]["message"].clone();
        assert_eq!(message["chat_type"], "group");
        assert_eq!(message["content"], r#"{"text":"@_user_1 ask @_user_2"}"#);
        let mentions = &message["mentions"];
        assert_eq!(
            (&mentions[0]["key"], &mentions[0]["name"]),
            (&json!("@_user_1"), &json!("Bot"))
        );
        assert_eq!(mentions[0]["id"], json!({ "open_id": bot, "union_id": "", "user_id": "" }));
        assert_eq!(mentions[1]["id"]["open_id"], people[1]);
        assert_eq!(mentions[1]["tenant_key"], client.sandbox.tenant_key());
    }
    user.write("only for the first").await.expect("a message");
    assert_eq!((receiver.pushed().len(), second.pushed().len()), (2, 1));
}

#[tokio::test]
async fn what_cannot_be_said_is_an_error() {
    let (client, receiver) = start().await;
    let reason = |error: lark_sandbox::PushError| error.to_string();
    let nobody = client.sandbox.user("ou_nobody").write("hi").await.map_err(reason);
    assert!(nobody.expect_err("nobody").contains("nobody is ou_nobody"));
    let user = client.sandbox.user(&client.sandbox.open_ids()[0]);
    let group = user.write_in("group", "hi").await.map_err(reason);
    assert!(group.expect_err("no chat").contains("\"group\" is not the id of a chat"));
    let image = user.send(None, "image", &json!({})).await.map_err(reason);
    assert!(image.expect_err("no key").contains("image_key"));
    assert!(user.reply("om_none", "hi").await.is_err());
    assert!(receiver.pushed().is_empty());
    assert_eq!(client.sandbox.messages_sent(), 0);
}

#[tokio::test]
async fn other_languages_write_by_command() {
    let (client, receiver) = start().await;
    let post = async |arguments: Value| {
        let request = client.bare(Method::POST, "/sandbox/v1/messages").json(&arguments);
        let response = request.send().await.expect("an answer");
        response.json::<Value>().await.expect("JSON")
    };
    let sent = post(json!({ "text": "hi" })).await;
    let message = receiver.last().body["event"]["message"].clone();
    assert_eq!(message["message_id"], sent["data"]["message_id"]);
    let image = json!({
        "chat_id": "oc_1", "msg_type": "image", "content": { "image_key": "img_1" },
    });
    assert_eq!(post(image).await["code"], 0);
    assert_eq!(receiver.last().body["event"]["message"]["message_type"], "image");
    assert_eq!(post(json!({})).await["code"], 1);
}
