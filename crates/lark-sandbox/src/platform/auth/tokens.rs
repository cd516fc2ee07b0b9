//! Every access token this sandbox has issued.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::services::ids::Ids;
use crate::spec::TokenKind;

/// The platform hands out the same token again while at least this much of its life remains.
const REUSED_WHILE: Duration = Duration::from_secs(30 * 60);

/// Whom a token of an app speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) kind: TokenKind,
    pub(crate) app_id: String,
    /// None for the app token of a marketplace app.
    pub(crate) tenant_key: Option<String>,
}

/// What a token of an app looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// `t-` and 32 digits.
    Short,
    /// As the newer endpoint issues them: 2 KB and more.
    Jwt,
}

/// A JWT of this id. Nobody has to read it, so it is signed with noise.
fn jwt(id: &str) -> String {
    let scopes: Vec<String> =
        (0..80).map(|number| format!("im:sample.scope{number}:read")).collect();
    let claims = json!({ "jti": id, "scope": scopes.join(" ") });
    let header = json!({ "alg": "ES256", "typ": "JWT" });
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part(&header.to_string()), part(&claims.to_string()), part(&id.repeat(2)))
}

/// What is known of a token.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) slot: Slot,
    pub(crate) user: Option<UserPart>,
    pub(crate) expires: SystemTime,
    pub(crate) revoked: bool,
}

/// What is known of a user token besides.
#[derive(Clone, Debug)]
pub(crate) struct UserPart {
    pub(crate) open_id: String,
    /// The consent it goes back to; None if a test had it issued without one.
    pub(crate) grant: Option<u64>,
}

impl Issued {
    /// How long it lives; zero if it is of no use any more.
    pub(crate) fn left(&self, now: SystemTime) -> Duration {
        if self.revoked {
            return Duration::ZERO;
        }
        self.expires.duration_since(now).unwrap_or_default()
    }
}

/// How long new tokens live.
#[derive(Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) app: Duration,
    pub(crate) user: Duration,
}

/// Whom a token of a user speaks for.
pub(crate) struct Owner {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    pub(crate) open_id: String,
    /// The consent it goes back to; None if a test had it issued without one.
    pub(crate) grant: Option<u64>,
}

pub(crate) struct Tokens {
    lifetimes: Lifetimes,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    issued: HashMap<String, Issued>,
    /// The newest token of each app, kind and tenant, of either form.
    current: HashMap<(Slot, Form), String>,
}

impl Tokens {
    pub(super) fn new(lifetimes: Lifetimes) -> Self {
        Self { lifetimes, table: Mutex::default() }
    }

    /// An app's token of one kind and how long it lives: the last one, or a new one if the last is
    /// near its end. An older one stays valid until it expires.
    pub(super) fn of_app(
        &self,
        (slot, form): (Slot, Form),
        now: SystemTime,
        ids: &Ids,
    ) -> (String, Duration) {
        let mut table = crate::lock(&self.table);
        let key = (slot, form);
        if let Some(token) = table.current.get(&key) {
            let left = table.issued[token].left(now);
            if left >= REUSED_WHILE {
                return (token.clone(), left);
            }
        }
        let token = match form {
            Form::Short => ids.next(key.0.kind.prefix()),
            Form::Jwt => jwt(&ids.next("")),
        };
        let lifetime = self.lifetimes.app;
        let slot = key.0.clone();
        let issued = Issued { slot, user: None, expires: now + lifetime, revoked: false };
        table.issued.insert(token.clone(), issued);
        table.current.insert(key, token.clone());
        (token, lifetime)
    }

    /// A new token of a user, and when it expires.
    pub(crate) fn of_user(&self, owner: Owner, now: SystemTime, ids: &Ids) -> (String, SystemTime) {
        let Owner { app_id, tenant_key, open_id, grant } = owner;
        let kind = TokenKind::User;
        let token = ids.next(kind.prefix());
        let slot = Slot { kind, app_id, tenant_key: Some(tenant_key) };
        let expires = now + self.lifetimes.user;
        let user = Some(UserPart { open_id, grant });
        let issued = Issued { slot, user, expires, revoked: false };
        crate::lock(&self.table).issued.insert(token.clone(), issued);
        (token, expires)
    }

    pub(crate) fn find(&self, token: &str) -> Option<Issued> {
        crate::lock(&self.table).issued.get(token).cloned()
    }

    /// Ends the life of every token issued so far.
    pub(crate) fn expire_all(&self) {
        self.for_all(|issued| issued.expires = SystemTime::UNIX_EPOCH);
    }

    /// Revokes every token issued so far.
    pub(crate) fn revoke_all(&self) {
        self.for_all(|issued| issued.revoked = true);
    }

    /// Revokes one token. Returns whether there is one.
    pub(crate) fn revoke(&self, token: &str) -> bool {
        let mut table = crate::lock(&self.table);
        table.issued.get_mut(token).map(|issued| issued.revoked = true).is_some()
    }

    /// Lets a token live until then at the longest.
    pub(crate) fn shorten(&self, token: &str, until: SystemTime) {
        if let Some(issued) = crate::lock(&self.table).issued.get_mut(token) {
            issued.expires = issued.expires.min(until);
        }
    }

    /// Revokes every token of one consent.
    pub(crate) fn revoke_grant(&self, grant: u64) {
        self.for_all(|issued| {
            issued.revoked |= issued.user.as_ref().is_some_and(|user| user.grant == Some(grant));
        });
    }

    fn for_all(&self, change: impl FnMut(&mut Issued)) {
        crate::lock(&self.table).issued.values_mut().for_each(change);
    }
}
