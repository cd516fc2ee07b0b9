//! What SDKs do and the platform takes.

use lark_sandbox::{InputPlace, Sandbox};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::client::{Client, TENANT_TOKEN, USERS, send};

const DEPARTMENTS: &str = "/open-apis/contact/v3/departments";

#[tokio::test]
async fn booleans_with_a_capital() {
    let client = Client::start().await;
    let all = client.get(&format!("{DEPARTMENTS}?fetch_child=True&page_size=50")).await;
    let top = client.get(&format!("{DEPARTMENTS}?fetch_child=False&page_size=50")).await;
    let count = |answer: &Value| answer["items"].as_array().map_or(0, Vec::len);
    assert_eq!((count(all.data()), count(top.data())), (12, 5));
}

#[tokio::test]
async fn lists_repeat_their_key_with_or_without_brackets() {
    let client = Client::start().await;
    let ids = client.sandbox.open_ids();
    for key in ["user_ids", "user_ids[]", "user_ids%5B%5D"] {
        let path = format!("{USERS}/batch?{key}={}&{key}={}", ids[0], ids[1]);
        let answer = client.get(&path).await;
        assert_eq!(answer.data()["items"].as_array().map(Vec::len), Some(2), "{key}");
    }
}

#[tokio::test]
async fn spaces_as_plus_or_percent_20() {
    let client = Client::start().await;
    let body = json!({
        "name": "n", "mobile": "+1", "department_ids": ["0"], "employee_type": 1,
        "user_id": "a b",
    });
    client.post(USERS, body).await.data();
    let path = format!("{USERS}/a%20b?user_id_type=user_id");
    client.get(&path).await.data();
    for space in ["+", "%20"] {
        let path = format!("{USERS}/batch?user_id_type=user_id&user_ids=a{space}b");
        assert_eq!(client.get(&path).await.data()["items"][0]["user_id"], "a b");
    }
}

#[tokio::test]
async fn empty_optional_parameters_count_as_absent() {
    let client = Client::start().await;
    client.get(&format!("{USERS}?page_size=&page_token=&user_id_type=")).await.data();
}

#[tokio::test]
async fn a_body_on_get() {
    let client = Client::start().await;
    client.call(Method::GET, USERS, json!({ "ignored": true })).await.data();
}

#[tokio::test]
async fn an_empty_object_where_no_body_belongs_but_no_field() {
    let client = Client::start().await;
    let join = "/open-apis/im/v1/chats/oc_1/members/me_join";
    client.call(Method::PATCH, join, json!({})).await.data();
    assert_eq!(client.call(Method::PATCH, join, json!({ "x": 1 })).await.fields(), ["x"]);
}

/// Inputs that no spec has: counted, and nothing remembers them.
#[tokio::test]
async fn inputs_that_are_in_no_spec_unless_it_is_strict() {
    let client = Client::of(Sandbox::start().await.expect("a free port")).await;
    assert!(client.sandbox.unknown_inputs().is_empty());
    let leader = |id: &str| json!({ "leaderType": 1, "leaderID": id, "rank": 1 });
    let body = json!({
        "name": "n", "parent_department_id": "0", "colour": "red", "open_department_id": "od-mine",
        "leaders": [leader("a"), leader("b")],
    });
    let path = format!("{DEPARTMENTS}?user_id_tpye=open_id");
    let made = client.post(&path, body.clone()).await;
    let made = &made.data()["department"];
    assert!(made.get("colour").is_none() && made["open_department_id"] != "od-mine", "{made}");
    client.post(&path, body.clone()).await.data();
    let form = Form::new().part("image", Part::bytes(b"x".as_slice())).text("size", "1");
    let form = client
        .request(Method::POST, "/open-apis/im/v1/images")
        .multipart(form.text("image_type", "message"));
    send(form).await.data();
    let found = client.sandbox.unknown_inputs();
    let found: Vec<_> = found.iter().map(|it| (it.place, it.name.as_str(), it.times)).collect();
    let create = [
        (InputPlace::Query, "user_id_tpye", 2),
        (InputPlace::Body, "colour", 2),
        (InputPlace::Body, "leaders[*].rank", 4),
    ];
    assert_eq!(found, [&create[..], &[(InputPlace::Form, "size", 1)]].concat());

    let listed = client.get("/sandbox/v1/unknown_inputs").await;
    let first = json!({
        "operation_id": "contact.v3.department.create", "place": "query", "name": "user_id_tpye",
        "times": 2,
    });
    assert_eq!(listed.data()["unknown_inputs"][0], first);

    let strict = Client::start().await;
    let fields = strict.post(&path, body).await;
    assert_eq!(fields.fields(), ["user_id_tpye", "colour", "leaders[*].rank", "leaders[*].rank"]);
    assert_eq!(strict.sandbox.unknown_inputs().len(), 3);
}

