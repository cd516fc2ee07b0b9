//! Changes to people and departments are remembered.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, USERS};

const DEPARTMENTS: &str = "/open-apis/contact/v3/departments";

async fn new_department(client: &Client, name: &str, parent: &str) -> String {
    let body = json!({ "name": name, "parent_department_id": parent });
    let answer = client.post(DEPARTMENTS, body).await;
    let id = answer.data()["department"]["open_department_id"].as_str();
    id.expect("an id").to_owned()
}

fn person(mobile: &str, department: &str) -> Value {
    json!({
        "name": "Newcomer", "mobile": mobile, "department_ids": [department], "employee_type": 1,
    })
}

#[tokio::test]
async fn a_person_comes_changes_and_goes() {
    let client = Client::start().await;
    let department = new_department(&client, "New", "0").await;
    let created = client.post(USERS, person("+100", &department)).await.data()["user"].clone();
    let path = format!("{USERS}/{}", created["open_id"].as_str().expect("an id"));
    assert_eq!(created["department_ids"], json!([department]));

    let leader = &client.sandbox.open_ids()[0];
    let change = json!({ "nickname": "Nick", "leader_user_id": leader });
    client.call(Method::PATCH, &path, change).await.data();
    let read = client.get(&path).await.data()["user"].clone();
    assert_eq!((&read["nickname"], &read["name"]), (&json!("Nick"), &json!("Newcomer")));
    assert_eq!(read["leader_user_id"], leader.as_str());

    client.call(Method::DELETE, &path, json!({})).await.data();
    assert_eq!(client.get(&path).await.code(), 99992352);
}

#[tokio::test]
async fn people_lacking_or_doubling_something_are_rejected() {
    let client = Client::start().await;
    let id = &client.sandbox.open_ids()[0];
    let first = client.get(&format!("{USERS}/{id}")).await.data()["user"].clone();
    let with = |field: &str, value: Value| {
        let mut body = person("+100", "0");
        body[field] = value;
        body
    };
    let cases = [
        (with("name", json!("")), 41006),
        (with("mobile", json!("")), 41010),
        (with("mobile", Value::Null), 99992402),
        (with("department_ids", json!([])), 41017),
        (with("department_ids", json!(["od-unknown"])), 40015),
        (with("mobile", first["mobile"].clone()), 41001),
        (with("email", first["email"].clone()), 41002),
        (with("user_id", first["user_id"].clone()), 41011),
        (with("leader_user_id", json!("ou_unknown")), 41012),
    ];
    for (body, code) in cases {
        assert_eq!(client.post(USERS, body.clone()).await.code(), code, "{body}");
    }
    assert_eq!(client.sandbox.open_ids().len(), 300);
}

#[tokio::test]
async fn a_department_comes_moves_and_goes_when_empty() {
    let client = Client::start().await;
    let upper = new_department(&client, "Upper", "0").await;
    let lower = new_department(&client, "Lower", &upper).await;
    let path = format!("{DEPARTMENTS}/{upper}");
    assert_eq!(client.delete(&path).await.code(), 43012);

    let below_itself = json!({ "parent_department_id": lower });
    let rejected = client.call(Method::PATCH, &path, below_itself).await;
    assert_eq!(rejected.fields(), ["parent_department_id"]);

    let up = json!({ "parent_department_id": "0", "name": "Moved" });
    let moved = client.call(Method::PATCH, &format!("{DEPARTMENTS}/{lower}"), up).await;
    assert_eq!(moved.data()["department"]["parent_department_id"], "0");

    client.post(USERS, person("+100", &upper)).await.data();
    assert_eq!(client.delete(&path).await.code(), 43011);
    client.delete(&format!("{DEPARTMENTS}/{lower}")).await.data();
    assert_eq!(client.get(&format!("{DEPARTMENTS}/{lower}")).await.code(), 40015);
    assert_eq!(client.delete(&format!("{DEPARTMENTS}/0")).await.code(), 40002);
}

#[tokio::test]
async fn departments_lacking_or_doubling_something_are_rejected() {
    let client = Client::start().await;
    let cases = [
        (json!({ "parent_department_id": "0" }), 99992402),
        (json!({ "parent_department_id": "0", "name": "" }), 40016),
        (json!({ "name": "n" }), 99992402),
        (json!({ "name": "n", "parent_department_id": "" }), 44101),
        (json!({ "name": "n", "parent_department_id": "od-unknown" }), 40015),
        (json!({ "name": "n", "parent_department_id": "0", "department_id": "od-1" }), 43008),
        (json!({ "name": "n", "parent_department_id": "0", "department_id": "D001" }), 43007),
    ];
    for (body, code) in cases {
        assert_eq!(client.post(DEPARTMENTS, body.clone()).await.code(), code, "{body}");
    }
}
