//! Chooses the kind of token that a call sends.

use crate::operation::{TokenKind, Tokens};

use super::{AppTokenKind, AppType};

/// The source of the `Authorization` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Nothing,
    /// The token of the scope's user.
    User,
    /// A token that the user set on the scope.
    Given(AppTokenKind),
    /// One that the SDK fetches and caches.
    Managed(AppTokenKind),
}

/// What a client has to choose from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Available {
    pub(crate) app_type: AppType,
    /// The app has no secret.
    pub(crate) keyless: bool,
    /// Whether the SDK may fetch tokens.
    pub(crate) managed: bool,
    pub(crate) user: bool,
    pub(crate) tenant_token: bool,
    pub(crate) app_token: bool,
    pub(crate) tenant_key: bool,
}

/// Decides by what the operation accepts and what the client has. A token from the caller comes
/// first and is never silently replaced: the call would be made on behalf of somebody else.
///
/// # Errors
/// No kind is possible; the text says what to do.
pub(crate) fn choose(accepted: Tokens, available: &Available) -> Result<Choice, String> {
    if accepted.is_empty() {
        return Ok(Choice::Nothing);
    }
    if available.user {
        return match accepted.contains(TokenKind::User) {
            true => Ok(Choice::User),
            false => Err(only(accepted, "as_user or as_session")),
        };
    }
    let tenant = accepted.contains(TokenKind::Tenant);
    let app = accepted.contains(TokenKind::App);
    if available.tenant_token && tenant {
        return Ok(Choice::Given(AppTokenKind::Tenant));
    }
    if available.app_token && app {
        return Ok(Choice::Given(AppTokenKind::App));
    }
    if !tenant && !app {
        return Err("it needs a user token; call it on client.as_user(token)".to_owned());
    }
    if available.tenant_token || available.app_token {
        let given = if available.tenant_token { "with_tenant_token" } else { "with_app_token" };
        return Err(only(accepted, given));
    }
    managed(tenant, app, available)
}

fn managed(tenant: bool, app: bool, available: &Available) -> Result<Choice, String> {
    if !available.managed {
        let with = if tenant { "with_tenant_token" } else { "with_app_token" };
        return Err(format!(
            "the client fetches no tokens (disable_token_cache, without_app); call it on client.{with}(token)"
        ));
    }
    match (available.app_type, available.tenant_key) {
        (AppType::SelfBuilt, true) => {
            Err("a self-built app has only its own tenant; call it on a \
             client without for_tenant, or build the client with .marketplace()"
                .to_owned())
        }
        (AppType::SelfBuilt, false) | (AppType::Marketplace, true) if tenant => {
            Ok(Choice::Managed(AppTokenKind::Tenant))
        }
        _ if app && available.keyless => Err("it takes an app token, which only an app with its \
             secret gets; build the client with Client::builder(app_id, app_secret)"
            .to_owned()),
        _ if app => Ok(Choice::Managed(AppTokenKind::App)),
        _ => Err("a marketplace app acts for one tenant at a time; call it on \
             client.for_tenant(tenant_key)"
            .to_owned()),
    }
}

fn only(accepted: Tokens, without: &str) -> String {
    format!("it takes the {accepted} token only; call it on a client without {without}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Tokens = Tokens::NONE.and(TokenKind::Tenant);
    const USER: Tokens = Tokens::NONE.and(TokenKind::User);
    const APP: Tokens = Tokens::NONE.and(TokenKind::App);
    const SELF_BUILT: Available = Available {
        app_type: AppType::SelfBuilt,
        keyless: false,
        managed: true,
        user: false,
        tenant_token: false,
        app_token: false,
        tenant_key: false,
    };
    const MARKETPLACE: Available = Available { app_type: AppType::Marketplace, ..SELF_BUILT };
    const TENANT_OF_MARKETPLACE: Available = Available { tenant_key: true, ..MARKETPLACE };

    fn user(available: Available) -> Available {
        Available { user: true, ..available }
    }

    #[test]
    fn follows_the_operation_the_scope_and_the_type_of_app() {
        use AppTokenKind::{App, Tenant};
        use Choice::{Given, Managed, Nothing, User};
        let both = TENANT.and(TokenKind::User);
        let any = Tokens::ANY;
        let tenant_token = Available { tenant_token: true, ..SELF_BUILT };
        let app_token = Available { app_token: true, ..SELF_BUILT };
        let unmanaged = Available { managed: false, tenant_token: true, ..SELF_BUILT };
        for (accepted, available, choice) in [
            (Tokens::NONE, user(SELF_BUILT), Nothing),
            (both, SELF_BUILT, Managed(Tenant)),
            (both, user(SELF_BUILT), User),
            (USER, user(SELF_BUILT), User),
            (TENANT, SELF_BUILT, Managed(Tenant)),
            (APP, SELF_BUILT, Managed(App)),
            (any, tenant_token, Given(Tenant)),
            (any, app_token, Given(App)),
            (both, user(tenant_token), User),
            (TENANT, unmanaged, Given(Tenant)),
            (TENANT, TENANT_OF_MARKETPLACE, Managed(Tenant)),
            (any, MARKETPLACE, Managed(App)),
            (APP, TENANT_OF_MARKETPLACE, Managed(App)),
            (both, user(TENANT_OF_MARKETPLACE), User),
        ] {
            assert_eq!(choose(accepted, &available), Ok(choice), "{accepted} of {available:?}");
        }
    }

    #[test]
    fn rejects_what_cannot_work_and_says_what_to_do() {
        let tenant_token = Available { tenant_token: true, ..SELF_BUILT };
        let unmanaged = Available { managed: false, ..SELF_BUILT };
        let foreign = Available { tenant_key: true, ..SELF_BUILT };
        let keyless = Available { keyless: true, ..SELF_BUILT };
        for (accepted, available, what) in [
            (
                TENANT,
                user(SELF_BUILT),
                "it takes the tenant token only; call it on a client without as_user",
            ),
            (USER, SELF_BUILT, "it needs a user token; call it on client.as_user(token)"),
            (USER, tenant_token, "it needs a user token; call it on client.as_user(token)"),
            (
                APP,
                tenant_token,
                "it takes the app token only; call it on a client without with_tenant_token",
            ),
            (TENANT, unmanaged, "without_app); call it on client.with_tenant_token(token)"),
            (APP, unmanaged, "call it on client.with_app_token(token)"),
            (TENANT, foreign, "a self-built app has only its own tenant"),
            (APP, keyless, "which only an app with its secret gets"),
            (TENANT, MARKETPLACE, "call it on client.for_tenant(tenant_key)"),
        ] {
            let rejection = choose(accepted, &available).expect_err(what);
            assert!(rejection.contains(what), "{rejection}");
        }
    }
}
