//! Upserts: twice changes nothing the second time.

use lark_core::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::support::{CREATE, SEARCH, UPDATE, client, start, tasks};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Task {
    #[serde(rename = "Task")]
    task: String,
    #[serde(rename = "Hours")]
    hours: Option<f64>,
    #[serde(rename = "Due")]
    due: Option<UnixMillis>,
    #[serde(rename = "Done")]
    done: bool,
}

fn task(number: usize) -> Task {
    let due = UnixMillis(1_795_622_400_000 + number as i64);
    let hours = (!number.is_multiple_of(3)).then_some(number as f64);
    Task { task: format!("task {number}"), hours, due: Some(due), done: number.is_multiple_of(2) }
}

#[tokio::test(start_paused = true)]
async fn the_second_time_changes_nothing() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    // A few are looked up by the key, many in the whole table.
    for count in [40, 2500] {
        let rows: Vec<Task> = (0..count).map(task).collect();
        let first = table.upsert("Task", rows.clone()).await.expect("an upsert");
        assert_eq!(first.created + first.unchanged, count);
        let writes = sandbox.requests_of(CREATE) + sandbox.requests_of(UPDATE);
        let second = table.upsert("Task", rows.clone()).await.expect("an upsert");
        assert_eq!((second.unchanged, second.calls), (count, 0));
        assert_eq!(second.record_ids, first.record_ids);
        assert_eq!(sandbox.requests_of(CREATE) + sandbox.requests_of(UPDATE), writes);
        let read = table.records::<Task>().all().await.expect("records");
        assert_eq!(read.into_iter().map(|it| it.fields).collect::<Vec<_>>(), rows);
    }
    // By number and by moment too.
    let rows: Vec<Task> = (0..2500).filter(|it| it % 3 != 0).map(task).collect();
    for key in ["Hours", "Due"] {
        let again = table.upsert(key, rows.clone()).await.expect("an upsert");
        assert_eq!((again.unchanged, again.calls), (rows.len(), 0), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_differs_is_written() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    table.upsert("Task", (0..10).map(task)).await.expect("an upsert");
    let mut rows: Vec<Task> = (0..12).map(task).collect();
    rows[3].done = true;
    rows[4].hours = None;
    let written = table.upsert("Task", rows.clone()).await.expect("an upsert");
    assert_eq!((written.created, written.updated, written.unchanged), (2, 2, 8));
    let read = table.records::<Task>().all().await.expect("records");
    assert_eq!(
        read.iter().map(|it| &it.fields).collect::<Vec<_>>(),
        rows.iter().collect::<Vec<_>>()
    );
    let ids: Vec<&String> = read.iter().map(|it| &it.id).collect();
    assert_eq!(written.record_ids.iter().collect::<Vec<_>>(), ids, "a record for each row");
    // Fields that the rows do not have are left alone, and their links and mentions with them.
    table.upsert("Task", [json!({ "Task": "task 5", "Status": "Open" })]).await.expect("one");
    let after = table.records::<Task>().all().await.expect("records");
    assert_eq!(after[5].fields, rows[5]);
}

#[tokio::test(start_paused = true)]
async fn upserts_of_the_same_rows_at_a_time_do_not_double_them() {
    let sandbox = start().await;
    let client = client(&sandbox);
    let table = tasks(&client).await;
    let other = table.clone();
    let rows: Vec<Task> = (0..300).map(task).collect();
    let (one, two) = tokio::join!(async { table.upsert("Task", rows.clone()).await }, async {
        other.upsert("Task", rows.clone()).await
    },);
    let (one, two) = (one.expect("an upsert"), two.expect("an upsert"));
    assert_eq!(one.created + two.created, 300);
    assert_eq!(one.unchanged + two.unchanged, 300);
    assert_eq!(table.records::<Task>().all().await.expect("records").len(), 300);
}

#[tokio::test(start_paused = true)]
async fn an_upsert_that_failed_goes_on() {
    use lark_sandbox::{Fault, Times};

    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    table.create((0..100).map(task)).await.expect("records");
    let mut rows: Vec<Task> = (0..2500).map(task).collect();
    rows[7].done = true;
    // The first of the creations is executed, and its response lost; then the search fails.
    sandbox.fault(CREATE, Times::Once, Fault::reset_after_execution());
    let error = table.upsert("Task", rows.clone()).await.expect_err("a fault");
    assert_eq!((error.written(), error.total()), (100, 2500));
    assert_eq!(error.record_ids().iter().flatten().count(), 100);
    sandbox.fault(SEARCH, Times::Once, Fault::reset());
    let error = error.resume().await.expect_err("a fault");
    assert_eq!(error.written(), 1100);
    let written = error.resume().await.expect("the rest");
    assert_eq!((written.created, written.updated, written.unchanged), (2400, 1, 99));
    let read = table.records::<Task>().all().await.expect("records");
    assert_eq!(
        read.iter().map(|it| &it.fields).collect::<Vec<_>>(),
        rows.iter().collect::<Vec<_>>()
    );
    let ids: Vec<&String> = read.iter().map(|it| &it.id).collect();
    assert_eq!(written.record_ids.iter().collect::<Vec<_>>(), ids);
}

#[tokio::test(start_paused = true)]
async fn a_key_may_be_an_option_that_is_not_there_yet() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let rows = [json!({ "Status": "New", "Hours": 1 }), json!({ "Status": "Open", "Hours": 2 })];
    let first = table.upsert("Status", rows.clone()).await.expect("an upsert");
    let second = table.upsert("Status", rows).await.expect("an upsert");
    assert_eq!((first.created, second.unchanged, second.calls), (2, 2, 0));
    let schema = table.reload().await.expect("fields");
    let options: Vec<&str> = schema.field("Status").expect("a field").options().collect();
    assert_eq!(options, ["Open", "Closed", "New"]);
}
