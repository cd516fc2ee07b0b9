//! A bot of three processes on one Redis. People write to it while its processes are killed and started; each message
//! is answered once, in the order of its chat.
//!
//! It runs on a sandbox in this process, and starts `redis-server`, which has to be installed (Debian: apt-get
//! install redis-server). Each process of the bot is this program once more, with a long connection of its own.
//!
//! On the real platform, a process of such a bot is the function `bot` below.

use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use lark_core::inbox::Inbox;
use lark_core::{Client, Event, EventKeys, EventRouter, HandlerError};
use lark_examples::{println, start};
use lark_im::content::ReceivedContent;
use lark_im::v1::event::MessageReceive;
use lark_im::v1::message;
use lark_redis::{Redis, RedisInbox, RedisStore};
use lark_sandbox::Sandbox;
use tokio::process::{Child, Command};
use tokio::time::sleep;

const PROCESSES: usize = 3;
const PEOPLE: usize = 3;
/// What each of them writes.
const MESSAGES: usize = 20;
/// A process is killed after so many messages.
const KILL: usize = 7;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("fleet_bot.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    match &args[..] {
        [name, base_url, id, secret, redis] if name == "process" => {
            end_with_parent();
            let client = Client::builder(id, &**secret).base_url(base_url);
            bot(client, &Redis::open(redis)?).await
        }
        _ => rehearse().await,
    }
}

/// Ends this process when the one that started it has ended, in whatever way: its pipe closes.
fn end_with_parent() {
    thread::spawn(|| {
        _ = io::stdin().read(&mut [0]);
        process::exit(0);
    });
}

/// A process of the bot. The fleet shares tokens and events in Redis.
async fn bot(client: lark_core::ClientBuilder, redis: &Redis) -> Result<(), Box<dyn Error>> {
    let client = client.store(RedisStore::new(redis)).build()?;
    let inbox = Inbox::builder(RedisInbox::open(redis, "bot").await?);
    let inbox = inbox.lease(Duration::from_secs(1)).build();
    let router = EventRouter::builder(EventKeys::none())
        .inbox(&inbox)
        .state(client.clone())
        .on(answer)
        .build()?;
    lark_ws::serve(&client, router).await?;
    Ok(())
}

async fn answer(client: Arc<Client>, event: Event<MessageReceive>) -> Result<(), HandlerError> {
    let received = event.payload.message;
    let ReceivedContent::Text { text, .. } = received.received()? else { return Ok(()) };
    // If this process is killed now, another one sends the same answer under the same key: once.
    let once = client.with_idempotency_seed(event.header.idempotency_seed("answer"));
    once.send(message::to(&received.chat_id, format!("Answer to {text}"))).await?;
    // Time to be killed in.
    sleep(Duration::from_millis(20)).await;
    Ok(())
}

/// The bot's processes, which end with this value.
struct Fleet<'a> {
    sandbox: &'a Sandbox,
    redis: String,
    processes: Vec<Child>,
}

impl Fleet<'_> {
    fn start_one(&mut self) -> Result<(), Box<dyn Error>> {
        let (id, secret) = (self.sandbox.app_id(), self.sandbox.app_secret());
        let process = Command::new(env::current_exe()?)
            .args(["process", &self.sandbox.base_url(), id, secret, &self.redis])
            .stdin(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        self.processes.push(process);
        Ok(())
    }

    /// Waits until each process has a connection.
    async fn connected(&self) {
        while self.sandbox.connections().len() < self.processes.len() {
            sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn rehearse() -> Result<(), Box<dyn Error>> {
    // What is printed while others run would leave them behind if nobody read it.
    println!("{PROCESSES} processes on one Redis. {PEOPLE} people write {MESSAGES} messages each.");
    let sandbox = Sandbox::start().await?;
    let directory = env::temp_dir().join(format!("fleet-bot-{}", process::id()));
    std::fs::create_dir_all(&directory)?;
    let redis = start_redis(&directory)?;
    let socket = directory.join("redis.sock");
    while !socket.exists() {
        sleep(Duration::from_millis(10)).await;
    }
    let redis_url = format!("redis+unix://{}", socket.display());
    let mut fleet = Fleet { sandbox: &sandbox, redis: redis_url, processes: Vec::new() };
    sandbox.pushes().use_long_connection();
    for _ in 0..PROCESSES {
        fleet.start_one()?;
    }
    fleet.connected().await;
    let (kills, messages) = write(&sandbox, &mut fleet).await?;
    let answers = answers(&sandbox, &messages).await;
    drop((fleet, redis));
    // It is a directory for temporary files.
    _ = std::fs::remove_dir_all(&directory);
    show(kills, &answers?)
}

/// A server on a socket, which writes each change to its disk.
fn start_redis(directory: &Path) -> Result<Child, Box<dyn Error>> {
    let socket: PathBuf = directory.join("redis.sock");
    let server = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always"])
        .arg("--unixsocket")
        .arg(socket)
        .current_dir(directory)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    server.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            "redis-server is not installed (Debian: apt-get install redis-server)".into()
        }
        _ => error.into(),
    })
}

