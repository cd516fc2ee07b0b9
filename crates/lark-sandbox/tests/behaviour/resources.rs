//! What was created is got, listed, changed and gone, without a part of its own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lark_sandbox::spec::{self, Action};
use lark_sandbox::{App, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, send};

const EVENTS: &str = "/open-apis/calendar/v4/calendars/cal/events";
const TASKS: &str = "/open-apis/task/v2/tasks";

fn event(summary: &str) -> Value {
    json!({
        "summary": summary, "start_time": { "timestamp": "1790000000" },
        "end_time": { "timestamp": "1790003600" },
    })
}

async fn create(client: &Client, path: &str, body: Value, member: &str) -> Value {
    client.post(path, body).await.data()[member].clone()
}

#[tokio::test]
async fn an_event_is_what_was_said_of_it_until_it_is_deleted() {
    let client = Client::start().await;
    let made = create(&client, EVENTS, event("Retro"), "event").await;
    assert_eq!(
        (&made["summary"], &made["end_time"]["timestamp"]),
        (&json!("Retro"), &json!("1790003600"))
    );
    // What nobody has said is not there; what the platform makes is.
    assert!(made.get("description").is_none(), "{made}");
    let id = made["event_id"].as_str().expect("an id");
    assert!(id.ends_with("_0"), "{id}");
    let path = format!("{EVENTS}/{id}");
    client.call(Method::PATCH, &path, json!({ "description": "Bring cake" })).await.data();
    let got = client.get(&path).await.data()["event"].clone();
    assert_eq!((&got["summary"], &got["description"]), (&json!("Retro"), &json!("Bring cake")));
    client.delete(&path).await;
    let gone = client.get(&path).await;
    assert_eq!((gone.status, gone.code()), (404, 193001));
    assert_eq!(client.delete(&path).await.code(), 193001);
    assert_eq!(client.get(EVENTS).await.data()["items"], json!([]));
}

#[tokio::test]
async fn a_list_has_pages_of_what_was_created() {
    let client = Client::start().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let body = json!({ "summary": format!("Task {number}") });
        ids.push(create(&client, TASKS, body, "task").await["guid"].clone());
    }
    let (mut listed, mut token) = (Vec::new(), String::new());
    let mut pages = 0;
    loop {
        let page = client.get(&format!("{TASKS}?page_size=2&page_token={token}")).await;
        let page = page.data();
        listed
            .extend(page["items"].as_array().expect("a list").iter().map(|it| it["guid"].clone()));
        pages += 1;
        if page["has_more"] == false {
            break;
        }
        let next = page["page_token"].as_str().expect("a token");
        token = form_urlencoded(next);
    }
    assert_eq!((listed, pages), (ids, 3));
}

