//! The sandbox by HTTP.

use std::time::Duration;

use lark_sandbox::{App, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ApiResponse, Client, TENANT_TOKEN, USERS, send};
use crate::signed_in::{code, exchange};

const LIST: &str = "contact.v3.user.list";

async fn start() -> Client {
    let app = App::marketplace("cli_market", "x");
    Client::of(Sandbox::builder().strict().add_app(app).start().await.expect("a free port")).await
}

async fn command(client: &Client, method: Method, name: &str, arguments: Value) -> ApiResponse {
    // Without a log id: it is not the platform that answers.
    let request = client.bare(method, &format!("/sandbox/v1/{name}")).json(&arguments);
    let response = request.send().await.expect("an answer");
    assert!(!response.headers().contains_key("x-tt-logid"));
    let status = response.status().as_u16();
    let body = response.json().await.expect("JSON");
    ApiResponse { status, log_id: String::new(), body }
}

async fn post(client: &Client, name: &str, arguments: Value) -> Value {
    command(client, Method::POST, name, arguments).await.data().clone()
}

async fn get(client: &Client, name: &str) -> Value {
    command(client, Method::GET, name, json!({})).await.data().clone()
}

#[tokio::test]
async fn faults_and_limits_and_replies_are_set_and_lifted() {
    let client = start().await;
    let fault =
        json!({ "operation_id": LIST, "fault": "token_invalid", "code": 99991663, "status": 401 });
    post(&client, "faults", fault).await;
    let rejected = client.get(USERS).await;
    assert_eq!((rejected.status, rejected.code()), (401, 99991663));
    post(&client, "faults", json!({ "fault": "status", "status": 502, "times": "always" })).await;
    let page = client.request(Method::GET, USERS).send().await.expect("an answer");
    assert_eq!(page.status(), 502);
    command(&client, Method::DELETE, "faults", json!({})).await.data();

    post(&client, "rate_limits", json!({ "operation_id": LIST, "per_minute": 0, "status": 400 }))
        .await;
    let rejected = client.get(USERS).await;
    assert_eq!((rejected.status, rejected.code()), (400, 99991400));
    command(&client, Method::DELETE, "rate_limits", json!({ "operation_id": LIST })).await.data();

    let body = json!({ "code": 7 });
    let scripted = json!({ "operation_id": LIST, "status": 500, "times": 2, "body": body });
    post(&client, "responses", scripted).await;
    assert_eq!(client.get(USERS).await.code(), 7);
    command(&client, Method::DELETE, "responses", json!({ "operation_id": LIST })).await.data();
    client.get(USERS).await.data();
}

#[tokio::test]
async fn tokens_tickets_and_the_clock_obey() {
    let mut client = start().await;
    post(&client, "revoke_tokens", json!({})).await;
    post(&client, "invalid_token_status", json!({ "status": 200 })).await;
    let rejected = client.get(USERS).await;
    assert_eq!((rejected.status, rejected.code()), (200, 99991663));
    client.token = client.tenant_token().await;
    let known = post(&client, "revoke_tokens", json!({ "token": client.token })).await;
    assert_eq!(known, json!({ "known": true }));
    assert_eq!(client.get(USERS).await.code(), 99991663);

    let rotated = post(&client, "rotate_ticket", json!({ "app_id": "cli_market" })).await;
    assert_eq!(rotated["app_ticket"], client.sandbox.app_ticket("cli_market"));
    assert_eq!(get(&client, "app_ticket?app_id=cli_market").await, rotated);

    client.token = client.tenant_token().await;
    post(&client, "advance", json!({ "seconds": 7201.5 })).await;
    assert_eq!(client.get(USERS).await.code(), 99991663);
    let person = get(&client, "people").await["open_ids"][0].clone();
    let user = post(&client, "user_tokens", json!({ "open_id": person })).await;
    let token = user["user_access_token"].as_str().expect("a token");
    send(client.bare(Method::GET, USERS).bearer_auth(token)).await.data();
    post(&client, "expire_tokens", json!({})).await;
    assert_eq!(send(client.bare(Method::GET, USERS).bearer_auth(token)).await.code(), 99991677);
}

#[tokio::test]
async fn users_sign_in_by_command() {
    let client = start().await;
    post(&client, "next_login", json!({ "open_id": "ou_somebody" })).await;
    let tokens = exchange(&client, &code(&client, "scope=a")).await.body;
    let token = tokens["access_token"].as_str().expect("a token");
    let info = client.bare(Method::GET, "/open-apis/authen/v1/user_info").bearer_auth(token);
    assert_eq!(send(info).await.data()["open_id"], "ou_somebody");
    let unknown = json!({ "user_code": "0000-0000", "deny": true });
    let rejected = command(&client, Method::POST, "devices", unknown).await;
    assert_eq!((rejected.status, rejected.code()), (400, 1));
}

#[tokio::test]
async fn stats_and_calls_report_the_platforms_requests_only() {
    let client = start().await;
    client.get(USERS).await.data();
    post(&client, "advance", json!({ "seconds": 10 })).await;
    client.get(USERS).await.data();
    let stats = get(&client, "stats").await;
    assert_eq!((&stats["requests"], &stats["token_requests"]), (&json!(3), &json!(1)));
    assert_eq!(stats["requests_of"][LIST], 2);
    assert_eq!(stats["ticket_resends"]["cli_market"], 0);
    let calls = get(&client, &format!("calls?operation_id={LIST}")).await["calls"].clone();
    assert_eq!(calls.as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&calls[1]["app_id"], &calls[1]["code"]),
        (&json!(client.sandbox.app_id()), &json!(0))
    );
    assert!(calls[1]["at"].as_f64() >= Some(10.0), "{calls}");
    assert_eq!(client.sandbox.requests(), 3);
    assert_eq!(client.credentials(TENANT_TOKEN).await.code(), 0);
}

