//! What an event costs that goes through an inbox, in a file and in Redis, against the same without.
//!
//!     target/release/inbox            # --events 20000 --width 64, none|file|redis
//!     target/release/inbox growth     # --rounds 5 --remember 2 (seconds), file|redis

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lark_benches::{args, cpu};
use lark_core::inbox::{Inbox, InboxBuilder, InboxChange, InboxReport};
use lark_core::{EventKeys, EventRouter};
use lark_im::v1::event::MessageReceive;
use lark_inbox::FileInbox;
use lark_redis::{Redis, RedisInbox};
use tokio::task::JoinSet;

const CHATS: usize = 500;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (events, width) = (args::number("--events", 20_000)?, args::number("--width", 64)?);
    let names = args::names();
    let stores: Vec<&String> = names.iter().filter(|it| *it != "growth").collect();
    let wants = |name: &str| stores.is_empty() || stores.iter().any(|it| *it == name);
    let (size, is_growth) = (push(0).len(), stores.len() < names.len());
    println!("{events} events of {size} bytes, {width} at a time, {CHATS} chats");
    let load = Load { from: 0, events, width };
    if wants("none") && !is_growth {
        let router = EventRouter::builder(EventKeys::none()).on(handle).build()?;
        measure("none", &router, load, None, None).await?;
    }
    let directory = std::env::temp_dir().join(format!("lark-inbox-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    if wants("file") {
        let path = directory.join("inbox");
        let inbox = Inbox::builder(FileInbox::open(&path)?);
        match is_growth {
            true => growth("file", inbox, load, Room::File(&path)).await?,
            false => through("file", inbox, load, None).await?,
        }
    }
    if wants("redis") {
        let server = Server::start(&directory)?;
        let redis = Redis::open(&server.url())?;
        let inbox = Inbox::builder(RedisInbox::open(&redis, "bench").await?);
        match is_growth {
            true => growth("redis", inbox, load, Room::Redis(&server)).await?,
            false => through("redis", inbox, load, Some(&server)).await?,
        }
    }
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}

async fn handle(_: lark_core::Event<MessageReceive>) -> Result<(), lark_core::HandlerError> {
    Ok(())
}

fn push(number: usize) -> String {
    let chat = format!("oc_{}", number % CHATS);
    let (id, message) = (format!("{number:032x}"), format!("om_{number:032x}"));
    lark_push::message(&id, &message, &chat, "a message of a few words")
}

/// Which events are sent, and how many at a time.
#[derive(Clone, Copy)]
struct Load {
    from: usize,
    events: usize,
    width: usize,
}

/// A router whose inbox has all partitions, and the number of events that it has committed.
async fn start(
    inbox: InboxBuilder,
) -> Result<(Inbox, EventRouter, Arc<AtomicU64>), Box<dyn Error>> {
    let committed = Arc::new(AtomicU64::new(0));
    let of_hook = Arc::clone(&committed);
    let count = move |report: &InboxReport<'_>| {
        if let InboxReport::Event { change: InboxChange::Committed { .. }, .. } = report {
            of_hook.fetch_add(1, Ordering::Relaxed);
        }
    };
    let inbox = inbox.on_report(count).build();
    let router = EventRouter::builder(EventKeys::none()).inbox(&inbox).on(handle).build()?;
    while inbox.gauges().await?.partitions_held < 16 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok((inbox, router, committed))
}

/// What grows.
#[derive(Clone, Copy)]
enum Room<'a> {
    File(&'a Path),
    Redis(&'a Server),
}

impl Room<'_> {
    /// Bytes of the file and of its log, or of what Redis has allocated; and those that Redis has resident.
    fn bytes(self) -> Result<(u64, u64), Box<dyn Error>> {
        match self {
            Self::File(path) => {
                let log = path.with_file_name("inbox-wal");
                let log = std::fs::metadata(log).map_or(0, |it| it.len());
                Ok((std::fs::metadata(path)?.len(), log))
            }
            Self::Redis(server) => Ok((server.allocated()?, server.memory())),
        }
    }
}

