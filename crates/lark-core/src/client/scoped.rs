//! Scoped copies of a client: options of single calls.

use std::sync::Arc;
use std::time::Duration;

use super::{Client, User};
use crate::auth::UserTokens;
use crate::call::{Idempotency, RequiredCheck, Seed, headers};
use crate::error::Result;
use crate::operation::Risk;
use crate::retry::RetryPolicy;
use crate::util::Secret;
use crate::wire::DecodeMode;

impl Client {
    /// A copy whose calls are made on behalf of the user who granted `token` (a
    /// `user_access_token`).
    #[must_use]
    pub fn as_user(&self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.scoped(|scope| scope.user = Some(User::Token(token)))
    }

    /// A copy whose calls are made for one tenant of a marketplace app, by the tenant's key (the
    /// `tenant_key` of its events). Copies for all tenants share the app's token.
    #[must_use]
    pub fn for_tenant(&self, tenant_key: impl Into<Arc<str>>) -> Self {
        let tenant_key = tenant_key.into();
        self.scoped(|scope| scope.tenant = Some(tenant_key))
    }

    /// A copy that sends this `tenant_access_token` where it would fetch one. It is not renewed.
    #[must_use]
    pub fn with_tenant_token(&self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.scoped(|scope| scope.tenant_token = Some(token))
    }

    /// A copy that sends this `app_access_token` where it would fetch one. It is not renewed.
    #[must_use]
    pub fn with_app_token(&self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.scoped(|scope| scope.app_token = Some(token))
    }

    /// A copy whose calls are retried by this policy.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.scoped(|scope| scope.retry = policy)
    }

    /// A copy whose calls keep the rates that the platform documents for their operations, for a part of
    /// a program that makes many: see
    /// [`ClientBuilder::documented_rate_limits`](crate::ClientBuilder::documented_rate_limits). A limit
    /// that the client has for an operation takes precedence. All copies of a client wait in one line,
    /// so once an operation was called in this way, its other calls keep the rate as well.
    #[must_use]
    pub fn with_documented_rate_limits(&self) -> Self {
        self.scoped(|scope| scope.keeps_documented_rates = true)
    }

    /// A copy that sends one more header.
    ///
    /// # Errors
    /// Not a header, or one that the SDK sets itself.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self> {
        let (name, value) = headers::custom(name, value)?;
        Ok(self.scoped(|scope| _ = scope.headers.insert(name, value)))
    }

    /// A copy whose calls have this time limit, including tokens, waits and retries. While a file
    /// is uploading, the limit restarts with every chunk; for a download it ends when the response
    /// headers arrive.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.scoped(|scope| scope.timeout = timeout)
    }

    /// A copy that checks required inputs before it sends, or does not.
    #[must_use]
    pub fn with_required_check(&self, check: RequiredCheck) -> Self {
        self.scoped(|scope| scope.required_check = check)
    }

    /// A copy that generates the idempotency keys that requests omit, or does not: the `uuid` or
    /// `client_token` of operations that have one. With [`Idempotency::Caller`] only keys that you
    /// set are sent. The request value does not change in either case.
    #[must_use]
    pub fn with_idempotency(&self, idempotency: Idempotency) -> Self {
        self.scoped(|scope| scope.idempotency = idempotency)
    }

    /// A copy that makes the idempotency keys from `seed` instead of by chance, so that a program that
    /// runs again, after it was killed or failed, sends the same keys, and the platform executes its
    /// requests once (within the hour for which it remembers the key of a message). For handlers of
    /// events:
    ///
    /// ```no_run
    /// # #[cfg(feature = "events")]
    /// # async fn handle(client: lark_core::Client, event: lark_core::Event<lark_core::Value>) {
    /// let client = client.with_idempotency_seed(event.header.idempotency_seed("answer"));
    /// # _ = client;
    /// # }
    /// ```
    ///
    /// The nth call of an operation through this copy and its own copies gets the nth key: make calls of
    /// one operation in an order that does not depend on chance, or give each step of the handler a seed
    /// of its own. A key that a request has already stays.
    #[must_use]
    pub fn with_idempotency_seed(&self, seed: impl Into<String>) -> Self {
        let seed = Arc::new(Seed::new(seed.into()));
        self.scoped(|scope| scope.seed = Some(seed))
    }

    /// A copy whose calls do at most this, for code that must not do more, such as the tools of an
    /// agent. It never allows more than the client does; see
    /// [`ClientBuilder::max_risk`](crate::ClientBuilder::max_risk).
    #[must_use]
    pub fn with_max_risk(&self, risk: Risk) -> Self {
        self.scoped(|scope| scope.max_risk = scope.max_risk.min(risk))
    }

    /// A copy that decodes responses that differ from the spec in this way.
    #[must_use]
    pub fn with_decode_mode(&self, mode: DecodeMode) -> Self {
        self.scoped(|scope| scope.decode_mode = mode)
    }

    /// A copy whose calls are made on behalf of one user, with tokens that are renewed: a session
    /// of `lark-oauth`, or your own [`UserTokens`]. A token that the platform rejects is renewed,
    /// and the call repeated once.
    #[must_use]
    pub fn as_session(&self, tokens: impl UserTokens + 'static) -> Self {
        let tokens = Arc::new(tokens);
        self.scoped(|scope| scope.user = Some(User::Session(tokens)))
    }

    /// A copy that sends the credentials of a help desk with every call, in the header
    /// `X-Lark-Helpdesk-Authorization`: the id and the token from the settings of the help desk. The
    /// operations of `helpdesk` require them in addition to a token; without them a call is an error
    /// before anything is sent.
    ///
    /// ```no_run
    /// # fn run(client: lark_core::Client) {
    /// let desk = client.with_helpdesk("6930815272790114324", "ht-...");
    /// # _ = desk;
    /// # }
    /// ```
    #[must_use]
    pub fn with_helpdesk(&self, id: &str, token: impl Into<Secret>) -> Self {
        let (name, value) = headers::helpdesk(id, &token.into());
        self.scoped(|scope| _ = scope.headers.insert(name, value))
    }

    /// A copy that sends `id` with every call, in the header `Oapi-Sdk-Request-Id` as the
    /// platform's own SDKs do, so that you can find the call in the logs of a gateway. The
    /// platform's own id of a call is the [log id](crate::ResponseHead::log_id).
    ///
    /// # Errors
    /// `id` is not valid in a header: it contains line breaks or other control characters.
    pub fn with_request_id(&self, id: &str) -> Result<Self> {
        self.with_header(headers::REQUEST_ID, id)
    }
}
