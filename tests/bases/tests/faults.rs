//! Writes that fail on their way, and writers that meet.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_bitable::table::{Record, Table, TableError};
use lark_sandbox::{BaseLimits, Fault, Times};
use lark_test_support::says_things_once;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{CREATE, DELETE, FIELDS, SEARCH, UPDATE, client, start, tasks};

fn rows(numbers: std::ops::Range<usize>) -> Vec<Value> {
    numbers.map(|it| json!({ "Task": format!("task {it}") })).collect()
}

#[tokio::test(start_paused = true)]
async fn what_the_platform_is_too_busy_for_is_sent_again() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let busy =
        [(1_254_291, 200), (1_254_607, 400), (1_254_290, 200), (1_254_290, 429), (1_254_036, 400)];
    for operation in [FIELDS, CREATE, SEARCH, UPDATE, DELETE] {
        for (code, status) in busy {
            sandbox.fault(operation, Times::Once, Fault::code(code, status));
        }
        sandbox.fault(operation, Times::Once, Fault::rate_limited(1));
    }
    let ids = table.create(rows(0..10)).await.expect("records").record_ids;
    let records = table.records::<Value>().all().await.expect("records");
    assert_eq!(records.len(), 10);
    let changed = records.into_iter().map(|it| Record::new(it.id, json!({ "Hours": 1 })));
    assert_eq!(table.update(changed).await.expect("updates").updated, 10);
    assert_eq!(table.delete(ids).await.expect("deletions").deleted, 10);
    assert_eq!(sandbox.faults_served(), 5 * 6);
    assert!(table.records::<Value>().next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn patience_ends() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await.patience(Duration::from_secs(20));
    table.schema().await.expect("fields");
    sandbox.fault(CREATE, Times::Always, Fault::code(1_254_291, 200));
    let started = Instant::now();
    let error = table.create(rows(0..10)).await.expect_err("it stays busy");
    assert!(matches!(error.cause(), TableError::Call(it) if it.code() == Some(1_254_291)));
    assert!((15..=20).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    says_things_once(&error);
    says_things_once(error.cause());
    let text = error.to_string();
    assert!(text.starts_with("0 of 10 rows are done in table tbl"), "{text}");
    sandbox.clear_faults();
    assert_eq!(error.resume().await.expect("records").created, 10);
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_what_is_written_and_goes_on_without_doubling() {
    for fault in [Fault::reset(), Fault::reset_after_execution(), Fault::status(502)] {
        let sandbox = start().await;
        let table = tasks(&client(&sandbox)).await;
        sandbox.fault(CREATE, Times::Once, Fault::latency(Duration::ZERO));
        sandbox.fault(CREATE, Times::Once, fault);
        let error = table.create(rows(0..2500)).await.expect_err("a fault");
        assert_eq!((error.written(), error.total()), (1000, 2500));
        let known: Vec<bool> = error.record_ids().iter().map(Option::is_some).collect();
        assert_eq!(known, [vec![true; 1000], vec![false; 1500]].concat());
        let written = error.resume().await.expect("the rest");
        assert_eq!((written.created, written.calls), (2500, 3));
        let read = table.records::<Value>().all().await.expect("records");
        let ids: Vec<&String> = read.iter().map(|it| &it.id).collect();
        assert_eq!(ids, written.record_ids.iter().collect::<Vec<_>>());
        let tasks: Vec<Value> = read.into_iter().map(|it| it.fields).collect();
        assert_eq!(tasks, rows(0..2500));
    }
}

#[tokio::test(start_paused = true)]
async fn deletions_go_on_although_they_have_no_key() {
    for fault in [Fault::reset(), Fault::reset_after_execution()] {
        let sandbox = start().await;
        let table = tasks(&client(&sandbox)).await;
        let ids = table.create(rows(0..1600)).await.expect("records").record_ids;
        sandbox.fault(DELETE, Times::Once, Fault::latency(Duration::ZERO));
        sandbox.fault(DELETE, Times::Once, fault);
        let error = table.delete(&ids[..1500]).await.expect_err("a fault");
        assert_eq!((error.written(), error.total()), (500, 1500));
        assert_eq!(error.resume().await.expect("the rest").deleted, 1500);
        assert_eq!(table.records::<Value>().all().await.expect("records").len(), 100);
    }
}

#[tokio::test(start_paused = true)]
async fn batches_shrink_to_what_the_platform_takes() {
    let sandbox = start().await;
    sandbox.base_limits(BaseLimits::default().records_per_write(300));
    let table = tasks(&client(&sandbox)).await;
    let written = table.create(rows(0..1500)).await.expect("records");
    assert_eq!((written.created, written.calls), (1500, 6), "of 250");
    assert_eq!(sandbox.requests_of(CREATE), 8, "of 1000, 500 and 250");
    let read = table.records::<Value>().all().await.expect("records");
    assert_eq!(read.iter().map(|it| it.fields.clone()).collect::<Vec<_>>(), rows(0..1500));

    sandbox.base_limits(BaseLimits::default().records_per_table(2000));
    let error = table.create(rows(1500..3000)).batch_size(200).await.expect_err("it is full");
    assert!(matches!(error.cause(), TableError::Call(it) if it.code() == Some(1_254_103)));
    assert_eq!((error.written(), error.total()), (400, 1500));
}

#[tokio::test(start_paused = true)]
async fn a_client_writes_to_a_table_once_at_a_time() {
    let sandbox = start().await;
    let client = client(&sandbox);
    let table = tasks(&client).await;
    table.schema().await.expect("fields");
    // Each write keeps the table for a second, and its response comes after that.
    sandbox.base_limits(BaseLimits::default().write_time(Duration::from_secs(1)));
    sandbox.fault(CREATE, Times::Always, Fault::latency(Duration::from_secs(2)));
    let done = Arc::new(AtomicUsize::new(0));
    let writers = (0..8).map(|writer| {
        // Also by clones, copies and handles of their own.
        let table = match writer % 2 {
            0 => table.clone(),
            _ => Table::new(
                &client.with_timeout(Duration::from_secs(60)),
                table.app_token(),
                table.table_id(),
            ),
        };
        let done = Arc::clone(&done);
        tokio::spawn(async move {
            let hook = Arc::clone(&done);
            let count = move |_| {
                hook.fetch_add(1, Ordering::Relaxed);
            };
            table.create(rows(writer * 10..writer * 10 + 10)).on_progress(count).await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic").expect("records");
    }
    assert_eq!(done.load(Ordering::Relaxed), 8);
    assert_eq!(sandbox.requests_of(CREATE), 8, "none met another");
    assert_eq!(table.records::<Value>().all().await.expect("records").len(), 80);
}

#[tokio::test(start_paused = true)]
async fn records_that_somebody_else_deleted_are_deleted_and_not_changed() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let ids = table.create(rows(0..1200)).await.expect("records").record_ids;
    let gone = [3, 700, 1100].map(|at: usize| ids[at].clone());
    table.delete(&gone).await.expect("deletions");
    let change = |id: &String| Record::new(id, json!({ "Hours": 1 }));
    let error = table.update(ids.iter().map(change)).await.expect_err("two are gone");
    let expected = format!(
        "0 of 1200 rows are done in table {}: records {}, {} are not there any more",
        table.table_id(),
        gone[0],
        gone[1]
    );
    assert_eq!(error.to_string(), expected);
    assert!(
        matches!(error.cause(), TableError::Missing { record_ids, .. } if record_ids[..] == gone[..2])
    );
    let there = ids.iter().filter(|it| !gone.contains(it));
    assert_eq!(table.update(there.map(change)).await.expect("updates").updated, 1197);
    assert_eq!(table.delete(&ids).await.expect("deletions").deleted, 1200);
    assert!(table.records::<Value>().next().await.is_none());
    // Another refusal stays one.
    let id = &table.create(rows(0..1)).await.expect("a record").record_ids[0];
    sandbox.fault(DELETE, Times::Always, Fault::code(1_254_043, 200));
    let error = table.delete([id]).await.expect_err("a fault");
    assert!(matches!(error.cause(), TableError::Call(it) if it.code() == Some(1_254_043)));
}