/// Has people write, kills processes meanwhile and starts others. Returns how many it has killed, and the
/// ids of the messages.
async fn write(
    sandbox: &Sandbox,
    fleet: &mut Fleet<'_>,
) -> Result<(usize, Vec<String>), Box<dyn Error>> {
    let (people, mut kills, mut messages) = (sandbox.open_ids(), 0, Vec::new());
    for number in 0..MESSAGES * PEOPLE {
        let user = sandbox.user(&people[number % PEOPLE]);
        messages.push(user.write(&format!("message {}", number / PEOPLE)).await?);
        // What no process acknowledged is sent again after 15 s, which the sandbox's clock shortens.
        while sandbox.deliveries().last().is_some_and(|it| it.status != Some(200)) {
            sandbox.advance(Duration::from_secs(16));
            sandbox.settle().await;
        }
        if number % KILL == KILL - 1 {
            fleet.processes.remove(0).kill().await?;
            fleet.start_one()?;
            kills += 1;
        }
    }
    Ok((kills, messages))
}

/// Waits for the answers: those in each chat, in the order in which they were sent.
async fn answers(
    sandbox: &Sandbox,
    messages: &[String],
) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).build()?;
    let mut chats = Vec::new();
    for id in &messages[..PEOPLE] {
        let items = client.send(message::get(id)).await?.items;
        chats.extend(items.into_iter().filter_map(|it| it.chat_id));
    }
    let mut answers = Vec::new();
    for _ in 0..300 {
        answers = read(&client, &chats).await?;
        if answers.iter().map(Vec::len).sum::<usize>() >= MESSAGES * PEOPLE {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(answers)
}

/// Prints what became of the messages.
fn show(kills: usize, answers: &[Vec<String>]) -> Result<(), Box<dyn Error>> {
    let expected = MESSAGES * PEOPLE;
    let (mut handled, mut doubled, mut is_in_order) = (0, 0, true);
    for chat in answers {
        for number in 0..MESSAGES {
            let count =
                chat.iter().filter(|it| **it == format!("Answer to message {number}")).count();
            handled += count.min(1);
            doubled += count.saturating_sub(1);
        }
        let numbers = chat.iter().filter_map(|it| it.rsplit(' ').next()?.parse::<usize>().ok());
        is_in_order &= numbers.is_sorted();
    }
    let order = if is_in_order { "kept" } else { "broken" };
    println!("\nkilled   pushed   handled   doubled   lost   order");
    println!(
        "{kills:6}   {expected:6}   {handled:7}   {doubled:7}   {:4}   {order}",
        expected - handled
    );
    match (handled == expected, doubled, is_in_order) {
        (true, 0, true) => Ok(()),
        _ => Err("a message was lost or answered twice, or out of order".into()),
    }
}

/// The bot's answers in each chat, in the order in which they were sent.
async fn read(client: &Client, chats: &[String]) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let mut answers = Vec::new();
    for chat in chats {
        let list = message::list().container_id_type("chat").container_id(chat);
        let mut messages = client.items(list.sort_type("ByCreateTimeAsc"));
        let mut texts = Vec::new();
        while let Some(it) = messages.next().await.transpose()? {
            let text = it.received().ok().and_then(|it| it.to_plain_text()).unwrap_or_default();
            if text.starts_with("Answer") {
                texts.push(text);
            }
        }
        answers.push(texts);
    }
    Ok(answers)
}
