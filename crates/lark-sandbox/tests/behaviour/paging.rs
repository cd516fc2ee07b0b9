//! Pages are real.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, MESSAGES, USERS};

pub(crate) fn escaped(token: &str) -> String {
    form_urlencoded::byte_serialize(token.as_bytes()).collect()
}

/// Follows a list to its end; the sizes of its pages and one field of all items.
async fn walk(client: &Client, path: &str, field: &str) -> (Vec<usize>, Vec<String>) {
    let (mut sizes, mut values, mut token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let answer = client.get(&format!("{path}&page_token={}", escaped(&token))).await;
        let data = answer.data();
        let items = data["items"].as_array().expect("items");
        sizes.push(items.len());
        let text = |item: &Value| item[field].as_str().expect("text").to_owned();
        values.extend(items.iter().map(text));
        token = data["page_token"].as_str().expect("a token").to_owned();
        if data["has_more"] == false {
            assert_eq!(token, "");
            return (sizes, values);
        }
    }
}

async fn fill(client: &Client, chat: &str, count: usize) {
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    for number in 0..count {
        let content = json!({ "text": number.to_string() }).to_string();
        let body = json!({ "receive_id": chat, "msg_type": "text", "content": content });
        client.post(&path, body).await.data();
        client.sandbox.advance(Duration::from_secs(10));
    }
}

#[tokio::test]
async fn everyone_comes_once() {
    let client = Client::start().await;
    let (sizes, ids) = walk(&client, &format!("{USERS}?page_size=50"), "open_id").await;
    assert_eq!(sizes, [50; 6]);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 300);
    assert_eq!(ids, client.sandbox.open_ids());
}

#[tokio::test]
async fn messages_come_in_either_order() {
    let client = Client::start().await;
    fill(&client, "oc_1", 7).await;
    fill(&client, "oc_2", 1).await;
    let path = format!("{MESSAGES}?container_id_type=chat&container_id=oc_1&page_size=3");
    let (sizes, mut up) = walk(&client, &path, "message_id").await;
    assert_eq!(sizes, [3, 3, 1]);
    let down = walk(&client, &format!("{path}&sort_type=ByCreateTimeDesc"), "message_id").await.1;
    up.reverse();
    assert_eq!(up, down);
}

#[tokio::test]
async fn a_page_ends_where_it_did_when_messages_come_in_between() {
    let client = Client::start().await;
    fill(&client, "oc_1", 4).await;
    let path = format!(
        "{MESSAGES}?container_id_type=chat&container_id=oc_1&page_size=2&sort_type=ByCreateTimeDesc"
    );
    let first = client.get(&path).await.data().clone();
    fill(&client, "oc_1", 1).await;
    let token = first["page_token"].as_str().expect("a token");
    let path = format!("{path}&page_token={}", escaped(token));
    let second = client.get(&path).await.data().clone();
    let contents: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().expect("items"))
        .map(|item| item["body"]["content"].as_str().expect("text").to_owned())
        .collect();
    let expected = [3, 2, 1, 0].map(|number| format!(r#"{{"text":"{number}"}}"#));
    assert_eq!(contents, expected);
}

#[tokio::test]
async fn messages_are_found_by_time() {
    let client = Client::start().await;
    fill(&client, "oc_1", 5).await;
    let path = format!("{MESSAGES}?container_id_type=chat&container_id=oc_1");
    let all = client.get(&path).await.data()["items"].clone();
    let second = |index: usize| {
        let time: u64 = all[index]["create_time"].as_str().expect("text").parse().expect("ms");
        time / 1000
    };
    let range = format!("{path}&start_time={}&end_time={}", second(1), second(3));
    assert_eq!(client.get(&range).await.data()["items"].as_array().map(Vec::len), Some(3));
    let backwards = format!("{path}&start_time={}&end_time={}", second(3), second(1));
    assert_eq!(client.get(&backwards).await.code(), 230001);
}

#[tokio::test]
async fn sizes_and_tokens_that_are_none_are_rejected() {
    let client = Client::start().await;
    for size in ["0", "51", "-1"] {
        let path = format!("{USERS}?page_size={size}");
        assert_eq!(client.get(&path).await.fields(), ["page_size"], "{size}");
    }
    let path = format!("{USERS}?page_token=somewhere");
    assert_eq!(client.get(&path).await.fields(), ["page_token"]);
    let users = client.get(USERS).await.data()["page_token"].clone();
    let token = users.as_str().expect("a token");
    let path = format!("/open-apis/contact/v3/departments?page_token={}", escaped(token));
    assert_eq!(client.get(&path).await.fields(), ["page_token"], "a token of another list");
}

#[tokio::test]
async fn lists_that_nobody_keeps_have_three_pages() {
    let client = Client::start().await;
    for (path, field, sizes) in [
        ("/open-apis/im/v1/chats?user_id_type=open_id", "chat_id", [2; 3]),
        ("/open-apis/im/v1/chats?page_size=5", "chat_id", [5; 3]),
        ("/open-apis/task/v2/tasklists?page_size=1", "guid", [1; 3]),
    ] {
        let (found, ids) = walk(&client, path, field).await;
        assert_eq!(found, sizes, "{path}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    }
}

#[tokio::test]
async fn their_sizes_and_tokens_are_checked_too() {
    let client = Client::start().await;
    let chats = "/open-apis/im/v1/chats";
    for size in ["0", "2001"] {
        let path = format!("{chats}?page_size={size}");
        assert_eq!(client.get(&path).await.fields(), ["page_size"], "{size}");
    }
    let first = client.get(chats).await.data()["page_token"].clone();
    let token = first.as_str().expect("a token");
    for unsafe_in_urls in [' ', '/', '+', '='] {
        assert!(token.contains(unsafe_in_urls), "{token}");
    }
    for path in [
        format!("{chats}?page_token={token}"), // not escaped
        format!("/open-apis/task/v2/tasklists?page_token={}", escaped(token)),
        format!("{chats}?page_token={}", escaped("4 6/0+=")),
    ] {
        assert_eq!(client.get(&path).await.fields(), ["page_token"], "{path}");
    }
}

#[tokio::test]
async fn size_and_token_may_be_in_the_body() {
    let client = Client::start().await;
    let mut body = json!({ "page_size": 2 });
    let mut ids = BTreeSet::new();
    for has_more in [true, true, false] {
        let path = "/open-apis/security_and_compliance/v1/openapi_logs/list_data";
        let answer = client.post(path, body.clone()).await;
        let data = answer.data();
        assert_eq!(data["has_more"], has_more);
        let logs = data["items"].as_array().expect("items").iter();
        ids.extend(logs.map(|log| log["id"].to_string()));
        body["page_token"] = data["page_token"].clone();
    }
    assert_eq!(ids.len(), 6);
}
