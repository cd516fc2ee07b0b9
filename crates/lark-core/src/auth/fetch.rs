//! The platform's token endpoints for self-built apps.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::Token;
use crate::client::Core;
use crate::endpoint::Host;
use crate::error::{ApiError, Cause, Error, Result, Stage};
use crate::operation::Tokens;
use crate::pipeline::transmit;
use crate::prepare::{Prepared, PreparedBody};
use crate::reply::excerpt;
use crate::secret::Secret;
use crate::wire::{Context, DecodeMode, Slot, decode_slice};

/// Kinds of token that the app's own credentials buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AppTokenKind {
    Tenant,
    App,
}

impl AppTokenKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::App => "app",
        }
    }

    fn operation(self) -> (&'static str, &'static str) {
        match self {
            Self::Tenant => (
                "auth.v3.tenant_access_token.internal",
                "/open-apis/auth/v3/tenant_access_token/internal",
            ),
            Self::App => (
                "auth.v3.app_access_token.internal",
                "/open-apis/auth/v3/app_access_token/internal",
            ),
        }
    }
}

/// The answer, which has its fields beside `code` and no `data`.
#[derive(Clone, Default)]
struct TokenAnswer {
    code: Option<i64>,
    msg: String,
    error: Value,
    tenant_access_token: String,
    app_access_token: String,
    expire: i64,
}
crate::record! { TokenAnswer decode;
    code "code" optional plain;
    msg "msg" optional plain;
    error "error" optional plain;
    tenant_access_token "tenant_access_token" optional plain;
    app_access_token "app_access_token" optional plain;
    expire "expire" optional plain;
}

/// Longest that a fetch may take. Other calls wait for it, so it must end whatever the transport
/// does.
const FETCH_LIMIT: Duration = Duration::from_secs(30);

/// Buys a token with the app's id and secret. Errors are those of stage "token".
pub(crate) async fn fetch(core: &Core, kind: AppTokenKind) -> Result<Token> {
    let (operation, _) = kind.operation();
    match tokio::time::timeout(FETCH_LIMIT, exchange(core, kind)).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(operation, Stage::Token, Cause::Deadline(FETCH_LIMIT))),
    }
}

async fn exchange(core: &Core, kind: AppTokenKind) -> Result<Token> {
    let (operation, path) = kind.operation();
    let body = json!({ "app_id": core.app_id, "app_secret": core.app_secret.expose() });
    let request = Prepared {
        operation: operation.into(),
        method: Method::POST,
        host: Host::Open,
        path_and_query: path.to_owned(),
        body: Some(PreparedBody::json(body.to_string())),
        tokens: Tokens::NONE,
        basic: None,
        confidential: true,
        oauth: false,
    };
    let (head, body) = transmit(core, &request, None, &core.headers)
        .await
        .map_err(|error| error.seen_by(operation, Stage::Token))?;
    let bytes = body
        .collect(core.max_answer)
        .await
        .map_err(|error| Error::new(operation, Stage::Token, Cause::Transport(error)))?;
    read(core, kind, &bytes).map_err(|error| error.with_answer(&head))
}

fn read(core: &Core, kind: AppTokenKind, bytes: &[u8]) -> Result<Token> {
    let (operation, _) = kind.operation();
    let unusable = |why: String| {
        // Half an answer may hold a whole token.
        let start = excerpt(bytes, true);
        Error::new(operation, Stage::Token, Cause::NotAnEnvelope { why, start })
    };
    let mut answer = TokenAnswer::default();
    let mut cx = Context::new(operation, DecodeMode::Tolerant, &core.drifts);
    decode_slice(bytes, Slot::Plain(&mut answer), &mut cx)
        .map_err(|error| unusable(format!("not JSON: {error}")))?;
    match answer.code {
        None => return Err(unusable("there is no code in the answer".to_owned())),
        Some(0) => {}
        Some(code) => {
            let api = ApiError::new(code, answer.msg, &answer.error);
            return Err(Error::new(operation, Stage::Token, Cause::Api(api)));
        }
    }
    let secret = match kind {
        AppTokenKind::Tenant => answer.tenant_access_token,
        AppTokenKind::App => answer.app_access_token,
    };
    let life = u64::try_from(answer.expire).unwrap_or(0);
    if secret.is_empty() || life == 0 {
        return Err(unusable("there is no usable token in the answer".to_owned()));
    }
    Ok(Token::new(Secret::new(secret), Duration::from_secs(life)))
}
