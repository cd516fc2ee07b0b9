//! Users sign in to apps: codes, user tokens, their refresh, the device flow.

mod authorize;
mod client;
mod code;
mod device;
mod endpoint;
mod fields;
mod grant;
mod login;
mod pkce;
mod route;
mod scope;
mod v1;

pub(crate) use authorize::redirect_url;
pub(crate) use endpoint::answer;
pub(crate) use route::{find as find_route, operation_id};
pub(crate) use v1::answer as v1;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::platform::Platform;
use code::Code;
use device::Device;
use grant::Grants;
pub(crate) use login::{Login, Logins, Person};

/// What happens when a refresh token comes a second time. The platform documents code 20073 only;
/// servers differ in the rest, so a client should bear each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefreshReuse {
    /// 20073, and everything that goes back to the same consent is revoked: access tokens and the
    /// newest refresh token (20064) too.
    #[default]
    Punish,
    /// 20073, and nothing else.
    Refuse,
    /// The same new pair again, for so long and while its refresh token is unused; then as
    /// [`Punish`](Self::Punish).
    Grace(Duration),
}

/// Everything about signing in that one sandbox remembers.
#[derive(Default)]
pub(crate) struct OAuth {
    pub(crate) logins: Logins,
    codes: Mutex<HashMap<String, Code>>,
    devices: Mutex<HashMap<String, Device>>,
    grants: Grants,
}

impl OAuth {
    /// Ends every consent.
    pub(crate) fn revoke_consents(&self, platform: &Platform) {
        self.grants.revoke_all(platform);
    }

    /// How often a refresh token was exchanged for a new pair.
    pub(crate) fn refreshes(&self) -> u64 {
        self.grants.refreshes()
    }

    /// How often a used refresh token was refused.
    pub(crate) fn reuses(&self) -> u64 {
        self.grants.reuses()
    }
}
