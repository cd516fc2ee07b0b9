//! Every access token this sandbox has issued.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

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

#[derive(Default)]
pub(crate) struct Tokens {
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    issued: HashMap<String, Issued>,
    /// The newest token of each app, kind and tenant.
    current: HashMap<Slot, String>,
}

impl Tokens {
    /// An app's token of one kind and how long it lives: the last one, or a new one if the last is
    /// near its end. An older one stays valid until it expires.
    pub(crate) fn of_app(
        &self,
        slot: Slot,
        lifetime: Duration,
        now: SystemTime,
        ids: &Ids,
    ) -> (String, Duration) {
        let mut books = crate::lock(&self.books);
        if let Some(token) = books.current.get(&slot) {
            let left = books.issued[token].left(now);
            if left >= REUSED_WHILE {
                return (token.clone(), left);
            }
        }
        let token = ids.next(slot.kind.prefix());
        let issued =
            Issued { slot: slot.clone(), user: None, expires: now + lifetime, revoked: false };
        books.issued.insert(token.clone(), issued);
        books.current.insert(slot, token.clone());
        (token, lifetime)
    }

    /// A new token of a user.
    pub(crate) fn of_user(
        &self,
        app_id: &str,
        tenant_key: &str,
        user: UserPart,
        expires: SystemTime,
        ids: &Ids,
    ) -> String {
        let kind = TokenKind::User;
        let token = ids.next(kind.prefix());
        let (app_id, tenant_key) = (app_id.to_owned(), Some(tenant_key.to_owned()));
        let slot = Slot { kind, app_id, tenant_key };
        let issued = Issued { slot, user: Some(user), expires, revoked: false };
        crate::lock(&self.books).issued.insert(token.clone(), issued);
        token
    }

    pub(crate) fn find(&self, token: &str) -> Option<Issued> {
        crate::lock(&self.books).issued.get(token).cloned()
    }

    /// Ends the life of every token issued so far.
    pub(crate) fn expire_all(&self) {
        self.for_all(|issued| issued.expires = SystemTime::UNIX_EPOCH);
    }

    /// Takes back every token issued so far.
    pub(crate) fn revoke_all(&self) {
        self.for_all(|issued| issued.revoked = true);
    }

    /// Takes back one token, and says whether there is such a one.
    pub(crate) fn revoke(&self, token: &str) -> bool {
        let mut books = crate::lock(&self.books);
        books.issued.get_mut(token).map(|issued| issued.revoked = true).is_some()
    }

    /// Lets a token live until then at the longest.
    pub(crate) fn shorten(&self, token: &str, until: SystemTime) {
        if let Some(issued) = crate::lock(&self.books).issued.get_mut(token) {
            issued.expires = issued.expires.min(until);
        }
    }

    /// Takes back every token that goes back to one consent.
    pub(crate) fn revoke_grant(&self, grant: u64) {
        self.for_all(|issued| {
            issued.revoked |= issued.user.as_ref().is_some_and(|user| user.grant == Some(grant));
        });
    }

    fn for_all(&self, change: impl FnMut(&mut Issued)) {
        crate::lock(&self.books).issued.values_mut().for_each(change);
    }
}
