//! Routes that the specs do not describe, with operation ids made up in the same manner, or that of an
//! operation which they describe at another path. On the platform some are on another host than the
//! rest; here all are on one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::route::Route;
use crate::spec::{self, BodyFormat, Operation, Outcome, TokenKind};

/// Method, path, operation id, and the kinds of token it takes.
type Row = (&'static str, &'static str, &'static str, &'static [TokenKind]);

const NO_TOKEN: &[TokenKind] = &[];
const TENANT: &[TokenKind] = &[TokenKind::Tenant];

/// A parameter is the rest of the path, and a secret.
#[rustfmt::skip]
const ROUTES: [Row; 12] = [
    ("GET", "/open-apis/authen/v1/authorize", "authen.v1.authorize", NO_TOKEN),
    ("GET", "/open-apis/authen/v1/index", "authen.v1.authorize", NO_TOKEN),
    ("POST", "/open-apis/authen/v2/oauth/token", "authen.v2.oauth.token", NO_TOKEN),
    ("POST", "/oauth/v3/token", "oauth.v3.token", NO_TOKEN),
    ("POST", "/oauth/v1/revoke", "oauth.v1.revoke", NO_TOKEN),
    ("POST", "/oauth/v1/device_authorization", "oauth.v1.device_authorization", NO_TOKEN),
    ("POST", "/callback/ws/endpoint", "callback.ws.endpoint", NO_TOKEN),
    // Where discovery sends clients. On the platform it is another host, with the same path.
    ("GET", "/ws/v2", "callback.ws.connect", NO_TOKEN),
    ("POST", "/open-apis/bot/v2/hook/{hook_id}", "bot.v2.hook", NO_TOKEN),
    // Of the channel of the Python SDK.
    ("POST", "/open-apis/authen/v2/oauth/device_authorization", "authen.v2.oauth.device_authorization", NO_TOKEN),
    // What the guides of old SDKs call.
    ("POST", "/open-apis/message/v4/send", "message.v4.message.send", TENANT),
    ("POST", "/open-apis/image/v4/put", "im.v1.image.create", TENANT),
];

/// What is at a method and path.
pub(super) fn find(method: &str, path: &str) -> Option<Route> {
    ROUTES.iter().enumerate().find_map(|(index, (known, template, id, _))| {
        let parameters = fit(template, path).filter(|_| *known == method)?;
        let shown_path = (!parameters.is_empty()).then_some(*template);
        let operation = spec::index_of(id).map_or(&OPERATIONS[index], spec::operation);
        Some(Route { operation, path: parameters, shown_path })
    })
}

/// The id itself, if there is such an operation.
pub(super) fn operation_id(id: &str) -> Option<&'static str> {
    operation_ids().find(|known| *known == id)
}

pub(super) fn operation_ids() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|(_, _, id, _)| *id)
}

/// The parameter in a path; None if the path does not fit.
fn fit(template: &'static str, path: &str) -> Option<BTreeMap<&'static str, String>> {
    let Some((start, name)) = template.split_once('{') else {
        return (template == path).then(BTreeMap::new);
    };
    let value = path.strip_prefix(start)?.trim_end_matches('/').to_owned();
    Some(BTreeMap::from([(name.trim_end_matches('}'), value)]))
}

/// The operations of [`ROUTES`], in its order.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let operation = |(_, _, id, tokens): &Row| Operation {
        id,
        tokens: tokens.to_vec(),
        parameters: Vec::new(),
        body: BodyFormat::None,
        outcome: Outcome::Json(None),
        paging: None,
        errors: Vec::new(),
    };
    ROUTES.iter().map(operation).collect()
});
