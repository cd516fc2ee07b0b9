//! What an event costs that goes through an inbox, in a file and in Redis, against the same without.
//!
//!     target/release/inbox            # --events 20000 --width 64, none|file|redis

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
    let wants = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let size = push(0).len();
    println!("{events} events of {size} bytes, {width} at a time, {CHATS} chats");
    if wants("none") {
        let router = EventRouter::builder(EventKeys::none()).on(handle).build()?;
        measure("none", &router, events, width, None, None).await?;
    }
    let directory = std::env::temp_dir().join(format!("lark-inbox-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    if wants("file") {
        let inbox = Inbox::builder(FileInbox::open(directory.join("inbox"))?);
        through("file", inbox, events, width, None).await?;
    }
    if wants("redis") {
        let server = Server::start(&directory)?;
        let redis = Redis::open(&server.url())?;
        let inbox = Inbox::builder(RedisInbox::open(&redis, "bench").await?);
        through("redis", inbox, events, width, Some(&server)).await?;
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

async fn through(
    name: &str,
    inbox: InboxBuilder,
    events: usize,
    width: usize,
    server: Option<&Server>,
) -> Result<(), Box<dyn Error>> {
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
    let before = inbox.gauges().await?.bytes;
    let memory = server.map(Server::memory);
    measure(name, &router, events, width, Some(&committed), server).await?;
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
    events: usize,
    width: usize,
    committed: Option<&AtomicU64>,
    server: Option<&Server>,
) -> Result<(), Box<dyn Error>> {
    let cpu = || cpu::own().cpu + server.map(Server::cpu).unwrap_or_default();
    let (begin, cpu_before) = (Instant::now(), cpu());
    let next = Arc::new(AtomicU64::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..width {
        let (router, next) = (router.clone(), Arc::clone(&next));
        senders.spawn(async move {
            let mut took = Vec::new();
            loop {
                let number = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(0);
                if number >= events {
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
    while committed.is_some_and(|it| it.load(Ordering::Relaxed) < events as u64) {
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
