//! Processes are killed; nothing that was acknowledged is lost.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lark_inbox_tests::chaos::{Plan, Report, Table, run, stall};

/// One run at a time: each has four processes.
static ONE: Mutex<()> = Mutex::new(());

fn run_small(store: &str) -> Report {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let plan = Plan::small(store, env!("CARGO_BIN_EXE_inbox-chaos"));
    let report = run(&plan);
    let table = Table(&plan, &report);
    assert!(report.is_right(), "{table}");
    // The program `inbox-chaos` asks for a second; here other tests run beside it.
    let limit = plan.lease + Duration::from_secs(3);
    assert!(report.takeover() <= limit, "{table}\n{:#?}", table.longest());
    assert_eq!(report.acknowledged, plan.events / plan.chats * plan.chats);
    assert!(report.kills > 0, "{table}");
    report
}

#[test]
fn an_inbox_in_a_file_survives_its_processes() {
    run_small("file");
}

#[test]
fn an_inbox_in_redis_survives_its_processes_and_redis() {
    let report = run_small("redis");
    assert_eq!(report.restarts, 2);
}

/// What the first process did while it was stopped in the middle of it is not committed by it.
fn run_stalled(store: &str) {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let lease = Duration::from_secs(1);
    let (lines, late) = stall(store, env!("CARGO_BIN_EXE_inbox-chaos"), lease);
    let starts: Vec<usize> = of(&lines, 's');
    assert_eq!(starts, [0, 1], "{lines:?}");
    assert_eq!(of(&lines, 'c'), [1], "{lines:?}");
    // A second is what it takes at most on a quiet machine.
    assert!(late < Duration::from_secs(10), "{late:?} after the end of the lease");
}

fn of(lines: &[(char, usize)], what: char) -> Vec<usize> {
    lines.iter().filter(|line| line.0 == what).map(|line| line.1).collect()
}

#[test]
fn a_process_that_was_stopped_commits_nothing_that_another_took_over_in_a_file() {
    run_stalled("file");
}

#[test]
fn a_process_that_was_stopped_commits_nothing_that_another_took_over_in_redis() {
    run_stalled("redis");
}
