//! Dates are moments: no time zone of any machine moves them.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use lark_bitable::table::{Day, Filter, Table};
use lark_core::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::{client, start, tasks};

/// Midnight of 26 November 2026 in Shanghai; in UTC it is still the day before.
const MIDNIGHT: i64 = 1_795_622_400_000;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Due<T> {
    #[serde(rename = "Due")]
    due: T,
}

async fn due_as<T: serde::de::DeserializeOwned>(table: &Table) -> Vec<T> {
    let records = table.records::<Due<T>>().all().await.expect("records");
    records.into_iter().map(|it| it.fields.due).collect()
}

#[tokio::test(start_paused = true)]
async fn a_date_is_the_same_moment_in_every_type() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let shanghai = "2026-11-26T00:00:00+08:00".parse::<DateTime<FixedOffset>>().expect("a time");
    table.create([Due { due: shanghai }]).await.expect("a record");
    table.create([Due { due: shanghai.with_timezone(&Utc) }]).await.expect("a record");
    table.create([Due { due: "2026-11-26T00:00:00+08:00" }]).await.expect("a record");
    table.create([Due { due: UnixMillis(MIDNIGHT) }]).await.expect("a record");
    table.create([Due { due: MIDNIGHT }]).await.expect("a record");
    let utc = shanghai.with_timezone(&Utc);
    assert_eq!(due_as::<Value>(&table).await, vec![Value::from(MIDNIGHT); 5], "the platform's own");
    assert_eq!(due_as::<UnixMillis>(&table).await, [UnixMillis(MIDNIGHT); 5]);
    assert_eq!(due_as::<i64>(&table).await, [MIDNIGHT; 5]);
    assert_eq!(due_as::<DateTime<Utc>>(&table).await, [utc; 5]);
    assert_eq!(due_as::<DateTime<FixedOffset>>(&table).await, [shanghai; 5]);
    assert_eq!(due_as::<String>(&table).await, vec!["2026-11-25T16:00:00Z"; 5]);
    // The platform compares days of the Base, whose time zone is that of Shanghai.
    let on = |filter: Filter| table.records::<Value>().filter(filter).all();
    for day in [MIDNIGHT, MIDNIGHT + 86_399_999] {
        let found = on(Filter::field("Due").is(UnixMillis(day))).await.expect("records");
        assert_eq!(found.len(), 5);
    }
    let before = on(Filter::field("Due").is(UnixMillis(MIDNIGHT - 1))).await.expect("records");
    assert_eq!(before.len(), 0);
    let today = on(Filter::field("Due").is(Day::Today)).await.expect("records");
    assert_eq!(today.len(), 5, "the sandbox's clock begins at that midnight");
}

#[tokio::test(start_paused = true)]
async fn a_date_without_an_offset_is_refused() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let day = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
    let time = day.and_hms_opt(9, 30, 0).expect("a time");
    let error = table.create([Due { due: day }]).await.expect_err("a day is no moment");
    assert!(
        error.to_string().ends_with(
            "row 0, field \"Due\" (DateTime): wanted milliseconds since 1970, or a text with an offset \
             such as 2026-11-26T09:30:00+08:00, found the text \"2026-11-26\""
        ),
        "{error}"
    );
    table.create([Due { due: time }]).await.expect_err("no offset");
    let error = table.check::<Due<NaiveDate>>().await.expect_err("it cannot be read either");
    assert_eq!(error.misfits()[0].field, "Due");
}
