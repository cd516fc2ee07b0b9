//! What a created thing has that no request has said of it.

use lark_sandbox::Sandbox;
use lark_sandbox::spec::{self, Kind, Schema};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;

/// What was just created is not deleted, has no children, and nobody else is in it.
#[tokio::test]
async fn nothing_has_happened_to_what_was_just_created() {
    let client = Client::start().await;
    let calendars = "/open-apis/calendar/v4/calendars";
    let calendar = client.post(calendars, json!({ "summary": "Team" })).await;
    let calendar = &calendar.data()["calendar"];
    assert_eq!(
        (&calendar["is_deleted"], &calendar["is_third_party"]),
        (&json!(false), &json!(false))
    );
    assert_ne!(calendar["type"], "unknown");
    let id = calendar["calendar_id"].as_str().expect("an id");
    let at = |second: &str| json!({ "timestamp": second });
    let body = json!({ "start_time": at("1790000000"), "end_time": at("1790003600") });
    let event = client.post(&format!("{calendars}/{id}/events"), body).await;
    let attendees = &event.data()["event"]["attendees"];
    assert!(attendees.as_array().is_none_or(Vec::is_empty), "{attendees}");
    let node = json!({ "obj_type": "docx", "node_type": "origin" });
    let node = client.post("/open-apis/wiki/v2/spaces/1/nodes", node).await;
    assert_ne!(node.data()["node"]["has_child"], true);
}

/// A thing that nobody created is the one that the call names.
#[tokio::test]
async fn a_sample_has_the_ids_of_the_path() {
    let client = Client::start().await;
    let token = "obcnq3b9jl72l83w4f149w9c";
    let minute = client.get(&format!("/open-apis/minutes/v1/minutes/{token}")).await;
    assert_eq!(minute.data()["minute"]["token"], token);
    let period = "/open-apis/okr/v1/periods/6974586812998174252";
    let period = client.call(Method::PATCH, period, json!({ "status": 1 })).await;
    assert_eq!(period.data()["period_id"], "6974586812998174252");
}

/// Members that are about failures and do not say that there are none.
fn failures(schema: Schema, value: &Value, place: &str, found: &mut Vec<String>) {
    let is_failure = |name: &str| {
        ["invalid_", "failed_", "fail_", "not_exist"].iter().any(|it| name.starts_with(it))
    };
    match value {
        Value::Object(fields) if schema.kind() == Kind::Object => {
            for (name, value) in fields {
                let Some(property) = schema.property(name) else { continue };
                let is_required = schema.required().any(|it| it == name);
                let is_none = *value == json!([]) || *value == json!(0) || *value == json!(false);
                if is_failure(name) && !is_none && (!is_required || value.is_array()) {
                    found.push(format!("{place}.{name}: {value}"));
                }
                failures(property, value, &format!("{place}.{name}"), found);
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.items() else { return };
            items.iter().for_each(|it| failures(schema, it, place, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_success_reports_no_failures() {
    let stateless = Sandbox::builder().stateless().start().await.expect("a free port");
    let client = Client::of(stateless).await;
    let (mut found, mut seen) = (Vec::new(), 0);
    for id in spec::operation_ids() {
        let (method, path) = spec::endpoint(id).expect("an endpoint");
        let Some(schema) = spec::response_schema(id) else { continue };
        if spec::request_schema(id).is_some_and(|it| it.required().next().is_some()) {
            continue;
        }
        let path: Vec<_> =
            path.split('/').map(|it| if it.starts_with('{') { "1" } else { it }).collect();
        let method = Method::try_from(method).expect("a method");
        let request = client.request(method, &path.join("/")).json(&json!({}));
        let response = request.send().await.expect("an answer");
        let Ok(body) = response.json::<Value>().await else { continue };
        if body["code"] == 0 && body["data"].is_object() {
            seen += 1;
            failures(schema, &body["data"], id, &mut found);
        }
    }
    assert!(seen > 100, "{seen}");
    assert!(found.is_empty(), "{found:#?}");
}

/// A number that travels as text.
/// Where neither a format nor an enum says what a text is, its description or its name does.
#[test]
fn texts_are_what_is_said_of_them() {
    let sample = |id: &str| spec::sample_response(id).expect("data");
    let task = sample("task.v2.task.get")["task"].clone();
    assert_eq!(
        (&task["members"][0]["role"], &task["status"]),
        (&json!("assignee"), &json!("todo"))
    );
    let record = sample("bitable.v1.app.table.record.get")["record"]["record_id"].clone();
    assert!(record.as_str().is_some_and(|id| id.starts_with("rec") && id.len() == 10), "{record}");
    let document = sample("docx.v1.document.get")["document"]["document_id"].clone();
    assert!(document.as_str().is_some_and(|id| id.starts_with("doxcn")), "{document}");
    let chat = sample("im.v1.chat.get");
    assert_eq!(chat["moderation_permission"], "all_members");
    let mut texts = Vec::new();
    for (id, member) in [
        ("attendance.v1.shift.get", "on_time"),
        ("contact.v3.user.get", "time_zone"),
        ("application.v6.application.get", "avatar_url"),
    ] {
        texts.extend(find(&sample(id), member));
    }
    assert_eq!(texts.iter().filter(|it| it.contains("on_time")).count(), 0, "{texts:?}");
    assert!(texts.contains(&"Asia/Shanghai".to_owned()), "{texts:?}");
}

/// The texts of this name, at any depth.
fn find(value: &Value, name: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let here = fields.get(name).and_then(Value::as_str).map(str::to_owned);
            here.into_iter().chain(fields.values().flat_map(|it| find(it, name))).collect()
        }
        Value::Array(items) => items.iter().flat_map(|it| find(it, name)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn sizes_counts_and_durations_are_digits() {
    let mut seen = 0;
    for schema in spec::operation_ids().filter_map(spec::response_schema) {
        let sample = spec::Sampler::default().sample(schema);
        digits(schema, &sample, &mut seen);
    }
    assert!(seen > 10, "{seen}");
}

fn digits(schema: Schema, value: &Value, seen: &mut usize) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let Some(property) = schema.property(name) else { continue };
                let is_number =
                    ["_count", "duration", "size", "_num"].iter().any(|it| name.ends_with(it));
                let is_open = property.kind() == Kind::Text
                    && property.choices().next().is_none()
                    && property.format().is_none();
                if let Some(text) = value.as_str().filter(|_| is_number && is_open) {
                    *seen += 1;
                    // One is a time of day by its description.
                    let is_number = text.parse::<u64>().is_ok() || text == "9:30:00";
                    assert!(is_number, "{name}: {text}");
                }
                digits(property, value, seen);
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.items() else { return };
            items.iter().for_each(|it| digits(schema, it, seen));
        }
        _ => {}
    }
}
