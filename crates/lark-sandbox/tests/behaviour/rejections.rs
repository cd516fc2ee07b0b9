//! Each mistake is answered as the platform answers it.

use lark_sandbox::Sandbox;
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::json;

use crate::client::{Client, MESSAGES, USERS, send};

#[tokio::test]
async fn a_wrong_path_or_method_is_a_plain_404() {
    let client = Client::start().await;
    let cases = [
        (Method::GET, "/open-apis/im/v1/letters"),
        (Method::PUT, MESSAGES),
        (Method::POST, "/"),
        (Method::POST, "/open-apis/im/v1/messages/om_1/reply/again"),
    ];
    for (method, path) in cases {
        let answer = client.request(method, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()["content-type"], "text/plain");
        assert!(answer.headers().contains_key("x-tt-logid"));
        assert_eq!(answer.text().await.expect("text"), "404 page not found");
    }
}

#[tokio::test]
async fn a_missing_or_ill_formed_authorization_is_no_token() {
    let client = Client::start().await;
    let answer = send(client.bare(Method::GET, USERS)).await;
    assert_eq!((answer.status, answer.code()), (400, 99991661));
    assert_eq!(answer.body["error"]["log_id"], answer.log_id.as_str());
    assert!(!answer.log_id.is_empty());
    let unprefixed = client.bare(Method::GET, USERS).header("Authorization", &client.token);
    assert_eq!(send(unprefixed).await.code(), 99991661);
}

#[tokio::test]
async fn unknown_tokens_are_rejected_by_kind() {
    let client = Client::start().await;
    let cases = [
        ("t-unknown", 400, 99991663),
        ("a-unknown", 400, 99991664),
        ("u-unknown", 401, 99991668),
        ("unknown", 400, 99991671),
    ];
    for (token, status, code) in cases {
        let answer = send(client.bare(Method::GET, USERS).bearer_auth(token)).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{token}");
    }
}

#[tokio::test]
async fn an_expired_user_token_has_a_code_of_its_own() {
    let client = Client::start().await;
    let token = client.sandbox.issue_user_token("ou_1");
    client.sandbox.expire_tokens();
    let answer = send(client.bare(Method::GET, USERS).bearer_auth(token)).await;
    assert_eq!((answer.status, answer.code()), (401, 99991677));
}

#[tokio::test]
async fn a_token_of_the_wrong_kind_is_rejected() {
    let client = Client::start().await;
    // Takes tenant tokens only.
    let token = client.sandbox.issue_user_token("ou_1");
    let create = client.bare(Method::POST, USERS).bearer_auth(token).json(&json!({}));
    assert_eq!(send(create).await.code(), 99991676);
    // Takes user tokens only.
    let search = "/open-apis/contact/v3/departments/search";
    assert_eq!(client.post(search, json!({ "query": "a" })).await.code(), 99991676);
}

#[tokio::test]
async fn all_violations_of_a_request_come_at_once() {
    let client = Client::start().await;
    let path = format!("{MESSAGES}?receive_id_type=phone&colour=red");
    let body = json!({ "msg_type": 7, "content": "{}", "size": "large" });
    let answer = client.post(&path, body).await;
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["colour", "msg_type", "receive_id", "receive_id_type", "size"]);
    assert_eq!(answer.body["msg"], "field validation failed");
    let violation = &answer.body["error"]["field_violations"][0];
    assert_eq!(violation["value"], "red");
    assert!(violation["description"].is_string());
}

