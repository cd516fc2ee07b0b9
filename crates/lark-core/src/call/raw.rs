//! Requests for operations without a domain crate.

use http::Method;
use serde_json::Value;

use super::prepare::{Rules, join_query, prepare};
use super::request::{Auth, Prepared, PreparedBody, Privacy};
use crate::client::endpoint::Host;
use crate::error::{Error, Result};
use crate::files::FilePart;
use crate::files::form::Form;
use crate::operation::{Operation, Risk, TokenKind, Tokens};
use crate::util::{Secret, random};

/// A request by method and path, for operations without a domain crate. It runs through the same
/// pipeline as a typed request: tokens, retries, errors, tracing.
///
/// ```no_run
/// use lark_core::{Client, RawRequest};
///
/// # async fn run(client: Client) -> lark_core::Result<()> {
/// let request = RawRequest::get("/open-apis/sheets/v2/spreadsheets/shtcn1/values/A1:B2")
///     .query("valueRenderOption", "ToString");
/// let response = client.send_raw(request).await?;
/// println!("{}", response.data()?);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RawRequest {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<RawBody>,
    /// Whether bodies of two formats were set.
    mixes_bodies: bool,
    tokens: Tokens,
    host: Host,
    basic: Option<(String, Secret)>,
    idempotent: bool,
    sensitive: bool,
    oauth: bool,
}

/// The body of a raw request.
#[derive(Clone, Debug, PartialEq)]
enum RawBody {
    Json(Value),
    Form(Vec<(String, String)>),
    Multipart(Vec<(String, RawPart)>),
}

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq)]
enum RawPart {
    Text(String),
    File(FilePart),
}

impl RawRequest {
    /// A request for `path`, which begins with `/`. You must escape parameters in the path.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            mixes_bodies: false,
            tokens: Tokens::ANY,
            host: Host::Open,
            basic: None,
            idempotent: false,
            sensitive: false,
            oauth: false,
        }
    }

    /// A `GET` request.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A `POST` request.
    #[must_use]
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// A `PUT` request.
    #[must_use]
    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A `PATCH` request.
    #[must_use]
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A `DELETE` request.
    #[must_use]
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Adds a query parameter. For a list, add the same name several times.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets the JSON body. A request has one body: JSON, a [form](Self::form), or a multipart form.
    #[must_use]
    pub fn json(self, body: impl Into<Value>) -> Self {
        self.body(RawBody::Json(body.into()))
    }

    /// Sets the body to a form, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form<N, V>(self, pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.body(RawBody::Form(pairs.collect()))
    }

    /// Adds a text to the body, which becomes a form with files, `multipart/form-data`. Its parts are
    /// sent in the order in which they are added.
    ///
    /// ```no_run
    /// use lark_core::{Client, FilePart, RawRequest};
    ///
    /// # async fn run(client: Client) -> lark_core::Result<()> {
    /// let request = RawRequest::post("/open-apis/im/v1/files")
    ///     .multipart_text("file_type", "stream")
    ///     .multipart_text("file_name", "notes.txt")
    ///     .multipart_file("file", FilePart::path("notes.txt"));
    /// let uploaded = client.send_raw(request).await?.data()?;
    /// println!("{}", uploaded["file_key"]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn multipart_text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.part(name.into(), RawPart::Text(value.into()))
    }

    /// Adds a file to the body, see [`multipart_text`](Self::multipart_text).
    #[must_use]
    pub fn multipart_file(self, name: impl Into<String>, file: FilePart) -> Self {
        self.part(name.into(), RawPart::File(file))
    }

    fn part(mut self, name: String, part: RawPart) -> Self {
        match &mut self.body {
            Some(RawBody::Multipart(parts)) => parts.push((name, part)),
            _ => return self.body(RawBody::Multipart(vec![(name, part)])),
        }
        self
    }

    fn body(mut self, body: RawBody) -> Self {
        let formats = self.body.as_ref().map(|before| (before.format(), body.format()));
        self.mixes_bodies |= formats.is_some_and(|(before, now)| before != now);
        self.body = Some(body);
        self
    }

    /// Sends the request to the host where users sign in, see [`Endpoint`](crate::Endpoint).
    #[must_use]
    pub fn on_accounts(mut self) -> Self {
        self.host = Host::Accounts;
        self
    }

    /// Sends `user` and `password` as HTTP Basic authentication instead of a token.
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.tokens = Tokens::NONE;
        self.basic = Some((user.into(), password.into()));
        self
    }

    /// Marks the request as idempotent: repeating it is safe, so it is retried even if it may have
    /// been executed. Requests with idempotent methods (`GET`, `PUT`, `DELETE`) always are.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Accepts a response as defined by RFC 6749: a success may have no `code`, and an error may
    /// have only `error` and `error_description`, see
    /// [`Error::oauth_error`](crate::Error::oauth_error). Such responses contain secrets, so their
    /// text is also kept out of errors.
    #[must_use]
    pub fn oauth(mut self) -> Self {
        self.oauth = true;
        self.sensitive()
    }

    /// Keeps the text of the response out of errors, for endpoints that return secrets.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Sends this kind of token. Without it: the user's if the client has one, else the tenant's.
    #[must_use]
    pub fn token(mut self, kind: TokenKind) -> Self {
        self.tokens = Tokens::NONE.and(kind);
        self
    }

    /// Sends no token.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.tokens = Tokens::NONE;
        self
    }

    /// What the request may do: nothing is known of it but its method. Requests of the OAuth
    /// protocol, which send no token, change nothing in the tenant.
    fn risk(&self) -> Risk {
        let is_sign_in = self.oauth && self.tokens.is_empty();
        match is_sign_in || self.method.is_safe() {
            true => Risk::Read,
            false => Risk::HighRiskWrite,
        }
    }

    pub(crate) fn prepare(&self) -> Result<Prepared> {
        // The query may hold private data, and would make every call a distinct operation name.
        let path = self.path.split('?').next().unwrap_or_default();
        if let Err(why) = check_path(&self.path) {
            // Escaped, because the mistake may be a line break, and errors are one line.
            return Err(Error::invalid_request(
                format!("{} {}", self.method, path.escape_debug()),
                why,
            ));
        }
        let operation = format!("{} {path}", self.method);
        if self.mixes_bodies {
            let why = "it has more than one body: set one of json, form and multipart_*";
            return Err(Error::invalid_request(operation, why));
        }
        let body = self.body.as_ref().map(RawBody::prepare).transpose();
        let body = body.map_err(|why| Error::invalid_request(&*operation, why))?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query);
        let path_and_query = join_query(self.path.clone(), &query.finish());
        let request =
            Prepared::new(operation.into(), self.method.clone(), path_and_query, self.tokens);
        Ok(Prepared {
            host: self.host,
            body,
            auth: Auth { tokens: self.tokens, basic: self.basic.clone() },
            idempotent: request.idempotent || self.idempotent,
            privacy: Privacy { sensitive: self.sensitive, shown_path: None },
            oauth: self.oauth,
            ..request
        })
    }
}

