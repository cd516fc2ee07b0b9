//! The two secrets by which a push proves its origin.

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
}

impl EventKeys {
    /// No key yet; a router is not built without one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key under which pushes are encrypted and signed. Empty: none, as in the console.
    #[must_use]
    pub fn encrypt_key(mut self, key: impl Into<Secret>) -> Self {
        self.encrypt_key = Some(key.into()).filter(|key| !key.expose().is_empty());
        self
    }

    /// The token that pushes carry. Empty: none.
    #[must_use]
    pub fn verification_token(mut self, token: impl Into<Secret>) -> Self {
        self.verification_token = Some(token.into()).filter(|token| !token.expose().is_empty());
        self
    }

    /// Without any key: whoever finds the URL can forge events. For experiments only. Once a key is
    /// set as well, it is asked for.
    #[must_use]
    pub fn insecure_accept_anything() -> Self {
        Self { insecure: true, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.encrypt_key.is_none() && self.verification_token.is_none()
    }
}
