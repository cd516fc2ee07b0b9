//! Consents and the tokens that go back to them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::RefreshReuse;
use super::scope;
use crate::http::{OAuthError, codes};
use crate::platform::Platform;
use crate::platform::auth::UserPart;

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

/// Which endpoints issued a refresh token. It is refused by those of the other kind.
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

/// A platform at one point in time, so that what is issued and what is said of it agree.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) platform: &'a Platform,
    pub(super) now: SystemTime,
}

impl<'a> Moment<'a> {
    pub(super) fn of(platform: &'a Platform) -> Self {
        Self { platform, now: platform.timeline.now() }
    }

    /// Whole seconds until then.
    pub(super) fn seconds_to(&self, then: SystemTime) -> u64 {
        then.duration_since(self.now).unwrap_or_default().as_secs()
    }
}

#[derive(Default)]
pub(super) struct Grants {
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
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

/// When a refresh token was exchanged, and for what.
#[derive(Clone)]
struct Use {
    at: SystemTime,
    pair: Pair,
}

impl Grants {
    /// The first tokens of a consent.
    pub(super) fn open(&self, at: Moment<'_>, consent: Consent, version: Version) -> Pair {
        let mut books = crate::lock(&self.books);
        books.grants.push(Grant { consent: consent.clone(), since: at.now, revoked: false });
        let grant = books.grants.len() - 1;
        books.issue(at, grant, consent, version)
    }

    /// A new pair for a refresh token, which is of no more use then.
    pub(super) fn refresh(
        &self,
        at: Moment<'_>,
        app_id: &str,
        token: &str,
        scope: Option<&str>,
        version: Version,
    ) -> Result<Pair, OAuthError> {
        let mut books = crate::lock(&self.books);
        let known = books.refresh_tokens.get(token).filter(|known| known.version == version);
        let known = known.ok_or(codes::OAUTH_REFRESH_INVALID)?;
        let grant = known.grant;
        let Grant { consent, since, revoked } = &books.grants[grant];
        if consent.app_id != app_id {
            return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
        }
        if *revoked {
            return Err(codes::OAUTH_REFRESH_REVOKED);
        }
        if let Some(used) = known.used.clone() {
            return books.again(at, grant, used);
        }
        if known.expires.min(*since + CONSENT_LIFETIME) <= at.now {
            return Err(codes::OAUTH_REFRESH_EXPIRED);
        }
        let consent = Consent { scope: scope::narrow(&consent.scope, scope)?, ..consent.clone() };
        at.platform.tokens.shorten(&known.access, at.now + REPLACED_LIVES);
        let pair = books.issue(at, grant, consent, version);
        books.refreshes += 1;
        if let Some(known) = books.refresh_tokens.get_mut(token) {
            known.used = Some(Use { at: at.now, pair: pair.clone() });
        }
        Ok(pair)
    }

    /// Ends the consent a refresh token goes back to. Says whether there is such a token.
    pub(super) fn revoke(
        &self,
        platform: &Platform,
        app_id: &str,
        token: &str,
    ) -> Result<bool, OAuthError> {
        let mut books = crate::lock(&self.books);
        let Some(grant) = books.refresh_tokens.get(token).map(|known| known.grant) else {
            return Ok(false);
        };
        if books.grants[grant].consent.app_id != app_id {
            return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
        }
        books.end(platform, grant);
        Ok(true)
    }

    /// Ends every consent.
    pub(super) fn revoke_all(&self, platform: &Platform) {
        let mut books = crate::lock(&self.books);
        for grant in 0..books.grants.len() {
            books.end(platform, grant);
        }
    }

    pub(super) fn refreshes(&self) -> u64 {
        crate::lock(&self.books).refreshes
    }

    pub(super) fn reuses(&self) -> u64 {
        crate::lock(&self.books).reuses
    }
}

impl Books {
    fn issue(
        &mut self,
        Moment { platform, now }: Moment<'_>,
        grant: usize,
        consent: Consent,
        version: Version,
    ) -> Pair {
        let ids = &platform.ids;
        let Consent { app_id, tenant_key, open_id, .. } = &consent;
        let user = UserPart { open_id: open_id.clone(), grant: Some(grant as u64) };
        let access_expires = now + platform.config.user_token_lifetime();
        let access = platform.tokens.of_user(app_id, tenant_key, user, access_expires, ids);
        // Also when a scope is narrowed later on: what is not asked for is not given.
        let offline = version == Version::V1 || scope::holds(&consent.scope, scope::OFFLINE);
        let refresh = offline.then(|| {
            let days = if version == Version::V1 { 30 } else { 7 };
            let expires = now + platform.config.refresh_token_lifetime.unwrap_or(days * DAY);
            let token = ids.next("ur-");
            let access = access.clone();
            let known = Refresh { grant, version, expires, access, used: None };
            self.refresh_tokens.insert(token.clone(), known);
            (token, expires)
        });
        Pair { consent, access, access_expires, refresh }
    }

    /// A refresh token that was used before.
    fn again(
        &mut self,
        Moment { platform, now }: Moment<'_>,
        grant: usize,
        used: Use,
    ) -> Result<Pair, OAuthError> {
        let successor = used.pair.refresh.as_ref().map(|(token, _)| &self.refresh_tokens[token]);
        let unused = successor.is_some_and(|successor| successor.used.is_none());
        match platform.config.refresh_reuse {
            RefreshReuse::Grace(grace) if unused && now < used.at + grace => return Ok(used.pair),
            RefreshReuse::Refuse => {}
            RefreshReuse::Punish | RefreshReuse::Grace(_) => self.end(platform, grant),
        }
        self.reuses += 1;
        Err(codes::OAUTH_REFRESH_USED)
    }

    fn end(&mut self, platform: &Platform, grant: usize) {
        self.grants[grant].revoked = true;
        platform.tokens.revoke_grant(grant as u64);
    }
}
