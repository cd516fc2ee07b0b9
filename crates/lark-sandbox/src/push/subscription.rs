//! What the page "Events and callbacks" of the developer console holds.

use crate::platform::Platform;

/// The push settings of one app. An empty key or token is none, as in the console.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) encrypt_key: Option<String>,
    pub(crate) verification_token: Option<String>,
    pub(crate) event_url: Option<String>,
    pub(crate) callback_url: Option<String>,
    /// Of the old card callback.
    pub(crate) card_url: Option<String>,
}

impl Settings {
    pub(super) fn token(&self) -> &str {
        self.verification_token.as_deref().unwrap_or_default()
    }
}

/// Sets those that are given; an empty one is none.
pub(crate) fn set_keys(
    platform: &Platform,
    app_id: &str,
    encrypt_key: Option<&str>,
    verification_token: Option<&str>,
) {
    let mut book = platform.outbox.book();
    let settings = book.settings.entry(app_id.to_owned()).or_default();
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    if let Some(key) = encrypt_key {
        settings.encrypt_key = filled(key);
    }
    if let Some(token) = verification_token {
        settings.verification_token = filled(token);
    }
}
