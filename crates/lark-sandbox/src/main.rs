//! Runs a sandbox until Ctrl-C: `cargo run -p lark-sandbox -- --port 8787`.
#![allow(clippy::print_stderr, reason = "a program that people watch in a terminal")]

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use lark_sandbox::{App, Builder, ClientConfig, PushError, RateLimit, RecordedCall, Sandbox, spec};

const HELP: &str = "\
A local Feishu / Lark open platform on 127.0.0.1.

Usage: lark-sandbox [OPTIONS]

Options:
  --port PORT              port to listen on; 0 for any that is free [default: 8787]
  --app-id ID              id of the app [default: cli_ and 16 hex digits]
  --app-secret SECRET      secret of the app
  --marketplace ID:SECRET  one more app, of the marketplace
  --tenant KEY             one more tenant
  --rate-limit ID=COUNT    calls per second that an operation takes of each app and tenant
  --users COUNT            people in the tenant [default: 300]
  --departments COUNT      departments in the tenant [default: 12]
  --token-lifetime SECS    how long tokens live [default: 7200]
  --event-url URL          where the app's events are pushed
  --callback-url URL       where its callbacks are sent
  --card-url URL           where its old card callbacks are sent
  --encrypt-key KEY        encrypts and signs what is pushed
  --verification-token T   the token that what is pushed carries
  --part-size BYTES        events above this go over a long connection in parts [default: 32768]
  --ping-interval SECS     how often clients of long connections ping [default: 120]
  --tls FILE               speak TLS; FILE becomes the certificate to trust, in PEM
  --helpdesk ID:TOKEN      the help desk of the tenant
  --strict                 reject query parameters, fields and values that are in no spec
  --stateless              keep nothing: answer every operation from its schema
  --help                   this text
";

