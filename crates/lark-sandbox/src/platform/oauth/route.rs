//! The endpoints that the specs do not describe, with operation ids made up in the same manner.

pub(super) const AUTHORIZE: &str = "authen.v1.authorize";
pub(super) const TOKEN_V2: &str = "authen.v2.oauth.token";
pub(super) const TOKEN_V3: &str = "oauth.v3.token";
pub(super) const REVOKE: &str = "oauth.v1.revoke";
pub(super) const DEVICE: &str = "oauth.v1.device_authorization";

/// On the platform some are on another host than the rest; here all are on one.
const ROUTES: [(&str, &str, &str); 6] = [
    ("GET", "/open-apis/authen/v1/authorize", AUTHORIZE),
    ("GET", "/open-apis/authen/v1/index", AUTHORIZE),
    ("POST", "/open-apis/authen/v2/oauth/token", TOKEN_V2),
    ("POST", "/oauth/v3/token", TOKEN_V3),
    ("POST", "/oauth/v1/revoke", REVOKE),
    ("POST", "/oauth/v1/device_authorization", DEVICE),
];

/// The operation at a method and path.
pub(crate) fn find(method: &str, path: &str) -> Option<&'static str> {
    let mut routes = ROUTES.iter();
    routes.find(|(m, p, _)| *m == method && *p == path).map(|(_, _, id)| *id)
}

/// The id itself, if there is such an operation.
pub(crate) fn operation_id(id: &str) -> Option<&'static str> {
    ROUTES.iter().map(|(_, _, known)| *known).find(|known| *known == id)
}