#[tokio::test]
async fn a_command_that_makes_no_sense_is_rejected_and_changes_nothing() {
    let client = start().await;
    let cases = [
        ("faults", json!({ "operation_id": LIST, "fault": "flood" })),
        ("faults", json!({ "fault": "status", "status": 7 })),
        ("faults", json!({ "fault": "reset", "times": -1 })),
        ("faults", json!({ "fault": "reset", "operation_id": "im.v1.message.snd" })),
        ("rate_limits", json!({ "operation_id": LIST })),
        ("advance", json!({ "seconds": -1 })),
        ("advance", json!({ "seconds": 1e18 })),
        ("client_assertions", json!({ "seconds": 1e18 })),
        ("rotate_ticket", json!({ "app_id": "cli_nobody" })),
        ("next_login", json!([])),
        ("responses", json!({ "operation_id": LIST, "status": 200, "headers": { "a b": "c" } })),
    ];
    for (name, arguments) in cases {
        let rejected = command(&client, Method::POST, name, arguments.clone()).await;
        assert_eq!((rejected.status, rejected.code()), (400, 1), "{name} {arguments}");
        assert!(rejected.body["msg"].is_string());
    }
    let unknown = client.bare(Method::GET, "/sandbox/v1/faults").send().await.expect("an answer");
    assert_eq!(unknown.status(), 404);
    client.get(USERS).await.data();
}

#[tokio::test]
async fn what_there_is_is_listed() {
    let client = start().await;
    let listed = get(&client, "").await;
    for path in ["/", "/sandbox/v1", "/sandbox/v1/"] {
        let answer = client.bare(Method::GET, path).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["data"], listed, "{path}");
    }
    let commands = listed["commands"].as_array().expect("a list");
    assert!(commands.contains(&json!("POST /sandbox/v1/faults")), "{listed}");
    assert_eq!(listed["platform"], format!("{}/open-apis/", client.sandbox.base_url()));
    assert_eq!(client.sandbox.requests(), 1, "only the token");
}

/// The reason of a rejected command.
async fn mistake(client: &Client, name: &str, arguments: Value) -> String {
    let rejected = command(client, Method::POST, name, arguments).await;
    assert_eq!((rejected.status, rejected.code()), (400, 1));
    rejected.body["msg"].as_str().expect("a reason").to_owned()
}

#[tokio::test]
async fn who_misspells_a_name_is_told_the_names() {
    let client = start().await;
    let reason = mistake(&client, "faults", json!({ "fault": "resett" })).await;
    let (_, known) = reason.split_once("there is no fault resett, but ").expect("the names");
    for name in known.split(", ") {
        let fault =
            json!({ "fault": name, "milliseconds": 1, "status": 500, "code": 1, "reset": 1 });
        post(&client, "faults", fault).await;
    }
    assert_eq!(known.split(", ").count(), 12, "{known}");
    let forgery = json!({ "forgery": "late", "event_type": "app_open" });
    let reason = mistake(&client, "forgeries", forgery).await;
    let (_, known) = reason.split_once("there is no forgery late, but ").expect("the names");
    for name in known.split(", ") {
        let forgery = json!({ "forgery": name, "event_type": "app_open" });
        let reason = mistake(&client, "forgeries", forgery).await;
        assert!(reason.contains("no event URL"), "{name}: {reason}");
    }
    let app = json!({ "app_id": "cli_nobody" });
    let reason = mistake(&client, "rotate_ticket", app).await;
    let ids = format!("{}, cli_market", client.sandbox.app_id());
    assert_eq!(reason, format!("there is no app cli_nobody, but {ids}"));
}

#[tokio::test]
async fn no_web_page_gives_commands() {
    let client = start().await;
    for (name, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:3000", 403),
        // A name that leads here because its owner wants it so.
        ("host", "evil.example:8080", 403),
        ("host", "localhost:8080", 200),
        ("host", "sandbox:8080", 200),
    ] {
        for method in [Method::GET, Method::DELETE] {
            let command = if method == Method::GET { "stats" } else { "faults" };
            let request = client.bare(method, &format!("/sandbox/v1/{command}"));
            let response = request.header(name, value).send().await.expect("an answer");
            assert_eq!(response.status().as_u16(), status, "{name}: {value}");
        }
    }
    // The platform is for anybody.
    let request = client.request(Method::GET, USERS).header("origin", "https://app.example");
    assert_eq!(request.send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn no_time_that_a_test_chooses_is_too_long() {
    let forever = Sandbox::builder()
        .token_lifetime(Duration::MAX)
        .user_token_lifetime(Duration::MAX)
        .refresh_token_lifetime(Duration::MAX);
    let client = Client::of(forever.start().await.expect("a free port")).await;
    let sandbox = &client.sandbox;
    for _ in 0..3 {
        sandbox.advance(Duration::MAX);
        sandbox.settle().await;
        assert_eq!(client.credentials(TENANT_TOKEN).await.code(), 0);
        sandbox.issue_user_token(sandbox.open_ids().first().expect("people"));
        sandbox.client_assertion_for(sandbox.app_id(), "host", Duration::MAX);
    }
}
