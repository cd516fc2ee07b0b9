//! A prepared request, which only lacks its token.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde_json::Value;

use crate::client::endpoint::Host;
use crate::files::form::Form;
use crate::operation::{OperationFacts, TokenKind, Tokens};
use crate::rate_limit::Limited;
use crate::util::Secret;
use crate::wire::read_value;

/// A request that only lacks its token.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Operation id, or method and path of a raw request.
    pub(crate) operation: Cow<'static, str>,
    pub(crate) method: Method,
    pub(crate) host: Host,
    pub(crate) path_and_query: String,
    pub(crate) body: Option<PreparedBody>,
    pub(crate) auth: Auth,
    /// Whether it is safe to execute it twice.
    pub(crate) idempotent: bool,
    /// From the caller, or generated. A request with a key is safe to send again.
    pub(crate) idempotency_key: Option<String>,
    pub(crate) privacy: Privacy,
    /// Whether the response is one of RFC 6749, which needs no code.
    pub(crate) oauth: bool,
    /// Whether the members of the response stand beside its code.
    pub(crate) is_flat: bool,
    /// What is known about the operation; `None` for a raw request.
    pub(crate) facts: Option<OperationFacts>,
    /// The requested part of a file, if not all of it.
    pub(crate) range: Option<Box<ByteRange>>,
}

/// The credentials of the caller.
#[derive(Clone, Debug)]
pub(crate) struct Auth {
    /// The kinds of token that the platform accepts.
    pub(crate) tokens: Tokens,
    /// User name and password, sent when there is no token.
    pub(crate) basic: Option<(String, Secret)>,
}

/// What errors and traces leave out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Privacy {
    /// Whether the response contains secrets, so that errors must not quote it.
    pub(crate) sensitive: bool,
    /// What traces show instead of a path that contains a secret.
    pub(crate) shown_path: Option<&'static str>,
}

/// The rest of a file.
#[derive(Clone, Debug)]
pub(crate) struct ByteRange {
    /// Number of bytes already received.
    pub(crate) from: u64,
    /// The file must still be this one; otherwise the server starts over.
    pub(crate) if_range: HeaderValue,
}

impl Prepared {
    /// A request without a body, to the API host, whose response may be quoted.
    pub(crate) fn new(
        operation: Cow<'static, str>,
        method: Method,
        path_and_query: String,
        tokens: Tokens,
    ) -> Self {
        Self {
            operation,
            idempotent: method.is_idempotent(),
            method,
            host: Host::Open,
            path_and_query,
            body: None,
            auth: Auth { tokens, basic: None },
            idempotency_key: None,
            privacy: Privacy::default(),
            oauth: false,
            is_flat: false,
            facts: None,
            range: None,
        }
    }

    /// What is asked for a token only, and never sent.
    pub(crate) fn for_token(kind: TokenKind) -> Self {
        Self::new("client".into(), Method::GET, String::new(), Tokens::NONE.and(kind))
    }

    /// The path for traces: without the query, which may hold private data, and with the names of
    /// secrets in their place.
    pub(crate) fn path(&self) -> &str {
        let plain = || self.path_and_query.split('?').next().unwrap_or_default();
        self.privacy.shown_path.unwrap_or_else(plain)
    }

    /// The secrets that it sends besides its token, for errors to leave them out.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        let shown = self.privacy.shown_path.unwrap_or(path);
        let mut secrets = Vec::new();
        for (sent, shown) in path.split('/').zip(shown.split('/')) {
            if sent != shown {
                secrets.push(sent.to_owned());
            }
        }
        if let Some((_, password)) = &self.auth.basic {
            secrets.push(password.expose().to_owned());
        }
        if let Some(body) = self.body.as_ref().filter(|_| self.privacy.sensitive) {
            secrets.append(&mut body.secrets());
        }
        secrets
    }

    /// What a rate limiter looks at.
    pub(crate) fn limited(&self) -> Limited<'_> {
        Limited { operation: &self.operation, facts: self.facts, keeps_documented: false }
    }

    /// The body, if it has files.
    pub(crate) fn form(&self) -> Option<&Form> {
        match &self.body.as_ref()?.content {
            BodyContent::Form(form) => Some(form),
            BodyContent::Bytes(_) => None,
        }
    }
}

/// The members of bodies that are secrets, where the whole body may contain some.
const SECRETS: [&str; 14] = [
    "access_token",
    "app_access_token",
    "app_secret",
    "app_ticket",
    "appsecret",
    "assertion",
    "client_assertion",
    "clientassertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
    "token",
];

#[derive(Clone, Debug)]
pub(crate) struct PreparedBody {
    pub(crate) media_type: MediaType,
    pub(crate) content: BodyContent,
}

/// The `Content-Type` of a body.
#[derive(Clone, Debug)]
pub(crate) enum MediaType {
    Json,
    /// `application/x-www-form-urlencoded`
    UrlEncoded,
    Multipart {
        boundary: String,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum BodyContent {
    Bytes(Bytes),
    /// A form with files, which are opened when it is sent.
    Form(Arc<Form>),
}

impl PreparedBody {
    pub(crate) fn json(json: impl Into<Bytes>) -> Self {
        Self { media_type: MediaType::Json, content: BodyContent::Bytes(json.into()) }
    }

    /// The secrets in it, as the endpoints for tokens name them.
    fn secrets(&self) -> Vec<String> {
        let BodyContent::Bytes(bytes) = &self.content else { return Vec::new() };
        let is_secret = |name: &str| SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret));
        let mut secrets = Vec::new();
        if let MediaType::UrlEncoded = self.media_type {
            for (name, value) in form_urlencoded::parse(bytes) {
                if is_secret(&name) {
                    secrets.push(value.into_owned());
                }
            }
        } else if let Ok(Value::Object(members)) = read_value(bytes) {
            for (name, value) in &members {
                if is_secret(name) {
                    secrets.push(value.as_str().unwrap_or_default().to_owned());
                }
            }
        }
        secrets
    }

    pub(crate) fn url_encoded(pairs: &[(String, String)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let bytes = form.extend_pairs(pairs).finish().into();
        Self { media_type: MediaType::UrlEncoded, content: BodyContent::Bytes(bytes) }
    }

    pub(crate) fn multipart(mut form: Form) -> Self {
        form.finish();
        let media_type = MediaType::Multipart { boundary: form.boundary().to_owned() };
        let content = match form.as_text() {
            Some(text) => BodyContent::Bytes(text),
            None => BodyContent::Form(Arc::new(form)),
        };
        Self { media_type, content }
    }
}
