//! Callbacks of cards and link previews through the router, typed: the golden vectors, and what they
//! do not have.

use std::sync::{Arc, Mutex};

use lark_core::DecodeMode;
use lark_core::http::{HeaderMap, HeaderName, HeaderValue};
use lark_core::{CallbackPayload, Event, EventKeys, EventOutcome, EventRouter, Value};
use lark_im::callback::{
    CardAction, CardReply, LegacyCardAction, LegacyCardReply, Toast, UrlPreview, UrlPreviewReply,
};
use lark_im::content::Card;

use serde_json::json;

/// Sends a push to a router with one handler, and gives what the handler saw and what was answered.
/// Whatever differs from the payload's table is an error.
async fn handle<T: CallbackPayload>(
    keys: EventKeys,
    (headers, body): (HeaderMap, Vec<u8>),
    reply: impl Fn() -> T::Reply + Send + Sync + 'static,
) -> (T, Value) {
    let seen = Arc::new(Mutex::new(None));
    let place = Arc::clone(&seen);
    let router = EventRouter::builder(keys)
        .decode_mode(DecodeMode::Strict)
        .on_callback(move |event: Event<T>| {
            *place.lock().expect("no panic") = Some(event.payload);
            let reply = reply();
            async move { Ok(reply) }
        })
        .build()
        .expect("the keys are there");
    let answer = router.handle(&headers, body).await;
    assert_eq!(answer.outcome, EventOutcome::Handled);
    let payload = seen.lock().expect("no panic").take().expect("handled");
    (payload, serde_json::from_slice(&answer.body).expect("JSON"))
}

/// A golden vector: its keys, and the push.
fn vector(name: &str) -> (EventKeys, (HeaderMap, Vec<u8>)) {
    let file: Value = serde_json::from_str(include_str!("../vectors/events.json")).expect("JSON");
    let mut vectors = file["vectors"].as_array().expect("a list").iter();
    let vector = vectors.find(|it| it["name"] == name).expect(name);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let keys = EventKeys::new()
        .encrypt_key(text(&vector["encrypt_key"]))
        .verification_token(text(&vector["verification_token"]));
    let headers = vector["headers"].as_object().expect("headers").iter().map(|(name, value)| {
        let name: HeaderName = name.parse().expect("a header name");
        (name, HeaderValue::from_str(&text(value)).expect("a header value"))
    });
    (keys, (headers.collect(), text(&vector["body"]).into_bytes()))
}

#[tokio::test]
async fn the_use_of_a_card_is_answered_with_a_toast_and_a_card() {
    let (keys, push) = vector("card_action_trigger_v2_encrypted");
    let reply = || CardReply::from(Toast::success("ok")).card(Card::template("AAq"));
    let (action, answer) = handle::<CardAction>(keys, push, reply).await;
    assert_eq!(action.operator.open_id, "ou_84aad35d084aa403a838cf73ee18467");
    assert_eq!(action.operator.user_id.as_deref(), Some("e33ggbyz"));
    assert_eq!(action.token, "c-295ee57216a5dc9de90fefd0aadb4b1d7dxxxx");
    assert_eq!(action.action.value, json!({"key": "value"}));
    assert_eq!((&*action.action.tag, action.action.name.as_deref()), ("button", Some("btn_1")));
    assert_eq!(action.action.form_value, Value::Null);
    assert_eq!(action.host, "im_message");
    assert_eq!(action.context.open_chat_id.as_deref(), Some("oc_e4d2605ca917e695f54f11aaf56dxxxx"));
    let card = json!({"type": "template", "data": {"template_id": "AAq"}});
    let want = json!({"toast": {"type": "success", "content": "ok"}, "card": card});
    assert_eq!(answer, want);
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
    let event = lark_push::event("card.action.trigger", "e-1", &payload);
    let keys = EventKeys::new().encrypt_key(lark_push::KEY).verification_token(lark_push::TOKEN);
    let push = lark_push::seal(event);
    let (action, answer) = handle::<CardAction>(keys, push, CardReply::none).await;
    assert_eq!(action.action.form_value, payload["action"]["form_value"]);
    assert_eq!(action.action.option.as_deref(), Some("2024-04-29 07:07 +0800"));
    assert_eq!(action.action.options, ["a", "b"]);
    assert_eq!(action.action.checked, Some(true));
    assert_eq!(action.action.input_value.as_deref(), Some("x"));
    assert_eq!(action.context.preview_token.as_deref(), Some("pt"));
    assert_eq!((&action.context.open_chat_id, &action.action.value), (&None, &Value::Null));
    assert_eq!(answer, json!({}));
}

#[tokio::test]
async fn the_old_form_is_answered_with_the_card_alone() {
    let card = json!({"elements": []});
    for name in ["card_v1_sha1", "card_v1_encrypted_sha1", "card_v1_sha1_escaped_unicode"] {
        let (keys, push) = vector(name);
        let new = card.clone();
        let reply = move || LegacyCardReply::card(Card::from_json(new.clone()));
        let (action, answer) = handle::<LegacyCardAction>(keys, push, reply).await;
        assert_eq!(action.action.value["key"], "确认", "{name}");
        assert_eq!(action.token, "c-5ce6d572455d361153b7cb51da133945");
        assert_eq!(action.open_chat_id.as_deref(), Some("oc_5ce6d572455d361153b7xx51da133945"));
        assert_eq!(answer, card);
    }
}

#[tokio::test]
async fn a_link_gets_a_title() {
    let (keys, push) = vector("url_preview_get_encrypted");
    let reply = || UrlPreviewReply::none().title("t");
    let (preview, answer) = handle::<UrlPreview>(keys, push, reply).await;
    assert_eq!(preview.context.url, "https://example.com/a?b=1");
    assert_eq!(preview.context.preview_token.as_deref(), Some("pt-1"));
    assert_eq!(preview.operator.union_id, None);
    assert_eq!(
        preview.context.open_chat_id.as_deref(),
        Some("oc_e4d2605ca917e695f54f11aaf56dxxxx")
    );
    assert_eq!(answer, json!({"inline": {"title": "t"}}));
}
