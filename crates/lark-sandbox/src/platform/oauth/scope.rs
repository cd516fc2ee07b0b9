//! Scopes: lists of permissions, with blanks in between.

use crate::http::{OAuthError, codes};

/// The scope that refresh tokens ask for.
pub(super) const OFFLINE: &str = "offline_access";

/// The list as it was written, if nothing stands in it twice.
pub(super) fn read(scope: Option<&str>) -> Result<String, OAuthError> {
    let scope = scope.unwrap_or_default();
    let mut seen = std::collections::HashSet::new();
    if !scope.split_whitespace().all(|name| seen.insert(name)) {
        return Err(codes::OAUTH_SCOPE_TWICE);
    }
    Ok(scope.to_owned())
}

/// What is left of a granted scope for a request that may ask for less.
pub(super) fn narrow(granted: &str, asked: Option<&str>) -> Result<String, OAuthError> {
    if asked.is_none() {
        return Ok(granted.to_owned());
    }
    let asked = read(asked)?;
    if !asked.split_whitespace().all(|name| holds(granted, name)) {
        return Err(codes::OAUTH_SCOPE_TOO_WIDE);
    }
    Ok(asked)
}

pub(super) fn holds(scope: &str, name: &str) -> bool {
    scope.split_whitespace().any(|known| known == name)
}
