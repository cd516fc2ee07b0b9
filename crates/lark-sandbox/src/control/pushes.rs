//! Pushes and group hooks.

use std::time::Duration;

use serde_json::{Value, json};

use super::Arguments;
use super::command::{AsyncCommand, Command, Outcome, data, done};
use super::sample_event::sample;
use crate::platform::Hook;
use crate::push::{
    Event, Forgery, Keys, Purpose, PushAttempt, PushError, PushState, Receipt, Recipient,
};
use crate::sandbox::Instance;
use crate::spec::Envelope;

/// Where the pushes of an app go, and with which keys: what is named is set.
pub(crate) struct Subscribe {
    pub(crate) app_id: String,
    pub(crate) keys: Keys,
    /// Events and callbacks go over the connections that the app opens.
    pub(crate) over_connection: bool,
    pub(crate) urls: Vec<(Purpose, String)>,
}

impl AsyncCommand for Subscribe {
    type Output = Result<(), PushError>;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let text = |name| Ok::<_, String>(arguments.optional_text(name)?.map(str::to_owned));
        let app_id = arguments.app(instance)?.id.clone();
        let urls = [
            text("event_url")?.map(|url| (Purpose::Events, url)),
            text("callback_url")?.map(|url| (Purpose::Callbacks, url)),
            text("card_url")?.map(|url| (Purpose::Cards, url)),
        ];
        let keys = Keys {
            encrypt_key: text("encrypt_key")?,
            verification_token: text("verification_token")?,
        };
        let over_connection = arguments.is_true("long_connection");
        Ok(Self { app_id, keys, over_connection, urls: urls.into_iter().flatten().collect() })
    }

    /// Keys first, then each URL.
    async fn run(self, instance: &Instance) -> Self::Output {
        instance.pusher.set_keys(&self.app_id, self.keys);
        if self.over_connection {
            instance.pusher.use_long_connection(&self.app_id);
        }
        for (purpose, url) in self.urls {
            instance.pusher.subscribe(&self.app_id, purpose, &url).await?;
        }
        Ok(())
    }

    fn render(subscribed: Self::Output) -> Outcome {
        subscribed.map_err(|error| error.to_string())?;
        done()
    }
}

/// The keys and URLs of an app are forgotten.
pub(crate) struct Unsubscribe {
    pub(crate) app_id: String,
}

impl Command for Unsubscribe {
    type Output = ();

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { app_id: arguments.app(instance)?.id.clone() })
    }

    fn run(self, instance: &Instance) {
        instance.pusher.unsubscribe(&self.app_id);
    }
}

/// Waits for every push that is due.
pub(crate) struct Settle;

impl AsyncCommand for Settle {
    type Output = ();

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    async fn run(self, instance: &Instance) {
        instance.pusher.settle().await;
    }
}

/// Events, each `copies` times, in an order that depends on `seed` only.
pub(crate) struct PushEvents {
    pub(crate) events: Vec<Event>,
    pub(crate) copies: usize,
    pub(crate) seed: u64,
}

impl AsyncCommand for PushEvents {
    /// The ids in the order of the events.
    type Output = Result<Vec<String>, PushError>;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let mut event = event(instance, arguments)?;
        if let Some(envelope) = arguments.optional_text("envelope")? {
            event = event.in_envelope(match envelope {
                "1.0" => Envelope::V1,
                "2.0" => Envelope::V2,
                other => return Err(format!("envelope is {other:?}, neither 1.0 nor 2.0")),
            });
        }
        Ok(Self { events: vec![event], copies: arguments.count_or("copies", 1)?, seed: 0 })
    }

    async fn run(self, instance: &Instance) -> Self::Output {
        instance.pusher.push_shuffled(self.events, self.copies, self.seed).await
    }

    fn render(ids: Self::Output) -> Outcome {
        data(json!({ "event_id": ids.map_err(|error| error.to_string())?.first() }))
    }
}

/// An event is pushed once more.
pub(crate) enum Redeliver {
    /// Under its own id.
    Same(String),
    /// Its content under another id.
    AsNew(String),
}

impl AsyncCommand for Redeliver {
    /// The id it has now.
    type Output = Result<String, PushError>;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let id = arguments.need_text("event_id")?.to_owned();
        Ok(if arguments.is_true("as_new") { Self::AsNew(id) } else { Self::Same(id) })
    }

    async fn run(self, instance: &Instance) -> Self::Output {
        match self {
            Self::Same(id) => instance.pusher.redeliver(&id).await.map(|()| id),
            Self::AsNew(id) => instance.pusher.push_as_new(&id).await,
        }
    }

    fn render(id: Self::Output) -> Outcome {
        data(json!({ "event_id": id.map_err(|error| error.to_string())? }))
    }
}