fn form_urlencoded(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

#[tokio::test]
async fn only_the_fields_that_a_change_names_are_changed() {
    let client = Client::start().await;
    let body = json!({ "summary": "Milk", "description": "two bottles" });
    let guid = create(&client, TASKS, body, "task").await["guid"].clone();
    let path = format!("{TASKS}/{}", guid.as_str().expect("a guid"));
    let body = json!({ "task": { "summary": "Bread" }, "update_fields": ["description"] });
    let task = client.call(Method::PATCH, &path, body).await.data()["task"].clone();
    assert_eq!(task["summary"], "Milk");
    assert!(task.get("description").is_none_or(|it| it == ""), "{task}");
}

/// A client that does not know whether a request has arrived sends it again.
#[tokio::test]
async fn a_creation_that_is_repeated_creates_once() {
    let client = Client::start().await;
    let body = json!({ "summary": "Milk", "client_token": "once-and-once-only" });
    let first = create(&client, TASKS, body.clone(), "task").await;
    let second = create(&client, TASKS, body, "task").await;
    assert_eq!(first["guid"], second["guid"]);
    assert_eq!(client.get(TASKS).await.data()["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_in_a_deleted_thing_is_gone_too() {
    let client = Client::start().await;
    let calendars = "/open-apis/calendar/v4/calendars";
    let calendar = create(&client, calendars, json!({ "summary": "Team" }), "calendar").await;
    let id = calendar["calendar_id"].as_str().expect("an id");
    let events = format!("{calendars}/{id}/events");
    create(&client, &events, event("Retro"), "event").await;
    client.delete(&format!("{calendars}/{id}")).await.data();
    assert_eq!(client.get(&events).await.status, 404);
    assert_eq!(client.post(&events, event("Again")).await.status, 404);
}

#[tokio::test]
async fn tenants_share_nothing_and_a_stateless_sandbox_remembers_nothing() {
    let app = App::marketplace("cli_market", "x");
    let builder = Sandbox::builder().strict().add_app(app).tenants(["other"]);
    let client = Client::of(builder.start().await.expect("a free port")).await;
    let made = create(&client, TASKS, json!({ "summary": "Milk" }), "task").await;
    let path = format!("{TASKS}/{}", made["guid"].as_str().expect("a guid"));
    let other = client.sandbox.issue_user_token_of("cli_market", "other", "ou_1");
    let request = client.bare(Method::GET, &path).bearer_auth(other);
    let seen = crate::client::send(request).await;
    assert_ne!(seen.data()["task"]["summary"], "Milk");

    let stateless = Sandbox::builder().strict().stateless().start().await.expect("a free port");
    let client = Client::of(stateless).await;
    let made = create(&client, TASKS, json!({ "summary": "Milk" }), "task").await;
    assert_ne!(made["summary"], "Milk");
}

/// What was there before the sandbox was can be named, and deleted.
#[tokio::test]
async fn an_id_from_elsewhere_is_taken_until_it_is_deleted() {
    let client = Client::start().await;
    create(&client, EVENTS, event("Retro"), "event").await;
    let path = format!("{EVENTS}/e");
    client.call(Method::PATCH, &path, json!({ "summary": "x" })).await.data();
    assert!(client.get(&path).await.data()["event"]["event_id"].is_string());
    client.delete(&path).await;
    assert_eq!(client.get(&path).await.code(), 193001);
}

/// The rule is for programs that walk the specs, too.
#[test]
fn resources_are_found_by_a_rule() {
    let event = spec::resources().find(|it| it.name() == "calendar.v4.calendar.event");
    let event = event.expect("it can be created and listed");
    let delete: Vec<_> = event.operations_that(Action::Delete).collect();
    assert_eq!(delete, ["calendar.v4.calendar.event.delete"]);
}

/// A path that says `id` takes the id that is named after the resource.
#[tokio::test]
async fn a_category_and_an_faq_are_got_by_the_id_that_bears_their_name() {
    let client = Client::start().await;
    let secret = format!("{}:{}", client.sandbox.helpdesk_id(), client.sandbox.helpdesk_token());
    let secret = STANDARD.encode(secret);
    let ask = async |method, path: &str, body: Value| {
        let of_user = client.sandbox.issue_user_token("ou_agent");
        let token = if method == Method::GET { client.token.clone() } else { of_user };
        let request = client.bare(method, &format!("/open-apis/helpdesk/v1/{path}"));
        let request =
            request.bearer_auth(token).header("x-lark-helpdesk-authorization", &secret).json(&body);
        send(request).await.data().clone()
    };
    let category = json!({ "name": "Keys", "parent_id": "0" });
    let category = ask(Method::POST, "categories", category).await["category"].clone();
    let id = category["category_id"].as_str().expect("an id");
    let got = ask(Method::GET, &format!("categories/{id}"), json!({})).await;
    assert_eq!((&got["name"], &got["category_id"]), (&json!("Keys"), &json!(id)));
    let faq = json!({ "faq": { "question": "Where?", "category_id": id } });
    let faq = ask(Method::POST, "faqs", faq).await["faq"].clone();
    let id = faq["faq_id"].as_str().expect("an id");
    let got = ask(Method::GET, &format!("faqs/{id}"), json!({})).await["faq"].clone();
    assert_eq!((&got["question"], &got["faq_id"]), (&json!("Where?"), &json!(id)));
}

#[tokio::test]
async fn an_update_of_a_record_keeps_the_cells_that_it_does_not_name() {
    let client = Client::start().await;
    let records = "/open-apis/bitable/v1/apps/bascn1/tables/tbl1/records";
    let body = json!({ "fields": { "Title": "Milk", "Count": 2, "Note": "cold" } });
    let record = create(&client, records, body, "record").await;
    let path = format!("{records}/{}", record["record_id"].as_str().expect("an id"));
    let body = json!({ "fields": { "Count": 3, "Note": null } });
    client.call(Method::PUT, &path, body).await.data();
    let got = client.get(&path).await.data()["record"]["fields"].clone();
    assert_eq!(got, json!({ "Title": "Milk", "Count": 3 }));
}

#[tokio::test]
async fn the_code_of_an_approval_instance_is_a_uuid() {
    let client = Client::start().await;
    let body = json!({ "approval_code": "A", "open_id": "ou_1", "form": "[]" });
    let made = client.post("/open-apis/approval/v4/instances", body).await;
    let code = made.data()["instance_code"].as_str().expect("a code").to_owned();
    let lengths: Vec<_> = code.split('-').map(str::len).collect();
    assert_eq!((lengths, code.to_ascii_uppercase()), (vec![8, 4, 4, 4, 12], code.clone()));
    let got = client.get(&format!("/open-apis/approval/v4/instances/{code}")).await;
    assert_eq!(got.data()["instance_code"], code);
}
