//! Subscribing: the platform asks the URL for an echo before it pushes there.

use std::time::Duration;

use serde_json::{Value, json};

use super::sign::{PushRequest, encrypted};
use super::subscription::Settings;
use super::{PushError, Receipt};
use crate::platform::Platform;

/// How soon the echo must come. Source: the platform's page on events.
const LIMIT: Duration = Duration::from_secs(1);

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Events,
    Callbacks,
    /// The old card callback.
    Cards,
}

/// Checks a URL and, if it echoes, pushes there from now on.
pub(crate) async fn subscribe(
    platform: &Platform,
    app_id: &str,
    purpose: Purpose,
    url: &str,
) -> Result<(), PushError> {
    platform.outbox.clients.check(url)?;
    let settings = platform.outbox.book().of(app_id);
    let challenge = platform.ids.next("");
    let body = json!({
        "challenge": challenge, "token": settings.token(), "type": "url_verification",
    });
    let push = sealed(&settings, purpose, &body.to_string());
    let limit = LIMIT.min(platform.config.push_timeout);
    let receipt = platform.outbox.clients.post(url, push, limit).await;
    check(&receipt, &challenge)
        .map_err(|reason| PushError::new(format!("{url} failed the URL check: {reason}")))?;
    let marketplace = platform.config.apps.find(app_id).is_some_and(|app| app.tenant().is_none());
    let mut book = platform.outbox.book();
    let settings = book.settings.entry(app_id.to_owned()).or_default();
    let place = match purpose {
        Purpose::Events => &mut settings.event_url,
        Purpose::Callbacks => &mut settings.callback_url,
        Purpose::Cards => &mut settings.card_url,
    };
    *place = Some(url.to_owned());
    if marketplace && purpose == Purpose::Events {
        book.begin_tickets(app_id, platform.timeline.now());
        drop(book);
        platform.outbox.wake();
    }
    Ok(())
}

/// Forgets the keys and URLs of an app, and its hourly ticket.
pub(crate) fn unsubscribe(platform: &Platform, app_id: &str) {
    let mut book = platform.outbox.book();
    book.settings.remove(app_id);
    book.tickets_due.remove(app_id);
    drop(book);
    // Nobody is to wait for a ticket that will not come.
    platform.outbox.ended.notify_waiters();
}

/// Encrypted if there is a key, and never signed. The old card callback knows no encryption.
fn sealed(settings: &Settings, purpose: Purpose, plain: &str) -> PushRequest {
    let body = match purpose {
        Purpose::Cards => plain.as_bytes().to_vec(),
        Purpose::Events | Purpose::Callbacks => encrypted(settings, plain.as_bytes()),
    };
    PushRequest { headers: Vec::new(), body }
}

fn check(receipt: &Receipt, challenge: &str) -> Result<(), String> {
    if let Some(failure) = receipt.failure {
        return Err(format!("no answer within 1 s ({})", failure.name()));
    }
    if receipt.status != Some(200) {
        return Err(format!("status {}, not 200", receipt.status.unwrap_or_default()));
    }
    let body: Value = serde_json::from_slice(&receipt.body)
        .map_err(|error| format!("the answer is not JSON: {error}"))?;
    match body["challenge"].as_str() {
        Some(echo) if echo == challenge => Ok(()),
        Some(_) => Err("the challenge comes back changed".to_owned()),
        None => Err("the answer has no challenge".to_owned()),
    }
}
