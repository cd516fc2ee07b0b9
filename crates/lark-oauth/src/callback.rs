//! The callback: the redirect with which the platform sends a user back.

use lark_core::__private::oauth_error;
use lark_core::{Error, Result, Secret};

use crate::random;

/// The parameters of a callback.
#[derive(Default)]
pub(crate) struct Callback {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Callback {
    /// Reads a whole URL, or its query with or without the `?`.
    pub(crate) fn parse(callback: &str) -> Result<Self> {
        let query = callback.split_once('?').map_or(callback, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match &*name {
                "code" => &mut found.code,
                "state" => &mut found.state,
                "error" => &mut found.error,
                "error_description" => &mut found.error_description,
                _ => continue,
            };
            // RFC 6749, section 3.1. Of two states, one could be checked and the other used.
            if slot.replace(value.into_owned()).is_some() {
                return Err(invalid(&format!("it has {name} twice")));
            }
        }
        Ok(found)
    }

    /// The authorization code, if the callback belongs to the authorization with `state`.
    pub(crate) fn code(self, state: &str) -> Result<Secret> {
        let Some(given) = self.state else { return Err(invalid("it has no state")) };
        if !random::constant_time_eq(state, &given)? {
            return Err(invalid(
                "its state is not that of this sign-in, which another browser may have started",
            ));
        }
        if let Some(error) = self.error {
            let declined = if error == "access_denied" { "the user declined" } else { "" };
            let description = self.error_description.unwrap_or_else(|| declined.to_owned());
            return Err(oauth_error(error, description));
        }
        match self.code.filter(|code| !code.is_empty()) {
            Some(code) => Ok(code.into()),
            None => Err(invalid("it has neither a code nor an error")),
        }
    }
}

fn invalid(why: &str) -> Error {
    Error::no_token(format!("the callback of the sign-in: {why}; start the sign-in anew"))
}