/// An event with something wrong about it.
pub(crate) struct Forge {
    pub(crate) forgery: Forgery,
    pub(crate) event: Event,
}

impl AsyncCommand for Forge {
    type Output = Result<Receipt, PushError>;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let forgery = forgery(arguments)?;
        Ok(Self { forgery, event: event(instance, arguments)? })
    }

    async fn run(self, instance: &Instance) -> Self::Output {
        instance.pusher.forge(self.forgery, &self.event).await
    }

    fn render(receipt: Self::Output) -> Outcome {
        data(render_receipt(&receipt.map_err(|error| error.to_string())?))
    }
}

/// The names of the forgeries.
const FORGERIES: [&str; 14] = [
    "wrong_secret",
    "wrong_token",
    "unsigned",
    "tampered_body",
    "stale_timestamp",
    "uppercase_signature",
    "sha1_signature",
    "plaintext",
    "truncated",
    "bad_padding",
    "not_utf8",
    "oversize",
    "deep_json",
    "replay",
];

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
        other => {
            return Err(format!("there is no forgery {other}, but {}", FORGERIES.join(", ")));
        }
    })
}

/// The event of a command; without `event`, a sample.
fn event(instance: &Instance, arguments: &Arguments) -> Result<Event, String> {
    let app = arguments.app(instance)?;
    let tenant = arguments.optional_text("tenant_key")?.unwrap_or(app.home());
    let to = Recipient::new(&app.id, tenant);
    let name = arguments.need_text("event_type")?;
    let payload = match arguments.get("event") {
        Some(payload) => payload.clone(),
        None => {
            let sample = sample(instance, &to, name, arguments.count_or("number", 1)?);
            sample.ok_or_else(|| {
                format!("no spec has {name}, so there is no sample: event is required")
            })?
        }
    };
    Event::checked(&instance.services, to, name, payload).map_err(|error| error.to_string())
}

/// Every attempt so far, and what has become of its event.
pub(crate) struct Deliveries;

impl Command for Deliveries {
    type Output = Vec<(PushAttempt, Option<PushState>)>;

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) -> Self::Output {
        let with_state = |attempt: PushAttempt| {
            let state = instance.pusher.state(&attempt.event_id);
            (attempt, state)
        };
        instance.pusher.attempts().into_iter().map(with_state).collect()
    }

    fn render(all: Self::Output) -> Outcome {
        let all: Vec<Value> = all.iter().map(|(it, state)| render_attempt(it, *state)).collect();
        data(json!({ "deliveries": all }))
    }
}

fn render_attempt(attempt: &PushAttempt, state: Option<PushState>) -> Value {
    json!({
        "event_id": attempt.event_id,
        "event_type": attempt.event_type,
        "app_id": attempt.app_id,
        "attempt": attempt.attempt,
        "at": attempt.at.as_secs_f64(),
        "status": attempt.status,
        "headers": attempt.headers,
        "body": String::from_utf8_lossy(&attempt.body),
        "connection_id": attempt.connection_id,
        "latency": attempt.latency.as_secs_f64(),
        "failure": attempt.failure.map(|failure| failure.name()),
        "state": state.map(|state| match state {
            PushState::Pending => "pending",
            PushState::Delivered => "delivered",
            PushState::GaveUp => "gave_up",
        }),
    })
}

pub(super) fn render_receipt(receipt: &Receipt) -> Value {
    json!({
        "status": receipt.status,
        "headers": receipt.headers,
        "body": String::from_utf8_lossy(&receipt.body),
        "connection_id": receipt.connection_id,
        "latency": receipt.latency.as_secs_f64(),
        "failure": receipt.failure.map(|failure| failure.name()),
    })
}

/// A custom bot of a chat.
pub(crate) struct OpenHook {
    pub(crate) hook: Hook,
}

impl Command for OpenHook {
    /// The URL to post to; or why there can be no such hook.
    type Output = Result<String, String>;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let mut hook = Hook::new(arguments.need_text("chat_id")?);
        if let Some(secret) = arguments.optional_text("secret")? {
            hook = hook.secret(secret);
        }
        for word in arguments.texts("keywords")? {
            hook = hook.keyword(word);
        }
        for address in arguments.texts("allow_ips")? {
            let parsed = address.parse().map_err(|_| format!("{address:?} is no IP address"))?;
            hook = hook.allow_ip(parsed);
        }
        Ok(Self { hook })
    }

    fn run(self, instance: &Instance) -> Self::Output {
        self.hook.check()?;
        Ok(instance.platform.hooks.open(&instance.services, self.hook))
    }

    fn render(url: Self::Output) -> Outcome {
        data(json!({ "url": url? }))
    }
}
