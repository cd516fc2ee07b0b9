//! What a test has a sandbox do: each command once, for the methods of [`Sandbox`](crate::Sandbox)
//! and for HTTP, by which programs in other languages give the same commands. Those requests are none
//! of the platform's, so they are neither counted nor remembered.

mod arguments;
mod command;
mod origin;

// The commands.
mod connections;
mod faults;
mod people;
mod pushes;
mod report;
mod sample_event;
mod sign_in;
mod tokens;

pub(crate) use command::{AsyncCommand, Command};
pub(crate) use connections::{
    BreakConnections, ClearConnectionFaults, CloseConnections, InjectConnectionFault,
    ListConnections, Restart, SetClientConfig,
};
pub(crate) use faults::{
    ClearFaults, ClearResponses, InjectFault, LiftRateLimit, ScriptResponse, SetRateLimit,
};
pub(crate) use people::{PressElement, PreviewLink, SendMessage};
pub(crate) use pushes::{
    Deliveries, Forge, OpenHook, PushEvents, Redeliver, Settle, Subscribe, Unsubscribe,
};
pub(crate) use report::{Advance, Calls, FindFile, OpenIds, UnknownInputList, UnlistedValueList};
pub(crate) use sample_event::sample;
pub(crate) use sign_in::{AnswerDevice, NextLogin, RevokeConsents};
pub(crate) use tokens::{
    AppTicket, ExpireTokens, InvalidTokenStatus, IssueAssertion, IssueUserToken, RevokeTokens,
    RotateTicket,
};

use std::future::ready;
use std::pin::Pin;

use http::Method;
use http::request::Parts;
use serde_json::{Value, json};

use crate::http::Response;
use crate::sandbox::Instance;
use crate::spec;
use arguments::Arguments;
use command::Outcome;
use report::Stats;

const ROOT: &str = "/sandbox/v1/";

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
type Handler = for<'a> fn(&'a Instance, &'a Arguments) -> Running<'a>;

/// Every command by HTTP.
const COMMANDS: [(&str, &str, Handler); 41] = [
    ("GET", "stats", at_once::<Stats>),
    ("GET", "calls", at_once::<Calls>),
    ("GET", "unknown_inputs", at_once::<UnknownInputList>),
    ("GET", "unlisted_values", at_once::<UnlistedValueList>),
    ("GET", "people", at_once::<OpenIds>),
    ("GET", "stored_file", at_once::<FindFile>),
    ("POST", "advance", at_once::<Advance>),
    ("POST", "user_tokens", at_once::<IssueUserToken>),
    ("POST", "client_assertions", at_once::<IssueAssertion>),
    ("POST", "expire_tokens", at_once::<ExpireTokens>),
    ("POST", "revoke_tokens", at_once::<RevokeTokens>),
    ("POST", "invalid_token_status", at_once::<InvalidTokenStatus>),
    ("GET", "app_ticket", at_once::<AppTicket>),
    ("POST", "rotate_ticket", at_once::<RotateTicket>),
    ("POST", "next_login", at_once::<NextLogin>),
    ("POST", "devices", at_once::<AnswerDevice>),
    ("POST", "revoke_consents", at_once::<RevokeConsents>),
    ("POST", "rate_limits", at_once::<SetRateLimit>),
    ("DELETE", "rate_limits", at_once::<LiftRateLimit>),
    ("POST", "faults", at_once::<InjectFault>),
    ("DELETE", "faults", at_once::<ClearFaults>),
    ("POST", "responses", at_once::<ScriptResponse>),
    ("DELETE", "responses", at_once::<ClearResponses>),
    ("POST", "subscriptions", waiting::<Subscribe>),
    ("DELETE", "subscriptions", at_once::<Unsubscribe>),
    ("GET", "connections", at_once::<ListConnections>),
    ("DELETE", "connections", at_once::<CloseConnections>),
    ("POST", "client_config", at_once::<SetClientConfig>),
    ("POST", "connection_faults", at_once::<InjectConnectionFault>),
    ("DELETE", "connection_faults", at_once::<ClearConnectionFaults>),
    ("POST", "break_connections", at_once::<BreakConnections>),
    ("POST", "restart", at_once::<Restart>),
    ("POST", "events", waiting::<PushEvents>),
    ("POST", "redeliver", waiting::<Redeliver>),
    ("POST", "forgeries", waiting::<Forge>),
    ("POST", "settle", waiting::<Settle>),
    ("GET", "deliveries", at_once::<Deliveries>),
    ("POST", "messages", waiting::<SendMessage>),
    ("POST", "presses", waiting::<PressElement>),
    ("POST", "previews", waiting::<PreviewLink>),
    ("POST", "hooks", at_once::<OpenHook>),
];

fn at_once<'a, C: Command + 'static>(
    instance: &'a Instance,
    arguments: &'a Arguments,
) -> Running<'a> {
    let command = C::read(instance, arguments);
    Box::pin(ready(command.and_then(|command| C::render(command.run(instance)))))
}

fn waiting<'a, C: AsyncCommand + Send + 'static>(
    instance: &'a Instance,
    arguments: &'a Arguments,
) -> Running<'a> {
    Box::pin(async move {
        let command = C::read(instance, arguments)?;
        C::render(command.run(instance).await)
    })
}

/// Whether a request with this path is a command, or would be one.
pub(crate) fn is_command(path: &str) -> bool {
    path.starts_with(ROOT)
}

/// Runs the command of a request. None for a request to the platform.
pub(crate) async fn respond(instance: &Instance, parts: &Parts, body: &[u8]) -> Option<Response> {
    let path = parts.uri.path();
    if path.starts_with(ROOT)
        && let Some(reason) = origin::rejected(&parts.headers)
    {
        return Some(Response::foreign_command(&reason));
    }
    if parts.method == Method::GET && [ROOT, ROOT.trim_end_matches('/'), "/"].contains(&path) {
        return Some(Response::success(Some(contents(instance))));
    }
    let name = path.strip_prefix(ROOT)?;
    let mut commands = COMMANDS.iter();
    let found = commands.find(|(method, path, _)| *method == parts.method && *path == name);
    let Some((_, _, run)) = found else { return Some(Response::not_found()) };
    let outcome = match Arguments::read(parts.uri.query().unwrap_or_default(), body) {
        Ok(arguments) => run(instance, &arguments).await,
        Err(reason) => Err(reason),
    };
    Some(outcome.unwrap_or_else(|reason| Response::bad_command(&reason)))
}

/// What there is: the commands, and where the platform is.
fn contents(instance: &Instance) -> Value {
    let command = |(method, name, _): &(&str, &str, Handler)| format!("{method} {ROOT}{name}");
    json!({
        "what": "a sandbox of the Feishu / Lark open platform",
        "platform": format!("{}/open-apis/", instance.services.base_url),
        "operations": spec::operation_ids().count(),
        "commands": COMMANDS.iter().map(command).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_lists_every_command() {
        let guide = include_str!("../../docs/commands.md");
        let table = guide.split("| Command | Arguments |").nth(1).expect("it has the table");
        for (method, name, _) in COMMANDS {
            let command = format!("`{method} {name}`");
            assert!(table.contains(&command), "the guide lacks {command}");
        }
    }
}
