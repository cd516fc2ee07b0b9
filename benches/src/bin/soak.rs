//! A busy bot over real connections: 10,000 events at 500 a second, each delivered three times within
//! a second in any order, encrypted and signed. One handler in 20 sleeps 10 s, one in 100 panics the
//! first time. `tests/events/soak.rs` has the same on a paused clock.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderMap;
use lark_benches::{args, bare, cpu};
use lark_core::{Acknowledge, Event, EventKeys, EventOutcome, EventRouter, HandlerError};
use lark_im::v1::event::MessageReceive;
use lark_push::random::Random;
use lark_push::{KEY, TOKEN, message, seal};
use lark_webhook::Server;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

const CHATS: usize = 2_000;
const COPIES: usize = 3;

/// What became of the events, by their numbers.
#[derive(Default)]
struct Seen {
    done: HashMap<usize, usize>,
    panicked: HashSet<usize>,
}

type Log = Arc<Mutex<Seen>>;

fn lock(log: &Log) -> MutexGuard<'_, Seen> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let events = args::number("--events", 10_000)?;
    let rate = args::number("--rate", 500)?;
    let log = Log::default();
    let router = router(log.clone())?;
    let server = Server::builder().any_path(router.clone()).max_connections(4096);
    let server = server.bind("127.0.0.1:0").await?;
    let url = format!("http://{}/events", server.local_addr());
    let running = tokio::spawn(server.run_until(std::future::pending()));

    println!("{events} events at {rate}/s, {COPIES} copies each, {CHATS} chats");
    let before = cpu::own().cpu;
    let started = Instant::now();
    let mut answers = push_all(&url, events, rate).await?;
    let took = started.elapsed();
    let drained = router.shutdown(Duration::from_secs(120)).await;
    running.abort();

    answers.sort_unstable();
    let at = |share: usize| answers[(answers.len() * share / 1000).min(answers.len() - 1)];
    println!("pushes acknowledged: {} in {:.1} s", answers.len(), took.as_secs_f64());
    println!("acknowledged after: p50 {:?}, p99 {:?}, p99.9 {:?}", at(500), at(990), at(999));
    println!("CPU of both sides: {:.1} s", (cpu::own().cpu - before).as_secs_f64());
    for outcome in EventOutcome::all().filter(|outcome| router.count(*outcome) > 0) {
        println!("  {}: {}", outcome.as_str(), router.count(outcome));
    }
    let done = std::mem::take(&mut lock(&log).done);
    let twice = done.values().filter(|times| **times > 1).count();
    println!("done: {}, done twice: {twice}, stopped: {}", done.len(), drained.stopped.len());
    match done.len() == events && twice == 0 && drained.stopped.is_empty() {
        true => Ok(()),
        false => Err("events were lost or doubled".into()),
    }
}

fn router(log: Log) -> Result<EventRouter, Box<dyn Error>> {
    let keys = EventKeys::new().encrypt_key(KEY).verification_token(TOKEN);
    let router = EventRouter::builder(keys)
        .acknowledge(Acknowledge::First)
        .on(move |event: Event<MessageReceive>| handle(log.clone(), event))
        .build()?;
    Ok(router)
}

async fn handle(log: Log, event: Event<MessageReceive>) -> Result<(), HandlerError> {
    let number: usize = event.header.event_id.trim_start_matches("ev").parse()?;
    if number % 20 == 3 {
        sleep(Duration::from_secs(10)).await;
    }
    if number % 100 == 7 && lock(&log).panicked.insert(number) {
        // A panic without its report.
        resume_unwind(Box::new("as one in a hundred does"));
    }
    *lock(&log).done.entry(number).or_default() += 1;
    Ok(())
}

/// Makes all pushes when they are due; gives how long each acknowledgement took.
async fn push_all(url: &str, events: usize, rate: usize) -> Result<Vec<Duration>, Box<dyn Error>> {
    let client = bare::http(Some(Duration::from_secs(30))).map_err(|error| error.to_string())?;
    let pushes: Vec<_> = (0..events).map(push).collect();
    let mut random = Random::new(7);
    let between = Duration::from_secs(1) / u32::try_from(rate)?;
    let mut plan = Vec::new();
    for event in 0..events {
        for _ in 0..COPIES {
            let late = Duration::from_micros(random.below(1_000_000) as u64);
            plan.push((between * u32::try_from(event)? + late, event));
        }
    }
    plan.sort_unstable();
    let start = tokio::time::Instant::now();
    let mut answers = JoinSet::new();
    for (due, event) in plan {
        sleep_until(start + due).await;
        let (headers, body) = pushes[event].clone();
        let request = client.post(url).headers(headers).body(body);
        answers.spawn(async move {
            let sent = Instant::now();
            let status = request.send().await?.status();
            Ok::<_, reqwest::Error>((sent.elapsed(), status.is_success()))
        });
    }
    let mut times = Vec::new();
    while let Some(answer) = answers.join_next().await {
        match answer?? {
            (time, true) => times.push(time),
            (_, false) => return Err("a push was not acknowledged".into()),
        }
    }
    Ok(times)
}

fn push(event: usize) -> (HeaderMap, Bytes) {
    // Neighbours are in different chats.
    let chat = (event * 7919) % CHATS;
    let [event_id, message_id, chat_id] =
        [format!("ev{event}"), format!("om_{event}"), format!("oc_{chat}")];
    let (headers, body) = seal(message(&event_id, &message_id, &chat_id, "hello"));
    (headers, body.into())
}
