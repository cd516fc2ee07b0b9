//! Payloads of samples: those of the specs, and what only a running sandbox knows.

use serde_json::{Value, json};

use crate::push::Recipient;
use crate::sandbox::Instance;
use crate::services::ids::{hash, wide};
use crate::spec::{self, Sampler};

/// A sample of an event or a callback for an app. The number makes its texts differ from those of other
/// samples. None for a type that neither the specs nor this file has.
pub(crate) fn sample(
    instance: &Instance,
    to: &Recipient,
    event_type: &str,
    number: u64,
) -> Option<Value> {
    let sampled = || Some(spec::event(event_type)?.sample(Sampler::numbered(number)));
    match event_type {
        // One that works, or an app that takes the sample for its ticket can no longer get tokens.
        "app_ticket" => {
            let tickets = &instance.platform.auth.tickets;
            let ticket = tickets.current(&to.app_id, &instance.services.ids);
            let mut payload = sampled()?;
            payload["app_id"] = json!(to.app_id);
            payload["app_ticket"] = json!(ticket);
            Some(payload)
        }
        "card.action.trigger" => Some(callback(instance, to, number, |context| {
            json!({
                "token": instance.services.ids.next("c-"),
                "action": {
                    "tag": "button",
                    "name": format!("button-{number}"),
                    "value": { "key": format!("value-{number}") },
                    "timezone": "Asia/Shanghai",
                },
                "context": context,
            })
        })),
        "url.preview.get" => Some(callback(instance, to, number, |mut context| {
            context["url"] = json!(format!("https://example.com/url-{number}"));
            context["preview_token"] = json!(instance.services.ids.next("p-"));
            json!({ "context": context })
        })),
        _ => sampled(),
    }
}

/// What all callbacks of messages have, and the rest: a person of the tenant acts on a message that
/// nobody has sent.
fn callback(
    instance: &Instance,
    to: &Recipient,
    number: u64,
    rest: impl FnOnce(Value) -> Value,
) -> Value {
    let contact = &instance.platform.contact;
    let people = contact.open_ids(&to.tenant_key);
    let stranger = || wide("ou_", hash("operator") ^ number);
    let at = usize::try_from(number).unwrap_or_default() % people.len().max(1);
    let person = people.get(at).cloned().unwrap_or_else(stranger);
    let only = || json!({ "open_id": person, "union_id": "", "user_id": "" });
    let mut operator = contact.ids_of(&to.tenant_key, &person).unwrap_or_else(|_| only());
    operator["tenant_key"] = json!(to.tenant_key);
    let mut payload = rest(json!({
        "open_message_id": wide("om_", hash("message") ^ number),
        "open_chat_id": wide("oc_", hash("chat") ^ number),
    }));
    payload["operator"] = operator;
    payload["host"] = json!("im_message");
    payload
}
