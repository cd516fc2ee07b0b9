//! The specs, and answers made from them.

use lark_sandbox::Sandbox;
use lark_sandbox::spec::{self, Envelope, EventSpec, Kind, Sampler, Schema};
use reqwest::Method;
use serde_json::Value;

use crate::client::{Client, USERS};

#[test]
fn every_sample_fits_its_own_schema() {
    let mut checked = 0;
    for id in spec::operation_ids() {
        let Some(schema) = spec::response_schema(id) else { continue };
        for sample in
            [spec::sample_response(id).expect("a sample"), Sampler::elements(3).sample(schema)]
        {
            assert_eq!(schema.check(&sample), [], "{id}");
        }
        checked += 1;
    }
    assert!(checked > 1200, "{checked}");
}

#[test]
fn every_event_has_a_payload_that_fits() {
    let mut first = 0;
    for event in spec::events() {
        let name = event.event_type();
        let sample = event.sample(Sampler::default());
        assert_eq!(event.payload().check(&sample), [], "{name}");
        let found = spec::event(name).expect("its type is that of an event");
        assert_eq!(found.sample(Sampler::default()), sample);
        if event.envelope() == Envelope::V1 {
            assert_eq!(sample["type"], name);
            first += 1;
        }
    }
    assert_eq!((spec::events().count(), first), (257, 39));
    assert!(spec::event("im.message.receive_v2").is_none());
}

#[test]
fn a_sample_leaves_nothing_out() {
    let schema = spec::response_schema("contact.v3.user.get").expect("data");
    let sample = spec::sample_response("contact.v3.user.get").expect("data");
    assert_complete(schema, &sample, "data");
    let user = &sample["user"];
    assert_eq!(user["orders"].as_array().map(Vec::len), Some(1));
    assert_eq!(user["notification_option"]["language"], "zh-CN");
    assert_eq!(user["subscription_ids"][0], "subscription_ids");
}

fn assert_complete(schema: Schema, sample: &Value, place: &str) {
    match schema.kind() {
        Kind::Object => {
            for (name, property) in schema.properties() {
                assert_complete(property, &sample[name], &format!("{place}.{name}"));
            }
        }
        Kind::List => {
            let items = schema.items().expect("items");
            assert_complete(items, &sample[0], &format!("{place}[0]"));
        }
        _ => assert!(!sample.is_null(), "{place}"),
    }
}

#[test]
fn a_schema_notices_what_does_not_fit() {
    let schema = spec::response_schema("im.v1.message.list").expect("data");
    let mut sample = spec::sample_response("im.v1.message.list").expect("data");
    sample["items"][0]["create_time"] = Value::from(1);
    sample["items"][0]["body"] = serde_json::json!({});
    sample["items"][0]["colour"] = Value::from("red");
    let mut fields: Vec<_> = schema.check(&sample).into_iter().map(|it| it.field).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["items[*].body.content", "items[*].colour", "items[*].create_time"]);
}

#[tokio::test]
async fn every_operation_is_reached_by_its_own_path() {
    let client = Client::start().await;
    for id in spec::operation_ids() {
        let (method, template) = spec::endpoint(id).expect("an endpoint");
        let segment =
            |part: &str| if part.starts_with('{') { "1".to_owned() } else { part.to_owned() };
        let path: Vec<_> = template.split('/').map(segment).collect();
        let method = Method::try_from(method).expect("a method");
        let before = client.sandbox.requests_of(id);
        client.bare(method, &path.join("/")).send().await.expect("an answer");
        assert_eq!(client.sandbox.requests_of(id), before + 1, "{id}");
    }
}

#[tokio::test]
async fn an_operation_without_state_and_pages_answers_its_sample_as_the_last_page() {
    let client = Client::start().await;
    let answer = client.get("/open-apis/drive/v1/files/doxcn1/comments/1?file_type=docx").await;
    let mut expected = spec::sample_response("drive.v1.file.comment.get").expect("data");
    expected["has_more"] = Value::from(false);
    expected["page_token"] = Value::from("");
    expected["comment_id"] = Value::from("1");
    assert_eq!(*answer.data(), expected);
}

#[tokio::test]
async fn a_download_is_bytes_with_a_name() {
    let client = Client::start().await;
    let request =
        client.request(Method::GET, "/open-apis/drive/v1/export_tasks/file/box1/download");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    let disposition = answer.headers()["content-disposition"].to_str().expect("text");
    assert_eq!(disposition, "attachment; filename=\"sample.txt\"; filename*=UTF-8''sample.txt");
    assert!(!answer.bytes().await.expect("bytes").is_empty());
}

#[tokio::test]
async fn a_stateless_sandbox_answers_samples_only() {
    let sandbox = Sandbox::builder().strict().stateless().start().await.expect("a free port");
    let client = Client::of(sandbox).await;
    let user = client.get(&format!("{USERS}/anybody")).await.data().clone();
    assert_eq!(Some(user), spec::sample_response("contact.v3.user.get"));
    assert!(client.sandbox.open_ids().is_empty());
}

/// Walks a sample beside its schema.
fn each_text(schema: Schema, sample: &Value, name: &str, see: &mut impl FnMut(Schema, &str, &str)) {
    match sample {
        Value::String(text) => see(schema, name, text),
        Value::Array(items) => {
            let Some(of_items) = schema.items() else { return };
            items.iter().for_each(|item| each_text(of_items, item, name, see));
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if let Some(property) = schema.property(name) {
                    each_text(property, field, name, see);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn a_text_is_what_its_format_or_its_name_says() {
    let responses = spec::operation_ids().filter_map(spec::response_schema);
    let schemas = responses.chain(spec::events().map(EventSpec::payload));
    let (mut json, mut times) = (0, 0);
    for schema in schemas {
        let sample = Sampler::numbered(3).sample(schema);
        each_text(schema, &sample, "", &mut |schema, name, text| {
            if schema.format() == Some("json") || (name == "form" && text != "form-3") {
                json += 1;
                let read = serde_json::from_str::<Value>(text);
                assert!(read.is_ok_and(|it| it.is_object() || it.is_array()), "{name}: {text}");
            }
            let is_open = schema.format().is_none() && schema.choices().next().is_none();
            if name.ends_with("_time") && is_open {
                times += 1;
                assert!(!text.contains("time"), "{name}: {text}");
            }
        });
    }
    assert!(json > 30 && times > 50, "{json} {times}");
}

#[test]
fn a_received_message_is_a_text() {
    let event = spec::event("im.message.receive_v1").expect("in the specs");
    let event = event.sample(Sampler::default());
    let message = &event["message"];
    assert_eq!(message["message_type"], "text");
    let content: Value =
        serde_json::from_str(message["content"].as_str().expect("text")).expect("JSON");
    assert!(content["text"].is_string(), "{content}");
    assert!(message["chat_id"].as_str().is_some_and(|id| id.starts_with("oc_")));
    assert!(message["create_time"].as_str().is_some_and(|it| it.parse::<u64>().is_ok()));
}

#[test]
fn the_form_of_an_approval_is_a_list_of_controls() {
    let instance = spec::sample_response("approval.v4.instance.get").expect("a sample");
    let form: Value = serde_json::from_str(instance["form"].as_str().expect("text")).expect("JSON");
    assert!(form[0]["type"].is_string(), "{form}");
}
