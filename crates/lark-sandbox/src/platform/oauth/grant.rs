//! Consents and the tokens that go back to them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::{Moment, RefreshReuse, Settings, scope};
use crate::http::{OAuthError, codes};
use crate::platform::auth::{Auth, Owner};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a user's consent can be renewed by refreshing.
const CONSENT_LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long an access token lives on when its pair is replaced.
const REPLACED_LIVES: Duration = Duration::from_secs(60);

/// What a user has agreed to.
#[derive(Clone, Debug)]
pub(super) struct Consent {
    pub(super) app_id: String,
    pub(super) tenant_key: String,
    pub(super) open_id: String,
    pub(super) scope: String,
}

/// Which endpoints issued a refresh token. It is rejected by those of the other kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// The oldest, which give out refresh tokens without being asked.
    V1,
    /// Those in the form of RFC 6749.
    Standard,
}

/// An access token and, if there is one, the refresh token for the next.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) consent: Consent,
    pub(super) access: String,
    pub(super) access_expires: SystemTime,
    pub(super) refresh: Option<(String, SystemTime)>,
}

/// A request for a new pair.
pub(super) struct RefreshRequest<'a> {
    pub(super) app_id: &'a str,
    pub(super) token: &'a str,
    /// Less than what was consented to.
    pub(super) scope: Option<&'a str>,
}

/// What users have agreed to, and the refresh tokens that go back to it.
pub(super) struct Grants {
    settings: Settings,
    auth: Arc<Auth>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    grants: Vec<Grant>,
    refresh_tokens: HashMap<String, Refresh>,
    refreshes: u64,
    reuses: u64,
}

struct Grant {
    consent: Consent,
    since: SystemTime,
    revoked: bool,
}

struct Refresh {
    grant: usize,
    version: Version,
    expires: SystemTime,
    /// The access token it came with.
    access: String,
    used: Option<Use>,
}

/// A pair to be issued, and the consent it goes back to by its place in the table.
struct NewPair {
    grant: usize,
    consent: Consent,
    version: Version,
}

/// When a refresh token was exchanged, and for what.
#[derive(Clone)]
struct Use {
    at: SystemTime,
    pair: Pair,
}

impl Grants {
    pub(super) fn new(settings: Settings, auth: Arc<Auth>) -> Self {
        Self { settings, auth, table: Mutex::default() }
    }

    /// The first tokens of a consent.
    pub(super) fn open(&self, at: Moment<'_>, consent: Consent, version: Version) -> Pair {
        let mut table = crate::lock(&self.table);
        table.grants.push(Grant { consent: consent.clone(), since: at.now, revoked: false });
        let grant = table.grants.len() - 1;
        self.issue(&mut table, at, NewPair { grant, consent, version })
    }

    /// A new pair for a refresh token, which is of no more use then.
    pub(super) fn refresh(
        &self,
        at: Moment<'_>,
        request: &RefreshRequest<'_>,
        version: Version,
    ) -> Result<Pair, OAuthError> {
        let mut table = crate::lock(&self.table);
        let known = table.refresh_tokens.get(request.token);
        let known = known.filter(|known| known.version == version);
        let known = known.ok_or(codes::OAUTH_REFRESH_INVALID)?;
        let grant = known.grant;
        let Grant { consent, since, revoked } = &table.grants[grant];
        if consent.app_id != request.app_id {
            return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
        }
        if *revoked {
            return Err(codes::OAUTH_REFRESH_REVOKED);
        }
        if let Some(used) = known.used.clone() {
            return self.again(&mut table, at, grant, used);
        }
        if known.expires.min(*since + CONSENT_LIFETIME) <= at.now {
            return Err(codes::OAUTH_REFRESH_EXPIRED);
        }
        let scope = scope::narrow(&consent.scope, request.scope)?;
        let consent = Consent { scope, ..consent.clone() };
        self.auth.tokens.shorten(&known.access, at.now + REPLACED_LIVES);
        let pair = self.issue(&mut table, at, NewPair { grant, consent, version });
        table.refreshes += 1;
        if let Some(known) = table.refresh_tokens.get_mut(request.token) {
            known.used = Some(Use { at: at.now, pair: pair.clone() });
        }
        Ok(pair)
    }

    /// Ends the consent a refresh token goes back to. Returns whether there is such a token.
    pub(super) fn revoke(&self, app_id: &str, token: &str) -> Result<bool, OAuthError> {
        let mut table = crate::lock(&self.table);
        let Some(grant) = table.refresh_tokens.get(token).map(|known| known.grant) else {
            return Ok(false);
        };
        if table.grants[grant].consent.app_id != app_id {
            return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
        }
        self.end(&mut table, grant);
        Ok(true)
    }

    /// Ends every consent.
    pub(super) fn revoke_all(&self) {
        let mut table = crate::lock(&self.table);
        for grant in 0..table.grants.len() {
            self.end(&mut table, grant);
        }
    }

    pub(super) fn refreshes(&self) -> u64 {
        crate::lock(&self.table).refreshes
    }

    pub(super) fn reuses(&self) -> u64 {
        crate::lock(&self.table).reuses
    }

    fn issue(
        &self,
        table: &mut Table,
        Moment { services, now }: Moment<'_>,
        NewPair { grant, consent, version }: NewPair,
    ) -> Pair {
        let owner = Owner {
            app_id: consent.app_id.clone(),
            tenant_key: consent.tenant_key.clone(),
            open_id: consent.open_id.clone(),
            grant: Some(grant as u64),
        };
        let (access, access_expires) = self.auth.tokens.of_user(owner, now, &services.ids);
        // Also when a scope is narrowed later on: what is not asked for is not given.
        let offline = version == Version::V1 || scope::holds(&consent.scope, scope::OFFLINE);
        let refresh = offline.then(|| {
            let days = if version == Version::V1 { 30 } else { 7 };
            let expires = now + self.settings.refresh_token_lifetime.unwrap_or(days * DAY);
            let token = services.ids.next("ur-");
            let access = access.clone();
            let known = Refresh { grant, version, expires, access, used: None };
            table.refresh_tokens.insert(token.clone(), known);
            (token, expires)
        });
        Pair { consent, access, access_expires, refresh }
    }

    /// A refresh token that was used before.
    fn again(
        &self,
        table: &mut Table,
        at: Moment<'_>,
        grant: usize,
        used: Use,
    ) -> Result<Pair, OAuthError> {
        let successor = used.pair.refresh.as_ref().map(|(token, _)| &table.refresh_tokens[token]);
        let unused = successor.is_some_and(|successor| successor.used.is_none());
        match self.settings.refresh_reuse {
            RefreshReuse::GracePeriod(grace) if unused && at.now < used.at + grace => {
                return Ok(used.pair);
            }
            RefreshReuse::Reject => {}
            RefreshReuse::RevokeFamily | RefreshReuse::GracePeriod(_) => self.end(table, grant),
        }
        table.reuses += 1;
        Err(codes::OAUTH_REFRESH_USED)
    }

    fn end(&self, table: &mut Table, grant: usize) {
        table.grants[grant].revoked = true;
        self.auth.tokens.revoke_grant(grant as u64);
    }
}
