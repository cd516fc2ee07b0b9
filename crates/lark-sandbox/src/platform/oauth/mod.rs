//! Users sign in to apps: codes, user tokens, their refresh, the device flow.

// The steps of a sign-in.
mod login;

mod authorize;
mod code;
mod pkce;

mod device;

mod grant;

// The endpoints.
mod client;
mod endpoint;
mod fields;
mod scope;
mod v1;

pub(crate) use endpoint::AUTHORIZE;
pub(crate) use login::{Login, Logins, Person};
pub(super) use v1::AuthenV1;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::auth::Auth;
use super::contact::Contact;
use crate::services::Services;
use code::Code;
use device::Device;
use grant::Grants;

/// What the second use of a refresh token does. The platform documents only code 20073; servers
/// differ in the rest, so a client should handle every variant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefreshReuse {
    /// 20073, and all tokens of the same consent are revoked, including access tokens and the newest
    /// refresh token (20064).
    #[default]
    RevokeFamily,
    /// 20073; other tokens stay valid.
    Reject,
    /// The same new pair again, within this time and while its refresh token is unused; then as
    /// [`RevokeFamily`](Self::RevokeFamily).
    GracePeriod(Duration),
}

/// What a test has set up.
pub(crate) struct Settings {
    /// None: 7 days, or 30 if an endpoint of v1 issued it.
    pub(crate) refresh_token_lifetime: Option<Duration>,
    pub(crate) refresh_reuse: RefreshReuse,
}

/// Everything about signing in that one sandbox remembers.
pub(crate) struct OAuth {
    pub(crate) logins: Logins,
    codes: Mutex<HashMap<String, Code>>,
    devices: Mutex<HashMap<String, Device>>,
    grants: Grants,
    auth: Arc<Auth>,
    contact: Arc<Contact>,
}

impl OAuth {
    pub(super) fn new(settings: Settings, auth: Arc<Auth>, contact: Arc<Contact>) -> Self {
        Self {
            logins: Logins::default(),
            codes: Mutex::default(),
            devices: Mutex::default(),
            grants: Grants::new(settings, Arc::clone(&auth)),
            auth,
            contact,
        }
    }

    /// Ends every consent.
    pub(crate) fn revoke_consents(&self) {
        self.grants.revoke_all();
    }

    /// The number of refresh tokens that were exchanged for a new pair.
    pub(crate) fn refreshes(&self) -> u64 {
        self.grants.refreshes()
    }

    /// The number of used refresh tokens that were rejected.
    pub(crate) fn reuses(&self) -> u64 {
        self.grants.reuses()
    }
}

/// What is needed to issue something at one point in time, so that what is issued and what is said of
/// it agree.
#[derive(Clone, Copy)]
struct Moment<'a> {
    services: &'a Services,
    now: SystemTime,
}

impl<'a> Moment<'a> {
    fn of(services: &'a Services) -> Self {
        Self { services, now: services.now() }
    }

    /// Whole seconds until then.
    fn seconds_to(&self, then: SystemTime) -> u64 {
        then.duration_since(self.now).unwrap_or_default().as_secs()
    }
}
