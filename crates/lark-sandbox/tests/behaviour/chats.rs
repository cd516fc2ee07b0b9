//! Who is in a chat, and who may send to it.

use lark_sandbox::{App, Fault, Sandbox, Times};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ApiResponse, Client, MESSAGES};

const CHATS: &str = "/open-apis/im/v1/chats";

async fn say(client: &Client, chat_id: &str) -> ApiResponse {
    let content = json!({ "text": "hello" }).to_string();
    let body = json!({ "receive_id": chat_id, "msg_type": "text", "content": content });
    client.post(&format!("{MESSAGES}?receive_id_type=chat_id"), body).await
}

async fn create(client: &Client, body: Value) -> String {
    let made = client.post(CHATS, body).await;
    made.data()["chat_id"].as_str().expect("an id").to_owned()
}

/// Adds or removes members.
async fn members(
    client: &Client,
    method: Method,
    chat_id: &str,
    (kind, ids): (&str, &[&str]),
) -> ApiResponse {
    let path = format!("{CHATS}/{chat_id}/members?member_id_type={kind}");
    client.call(method, &path, json!({ "id_list": ids })).await
}

#[tokio::test]
async fn a_bot_that_was_removed_may_not_send_until_it_joins_again() {
    let client = Client::start().await;
    let app = client.sandbox.app_id().to_owned();
    let chat = create(&client, json!({ "name": "Team" })).await;
    for chat in [chat.as_str(), "oc_that_was_there_before"] {
        say(&client, chat).await.data();
        members(&client, Method::DELETE, chat, ("app_id", &[&app])).await.data();
        let rejected = say(&client, chat).await;
        assert_eq!((rejected.status, rejected.code()), (400, 230002));
        let is_in = client.get(&format!("{CHATS}/{chat}/members/is_in_chat")).await;
        assert_eq!(is_in.data()["is_in_chat"], false);
        let add = members(&client, Method::POST, chat, ("app_id", &[&app])).await;
        assert_eq!(add.code(), 232011, "it is out of the chat");
        client
            .call(Method::PATCH, &format!("{CHATS}/{chat}/members/me_join"), json!({}))
            .await
            .data();
        say(&client, chat).await.data();
    }
}

#[tokio::test]
async fn a_chat_has_the_people_who_were_added_in_pages() {
    let client = Client::start().await;
    let people = client.sandbox.open_ids();
    let body = json!({ "name": "Team", "user_id_list": [people[0], people[1]] });
    let chat = create(&client, body).await;
    let add = ("open_id", &[people[2].as_str(), "nobody", people[0].as_str()][..]);
    let added = members(&client, Method::POST, &chat, add).await;
    assert_eq!(added.data()["invalid_id_list"], json!(["nobody"]));
    members(&client, Method::DELETE, &chat, ("open_id", &[&people[1]])).await.data();
    let first = client.get(&format!("{CHATS}/{chat}/members?page_size=1")).await;
    let first = first.data();
    assert_eq!((&first["member_total"], &first["has_more"]), (&json!(2), &json!(true)));
    assert_eq!(first["items"][0]["member_id"], people[0]);
    let got = client.get(&format!("{CHATS}/{chat}")).await;
    assert_eq!(got.data()["name"], "Team");
}

#[tokio::test]
async fn a_dissolved_chat_takes_nothing() {
    let client = Client::start().await;
    let chat = create(&client, json!({ "name": "Team" })).await;
    client.delete(&format!("{CHATS}/{chat}")).await.data();
    assert_eq!(say(&client, &chat).await.code(), 232009);
    let members = client.get(&format!("{CHATS}/{chat}/members")).await;
    assert_eq!(members.code(), 232009);
    assert_eq!(client.get(&format!("{CHATS}/{chat}")).await.code(), 232006);
}

#[tokio::test]
async fn an_app_is_not_in_the_chat_of_another_unless_it_was_named() {
    let builder = Sandbox::builder().strict().add_app(App::self_built("cli_second", "x"));
    let mut client = Client::of(builder.start().await.expect("a free port")).await;
    let body = json!({ "app_id": "cli_second", "app_secret": "x" });
    let token = client.ask(crate::client::TENANT_TOKEN, body).await;
    let alone = create(&client, json!({ "name": "Alone" })).await;
    let both = create(&client, json!({ "name": "Both", "bot_id_list": ["cli_second"] })).await;
    token.body["tenant_access_token"].as_str().expect("a token").clone_into(&mut client.token);
    assert_eq!(say(&client, &alone).await.code(), 230002);
    say(&client, &both).await.data();
}

#[tokio::test]
async fn a_fault_may_be_any_code_with_its_meaning() {
    let client = Client::start().await;
    let id = "im.v1.message.create";
    client.sandbox.fault(id, Times::Once, Fault::code(230002, 400));
    let rejected = say(&client, "oc_1").await;
    assert_eq!((rejected.status, rejected.code()), (400, 230002));
    assert_eq!(rejected.body["msg"], "The bot is not in the chat.");
    let fault = json!({ "fault": "code", "code": 230006, "status": 400, "operation_id": id });
    let command = client.bare(Method::POST, "/sandbox/v1/faults").json(&fault);
    command.send().await.expect("an answer");
    assert_eq!(say(&client, "oc_1").await.code(), 230006);
    say(&client, "oc_1").await.data();
}

#[tokio::test]
async fn a_help_desk_takes_its_credentials_only() {
    let builder = Sandbox::builder().strict().helpdesk("6930", "ht-1");
    let client = Client::of(builder.start().await.expect("a free port")).await;
    let call = async |header: Option<&str>| {
        let mut request = client.request(Method::GET, "/open-apis/helpdesk/v1/categories");
        if let Some(value) = header {
            request = request.header("X-Lark-Helpdesk-Authorization", value);
        }
        let answer = crate::client::send(request).await;
        (answer.status, answer.code())
    };
    // `6930:ht-1`, and another token.
    assert_eq!(call(Some("NjkzMDpodC0x")).await, (200, 0));
    assert_eq!(call(Some("Bearer NjkzMDpodC0x")).await, (200, 0));
    assert_eq!(call(Some("NjkzMDpodC0y")).await, (401, 154001));
    assert_eq!(call(None).await, (401, 154001));
}
