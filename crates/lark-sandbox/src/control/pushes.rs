//! Pushes and group hooks.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Arguments, Outcome};
use crate::platform::Hook;
use crate::platform::Platform;
use crate::push::{self, Event, Forgery, Purpose, PushAttempt, PushState, Receipt};
use crate::spec::{self, Envelope, Sampler};

/// Keys first, then each URL that is named.
pub(super) async fn subscribe(platform: &Platform, arguments: &Arguments) -> Outcome {
    let app = arguments.app(platform)?;
    let urls = [
        (Purpose::Events, arguments.optional_text("event_url")?),
        (Purpose::Callbacks, arguments.optional_text("callback_url")?),
        (Purpose::Cards, arguments.optional_text("card_url")?),
    ];
    let (key, token) =
        (arguments.optional_text("encrypt_key")?, arguments.optional_text("verification_token")?);
    push::set_keys(platform, &app.id, key, token);
    for (purpose, url) in urls {
        if let Some(url) = url {
            let done = push::subscribe(platform, &app.id, purpose, url).await;
            done.map_err(|error| error.to_string())?;
        }
    }
    Ok(Value::Null)
}

pub(super) fn unsubscribe(platform: &Platform, arguments: &Arguments) -> Outcome {
    push::unsubscribe(platform, &arguments.app(platform)?.id);
    Ok(Value::Null)
}

pub(super) async fn settle(platform: &Platform) -> Outcome {
    push::settle(platform).await;
    Ok(Value::Null)
}

pub(super) async fn push(platform: &Platform, arguments: &Arguments) -> Outcome {
    let mut event = event(platform, arguments)?;
    if let Some(envelope) = arguments.optional_text("envelope")? {
        event = event.in_envelope(match envelope {
            "1.0" => Envelope::V1,
            "2.0" => Envelope::V2,
            other => return Err(format!("envelope is {other:?}, neither 1.0 nor 2.0")),
        });
    }
    let copies = arguments.count_or("copies", 1_usize)?;
    let ids = push::push_shuffled(platform, vec![event], copies, 0).await;
    let ids = ids.map_err(|error| error.to_string())?;
    Ok(json!({ "event_id": ids[0] }))
}

pub(super) async fn redeliver(platform: &Platform, arguments: &Arguments) -> Outcome {
    let id = arguments.need_text("event_id")?;
    let id = push::redeliver(platform, id, arguments.is_true("as_new")).await;
    Ok(json!({ "event_id": id.map_err(|error| error.to_string())? }))
}

pub(super) async fn forge(platform: &Platform, arguments: &Arguments) -> Outcome {
    let forgery = forgery(arguments)?;
    let event = event(platform, arguments)?;
    let receipt = push::forge(platform, forgery, &event).await;
    receipt.map(|receipt| render(&receipt)).map_err(|error| error.to_string())
}

fn forgery(arguments: &Arguments) -> Result<Forgery, String> {
    Ok(match arguments.need_text("forgery")? {
        "wrong_secret" => Forgery::WrongSecret,
        "wrong_token" => Forgery::WrongToken,
        "unsigned" => Forgery::Unsigned,
        "tampered_body" => Forgery::TamperedBody,
        "stale_timestamp" => {
            let age = Duration::from_secs(arguments.count_or("seconds", 24 * 60 * 60)?);
            Forgery::StaleTimestamp(age)
        }
        "uppercase_signature" => Forgery::UppercaseSignature,
        "sha1_signature" => Forgery::Sha1Signature,
        "plaintext" => Forgery::Plaintext,
        "truncated" => Forgery::Truncated,
        "bad_padding" => Forgery::BadPadding,
        "not_utf8" => Forgery::NotUtf8,
        "oversize" => Forgery::Oversize(arguments.count_or("size", 8 * 1024 * 1024)?),
        "deep_json" => Forgery::DeepJson(arguments.count_or("size", 10_000)?),
        "replay" => Forgery::Replay,
        other => return Err(format!("there is no forgery {other}")),
    })
}

/// The event of a command; without `event`, a sample.
fn event(platform: &Platform, arguments: &Arguments) -> Result<Event, String> {
    let app = arguments.app(platform)?;
    let tenant = arguments.optional_text("tenant_key")?.unwrap_or(app.home());
    let name = arguments.need_text("event_type")?;
    let payload = match arguments.get("event") {
        Some(payload) => payload.clone(),
        None => {
            let event = spec::event(name).ok_or_else(|| {
                format!("no spec has {name}, so there is no sample: event is required")
            })?;
            event.sample(Sampler::numbered(arguments.count_or("number", 1)?))
        }
    };
    Event::checked(platform, &app.id, tenant, name, payload).map_err(|error| error.to_string())
}

pub(super) fn deliveries(platform: &Platform, _: &Arguments) -> Outcome {
    let book = platform.outbox.book();
    let all = book.attempts();
    let render = |it: &PushAttempt| attempt(it, book.state(&it.event_id));
    Ok(json!({ "deliveries": all.iter().map(render).collect::<Vec<_>>() }))
}

fn attempt(attempt: &PushAttempt, state: Option<PushState>) -> Value {
    json!({
        "event_id": attempt.event_id,
        "event_type": attempt.event_type,
        "app_id": attempt.app_id,
        "attempt": attempt.attempt,
        "at": attempt.at.as_secs_f64(),
        "status": attempt.status,
        "answer": String::from_utf8_lossy(&attempt.answer),
        "latency": attempt.latency.as_secs_f64(),
        "failure": attempt.failure.map(|failure| failure.name()),
        "state": state.map(|state| match state {
            PushState::Pending => "pending",
            PushState::Delivered => "delivered",
            PushState::GaveUp => "gave_up",
        }),
    })
}

pub(super) fn render(receipt: &Receipt) -> Value {
    json!({
        "status": receipt.status,
        "body": String::from_utf8_lossy(&receipt.body),
        "latency": receipt.latency.as_secs_f64(),
        "failure": receipt.failure.map(|failure| failure.name()),
    })
}

pub(super) fn add_hook(platform: &Platform, arguments: &Arguments) -> Outcome {
    let mut hook = Hook::new(arguments.need_text("chat_id")?);
    if let Some(secret) = arguments.optional_text("secret")? {
        hook = hook.secret(secret);
    }
    for word in arguments.texts("key_words")? {
        hook = hook.key_word(word);
    }
    for address in arguments.texts("allow_ips")? {
        let parsed = address.parse().map_err(|_| format!("{address:?} is no IP address"))?;
        hook = hook.allow_ip(parsed);
    }
    hook.check()?;
    Ok(json!({ "url": platform.hooks.open(platform, hook) }))
}
