//! Which of the created things a list has.

use serde_json::{Value, json};

use crate::client::{Client, MESSAGES};

const IM: &str = "/open-apis/im/v1";

async fn listed(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).await.data()["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_range_of_time_is_no_member() {
    let client = Client::start().await;
    let events = "/open-apis/calendar/v4/calendars/cal/events";
    let at = |second: &str| json!({ "timestamp": second });
    let body = json!({ "start_time": at("1790000000"), "end_time": at("1790003600") });
    client.post(events, body).await.data();
    let path = format!("{events}?start_time=1789990000&end_time=1790090000");
    assert_eq!(listed(&client, &path).await.len(), 1);
}

#[tokio::test]
async fn a_parameter_is_compared_with_the_only_member_of_a_member() {
    let client = Client::start().await;
    let reactions = format!("{MESSAGES}/om_1/reactions");
    let smile = json!({ "reaction_type": { "emoji_type": "SMILE" } });
    client.post(&reactions, smile).await.data();
    let of = async |kind: &str| {
        listed(&client, &format!("{reactions}?reaction_type={kind}")).await.len()
    };
    assert_eq!((of("SMILE").await, of("LAUGH").await, of("").await), (1, 0, 1));
}

/// The type of the document and that of the member have one name.
#[tokio::test]
async fn a_parameter_that_may_be_something_else_is_not_compared() {
    let client = Client::start().await;
    let members = "/open-apis/drive/v1/permissions/doxcn1/members";
    let body = json!({
        "member_type": "openid", "member_id": "ou_1", "perm": "view", "type": "user",
        "perm_type": "container",
    });
    client.post(&format!("{members}?type=docx"), body).await.data();
    let of =
        async |query: &str| listed(&client, &format!("{members}?type=docx{query}")).await.len();
    assert_eq!((of("").await, of("&perm_type=single_page").await), (1, 0));
}

#[tokio::test]
async fn a_list_without_a_parent_has_what_is_at_the_top() {
    let client = Client::start().await;
    let nodes = "/open-apis/wiki/v2/spaces/7000000000000000001/nodes";
    let node = async |parent: Option<&Value>| {
        let mut body = json!({ "obj_type": "docx", "node_type": "origin" });
        if let Some(parent) = parent {
            body["parent_node_token"] = parent.clone();
        }
        client.post(nodes, body).await.data()["node"].clone()
    };
    let top = node(None).await;
    assert_eq!(top["space_id"], "7000000000000000001");
    let child = node(Some(&top["node_token"])).await;
    let tokens = async |query: &str| -> Vec<Value> {
        let nodes = listed(&client, &format!("{nodes}?{query}")).await;
        nodes.iter().map(|it| it["node_token"].clone()).collect()
    };
    assert_eq!(tokens("").await, [top["node_token"].clone()]);
    let token = top["node_token"].as_str().expect("a token");
    let below = tokens(&format!("parent_node_token={token}")).await;
    assert_eq!(below, [child["node_token"].clone()]);
    // A program that walks the tree asks for the children of what has some.
    let flags = async |query: &str| -> Vec<Value> {
        let nodes = listed(&client, &format!("{nodes}?{query}")).await;
        nodes.iter().map(|it| it["has_child"].clone()).collect()
    };
    assert_eq!(flags("").await, [json!(true)]);
    assert_eq!(flags(&format!("parent_node_token={token}")).await, [json!(false)]);
}

#[tokio::test]
async fn a_pin_is_in_the_chat_of_its_message() {
    let client = Client::start().await;
    let mut chats = Vec::new();
    for text in ["Milk", "Bread"] {
        let chat = client.post(&format!("{IM}/chats"), json!({ "name": text })).await;
        let chat = chat.data()["chat_id"].clone();
        let content = json!({ "text": text }).to_string();
        let body = json!({ "receive_id": chat, "msg_type": "text", "content": content });
        let message = client.post(&format!("{MESSAGES}?receive_id_type=chat_id"), body).await;
        let pin = json!({ "message_id": message.data()["message_id"] });
        let pin = client.post(&format!("{IM}/pins"), pin).await.data()["pin"].clone();
        assert_eq!(pin["chat_id"], chat);
        chats.push((chat, pin["message_id"].clone()));
    }
    for (chat, message) in chats {
        let chat = chat.as_str().expect("an id");
        let pins = listed(&client, &format!("{IM}/pins?chat_id={chat}")).await;
        let ids: Vec<_> = pins.iter().map(|it| it["message_id"].clone()).collect();
        assert_eq!(ids, [message]);
    }
}
