//! The two secrets that prove the origin of a push.

use crate::util::Secret;

/// The encrypt key and the verification token of an app, from the page "Events and callbacks" of the
/// developer console.
///
/// With an encrypt key, events must be signed with it. With only a verification token, events must
/// carry it. The old card callback is always signed with the verification token.
///
/// ```
/// use lark_core::EventKeys;
///
/// let keys = EventKeys::new().encrypt_key("kudryavka").verification_token("v-token");
/// ```
#[derive(Clone, Debug, Default)]
pub struct EventKeys {
    pub(super) encrypt_key: Option<Secret>,
    pub(super) verification_token: Option<Secret>,
    pub(super) insecure: bool,
    /// Whether it is on purpose that there is no key.
    pub(super) is_without: bool,
}

impl EventKeys {
    /// Starts without keys. A router needs at least one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the key with which pushes are encrypted and signed. An empty text means no key, as in
    /// the console.
    #[must_use]
    pub fn encrypt_key(mut self, key: impl Into<Secret>) -> Self {
        self.encrypt_key = Some(key.into()).filter(|key| !key.expose().is_empty());
        self
    }

    /// Sets the token that pushes carry. An empty text means no token.
    #[must_use]
    pub fn verification_token(mut self, token: impl Into<Secret>) -> Self {
        self.verification_token = Some(token.into()).filter(|token| !token.expose().is_empty());
        self
    }

    /// For a router that receives nothing over HTTP: events arrive over the long connection
    /// (`lark-ws`) or [`handle_trusted`](crate::EventRouter::handle_trusted), which have proven their
    /// origin. A push over HTTP is rejected.
    #[must_use]
    pub fn none() -> Self {
        Self { is_without: true, ..Self::default() }
    }

    /// Accepts every push: anyone who finds the URL can forge events. For experiments only. If a key
    /// is set as well, pushes must prove that they know it.
    #[must_use]
    pub fn insecure_accept_anything() -> Self {
        Self { insecure: true, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.encrypt_key.is_none() && self.verification_token.is_none()
    }

    /// Whether no push over HTTP can prove its origin.
    pub(super) fn rejects_all(&self) -> bool {
        self.is_empty() && !self.insecure
    }
}
