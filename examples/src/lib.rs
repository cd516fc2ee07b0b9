//! What the examples share: a client of the real platform if the environment names an app, else
//! one of a sandbox in this process.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "programs that people watch in a terminal"
)]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use lark_core::{Client, ClientBuilder};
use lark_sandbox::Sandbox;

/// A platform to talk to.
pub struct Platform {
    /// The client.
    pub client: Client,
    /// The sandbox, if that is what it is; it stops when this is dropped.
    pub sandbox: Option<Sandbox>,
}

impl Platform {
    /// The platform that `LARK_APP_ID` and `LARK_APP_SECRET` give access to, or a sandbox if
    /// neither is set.
    ///
    /// # Errors
    /// Only one of the two is set, or `LARK_BASE_URL` is not a usable URL.
    pub async fn connect() -> Result<Self, Box<dyn Error>> {
        Self::connect_with(|builder| builder).await
    }

    /// As [`connect`](Self::connect), with options for the client.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), or an option is not usable.
    pub async fn connect_with(
        options: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, Box<dyn Error>> {
        if is_real() {
            let client = options(ClientBuilder::from_env()?).build()?;
            println!("Talking to the platform as app {}.\n", client.app_id());
            return Ok(Self { client, sandbox: None });
        }
        let sandbox = Sandbox::start().await?;
        let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
        let client = options(builder.base_url(sandbox.base_url())).build()?;
        println!("LARK_APP_ID and LARK_APP_SECRET are not set, so this runs on a sandbox");
        println!("in this process, {}. Nothing leaves this machine.\n", sandbox.base_url());
        Ok(Self { client, sandbox: Some(sandbox) })
    }
}

/// What a program ends with, after it has said what went wrong.
#[must_use]
pub fn exit_code(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the environment names an app of the real platform, which is then what examples talk to.
#[must_use]
pub fn is_real() -> bool {
    ["LARK_APP_ID", "LARK_APP_SECRET"].iter().any(|name| env::var_os(name).is_some())
}

/// `name` from the environment; on the sandbox `default` will do.
///
/// # Errors
/// On the real platform, the variable is not set.
pub fn setting(name: &str, default: &str, meaning: &str) -> Result<String, String> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(_) if !is_real() => Ok(default.to_owned()),
        Err(_) => Err(format!("set {name}: {meaning}")),
    }
}

/// A bar for a file that is on its way. Nothing is drawn where nobody watches.
#[must_use]
pub fn progress_bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::no_length().with_message(name.to_owned());
    let form = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
