//! Runs a sandbox until Ctrl-C: `cargo run -p lark-sandbox -- --port 8787`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that people watch in a terminal"
)]

use std::process::ExitCode;
use std::time::Duration;

use lark_sandbox::{Builder, Record, Sandbox};

const HELP: &str = "\
A local Feishu / Lark open platform on 127.0.0.1.

Usage: lark-sandbox [OPTIONS]

Options:
  --port PORT              port to listen on; 0 for any that is free [default: 8787]
  --app-id ID              id of the app [default: cli_ and 16 hex digits]
  --app-secret SECRET      secret of the app
  --users COUNT            people in the tenant [default: 300]
  --departments COUNT      departments in the tenant [default: 12]
  --token-lifetime SECS    how long tokens live [default: 7200]
  --stateless              keep nothing: answer every operation from its schema
  --help                   this text
";

fn main() -> ExitCode {
    match settings(std::env::args().skip(1)) {
        Ok(Some(builder)) => run(builder),
        Ok(None) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

/// The settings the arguments ask for; None if they ask for help.
fn settings(mut arguments: impl Iterator<Item = String>) -> Result<Option<Builder>, String> {
    let mut builder = Sandbox::builder().port(8787).on_request(log);
    let mut app = (None, None);
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || {
            let value = inline.clone().or_else(|| arguments.next());
            value.ok_or_else(|| format!("{name} needs a value"))
        };
        builder = match name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--stateless" => builder.stateless(),
            "--port" => builder.port(number(&name, &value()?)?),
            "--users" => builder.users(number(&name, &value()?)?),
            "--departments" => builder.departments(number(&name, &value()?)?),
            "--token-lifetime" => {
                builder.token_lifetime(Duration::from_secs(number(&name, &value()?)?))
            }
            "--app-id" => {
                app.0 = Some(value()?);
                builder
            }
            "--app-secret" => {
                app.1 = Some(value()?);
                builder
            }
            _ => return Err(format!("unknown option {name}")),
        };
    }
    match app {
        (None, None) => Ok(Some(builder)),
        (Some(id), Some(secret)) => Ok(Some(builder.app(id, secret))),
        _ => Err("--app-id and --app-secret go together".to_owned()),
    }
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name} needs a number, got {text:?}"))
}

fn run(builder: Builder) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime.and_then(|runtime| runtime.block_on(serve(builder)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(builder: Builder) -> std::io::Result<()> {
    let sandbox = builder.start().await?;
    println!("Lark sandbox on {}. Ctrl-C stops it.\n", sandbox.base_url());
    println!("export LARK_BASE_URL={}", sandbox.base_url());
    println!("export LARK_APP_ID={}", sandbox.app_id());
    println!("export LARK_APP_SECRET={}\n", sandbox.app_secret());
    tokio::signal::ctrl_c().await?;
    println!("\n{} requests, good bye", sandbox.requests());
    sandbox.shutdown().await;
    Ok(())
}

/// A line per request. No query, no header, no body: they may hold secrets.
fn log(record: &Record) {
    let code = record.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    let log_id = record.log_id.as_deref().unwrap_or("-");
    println!("{:<6} {} {} {code} {log_id}", record.method, record.path, record.status);
}
