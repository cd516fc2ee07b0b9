//! The sandbox by HTTP, for programs in other languages: what a test in Rust does by calling
//! methods of [`Sandbox`](crate::Sandbox). These requests are none of the platform's, so they are
//! neither counted nor remembered.

mod arguments;
mod report;
mod sign_in;
mod tokens;
mod trouble;

use http::request::Parts;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::platform::Platform;
use arguments::Arguments;

/// What a command answers, or what is wrong with it.
type Outcome = Result<Value, String>;
type Command = fn(&Platform, &Arguments) -> Outcome;

const ROOT: &str = "/sandbox/v1/";

const COMMANDS: [(&str, &str, Command); 19] = [
    ("GET", "stats", report::stats),
    ("GET", "calls", report::calls),
    ("GET", "people", report::people),
    ("POST", "advance", report::advance),
    ("POST", "user_tokens", tokens::issue),
    ("POST", "expire_tokens", tokens::expire),
    ("POST", "revoke_tokens", tokens::revoke),
    ("POST", "token_refusal_status", tokens::refusal_status),
    ("GET", "app_ticket", tokens::ticket),
    ("POST", "rotate_ticket", tokens::rotate_ticket),
    ("POST", "next_login", sign_in::next_login),
    ("POST", "devices", sign_in::answer_device),
    ("POST", "revoke_consents", sign_in::revoke_consents),
    ("POST", "rate_limits", trouble::limit),
    ("DELETE", "rate_limits", trouble::lift_limit),
    ("POST", "faults", trouble::fault),
    ("DELETE", "faults", trouble::clear_faults),
    ("POST", "replies", trouble::reply),
    ("DELETE", "replies", trouble::clear_replies),
];

/// Answers a command. None for a request to the platform.
pub(crate) fn answer(platform: &Platform, parts: &Parts, body: &[u8]) -> Option<Answer> {
    let name = parts.uri.path().strip_prefix(ROOT)?;
    let mut commands = COMMANDS.iter();
    let found = commands.find(|(method, path, _)| *method == parts.method && *path == name);
    let Some((_, _, command)) = found else { return Some(Answer::not_found()) };
    let arguments = Arguments::read(parts.uri.query().unwrap_or_default(), body);
    let outcome = arguments.and_then(|arguments| command(platform, &arguments));
    Some(match outcome {
        Ok(Value::Null) => Answer::success(Some(json!({}))),
        Ok(data) => Answer::success(Some(data)),
        Err(reason) => Answer::bad_command(&reason),
    })
}
