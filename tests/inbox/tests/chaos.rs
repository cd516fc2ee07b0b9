//! Processes are killed; nothing that was acknowledged is lost.

use std::time::Duration;

use lark_inbox_tests::chaos::{Plan, Report, run};

fn run_small(store: &str) -> Report {
    let plan = Plan::small(store, env!("CARGO_BIN_EXE_inbox-chaos"));
    let report = run(&plan);
    assert!(report.is_right(), "{report:#?}");
    assert_eq!(report.acknowledged, plan.events / plan.chats * plan.chats);
    assert!(report.kills > 0, "{report:#?}");
    assert!(report.ack_p99 < Duration::from_secs(1), "{report:#?}");
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