#[tokio::test]
async fn nested_fields_are_named_by_their_path() {
    let client = Client::start().await;
    let leader = |kind| json!({ "leaderID": "ou_1", "leaderType": kind });
    let body = json!({
        "name": "n", "i18n_name": { "zh_cn": 1, "fr_fr": "n" }, "parent_department_id": "0",
        "leaders": [leader(json!(1)), leader(json!("x"))],
        "order": "first",
    });
    let answer = client.post("/open-apis/contact/v3/departments", body).await;
    let mut fields = answer.fields();
    fields.sort_unstable();
    let expected = ["i18n_name.fr_fr", "i18n_name.zh_cn", "leaders[*].leaderType", "order"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn query_parameters_are_checked_by_type() {
    let client = Client::start().await;
    for query in ["page_size=many", "page_size=1.5", "page_size=1&page_size=2", "fetch_child=yes"] {
        let path = format!("/open-apis/contact/v3/departments?{query}");
        let name = query.split('=').next().expect("a name");
        assert_eq!(client.get(&path).await.fields(), [name], "{query}");
    }
}

#[tokio::test]
async fn integers_that_travel_as_text_must_be_digits() {
    let client = Client::start().await;
    for (order, fits) in [("12", true), ("-3", true), ("", false), ("+3", false), ("1.0", false)] {
        let body = json!({ "name": "n", "parent_department_id": "0", "order": order });
        let answer = client.post("/open-apis/contact/v3/departments", body).await;
        assert_eq!(answer.code() == 0, fits, "{order:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn violations_do_not_say_which_element_it_is() {
    let client = Client::start().await;
    let body = json!({ "name": "n", "user_id_list": ["ou_1", 2, true] });
    let answer = client.post("/open-apis/im/v1/chats", body).await;
    assert_eq!(answer.fields(), ["user_id_list[*]", "user_id_list[*]"]);
    let values = [0, 1].map(|it| answer.body["error"]["field_violations"][it]["value"].clone());
    assert_eq!(values, ["2", "true"]);
}

#[tokio::test]
async fn an_empty_path_parameter_is_missing() {
    let client = Client::start().await;
    assert_eq!(client.get("/open-apis/im/v1/messages/").await.fields(), ["message_id"]);
    let body = json!({ "msg_type": "text", "content": "{\"text\":\"hi\"}" });
    let reply = client.post("/open-apis/im/v1/messages//reply", body).await;
    assert_eq!(reply.fields(), ["message_id"]);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_rejected() {
    let client = Client::start().await;
    let path = format!("{MESSAGES}?receive_id_type=chat_id");
    let request = client.request(Method::POST, &path).header("Content-Type", "application/json");
    assert_eq!(send(request.body("{")).await.fields(), [""]);
    let request = client.request(Method::POST, &path).header("Content-Type", "text/plain");
    assert_eq!(send(request.body("{}")).await.fields(), ["Content-Type"]);
}

#[tokio::test]
async fn form_fields_are_checked() {
    let client = Client::start().await;
    let form = Form::new().text("duration", "long").text("extra", "1");
    let answer = send(client.request(Method::POST, "/open-apis/im/v1/files").multipart(form)).await;
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["duration", "extra", "file", "file_name", "file_type"]);
    let json = client.post("/open-apis/im/v1/files", json!({})).await;
    assert_eq!(json.fields(), ["Content-Type"]);
}

#[tokio::test]
async fn what_one_use_requires_is_required_there() {
    let client = Client::start().await;
    let body =
        json!({ "name": "n", "parent_department_id": "0", "leaders": [{ "leaderID": "ou_1" }] });
    let answer = client.post("/open-apis/contact/v3/departments", body).await;
    assert_eq!(answer.fields(), ["leaders[*].leaderType"]);
    // The same model, where a change may leave out everything.
    let id = client.get("/open-apis/contact/v3/departments").await.data()["items"][0].clone();
    let path = format!(
        "/open-apis/contact/v3/departments/{}",
        id["open_department_id"].as_str().expect("an id")
    );
    client.call(Method::PATCH, &path, json!({})).await.data();
}

#[tokio::test]
async fn values_beyond_limits_are_rejected() {
    let client = Client::start().await;
    let answer = client.get("/open-apis/im/v1/chats?page_size=101").await;
    assert_eq!(answer.fields(), ["page_size"]);
    let violation = &answer.body["error"]["field_violations"][0];
    assert_eq!(violation["description"], "the max value is 100");
}

#[tokio::test]
async fn values_that_an_enum_does_not_list_are_taken() {
    let client = Client::of(Sandbox::start().await.expect("a free port")).await;
    let path = "/open-apis/drive/v1/files/f/comments/1?file_type=hologram";
    client.get(path).await.data();
    let path = format!("{USERS}?user_id_type=phone");
    assert_eq!(client.get(&path).await.fields(), ["user_id_type"]);
}
