//! Looks into an inbox: `lark-inbox /var/lib/bot/inbox status`.
#![allow(clippy::print_stderr, reason = "a program that people watch in a terminal")]

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use lark_core::inbox::{DeadLetter, Gauges, Store};
use lark_inbox::FileInbox;
use lark_redis::{Redis, RedisInbox};
use serde_json::Value;

const HELP: &str = "\
Looks into an inbox of lark-inbox or lark-redis, also while bots use it.

Usage: lark-inbox [OPTIONS] PLACE COMMAND

PLACE is a file, redis://[user][:password@]host[:port][/database], rediss://.. for
TLS, redis+unix:///path, or env:NAME, an environment variable with one of these,
so that a password is not seen among the arguments.

Commands:
  status       how many events wait (those in work, too), are delayed, set aside or kept
  list         the events that were set aside, the oldest first, each with its id
  show ID      one of them; what people wrote is left out
  retry ID     has one of them handled again; ID may be `all`
  drop ID      removes one of them

ID is the first word of a line of `list`, or the id of the event, as in the log.

Options:
  --body             show: with what people wrote, and the app's verification token
  --limit COUNT      list: how many [default: 100]
  --namespace NAME   of the stores in Redis [default: lark]
  --name NAME        of the inbox in Redis [default: bot]
  --help             this text
";

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let settings = match Settings::read(std::env::args().skip(1)) {
        Ok(Some(settings)) => settings,
        Ok(None) => {
            say(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the arguments ask for.
struct Settings {
    place: String,
    command: String,
    id: Option<String>,
    with_body: bool,
    limit: usize,
    namespace: String,
    name: String,
}

impl Settings {
    /// `None`: only the help.
    fn read(mut args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut words = Vec::new();
        let (mut with_body, mut limit) = (false, 100);
        let (mut namespace, mut name) = ("lark".to_owned(), "bot".to_owned());
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} wants a value"));
            match &*arg {
                "--help" | "-h" => return Ok(None),
                "--body" => with_body = true,
                "--limit" => {
                    let text = value()?;
                    limit =
                        text.parse().map_err(|_| format!("{arg} wants a number, not {text:?}"))?;
                }
                "--namespace" => namespace = value()?,
                "--name" => name = value()?,
                option if option.starts_with("--") => return Err(format!("no option {option}")),
                _ => words.push(arg),
            }
        }
        let mut words = words.into_iter();
        let place = words.next().ok_or("which inbox?")?;
        let command = words.next().ok_or("which command?")?;
        let id = words.next();
        match (&*command, &id) {
            ("status" | "list", None) | ("show" | "retry" | "drop", Some(_)) => {}
            ("show" | "retry" | "drop", None) => return Err(format!("{command} wants an id")),
            ("status" | "list", Some(id)) => return Err(format!("{command} wants no {id:?}")),
            _ => return Err(format!("no command {command:?}")),
        }
        match words.next() {
            Some(word) => Err(format!("too much: {word:?}")),
            None => Ok(Some(Self { place, command, id, with_body, limit, namespace, name })),
        }
    }

    async fn open(&self) -> Result<Box<dyn Store>, Failure> {
        let place = match self.place.strip_prefix("env:") {
            Some(name) => std::env::var(name).map_err(|error| format!("{name}: {error}"))?,
            None => self.place.clone(),
        };
        if place.starts_with("redis") && place.contains("://") {
            let redis = Redis::open(&place)?.namespace(&self.namespace);
            return Ok(Box::new(RedisInbox::open_existing(&redis, &self.name).await?));
        }
        if !Path::new(&place).is_file() {
            return Err(format!("there is no inbox {place}").into());
        }
        Ok(Box::new(FileInbox::open(&place)?))
    }
}

fn run(settings: &Settings) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = settings.open().await?;
        let id = settings.id.as_deref().unwrap_or_default();
        match &*settings.command {
            "status" => say(&status(&store.gauges().await?)),
            "list" => {
                for letter in store.dead_letters(None, settings.limit).await? {
                    say(&line(&letter));
                }
            }
            "show" => say(&shown(&find(&*store, id).await?, settings.with_body)),
            "retry" if id == "all" => {
                say(&format!("{} are handled again", retry_all(&*store).await?))
            }
            "retry" => known(store.retry(&find(&*store, id).await?.id).await?, id)?,
            _ => known(store.discard(&find(&*store, id).await?.id).await?, id)?,
        }
        Ok(())
    })
}