/// Sends the events several times, others each time, and waits after each time until all are removed that need not be
/// kept. What is left grows with their number, if nothing is used again.
async fn growth(
    name: &str,
    inbox: InboxBuilder,
    load: Load,
    room: Room<'_>,
) -> Result<(), Box<dyn Error>> {
    let (rounds, remember) = (args::number("--rounds", 5)?, args::number("--remember", 2)?);
    let remember = Duration::from_secs(remember as u64);
    let inbox = inbox.keep_handled(Duration::ZERO, 0).remember(remember);
    let (inbox, router, committed) = start(inbox).await?;
    let empty = room.bytes()?.0;
    let mut after = Vec::new();
    for round in 0..rounds {
        let load = Load { from: round * load.events, ..load };
        measure(name, &router, load, Some(&committed), None).await?;
        let mut used = u64::MAX;
        loop {
            tokio::time::sleep(Duration::from_secs(4)).await;
            let gauges = inbox.gauges().await?;
            if gauges.kept + gauges.waiting == 0 && gauges.bytes >= used {
                break;
            }
            used = gauges.bytes;
        }
        let (bytes, more) = room.bytes()?;
        let beside = match room {
            Room::File(_) => format!("{more} in its log, {used} in use"),
            Room::Redis(_) => format!("{more} resident"),
        };
        println!("{name}: {bytes} bytes after {} events; {beside}", (round + 1) * load.events);
        after.push(bytes);
    }
    if let [first, .., last] = after[..] {
        let a_million = |bytes: u64, rounds: usize| {
            bytes as f64 / (rounds * load.events) as f64 * 1e6 / f64::from(1 << 20)
        };
        println!(
            "{name}: {:.1} MiB a million events in the first round, {:.1} in the others",
            a_million(first.saturating_sub(empty), 1),
            a_million(last.saturating_sub(first), rounds - 1),
        );
    }
    router.shutdown(Duration::from_secs(10)).await;
    Ok(())
}

async fn through(
    name: &str,
    inbox: InboxBuilder,
    load: Load,
    server: Option<&Server>,
) -> Result<(), Box<dyn Error>> {
    let (inbox, router, committed) = start(inbox).await?;
    let (events, before) = (load.events, inbox.gauges().await?.bytes);
    let memory = server.map(Server::memory);
    measure(name, &router, load, Some(&committed), server).await?;
    let gauges = inbox.gauges().await?;
    let bytes = gauges.bytes - before;
    let each = bytes / events as u64;
    println!("  kept: {each} bytes an event ({} events)", gauges.kept);
    if let (Some(server), Some(memory)) = (server, memory) {
        let grown = server.memory() - memory;
        println!("  Redis memory: {} bytes an event", grown / events as u64);
    }
    router.shutdown(Duration::from_secs(10)).await;
    Ok(())
}

/// Sends all events, `width` at a time, and waits until they are handled.
async fn measure(
    name: &str,
    router: &EventRouter,
    load: Load,
    committed: Option<&AtomicU64>,
    server: Option<&Server>,
) -> Result<(), Box<dyn Error>> {
    let Load { from, events, width } = load;
    let end = from + events;
    let cpu = || cpu::own().cpu + server.map(Server::cpu).unwrap_or_default();
    let (begin, cpu_before) = (Instant::now(), cpu());
    let next = Arc::new(AtomicU64::new(from as u64));
    let mut senders = JoinSet::new();
    for _ in 0..width {
        let (router, next) = (router.clone(), Arc::clone(&next));
        senders.spawn(async move {
            let mut took = Vec::new();
            loop {
                let number = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(0);
                if number >= end {
                    return took;
                }
                let (push, sent) = (push(number), Instant::now());
                let reply = router.handle_trusted(push).await;
                assert_eq!(reply.status.as_u16(), 200, "{reply:?}");
                took.push(sent.elapsed());
            }
        });
    }
    let mut took: Vec<Duration> = senders.join_all().await.into_iter().flatten().collect();
    let accepted = begin.elapsed();
    while committed.is_some_and(|it| it.load(Ordering::Relaxed) < end as u64) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (all, cpu) = (begin.elapsed(), cpu() - cpu_before);
    took.sort_unstable();
    let at = |share: usize| took[took.len() * share / 100].as_secs_f64() * 1000.0;
    println!(
        "{name}: {:.1} us CPU an event; acknowledged in {:.3} ms (p50), {:.3} ms (p99); {:.0} a second \
         accepted, {:.0} handled",
        cpu.as_secs_f64() * 1e6 / events as f64,
        at(50),
        at(99),
        events as f64 / accepted.as_secs_f64(),
        events as f64 / all.as_secs_f64(),
    );
    Ok(())
}

/// A Redis that writes each change to its disk before it answers.
struct Server {
    child: Child,
    socket: String,
}

impl Server {
    fn start(directory: &Path) -> Result<Self, Box<dyn Error>> {
        let socket = directory.join("redis.sock").display().to_string();
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always"])
            .args(["--unixsocket", &socket])
            .current_dir(directory)
            .stdout(Stdio::null())
            .spawn()?;
        while !Path::new(&socket).exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Self { child, socket })
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.socket)
    }

    /// What it has used, by the ticks of the kernel, of which there are 100 a second.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let fields: Vec<&str> = stat.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
        Duration::from_millis((ticks(13) + ticks(14)) * 10)
    }

    /// Bytes that it has allocated for what is in it.
    fn allocated(&self) -> Result<u64, Box<dyn Error>> {
        let cli =
            Command::new("redis-cli").args(["-s", &self.socket, "INFO", "memory"]).output()?;
        let info = String::from_utf8(cli.stdout)?;
        let line = info.lines().find_map(|it| it.strip_prefix("used_memory:"));
        Ok(line.ok_or("INFO without used_memory")?.trim().parse()?)
    }

    /// Bytes that it has resident.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|it| it.parse::<u64>().ok()).unwrap_or(0) * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