impl RawBody {
    fn format(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Form(_) => "form",
            Self::Multipart(_) => "multipart",
        }
    }

    fn prepare(&self) -> Result<PreparedBody, String> {
        Ok(match self {
            Self::Json(json) => PreparedBody::json(json.to_string()),
            Self::Form(pairs) => PreparedBody::url_encoded(pairs),
            Self::Multipart(parts) => {
                let mut form = Form::new(random::number(), false);
                for (name, part) in parts {
                    match part {
                        RawPart::Text(text) => form.text(name, text),
                        RawPart::File(file) => {
                            file.check()?;
                            form.file(name, file);
                        }
                    }
                }
                PreparedBody::multipart(form)
            }
        })
    }
}

/// Rejects paths that may lead to another host or out of the path of the base URL: requests carry
/// credentials.
fn check_path(path: &str) -> Result<(), String> {
    if path.starts_with("https://") || path.starts_with("http://") {
        let why =
            "give the path alone, such as /open-apis/bot/v3/info; the host is that of the client";
        return Err(why.to_owned());
    }
    if !path.starts_with('/') || path.starts_with("//") {
        return Err("the path must begin with one /".to_owned());
    }
    // URL parsers treat a backslash as a slash, drop line breaks and tabs, and cut off a fragment.
    let bad = |c: &char| matches!(c, '\\' | '#') || c.is_control() || c.is_whitespace();
    if let Some(c) = path.chars().find(bad) {
        return Err(format!("{c:?} in the path must be percent-encoded"));
    }
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    // They also resolve dots, including percent-encoded ones.
    let dots =
        |segment: &str| matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    match path.split('/').any(dots) {
        true => Err("the path must not have segments of dots".to_owned()),
        false => Ok(()),
    }
}

/// What [`Client::send_raw`](crate::Client::send_raw) accepts: requests of operations and
/// [`RawRequest`].
pub trait AnyRequest: Send {
    /// Encodes the request.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn prepare(&self, rules: Rules<'_>) -> Result<Prepared>;
}

impl<O: Operation> AnyRequest for O {
    fn prepare(&self, rules: Rules<'_>) -> Result<Prepared> {
        prepare(O::META, self, rules)
    }
}

impl AnyRequest for RawRequest {
    fn prepare(&self, rules: Rules<'_>) -> Result<Prepared> {
        let request = RawRequest::prepare(self)?;
        rules.check_risk(&request.operation, self.risk())?;
        Ok(request)
    }
}
