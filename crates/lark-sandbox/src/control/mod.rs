//! The sandbox by HTTP, for programs in other languages: what a test in Rust does by calling
//! methods of [`Sandbox`](crate::Sandbox). These requests are none of the platform's, so they are
//! neither counted nor remembered.

mod arguments;
mod faults;
mod people;
mod pushes;
mod report;
mod sign_in;
mod tokens;

use std::pin::Pin;

use http::request::Parts;
use serde_json::{Value, json};

use crate::http::Response;
use crate::platform::Platform;
use arguments::Arguments;

/// What a command answers, or what is wrong with it.
type Outcome = Result<Value, String>;
type Patient = for<'a> fn(&'a Platform, &'a Arguments) -> Waiting<'a>;
type Waiting<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
type Command = fn(&Platform, &Arguments) -> Outcome;

const ROOT: &str = "/sandbox/v1/";

const COMMANDS: [(&str, &str, Command); 22] = [
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
    ("POST", "rate_limits", faults::limit),
    ("DELETE", "rate_limits", faults::lift_limit),
    ("POST", "faults", faults::fault),
    ("DELETE", "faults", faults::clear_faults),
    ("POST", "replies", faults::reply),
    ("DELETE", "replies", faults::clear_replies),
    ("GET", "deliveries", pushes::deliveries),
    ("DELETE", "subscriptions", pushes::unsubscribe),
    ("POST", "hooks", pushes::add_hook),
];

/// Commands that wait for an app to answer.
const PATIENT: [(&str, &str, Patient); 8] = [
    ("POST", "subscriptions", |platform, arguments| {
        Box::pin(pushes::subscribe(platform, arguments))
    }),
    ("POST", "settle", |platform, _| Box::pin(pushes::settle(platform))),
    ("POST", "events", |platform, arguments| Box::pin(pushes::push(platform, arguments))),
    ("POST", "redeliver", |platform, arguments| Box::pin(pushes::redeliver(platform, arguments))),
    ("POST", "forgeries", |platform, arguments| Box::pin(pushes::forge(platform, arguments))),
    ("POST", "messages", |platform, arguments| Box::pin(people::send(platform, arguments))),
    ("POST", "presses", |platform, arguments| Box::pin(people::press(platform, arguments))),
    ("POST", "previews", |platform, arguments| Box::pin(people::preview(platform, arguments))),
];

/// Answers a command. None for a request to the platform.
pub(crate) async fn answer(platform: &Platform, parts: &Parts, body: &[u8]) -> Option<Response> {
    let name = parts.uri.path().strip_prefix(ROOT)?;
    if name == "stored_file" {
        return Some(stored_file(platform, parts));
    }
    let fits = |method: &str, path: &str| method == parts.method && path == name;
    let command = COMMANDS.iter().find(|(method, path, _)| fits(method, path));
    let patient = PATIENT.iter().find(|(method, path, _)| fits(method, path));
    let arguments = || Arguments::read(parts.uri.query().unwrap_or_default(), body);
    let outcome = match (command, patient) {
        (Some((_, _, command)), _) => arguments().and_then(|it| command(platform, &it)),
        (None, Some((_, _, patient))) => match arguments() {
            Ok(arguments) => patient(platform, &arguments).await,
            Err(reason) => Err(reason),
        },
        (None, None) => return Some(Response::not_found()),
    };
    Some(match outcome {
        Ok(Value::Null) => Response::success(Some(json!({}))),
        Ok(data) => Response::success(Some(data)),
        Err(reason) => Response::bad_command(&reason),
    })
}

/// A file that was uploaded, by its key: the one command that does not answer JSON.
fn stored_file(platform: &Platform, parts: &Parts) -> Response {
    let arguments = Arguments::read(parts.uri.query().unwrap_or_default(), &[]);
    let key = arguments.as_ref().ok().and_then(|arguments| arguments.text("key"));
    let Some(key) = key else { return Response::bad_command("key is required, a string") };
    match platform.world.stored_file(key) {
        Some(stored) => Response::file(&stored.name, stored.content.whole()),
        None => Response::bad_command("there is no such file"),
    }
}
