//! Kills processes that handle the events of one inbox, and checks what comes out of it.
//!
//!     cargo run --release -p lark-inbox-tests --bin inbox-chaos -- file 1000000
#![allow(clippy::print_stdout, reason = "it is for people")]

use std::env::args;
use std::process::exit;
use std::time::Duration;

use lark_inbox_tests::chaos::{Plan, Table, run, worker};

fn main() {
    let args: Vec<String> = args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["worker", place, log, lease] => worker(place, log, lease),
        [place, events, ..] if events.parse::<usize>().is_ok() => {
            let number = |at: usize| args.get(at).and_then(|it| it.parse().ok());
            let kill_every = Duration::from_millis(number(3).unwrap_or(2000));
            let events = events.parse().unwrap_or(0);
            let plan = Plan::large(place, events, number(2).unwrap_or(1), kill_every);
            let report = run(&plan);
            let table = Table(&plan, &report);
            println!("{table}");
            table.longest().iter().for_each(|it| println!("longest wait: {it}"));
            report.after_commit.iter().for_each(|it| println!("after its commit: {it}"));
            exit(i32::from(!table.is_right()));
        }
        _ => {
            println!("inbox-chaos file|redis EVENTS [SEED [MILLISECONDS BETWEEN KILLS]]");
            exit(2);
        }
    }
}