/// Enums grow, so these are taken; mistyped ones are among them, and a strict sandbox rejects them.
#[tokio::test]
async fn values_that_are_in_no_enum_unless_it_is_strict() {
    let client = Client::of(Sandbox::start().await.expect("a free port")).await;
    let chats = "/open-apis/im/v1/chats";
    let sorted = format!("{chats}?sort_type=ByNameAsc");
    client.get(&sorted).await.data();
    let team = |membership: &str| json!({ "name": "Team", "membership_approval": membership });
    for membership in ["no_aproval_required", "no_approval_required"] {
        client.post(chats, team(membership)).await.data();
    }
    let found = client.sandbox.unlisted_values();
    let found: Vec<_> =
        found.iter().map(|it| (it.place, &it.name[..], &it.value[..], it.times)).collect();
    let expected = [
        (InputPlace::Body, "membership_approval", "no_aproval_required", 1),
        (InputPlace::Query, "sort_type", "ByNameAsc", 1),
    ];
    assert_eq!(found, expected);
    let listed = client.get("/sandbox/v1/unlisted_values").await;
    assert_eq!(listed.data()["unlisted_values"][0]["value"], "no_aproval_required");

    let strict = Client::start().await;
    assert_eq!(strict.get(&sorted).await.fields(), ["sort_type"]);
    let rejected = strict.post(chats, team("no_aproval_required")).await;
    assert_eq!(rejected.fields(), ["membership_approval"]);
    let violation = &rejected.body["error"]["field_violations"][0];
    assert_eq!(violation["value"], "no_aproval_required");
    let options = "options: [approval_required,no_approval_required]";
    assert_eq!(violation["description"], options);
    strict.post(chats, team("no_approval_required")).await.data();
    assert_eq!(strict.sandbox.unlisted_values().len(), 2);
    // Of integers, within a list of objects.
    let leaders = json!([{ "leaderType": 9, "leaderID": "ou_1" }]);
    let body = json!({ "name": "n", "parent_department_id": "0", "leaders": leaders });
    assert_eq!(strict.post(DEPARTMENTS, body).await.fields(), ["leaders[*].leaderType"]);
}

#[tokio::test]
async fn null_for_an_absent_field() {
    let client = Client::start().await;
    let body = json!({ "name": "n", "parent_department_id": "0", "order": null, "leaders": null });
    client.post(DEPARTMENTS, body).await.data();
}

#[tokio::test]
async fn token_requests_without_a_content_type() {
    let client = Client::start().await;
    let (id, secret) = (client.sandbox.app_id(), client.sandbox.app_secret());
    let body = json!({ "app_id": id, "app_secret": secret }).to_string();
    assert_eq!(send(client.bare(Method::POST, TENANT_TOKEN).body(body)).await.code(), 0);
}

#[tokio::test]
async fn forms_in_any_order_without_file_name_and_with_numbers_as_text() {
    let client = Client::start().await;
    let named = Part::bytes(b"content".as_slice()).file_name("a.mp4");
    for file in [Part::bytes(b"content".as_slice()), named] {
        let form = Form::new().part("file", file).text("duration", "3000");
        let form = form.text("file_name", "视频.mp4").text("file_type", "mp4");
        let request = client.request(Method::POST, "/open-apis/im/v1/files").multipart(form);
        assert!(send(request).await.data()["file_key"].is_string());
    }
}

#[tokio::test]
async fn ids_of_people_and_departments_need_no_digits() {
    let client = Client::start().await;
    let department = client.get(DEPARTMENTS).await.data()["items"][0]["open_department_id"].clone();
    let department = department.as_str().expect("an id");
    client.get(&format!("{DEPARTMENTS}/{department}/children")).await.data();
    // A number that travels as text.
    let record = "/open-apis/security_and_compliance/v2/device_records/1?version=abc";
    assert!(client.call(Method::PUT, record, json!({})).await.fields().contains(&"version"));
}
