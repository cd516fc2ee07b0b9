//! The seeded tenant.

use lark_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, USERS, send};

const DEPARTMENTS: &str = "/open-apis/contact/v3/departments";

async fn department(client: &Client, english: &str) -> Value {
    let all = client.get(&format!("{DEPARTMENTS}?fetch_child=true&page_size=50")).await;
    let items = all.data()["items"].as_array().expect("items");
    let found = items.iter().find(|item| item["i18n_name"]["en_us"] == english);
    found.expect("a department").clone()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect("text")
}

#[tokio::test]
async fn people_are_found_by_each_kind_of_id() {
    let client = Client::start().await;
    let id = &client.sandbox.open_ids()[7];
    let user = client.get(&format!("{USERS}/{id}")).await.data()["user"].clone();
    for kind in ["open_id", "union_id", "user_id"] {
        let path = format!("{USERS}/{}?user_id_type={kind}", text(&user, kind));
        assert_eq!(client.get(&path).await.data()["user"]["name"], user["name"], "{kind}");
    }
    for (kind, code) in [("user_id", 99992351), ("open_id", 99992352), ("union_id", 99992353)] {
        let answer = client.get(&format!("{USERS}/nobody?user_id_type={kind}")).await;
        assert_eq!((answer.status, answer.code()), (400, code));
    }
}

#[tokio::test]
async fn ids_in_answers_are_of_the_kind_asked_for() {
    let client = Client::start().await;
    let path = format!("{USERS}/{}", client.sandbox.open_ids()[7]);
    let open = client.get(&path).await.data()["user"].clone();
    let query = "user_id_type=open_id&department_id_type=department_id";
    let custom = client.get(&format!("{path}?{query}")).await.data()["user"].clone();
    assert!(open["department_ids"][0].as_str().is_some_and(|id| id.starts_with("od-")));
    assert!(custom["department_ids"][0].as_str().is_some_and(|id| id.starts_with('D')));
    assert!(text(&open, "leader_user_id").starts_with("ou_"));
}

#[tokio::test]
async fn members_of_a_department_are_those_that_say_so() {
    let client = Client::start().await;
    let engineering = department(&client, "Engineering").await;
    let id = text(&engineering, "open_department_id");
    let path = format!("{USERS}/find_by_department?page_size=50&department_id={id}");
    let page = client.get(&path).await.data().clone();
    assert_eq!(page["has_more"], true);
    let members = page["items"].as_array().expect("items");
    for member in members {
        assert!(member["department_ids"].as_array().is_some_and(|ids| ids.contains(&json!(id))));
    }
    let unknown = format!("{USERS}/find_by_department?department_id=od-unknown");
    assert_eq!(client.get(&unknown).await.code(), 40015);
}

#[tokio::test]
async fn departments_form_a_tree() {
    let client = Client::start().await;
    let infrastructure = department(&client, "Infrastructure").await;
    let id = text(&infrastructure, "open_department_id");
    let parents = client.get(&format!("{DEPARTMENTS}/parent?department_id={id}")).await;
    let names: Vec<_> = parents.data()["items"].as_array().expect("items").iter().collect();
    let names: Vec<_> = names.iter().map(|it| text(&it["i18n_name"], "en_us")).collect();
    assert_eq!(names, ["Platform", "Engineering"]);

    let engineering = department(&client, "Engineering").await;
    let id = text(&engineering, "open_department_id");
    let count = async |query: &str| {
        let answer = client.get(&format!("{DEPARTMENTS}/{id}/children?{query}")).await;
        answer.data()["items"].as_array().map(Vec::len)
    };
    assert_eq!(count("fetch_child=false").await, Some(2));
    assert_eq!(count("fetch_child=true").await, Some(3));

    let root = client.get(&format!("{DEPARTMENTS}/0")).await.data()["department"].clone();
    assert_eq!((&root["department_id"], &root["member_count"]), (&json!("0"), &json!(300)));
    assert_eq!(client.get(&format!("{DEPARTMENTS}/od-unknown")).await.code(), 40015);
}

#[tokio::test]
async fn departments_are_searched_in_both_languages() {
    let client = Client::start().await;
    let token = client.sandbox.issue_user_token(&client.sandbox.open_ids()[0]);
    for query in ["销售", "sales"] {
        let request = client.bare(Method::POST, &format!("{DEPARTMENTS}/search"));
        let answer = send(request.bearer_auth(&token).json(&json!({ "query": query }))).await;
        assert_eq!(answer.data()["items"][0]["name"], "销售部");
    }
}

#[tokio::test]
async fn ids_are_found_by_email_and_mobile() {
    let client = Client::start().await;
    let ids = client.sandbox.open_ids();
    let user = client.get(&format!("{USERS}/{}", ids[3])).await.data()["user"].clone();
    let national = text(&user, "mobile").trim_start_matches("+86");
    let body = json!({ "emails": [user["email"], "nobody@example.com"], "mobiles": [national] });
    let answer = client.post(&format!("{USERS}/batch_get_id"), body).await;
    let list = answer.data()["user_list"].as_array().expect("a list");
    assert_eq!((&list[0]["user_id"], &list[2]["user_id"]), (&json!(ids[3]), &json!(ids[3])));
    assert_eq!(list[1], json!({ "email": "nobody@example.com" }));
}

#[tokio::test]
async fn the_tenant_is_as_large_as_asked() {
    let sandbox = Sandbox::builder().strict().users(3).departments(20).start().await;
    let client = Client::of(sandbox.expect("a free port")).await;
    let users = client.get(&format!("{USERS}?page_size=50")).await;
    assert_eq!(users.data()["items"].as_array().map(Vec::len), Some(3));
    let path = format!("{DEPARTMENTS}?fetch_child=true&page_size=50");
    let departments = client.get(&path).await;
    assert_eq!(departments.data()["items"].as_array().map(Vec::len), Some(20));
}
