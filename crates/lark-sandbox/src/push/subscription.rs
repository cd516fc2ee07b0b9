//! What the page "Events and callbacks" of the developer console holds.

use std::collections::HashMap;
use std::sync::Mutex;

/// How an app gets its events, or its callbacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// They are posted to this URL.
    Webhook(String),
    /// They come over the connections that the app opens.
    LongConnection,
}

/// Where the pushes of one app go, and with which keys. An empty key or token is none, as in the
/// console.
#[derive(Clone, Default)]
pub(super) struct Subscription {
    pub(super) encrypt_key: Option<String>,
    pub(super) verification_token: Option<String>,
    /// None: it gets no events.
    pub(super) events: Option<Mode>,
    pub(super) callbacks: Option<Mode>,
    /// Of the old card callback.
    pub(super) card_url: Option<String>,
}

impl Subscription {
    pub(super) fn token(&self) -> &str {
        self.verification_token.as_deref().unwrap_or_default()
    }
}

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Events,
    Callbacks,
    /// The old card callback.
    Cards,
}

/// The subscriptions by app.
#[derive(Default)]
pub(super) struct Subscriptions(Mutex<HashMap<String, Subscription>>);

impl Subscriptions {
    pub(super) fn of(&self, app_id: &str) -> Subscription {
        crate::lock(&self.0).get(app_id).cloned().unwrap_or_default()
    }

    pub(super) fn takes_events(&self, app_id: &str) -> bool {
        crate::lock(&self.0).get(app_id).is_some_and(|known| known.events.is_some())
    }

    pub(super) fn change(&self, app_id: &str, change: impl FnOnce(&mut Subscription)) {
        change(crate::lock(&self.0).entry(app_id.to_owned()).or_default());
    }

    pub(super) fn remove(&self, app_id: &str) {
        crate::lock(&self.0).remove(app_id);
    }
}

/// The keys of an app's pushes. Those that are None stay as they are; an empty one is none.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    pub(crate) encrypt_key: Option<String>,
    pub(crate) verification_token: Option<String>,
}

impl super::Pusher {
    pub(crate) fn set_keys(&self, app_id: &str, keys: Keys) {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        self.subscriptions.change(app_id, |subscription| {
            if let Some(key) = keys.encrypt_key {
                subscription.encrypt_key = filled(key);
            }
            if let Some(token) = keys.verification_token {
                subscription.verification_token = filled(token);
            }
        });
    }

    /// Sends the events and callbacks of an app over its long connections from now on.
    pub(crate) fn use_long_connection(&self, app_id: &str) {
        self.subscriptions.change(app_id, |subscription| {
            subscription.events = Some(Mode::LongConnection);
            subscription.callbacks = Some(Mode::LongConnection);
        });
    }

    /// The app has opened a long connection: what it gets in no other way, it gets so from now on.
    pub(crate) fn connected(&self, app_id: &str) {
        self.subscriptions.change(app_id, |subscription| {
            subscription.events.get_or_insert(Mode::LongConnection);
            subscription.callbacks.get_or_insert(Mode::LongConnection);
        });
    }

    /// Whether the app gets events.
    pub(crate) fn takes_events(&self, app_id: &str) -> bool {
        self.subscriptions.takes_events(app_id)
    }

    /// Forgets the keys and URLs of an app, and its hourly ticket.
    pub(crate) fn unsubscribe(&self, app_id: &str) {
        self.subscriptions.remove(app_id);
        self.tickets.end(app_id);
        // Nobody is to wait for a ticket that will not come.
        self.ended.notify_waiters();
    }
}