fn known(is_known: bool, id: &str) -> Result<(), Failure> {
    is_known.then_some(()).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Failure {
    format!("no dead letter has the id {id:?}; `list` shows those that there are").into()
}

async fn retry_all(store: &dyn Store) -> Result<usize, Failure> {
    let mut count = 0;
    // Those that die again meanwhile have later ids.
    let letters = store.dead_letters(None, usize::try_from(i32::MAX)?).await?;
    for letter in letters {
        count += usize::from(store.retry(&letter.id).await?);
    }
    Ok(count)
}

/// The dead letter with this id, or the last one of the event with it.
async fn find(store: &dyn Store, id: &str) -> Result<DeadLetter, Failure> {
    let (mut after, mut of_event) = (None, None);
    loop {
        let page = store.dead_letters(after.as_deref(), 100).await?;
        let Some(last) = page.last() else { return of_event.ok_or_else(|| unknown(id)) };
        after = Some(last.id.clone());
        for letter in page {
            match letter {
                letter if letter.id == id => return Ok(letter),
                letter if letter.event_id == id => of_event = Some(letter),
                _ => {}
            }
        }
    }
}

fn status(gauges: &Gauges) -> String {
    let Gauges { waiting, delayed, oldest, dead, kept, bytes, lag, .. } = gauges;
    let lag: Vec<String> = lag.iter().map(ToString::to_string).collect();
    format!(
        "waiting      {waiting}\ndelayed      {delayed}\noldest       {}\nset aside    {dead}\nkept         \
         {kept}\nbytes        {bytes}\nby partition {}",
        age(*oldest),
        lag.join(" "),
    )
}

fn age(age: Duration) -> String {
    match age.as_secs() {
        secs @ 0..120 => format!("{secs} s"),
        secs @ 120..7200 => format!("{} min", secs / 60),
        secs => format!("{} h", secs / 3600),
    }
}

/// Reasons are texts of handlers, and may have any characters.
fn line(letter: &DeadLetter) -> String {
    let DeadLetter { id, event_id, event_type, attempts, reason, .. } = letter;
    let reason: String = reason.chars().take(80).collect();
    let old = age(letter.age);
    format!("{id}  {event_type}  {event_id}  {attempts} attempts  {old}  {}", reason.escape_debug())
}

fn shown(letter: &DeadLetter, with_body: bool) -> String {
    let DeadLetter { id, event_id, event_type, ordering_key, attempts, reason, .. } = letter;
    let body = match serde_json::from_slice::<Value>(&letter.body) {
        Ok(mut body) => {
            if !with_body {
                redact(&mut body);
            }
            format!("{body:#}")
        }
        Err(error) => format!("{} bytes that are not JSON: {error}", letter.body.len()),
    };
    format!(
        "id            {id}\nevent id      {event_id}\nevent type    {event_type}\nordering key  {}\n\
         attempts      {attempts}\nage           {}\nreason        {}\n{body}",
        ordering_key.escape_debug(),
        age(letter.age),
        reason.escape_debug(),
    )
}

/// Replaces each text by its length. Ids and types of the envelope are shown above it.
fn redact(value: &mut Value) {
    match value {
        Value::String(text) => *text = format!("<{} characters>", text.chars().count()),
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Object(members) => members.values_mut().for_each(redact),
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// Prints a line. If nobody reads any further, as after `| head`, the program ends.
fn say(text: &str) {
    if writeln!(io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}