fn main() -> ExitCode {
    match Settings::read(std::env::args().skip(1)) {
        Ok(Some(settings)) => run(settings),
        Ok(None) => {
            say(format_args!("{}", HELP.trim_end()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

/// What the arguments ask for.
struct Settings {
    builder: Builder,
    rate_limits: Vec<(String, u32)>,
    pushes: PushSettings,
    ping_interval: Option<i64>,
    certificate: Option<PathBuf>,
}

/// Where to push, and with which keys; empty texts are none.
#[derive(Default)]
struct PushSettings {
    event_url: Option<String>,
    callback_url: Option<String>,
    card_url: Option<String>,
    encrypt_key: String,
    verification_token: String,
}

impl PushSettings {
    /// The URLs are asked for their echo now, so the app has to run already.
    async fn apply(self, sandbox: &Sandbox) -> Result<(), PushError> {
        let pushes = sandbox.pushes().encrypt_key(&self.encrypt_key);
        let pushes = pushes.verification_token(&self.verification_token);
        if let Some(url) = self.event_url {
            pushes.subscribe(&url).await?;
        }
        if let Some(url) = self.callback_url {
            pushes.send_callbacks_to(&url).await?;
        }
        if let Some(url) = self.card_url {
            pushes.send_legacy_card_callbacks_to(&url).await?;
        }
        Ok(())
    }
}

impl Settings {
    /// None if the arguments ask for help.
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let builder = Sandbox::builder().port(8787).on_request(log);
        let pushes = PushSettings::default();
        let (ping_interval, certificate, rate_limits) = (None, None, Vec::new());
        let mut settings = Self { builder, rate_limits, pushes, ping_interval, certificate };
        let (mut id, mut secret) = (None, None);
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let value = || {
                let value = inline.or_else(|| arguments.next());
                value.ok_or_else(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--help" | "-h" => return Ok(None),
                "--stateless" => settings.builder = settings.builder.stateless(),
                "--strict" => settings.builder = settings.builder.strict(),
                "--app-id" => id = Some(value()?),
                "--app-secret" => secret = Some(value()?),
                "--rate-limit" => settings.rate_limits.push(rate_limit(&value()?)?),
                "--ping-interval" => settings.ping_interval = Some(number(&name, &value()?)?),
                "--tls" => {
                    settings.builder = with_tls(settings.builder)?;
                    settings.certificate = Some(value()?.into());
                }
                "--event-url" => settings.pushes.event_url = Some(value()?),
                "--callback-url" => settings.pushes.callback_url = Some(value()?),
                "--card-url" => settings.pushes.card_url = Some(value()?),
                "--encrypt-key" => settings.pushes.encrypt_key = value()?,
                "--verification-token" => settings.pushes.verification_token = value()?,
                _ => settings.builder = with_value(settings.builder, &name, value)?,
            }
        }
        match (id, secret) {
            (Some(id), Some(secret)) => settings.builder = settings.builder.app(id, secret),
            (None, None) => {}
            _ => return Err("--app-id and --app-secret go together".to_owned()),
        }
        Ok(Some(settings))
    }
}

/// The builder after an option that has a value.
fn with_value(
    builder: Builder,
    name: &str,
    value: impl FnOnce() -> Result<String, String>,
) -> Result<Builder, String> {
    Ok(match name {
        "--port" => builder.port(number(name, &value()?)?),
        "--users" => builder.users(number(name, &value()?)?),
        "--part-size" => match number(name, &value()?)? {
            0 => return Err("--part-size is 0: a part would carry nothing".to_owned()),
            bytes => builder.part_size(bytes),
        },
        "--departments" => builder.departments(number(name, &value()?)?),
        "--token-lifetime" => builder.token_lifetime(Duration::from_secs(number(name, &value()?)?)),
        "--tenant" => builder.tenants([value()?]),
        "--helpdesk" => {
            let value = value()?;
            let parts = value.split_once(':');
            let (id, token) = parts.ok_or("--helpdesk needs an id, a colon and a token")?;
            builder.helpdesk(id, token)
        }
        "--marketplace" => {
            let value = value()?;
            let parts = value.split_once(':');
            let (id, secret) = parts.ok_or("--marketplace needs an id, a colon and a secret")?;
            builder.add_app(App::marketplace(id, secret))
        }
        _ => return Err(format!("unknown option {name}")),
    })
}

#[cfg(feature = "tls")]
fn with_tls(builder: Builder) -> Result<Builder, String> {
    builder.tls().map_err(|error| error.to_string())
}

#[cfg(not(feature = "tls"))]
fn with_tls(_: Builder) -> Result<Builder, String> {
    Err("--tls needs a lark-sandbox that is built with the feature tls".to_owned())
}

/// Writes the certificate to trust.
fn save_certificate(sandbox: &Sandbox, path: &Path) -> std::io::Result<()> {
    #[cfg(feature = "tls")]
    std::fs::write(path, sandbox.certificate().unwrap_or_default())?;
    let _ = (sandbox, path);
    Ok(())
}

/// An operation and the number of calls it takes in a second.
fn rate_limit(text: &str) -> Result<(String, u32), String> {
    let parts = text.split_once('=');
    let (id, calls) = parts.ok_or("--rate-limit needs an operation id, = and a number")?;
    if spec::endpoint(id).is_none() {
        return Err(format!("there is no operation {id}"));
    }
    Ok((id.to_owned(), number("--rate-limit", calls)?))
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name} needs a number, got {text:?}"))
}

fn run(settings: Settings) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime.and_then(|runtime| runtime.block_on(serve(settings)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> std::io::Result<()> {
    let sandbox = settings.builder.start().await?;
    for (operation_id, calls) in settings.rate_limits {
        sandbox.rate_limit(&operation_id, RateLimit::per_second(calls));
    }
    if let Some(ping_interval) = settings.ping_interval {
        sandbox.client_config(ClientConfig { ping_interval, ..ClientConfig::default() });
    }
    if let Some(path) = &settings.certificate {
        save_certificate(&sandbox, path)?;
    }
    settings.pushes.apply(&sandbox).await.map_err(std::io::Error::other)?;
    say(format_args!("Lark sandbox on {}. Ctrl-C stops it.\n", sandbox.base_url()));
    say(format_args!("export LARK_BASE_URL={}", sandbox.base_url()));
    say(format_args!("export LARK_APP_ID={}", sandbox.app_id()));
    say(format_args!("export LARK_APP_SECRET={}", sandbox.app_secret()));
    say(format_args!("export LARK_HELPDESK_ID={}", sandbox.helpdesk_id()));
    say(format_args!("export LARK_HELPDESK_TOKEN={}\n", sandbox.helpdesk_token()));
    say(format_args!("{}", connection_help(&sandbox, settings.certificate.as_deref())));
    tokio::signal::ctrl_c().await?;
    say(format_args!("\n{} requests, good bye", sandbox.requests()));
    sandbox.shutdown().await;
    Ok(())
}

/// Prints a line. It goes on without it where nobody reads any further, as after `| head`.
fn say(line: fmt::Arguments<'_>) {
    // Best effort: what is printed is for people who watch.
    let _ = writeln!(io::stdout(), "{line}");
}

/// What a bot needs that opens a long connection.
fn connection_help(sandbox: &Sandbox, certificate: Option<&Path>) -> String {
    let url = sandbox.base_url();
    let mut help = format!(
        "\
A bot that opens a long connection needs the first three and no URL of its own; in the official SDKs
LARK_BASE_URL is the `domain`. Somebody writes to it, and its card is pressed, by

curl {url}/sandbox/v1/messages -d '{{\"text\":\"hello\"}}'
curl {url}/sandbox/v1/presses -d '{{\"message_id\":\"om_..\",\"on\":\"Approve\"}}'
"
    );
    if let Some(path) = certificate {
        let path = path.display();
        help.push_str(&format!(
            "\ncurl takes --cacert {path}; programs take SSL_CERT_FILE={path} (Python, Rust with native \
             roots) or\nNODE_EXTRA_CA_CERTS={path} (Node).\n"
        ));
    }
    help
}

/// A line per request. No query, no header, no body: they may hold secrets.
fn log(record: &RecordedCall) {
    let code = record.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    let log_id = record.log_id.as_deref().unwrap_or("-");
    say(format_args!("{:<6} {} {} {code} {log_id}", record.method, record.path, record.status));
}
