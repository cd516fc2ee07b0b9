//! Subscribing: the platform asks a URL for an echo before it pushes there.

use std::time::Duration;

use serde_json::{Value, json};

use super::sign::{PushRequest, encrypted};
use super::subscription::{Mode, Purpose, Subscription};
use super::{PushError, Pusher, Receipt};

/// How soon the echo must come. Source: the platform's page on events.
const LIMIT: Duration = Duration::from_secs(1);

impl Pusher {
    /// Checks a URL and, if it echoes, pushes there from now on.
    pub(crate) async fn subscribe(
        &self,
        app_id: &str,
        purpose: Purpose,
        url: &str,
    ) -> Result<(), PushError> {
        self.clients.check(url)?;
        let services = &self.services;
        let subscription = self.subscriptions.of(app_id);
        let challenge = services.ids.next("");
        let body = json!({
            "challenge": challenge, "token": subscription.token(), "type": "url_verification",
        });
        let push = request(&subscription, purpose, &body.to_string());
        let receipt = self.clients.post(url, push, LIMIT.min(self.timeout)).await;
        check(&receipt, &challenge)
            .map_err(|reason| PushError::new(format!("{url} failed the URL check: {reason}")))?;
        let is_marketplace = services.apps.find(app_id).is_some_and(|app| app.tenant().is_none());
        self.subscriptions.change(app_id, |subscription| {
            let url = url.to_owned();
            match purpose {
                Purpose::Events => subscription.events = Some(Mode::Webhook(url)),
                Purpose::Callbacks => subscription.callbacks = Some(Mode::Webhook(url)),
                Purpose::Cards => subscription.card_url = Some(url),
            }
        });
        if is_marketplace && purpose == Purpose::Events {
            self.tickets.begin(app_id, services.now());
            self.wake();
        }
        Ok(())
    }
}

/// Encrypted if there is a key, and never signed. The old card callback knows no encryption.
fn request(subscription: &Subscription, purpose: Purpose, plain: &str) -> PushRequest {
    let body = match purpose {
        Purpose::Cards => plain.as_bytes().to_vec(),
        Purpose::Events | Purpose::Callbacks => encrypted(subscription, plain.as_bytes()),
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
