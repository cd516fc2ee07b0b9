//! The connection against a platform in memory, on a paused clock: single situations, and random
//! faults that a seed determines.
//!
//! `LARK_WS_RUNS=100000` sets the number of runs, `LARK_WS_SEED=17` runs one seed alone and prints
//! what happened. `cargo xtask simulate` does the same with optimized code.
#![allow(missing_docs, clippy::print_stderr, reason = "the findings of a simulation")]

mod bot;
mod link;
mod platform;
mod random;
mod script;
mod server;
mod situations;
mod socket;
mod subscribers;

use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What a debug build runs in a few seconds.
const RUNS: u64 = 400;

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text:?}")))
}

/// Handlers panic on purpose, thousands of times.
fn silence_handlers() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>();
        if text.is_none_or(|text| text != bot::PANIC) {
            report(info);
        }
    }));
}

#[test]
fn no_fault_makes_it_deaf_loses_an_event_or_leaves_a_task() {
    silence_handlers();
    if let Some(seed) = number("LARK_WS_SEED") {
        let result = panic::catch_unwind(|| script::run(seed));
        match result {
            Ok(summary) => {
                for (time, what) in &summary.trace {
                    eprintln!("{:9.3}  {what}", time.as_secs_f64());
                }
                eprintln!("seed {seed}: recovered after {:?}", summary.recovered);
            }
            Err(payload) => panic::resume_unwind(payload),
        }
        return;
    }
    let runs = number("LARK_WS_RUNS").unwrap_or(RUNS);
    let first = number("LARK_WS_FIRST_SEED").unwrap_or(0);
    let (next, since) = (AtomicU64::new(first), Instant::now());
    let (failed, events, reconnects) =
        (Mutex::new(Vec::new()), AtomicU64::new(0), AtomicU64::new(0));
    let longest = Mutex::new((Duration::ZERO, 0));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= first + runs {
                        return;
                    }
                    match panic::catch_unwind(AssertUnwindSafe(|| script::run(seed))) {
                        Ok(summary) => {
                            events.fetch_add(summary.events as u64, Ordering::Relaxed);
                            let more = summary.connections.saturating_sub(1);
                            reconnects.fetch_add(more, Ordering::Relaxed);
                            let mut longest = longest.lock().expect("no panic");
                            *longest = (summary.recovered.unwrap_or_default(), seed).max(*longest);
                        }
                        Err(_) => failed.lock().expect("no panic").push(seed),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic");
    let (longest, slowest) = longest.into_inner().expect("no panic");
    eprintln!(
        "{runs} runs in {:.1?}: {events:?} events, {reconnects:?} reconnects, the longest recovery \
         took {longest:?} (seed {slowest})",
        since.elapsed(),
    );
    assert!(
        failed.is_empty(),
        "{} of {runs} runs failed, for example LARK_WS_SEED={}",
        failed.len(),
        failed[0]
    );
}

#[test]
fn a_seed_determines_everything() {
    for seed in [1, 2, 3, 5, 8] {
        let (first, second) = (script::run(seed), script::run(seed));
        assert!(first.trace.len() > 50, "{} lines", first.trace.len());
        assert_eq!(first, second, "seed {seed}");
    }
}
