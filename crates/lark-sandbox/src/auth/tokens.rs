//! Every token this sandbox has issued.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use crate::ids::Ids;

/// The platform hands out the same token again while at least this much of its life remains.
const REUSED_WHILE: Duration = Duration::from_secs(30 * 60);

/// The three kinds of access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TokenKind {
    Tenant,
    User,
    App,
}

impl TokenKind {
    /// The kind a security scheme of the specs asks for.
    pub(crate) fn from_scheme(scheme: &str) -> Option<Self> {
        match scheme {
            "tenant_access_token" => Some(Self::Tenant),
            "user_access_token" => Some(Self::User),
            "app_access_token" => Some(Self::App),
            _ => None,
        }
    }

    /// The kind a token claims to be by its first letters.
    pub(crate) fn from_token(token: &str) -> Option<Self> {
        [Self::Tenant, Self::User, Self::App]
            .into_iter()
            .find(|kind| token.starts_with(kind.prefix()))
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Tenant => "t-",
            Self::User => "u-",
            Self::App => "a-",
        }
    }
}

/// What is known of a token.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) kind: TokenKind,
    pub(crate) expires: SystemTime,
    /// The user of a user token.
    pub(crate) open_id: Option<String>,
}

#[derive(Default)]
pub(crate) struct Tokens {
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    issued: HashMap<String, Issued>,
    /// The newest token of the app, per kind.
    current: HashMap<TokenKind, String>,
}

impl Tokens {
    /// The app's token of one kind and how long it lives: the last one, or a new one if the last is
    /// near its end. An older one stays valid until it expires.
    pub(crate) fn of_app(
        &self,
        kind: TokenKind,
        lifetime: Duration,
        now: SystemTime,
        ids: &Ids,
    ) -> (String, Duration) {
        let mut books = crate::lock(&self.books);
        if let Some(token) = books.current.get(&kind) {
            let expires = books.issued[token].expires;
            let left = expires.duration_since(now).unwrap_or_default();
            if left >= REUSED_WHILE {
                return (token.clone(), left);
            }
        }
        let token = ids.next(kind.prefix());
        let issued = Issued { kind, expires: now + lifetime, open_id: None };
        books.issued.insert(token.clone(), issued);
        books.current.insert(kind, token.clone());
        (token, lifetime)
    }

    /// A new token of a user.
    pub(crate) fn of_user(&self, open_id: &str, expires: SystemTime, ids: &Ids) -> String {
        let token = ids.next(TokenKind::User.prefix());
        let open_id = Some(open_id.to_owned());
        let issued = Issued { kind: TokenKind::User, expires, open_id };
        crate::lock(&self.books).issued.insert(token.clone(), issued);
        token
    }

    pub(crate) fn find(&self, token: &str) -> Option<Issued> {
        crate::lock(&self.books).issued.get(token).cloned()
    }

    /// Ends the life of every token issued so far.
    pub(crate) fn expire_all(&self) {
        let mut books = crate::lock(&self.books);
        books.current.clear();
        for issued in books.issued.values_mut() {
            issued.expires = SystemTime::UNIX_EPOCH;
        }
    }
}
