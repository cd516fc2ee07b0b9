//! What the examples share: a client of the real platform if the environment names an app, otherwise
//! of a sandbox in this process.
#![allow(clippy::print_stderr, reason = "programs for a terminal")]

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

use indicatif::{ProgressBar, ProgressStyle};
use lark_bitable::v1::{AppTableCreateHeader, ReqTable, app, app_table};
use lark_core::{Client, ClientBuilder};
use lark_sandbox::Sandbox;
use lark_wiki::tree;
use lark_wiki::v2::Node;

/// The platform that an example calls.
pub struct Platform {
    /// The client.
    pub client: Client,
    /// The sandbox, unless it is the real platform; it stops when this is dropped.
    pub sandbox: Option<Sandbox>,
}

impl Platform {
    /// The real platform if `LARK_APP_ID` and `LARK_APP_SECRET` are set, a sandbox if neither is.
    ///
    /// # Errors
    /// Only one of the two is set, or `LARK_BASE_URL` is not a valid URL.
    pub async fn connect() -> Result<Self, Box<dyn Error>> {
        Self::connect_with(|builder| builder).await
    }

    /// Like [`connect`](Self::connect), with options for the client.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect), or an option is not valid.
    pub async fn connect_with(
        options: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, Box<dyn Error>> {
        if is_real() {
            let client = options(ClientBuilder::from_env()?).build()?;
            println!("Calling the real platform as app {}.\n", client.app_id());
            return Ok(Self { client, sandbox: None });
        }
        let sandbox = Sandbox::start().await?;
        let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
        let client = options(builder.base_url(sandbox.base_url())).build()?;
        println!("LARK_APP_ID and LARK_APP_SECRET are not set, so this runs on a sandbox");
        println!("in this process, {}. Nothing leaves this machine.\n", sandbox.base_url());
        Ok(Self { client, sandbox: Some(sandbox) })
    }

    /// On the sandbox, a new table of tasks: the token of its Base, and its id. On the real platform
    /// nothing is created, and both are empty.
    ///
    /// # Errors
    /// A call failed.
    pub async fn table(&self) -> lark_core::Result<(String, String)> {
        if self.sandbox.is_none() {
            return Ok(Default::default());
        }
        let base = self.client.send(app::create()).await?.app()?.app_token()?.to_owned();
        let fields = [("Task", 1), ("Hours", 2), ("Due", 5), ("Done", 7)];
        let field = |(name, kind)| AppTableCreateHeader::new().field_name(name).type_(kind);
        let table = ReqTable::new().name("Tasks").fields(fields.map(field));
        let made = self.client.send(app_table::create(&base).table(table)).await?;
        Ok((base, made.table_id))
    }
}

/// Prints a line, as [`std::println`] does. If nobody reads any further, as after `| head`, the program
/// ends in place of a panic.
#[macro_export]
macro_rules! println {
    () => { $crate::print_line(::core::format_args!("")) };
    ($($text:tt)*) => { $crate::print_line(::core::format_args!($($text)*)) };
}

#[doc(hidden)]
pub fn print_line(line: fmt::Arguments<'_>) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(0);
    }
}

/// Runs an example. With `--help` it says what the example does instead, which stands at the top of its
/// source. Prints the error, if any, and returns the exit code.
pub async fn start(
    source: &str,
    example: impl Future<Output = Result<(), Box<dyn Error>>>,
) -> ExitCode {
    if env::args().any(|argument| argument == "--help" || argument == "-h") {
        println!("{}", help(source));
        return ExitCode::SUCCESS;
    }
    match example.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The documentation at the top of a source.
fn help(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

/// Whether the environment names an app of the real platform.
#[must_use]
pub fn is_real() -> bool {
    ["LARK_APP_ID", "LARK_APP_SECRET"].iter().any(|name| env::var_os(name).is_some())
}

/// The environment variable `name`; on the sandbox `default` if it is not set.
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

/// A progress bar for a transfer. It draws nothing if the output is not a terminal.
#[must_use]
pub fn progress_bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::no_length().with_message(name.to_owned());
    let form = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A count of things whose number is not known. It draws nothing if the output is not a terminal.
#[must_use]
pub fn counter(name: &str) -> ProgressBar {
    let bar = ProgressBar::no_length().with_message(name.to_owned());
    match ProgressStyle::with_template("{pos} {msg} {spinner}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A title as the name of a file: without separators, and not too long.
#[must_use]
pub fn file_name(title: &str) -> String {
    let is_special = |it: char| it.is_control() || r#"/\:*?"<>|"#.contains(it);
    let name: String =
        title.chars().map(|it| if is_special(it) { '_' } else { it }).take(60).collect();
    match name.trim_matches(['.', ' ']) {
        "" => "untitled".to_owned(),
        name => name.to_owned(),
    }
}

/// The Markdown files below a folder, each with the names of the folders and its own, which are titles.
///
/// # Errors
/// A folder cannot be read.
pub fn markdown_files(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<String>)>> {
    let (mut files, mut left) = (Vec::new(), vec![(folder.to_owned(), Vec::new())]);
    while let Some((folder, titles)) = left.pop() {
        for entry in fs::read_dir(folder)? {
            let (path, is_folder) =
                entry.and_then(|it| Ok((it.path(), it.file_type()?.is_dir())))?;
            let name = if is_folder { path.file_name() } else { path.file_stem() };
            let mut titles = titles.clone();
            titles.extend(name.map(|it| it.to_string_lossy().into_owned()));
            match is_folder {
                true => left.push((path, titles)),
                false if path.extension().is_some_and(|it| it == "md") => {
                    files.push((path, titles))
                }
                false => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The documents of a wiki space, by the titles from the top, and by their tokens.
pub type Pages = BTreeMap<Vec<String>, Node>;

/// Walks over a wiki space.
///
/// # Errors
/// A part of it cannot be read. What is there would be made again if it were left out.
pub async fn pages(client: &Client, space: &str) -> Result<Pages, Box<dyn Error>> {
    let mut pages = Pages::new();
    for found in tree::walk(client, space).all().await? {
        // A shortcut would lead to a document that is elsewhere.
        if is_document(&found.node) {
            pages.insert(vec![found.node.node_token()?.to_owned()], found.node.clone());
            pages.insert(found.path, found.node);
        }
    }
    Ok(pages)
}

/// Whether a node is a document, and no shortcut to one.
#[must_use]
pub fn is_document(node: &Node) -> bool {
    node.obj_type.as_str() == "docx" && node.node_type.as_str() == "origin"
}

/// The token in the name of a file that `doc_export` wrote, as [`pages`] has it.
#[must_use]
pub fn token(titles: &[String]) -> Vec<String> {
    let name = titles.last().and_then(|name| name.rsplit_once('.'));
    name.map(|(_, token)| token.to_owned()).into_iter().collect()
}
