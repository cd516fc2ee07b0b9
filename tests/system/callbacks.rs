//! Callbacks as the platform sends them, from the golden vectors.

use lark_core::wire::DecodeMode;
use lark_core::{CallbackPayload, Client, EventPayload, Operation, Value};
use lark_im::callback::{CardAction, LegacyCardAction, UrlPreview, update_card};
use lark_im::content::{Card, CardBuilder};
use lark_tests::scripted::Scripted;
use lark_tests::watched;
use serde_json::json;

/// Operations whose answer is the payload of a callback, so that a client reads it.
#[derive(Default)]
struct ReadAction;
lark_core::operation! { ReadAction => CardAction; "test.action" Get "/x" none []; }

#[derive(Default)]
struct ReadLegacy;
lark_core::operation! { ReadLegacy => LegacyCardAction; "test.legacy" Get "/x" none []; }

#[derive(Default)]
struct ReadPreview;
lark_core::operation! { ReadPreview => UrlPreview; "test.preview" Get "/x" none []; }

/// The plain text of a vector.
fn vector(name: &str) -> Value {
    let file: Value = serde_json::from_str(include_str!("../vectors/events.json")).expect("JSON");
    let mut vectors = file["vectors"].as_array().expect("a list").iter();
    let vector = vectors.find(|it| it["name"] == name).expect(name);
    serde_json::from_str(vector["plaintext"].as_str().expect("a text")).expect("JSON")
}

/// Reads a payload, with anything that differs from its table an error.
async fn read<O: Operation>(request: O, payload: &Value) -> O::Response {
    let answer = json!({"code": 0, "data": payload}).to_string();
    let builder = watched(Client::without_app().transport(Scripted::new([answer])));
    let client = builder.decode_mode(DecodeMode::Strict).build().expect("fine");
    client.send(request).await.expect("read")
}

fn type_of<P: CallbackPayload>(_: &P) -> &'static str {
    P::EVENT_TYPE
}

#[tokio::test]
async fn the_use_of_a_card_is_read() {
    let event = vector("card_action_trigger_v2_encrypted");
    let action = read(ReadAction, &event["event"]).await;
    assert_eq!(event["header"]["event_type"], type_of(&action));
    assert_eq!(action.operator.open_id, "ou_84aad35d084aa403a838cf73ee18467");
    assert_eq!(action.operator.user_id.as_deref(), Some("e33ggbyz"));
    assert_eq!(action.token, "c-295ee57216a5dc9de90fefd0aadb4b1d7dxxxx");
    assert_eq!(action.action.value, json!({"key": "value"}));
    assert_eq!((&*action.action.tag, action.action.name.as_deref()), ("button", Some("btn_1")));
    assert_eq!(action.action.form_value, Value::Null);
    assert_eq!(action.host, "im_message");
    assert_eq!(action.subject(), Some("oc_e4d2605ca917e695f54f11aaf56dxxxx"));
}

#[tokio::test]
async fn forms_choices_and_checkers_are_read() {
    let payload = json!({
        "operator": {"tenant_key": "t", "open_id": "ou_1"},
        "token": "c-1",
        "action": {
            "tag": "button", "timezone": "Asia/Shanghai", "name": "submit",
            "form_value": {"reason": "ill", "days": ["1", "2"], "none": null},
            "option": "2024-04-29 07:07 +0800", "options": ["a", "b"], "input_value": "x",
            "checked": true,
        },
        "host": "im_message",
        "delivery_type": "url_preview",
        "context": {"url": "https://a.example", "preview_token": "pt", "open_message_id": "om_1"},
    });
    let action = read(ReadAction, &payload).await;
    assert_eq!(action.action.form_value, payload["action"]["form_value"]);
    assert_eq!(action.action.options, ["a", "b"]);
    assert_eq!(action.action.checked, Some(true));
    assert_eq!(action.action.input_value.as_deref(), Some("x"));
    assert_eq!(action.context.preview_token.as_deref(), Some("pt"));
    assert_eq!((action.subject(), &action.action.value), (None, &Value::Null));
}

#[tokio::test]
async fn the_old_form_is_read() {
    for name in ["card_v1_sha1", "card_v1_encrypted_sha1", "card_v1_sha1_escaped_unicode"] {
        let action = read(ReadLegacy, &vector(name)).await;
        assert_eq!(type_of(&action), "card.action.trigger_v1");
        assert_eq!(action.action.value["key"], "确认");
        assert_eq!(action.token, "c-5ce6d572455d361153b7cb51da133945");
        assert_eq!(action.subject(), Some("oc_5ce6d572455d361153b7xx51da133945"));
    }
}

#[tokio::test]
async fn the_question_for_a_preview_is_read() {
    let event = vector("url_preview_get_encrypted");
    let preview = read(ReadPreview, &event["event"]).await;
    assert_eq!(event["header"]["event_type"], type_of(&preview));
    assert_eq!(preview.context.url, "https://example.com/a?b=1");
    assert_eq!(preview.context.preview_token.as_deref(), Some("pt-1"));
    assert_eq!(preview.operator.union_id, None);
    assert_eq!(preview.subject(), Some("oc_e4d2605ca917e695f54f11aaf56dxxxx"));
}

#[tokio::test]
async fn a_card_is_updated_later_by_its_token() {
    let transport = Scripted::new([r#"{"code":0,"msg":"ok"}"#]);
    let builder = Client::without_app().transport(transport.clone());
    let client = watched(builder).build().expect("fine").with_tenant_token("t-given");
    let card = || -> CardBuilder { Card::markdown("Report", "ready") };
    client.send(update_card("c-1").card(card())).await.expect("sent");
    let sent = transport.sent();
    assert_eq!(sent[0].url, "https://open.feishu.cn/open-apis/interactive/v1/card/update");
    assert!(sent[0].has_token);
    assert_eq!(sent[0].body, json!({"token": "c-1", "card": Card::from(card()).into_json()}));
    let error = client.send(update_card("c-1")).await.expect_err("no card");
    assert_eq!(error.missing_inputs(), ["card"]);
}
