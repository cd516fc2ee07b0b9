//! Kills processes that handle the events of one inbox, and checks what comes out of it.
//!
//!     cargo run --release -p lark-inbox-tests --bin inbox-chaos -- file 1000000
#![allow(clippy::print_stdout, reason = "it is for people")]

use std::env::args;
use std::process::exit;

use lark_inbox_tests::chaos::{Plan, run, worker};

fn main() {
    let args: Vec<String> = args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["worker", place, log, lease] => worker(place, log, lease),
        [place, events] | [place, events, _] if events.parse::<usize>().is_ok() => {
            let seed = args.get(2).and_then(|it| it.parse().ok()).unwrap_or(1);
            let plan = Plan::large(place, events.parse().unwrap_or(0), seed);
            println!("{plan:#?}");
            let report = run(&plan);
            println!("{report:#?}");
            exit(i32::from(!report.is_right()));
        }
        _ => {
            println!("inbox-chaos file|redis EVENTS [SEED]");
            exit(2);
        }
    }
}
