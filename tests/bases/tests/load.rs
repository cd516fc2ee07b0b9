//! Many records in and out, by writers that meet and a platform that fails.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use lark_bitable::table::{Table, Written};
use lark_core::{Client, UnixMillis};
use lark_sandbox::{BaseLimits, Fault, Sandbox, Times};
use serde::{Deserialize, Serialize};

use crate::support::{CREATE, SEARCH, client, start, tasks};

/// How many records; `LARK_BASE_RECORDS` sets another number.
const RECORDS: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Task {
    #[serde(rename = "Task")]
    task: String,
    #[serde(rename = "Hours")]
    hours: f64,
    #[serde(rename = "Due")]
    due: UnixMillis,
    #[serde(rename = "Done")]
    done: bool,
    #[serde(rename = "Status")]
    status: String,
}

fn task(number: usize) -> Task {
    Task {
        task: format!("task {number}"),
        hours: number as f64 / 4.0,
        due: UnixMillis(1_795_622_400_000 + number as i64),
        done: number.is_multiple_of(2),
        status: if number.is_multiple_of(5) { "Open" } else { "Closed" }.to_owned(),
    }
}

/// Every other call fails, each time in another way.
fn inject(sandbox: &Sandbox, operation: &str, calls: usize) {
    for call in 0..calls {
        let fault = match call % 7 {
            0 => Fault::code(1_254_291, 200),
            1 => Fault::code(1_254_607, 400),
            2 => Fault::rate_limited(1),
            3 => Fault::reset_after_execution(),
            4 => Fault::code(1_254_290, 429),
            5 => Fault::reset_mid_body(),
            _ => Fault::status(503),
        };
        sandbox.fault(operation, Times::Once, fault);
        sandbox.fault(operation, Times::Once, Fault::latency(Duration::ZERO));
    }
}

/// Writes, and goes on as often as it fails.
async fn write_all(table: Table, tasks: Vec<Task>) -> Written {
    let mut outcome = table.create(tasks).await;
    loop {
        match outcome {
            Ok(written) => return written,
            Err(error) => outcome = error.resume().await,
        }
    }
}

/// Reads, and goes on as often as it fails.
async fn read_all(table: &Table) -> Vec<Task> {
    let mut records = table.records::<Task>();
    let mut tasks = Vec::new();
    while let Some(page) = records.next_page().await {
        match page {
            Ok(page) => tasks.extend(page.into_iter().map(|it| it.fields)),
            Err(_) => {
                let token = records.token().unwrap_or_default().to_owned();
                records = table.records::<Task>().resume(token);
            }
        }
    }
    tasks
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_or_doubled_by_two_writers_and_faults() {
    let count = std::env::var("LARK_BASE_RECORDS").ok().and_then(|it| it.parse().ok());
    let count: usize = count.unwrap_or(RECORDS);
    let sandbox = start().await;
    // Two programs: neither knows of the other, and they meet at the table.
    let clients: [Client; 2] = [client(&sandbox), client(&sandbox)];
    let table = tasks(&clients[0]).await;
    let limits = BaseLimits::default().write_time(Duration::from_millis(300));
    sandbox.base_limits(limits);
    inject(&sandbox, CREATE, count / 500);
    inject(&sandbox, SEARCH, count / 1000);
    let half = count / 2;
    let writers = [0..half, half..count].into_iter().zip(&clients).map(|(numbers, client)| {
        let table = Table::new(client, table.app_token(), table.table_id());
        tokio::spawn(write_all(table, numbers.map(task).collect()))
    });
    let mut ids = BTreeSet::new();
    for writer in writers.collect::<Vec<_>>() {
        let written = writer.await.expect("no panic");
        assert_eq!(written.created, written.record_ids.len());
        ids.extend(written.record_ids);
    }
    assert_eq!(ids.len(), count, "each row has a record of its own");

    let read = read_all(&table).await;
    assert_eq!(read.len(), count, "none is doubled");
    let mut numbers = read.iter().map(|it| it.due.0 - 1_795_622_400_000).collect::<Vec<_>>();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(0..count as i64), "none is lost");
    let is_whole = |it: &Task| *it == task((it.due.0 - 1_795_622_400_000) as usize);
    assert!(read.iter().all(is_whole), "none is changed");
    let conflicts = conflicts(&sandbox);
    assert!(conflicts > count / 5000, "the writers met: {conflicts}");
    assert!(sandbox.faults_served() as usize >= count / 500);
}

fn conflicts(sandbox: &Arc<Sandbox>) -> usize {
    sandbox.calls().iter().filter(|it| it.code == Some(1_254_291)).count()
}
