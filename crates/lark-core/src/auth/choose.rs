//! Which kind of token a call takes.

use crate::operation::{TokenKind, Tokens};

use super::AppTokenKind;

/// What goes into the `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Nothing,
    /// The token of the scope's user.
    User,
    /// One that the SDK fetches and keeps.
    Managed(AppTokenKind),
}

/// Decides from what the operation accepts and what the client has. A user's token, once given, is
/// never silently replaced by the tenant's: the call would do something else.
///
/// # Errors
/// No kind fits; the text says what to do.
pub(crate) fn choose(accepted: Tokens, has_user: bool) -> Result<Choice, String> {
    if accepted.is_empty() {
        return Ok(Choice::Nothing);
    }
    match has_user {
        true if accepted.contains(TokenKind::User) => Ok(Choice::User),
        true => {
            Err(format!("it takes the {accepted} token only; call it on a client without as_user"))
        }
        false if accepted.contains(TokenKind::Tenant) => Ok(Choice::Managed(AppTokenKind::Tenant)),
        false if accepted.contains(TokenKind::App) => Ok(Choice::Managed(AppTokenKind::App)),
        false => Err("it needs a user token; call it on client.as_user(token)".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Tokens = Tokens::NONE.and(TokenKind::Tenant);
    const USER: Tokens = Tokens::NONE.and(TokenKind::User);
    const APP: Tokens = Tokens::NONE.and(TokenKind::App);

    #[test]
    fn follows_the_operation_and_the_scope() {
        let both = TENANT.and(TokenKind::User);
        let tenant = Ok(Choice::Managed(AppTokenKind::Tenant));
        assert_eq!(choose(Tokens::NONE, true), Ok(Choice::Nothing));
        assert_eq!(choose(both, false), tenant);
        assert_eq!(choose(both, true), Ok(Choice::User));
        assert_eq!(choose(TENANT, false), tenant);
        assert_eq!(choose(APP, false), Ok(Choice::Managed(AppTokenKind::App)));
        assert_eq!(choose(USER, true), Ok(Choice::User));
    }

    #[test]
    fn refuses_what_cannot_work_and_says_what_to_do() {
        let refusal = choose(TENANT, true).expect_err("tenant only");
        assert_eq!(refusal, "it takes the tenant token only; call it on a client without as_user");
        let refusal = choose(USER, false).expect_err("user only");
        assert_eq!(refusal, "it needs a user token; call it on client.as_user(token)");
    }
}
