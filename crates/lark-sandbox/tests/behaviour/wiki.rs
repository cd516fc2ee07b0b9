//! Wiki nodes: their documents, shortcuts, copies and moves.

use serde_json::{Value, json};

use crate::client::Client;

const SPACES: &str = "/open-apis/wiki/v2/spaces";

async fn node(client: &Client, space: &str, body: Value) -> Value {
    client.post(&format!("{SPACES}/{space}/nodes"), body).await.data()["node"].clone()
}

async fn page(client: &Client, space: &str, parent: &str, title: &str) -> String {
    let body = json!({
        "obj_type": "docx", "node_type": "origin", "parent_node_token": parent, "title": title,
    });
    node(client, space, body).await["node_token"].as_str().expect("a token").to_owned()
}

/// The titles of the nodes below one.
async fn titles(client: &Client, space: &str, parent: &str) -> Vec<Value> {
    let list = format!("{SPACES}/{space}/nodes?page_size=50&parent_node_token={parent}");
    let items = client.get(&list).await.data()["items"].clone();
    items.as_array().expect("a list").iter().map(|it| it["title"].clone()).collect()
}

#[tokio::test]
async fn a_node_has_the_title_and_the_times_of_its_document() {
    let client = Client::start().await;
    let token = page(&client, "7", "", "Plan").await;
    let got = format!("{SPACES}/get_node?token={token}");
    let before = client.get(&got).await.data()["node"].clone();
    let id = before["obj_token"].as_str().expect("a document");
    client.sandbox.advance(std::time::Duration::from_secs(60));
    let block =
        json!({ "block_type": 2, "text": { "elements": [{ "text_run": { "content": "a" } }] } });
    let children = format!("/open-apis/docx/v1/documents/{id}/blocks/{id}/children");
    client.post(&children, json!({ "children": [block] })).await.data();
    let after = client.get(&got).await.data()["node"].clone();
    let seconds = |node: &Value| -> u64 {
        node["obj_edit_time"].as_str().and_then(|it| it.parse().ok()).expect("seconds")
    };
    assert!(seconds(&after) >= seconds(&before) + 60, "{before} {after}");
    let document = client.get(&format!("/open-apis/docx/v1/documents/{id}")).await;
    assert_eq!(document.data()["document"]["title"], "Plan");
    let by_document = client.get(&format!("{SPACES}/get_node?token={id}&obj_type=docx")).await;
    assert_eq!(by_document.data()["node"]["node_token"], token.as_str());
    let shortcut = json!({
        "obj_type": "docx", "node_type": "shortcut", "parent_node_token": token,
        "origin_node_token": token,
    });
    let shortcut = node(&client, "7", shortcut).await;
    assert_eq!((&shortcut["obj_token"], &shortcut["title"]), (&json!(id), &json!("Plan")));
    assert_eq!(titles(&client, "7", &token).await, ["Plan"]);
}

#[tokio::test]
async fn a_node_moves_with_those_below_it_and_a_copy_comes_alone() {
    let client = Client::start().await;
    let top = page(&client, "7", "", "Top").await;
    let middle = page(&client, "7", &top, "Middle").await;
    page(&client, "7", &middle, "Leaf").await;
    let elsewhere = page(&client, "8", "", "Elsewhere").await;
    let below = format!("{SPACES}/7/nodes/{top}/move");
    let refused = client.post(&below, json!({ "target_parent_token": middle })).await;
    assert_eq!(refused.code(), 131_002);
    let nowhere = client.post(&format!("{SPACES}/7/nodes/{middle}/copy"), json!({})).await;
    assert_eq!(nowhere.code(), 131_002);
    let unknown = client.get(&format!("{SPACES}/7/nodes?parent_node_token=wikcnNone")).await;
    assert_eq!(unknown.code(), 131_005);
    let moved = format!("{SPACES}/7/nodes/{middle}/move");
    let moved = client.post(&moved, json!({ "target_parent_token": elsewhere })).await;
    assert_eq!(moved.data()["node"]["space_id"], "8");
    assert_eq!(titles(&client, "7", &top).await, Vec::<Value>::new());
    assert_eq!(titles(&client, "8", &elsewhere).await, ["Middle"]);
    assert_eq!(titles(&client, "8", &middle).await, ["Leaf"]);
    let copy = format!("{SPACES}/8/nodes/{middle}/copy");
    let copy = client.post(&copy, json!({ "target_space_id": "7", "title": "Copy" })).await;
    assert_eq!(copy.data()["node"]["has_child"], false);
    assert_eq!(titles(&client, "7", "").await, ["Top", "Copy"]);
}
