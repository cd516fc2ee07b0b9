//! What does not fit is said before anything is written, by field, wanted type and found value.

use std::collections::BTreeMap;

use lark_bitable::table::{FieldValue, Record, TableError};
use lark_bitable::v1::AppTableFieldType;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{CREATE, UPDATE, client, start, tasks};

#[derive(Deserialize)]
#[allow(dead_code, reason = "only its type matters")]
struct Wrong {
    #[serde(rename = "Task")]
    task: i64,
    #[serde(rename = "Hours")]
    hours: String,
    #[serde(rename = "Due")]
    due: bool,
    #[serde(rename = "Done")]
    done: Vec<String>,
    #[serde(rename = "Status")]
    status: Status,
    #[serde(rename = "Owner")]
    owner: String,
    #[serde(rename = "Remark")]
    remark: Option<String>,
    #[serde(rename = "Place", default)]
    place: String,
}

#[derive(Debug, Deserialize)]
enum Status {
    Open,
    Done,
}

#[tokio::test(start_paused = true)]
async fn a_struct_that_does_not_fit_is_named_field_by_field() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let error = table.check::<Wrong>().await.expect_err("nothing fits");
    let texts: Vec<String> = error.misfits().iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "field \"Task\" (Text): wanted i64, found a text of up to 100,000 characters",
            "field \"Hours\" (Number): wanted a string, found a number",
            "field \"Due\" (DateTime): wanted a boolean, found milliseconds since 1970, or a text \
             with an offset such as 2026-11-26T09:30:00+08:00",
            "field \"Done\" (Checkbox): wanted a sequence, found true or false",
            "field \"Status\" (SingleSelect): wanted one of Open, Done, found the text \"Closed\"",
            "field \"Owner\": wanted one of the fields \"Task\", \"Hours\", \"Due\", \"Done\", \
             \"Status\", found no such field",
        ]
    );
    assert_eq!(error.misfits()[0].kind, Some(AppTableFieldType::Text));
    table.check::<BTreeMap<String, FieldValue>>().await.expect("a map fits");
}

#[tokio::test(start_paused = true)]
async fn rows_that_do_not_fit_are_refused_before_the_first_write() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let good =
        json!({ "Task": "a", "Hours": 1, "Due": "2026-11-26T00:00:00+08:00", "Done": false });
    let mut rows = vec![good.clone(); 2000];
    rows[1500]["Hours"] = json!("twelve");
    rows[1501]["Due"] = json!("2026-11-26");
    rows[1502]["Hourz"] = json!(1);
    rows[1503]["Done"] = json!("yes");
    // Nothing is lost of this one.
    rows[1504]["Remark"] = Value::Null;
    let error = table.create(rows.clone()).await.expect_err("four rows");
    let fields: Vec<_> =
        error.cause().misfits().iter().map(|it| (it.row.unwrap_or(0), it.field.as_str())).collect();
    assert_eq!(fields, [(1500, "Hours"), (1501, "Due"), (1502, "Hourz"), (1503, "Done")]);
    let text = error.to_string();
    assert!(text.starts_with("nothing is written to table "), "{text}");
    assert!(
        text.contains(
            "row 1500, field \"Hours\" (Number): wanted a number, found the text \"twelve\""
        ),
        "{text}"
    );
    assert_eq!((error.written(), error.total()), (0, 2000));

    let records = rows.iter().enumerate().map(|(at, it)| Record::new(format!("rec{at}"), it));
    let error = table.update(records).await.expect_err("four rows");
    assert_eq!(error.cause().misfits()[0].record_id.as_deref(), Some("rec1500"));
    table.upsert("Task", rows).await.expect_err("four rows");
    let error = table.create(["a", "b"]).await.expect_err("texts");
    assert!(error.to_string().contains("row 0 is the text \"a\", and neither a struct nor a map"));
    assert_eq!(sandbox.requests_of(CREATE) + sandbox.requests_of(UPDATE), 0);

    assert_eq!(table.create([good]).await.expect("a record").created, 1);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_does_not_fit_is_named_and_the_others_are_read() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Task {
        #[serde(rename = "Task")]
        task: String,
        #[serde(rename = "Hours")]
        hours: u8,
    }
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let rows = [
        json!({ "Task": "a", "Hours": 1 }),
        json!({ "Task": "b", "Hours": 300 }),
        json!({ "Task": "c" }),
        json!({ "Task": "d", "Hours": 1.5 }),
        json!({ "Hours": 2 }),
    ];
    let ids = table.create(rows).await.expect("records").record_ids;
    let mut records = table.records::<Task>();
    let mut outcomes = Vec::new();
    while let Some(record) = records.next().await {
        outcomes.push(record.map(|it| it.fields.hours).map_err(|it| it.to_string()));
    }
    let wrong = |at: usize, found: &str| {
        Err(format!("record {}, field \"Hours\" (Number): wanted u8, found {found}", ids[at]))
    };
    let wanted = [
        Ok(1),
        wrong(1, "the number 300"),
        wrong(2, "an empty cell"),
        wrong(3, "the number 1.5"),
        Ok(2),
    ];
    assert_eq!(outcomes, wanted);
    assert!(records.next().await.is_none());
    assert!(matches!(table.records::<Task>().all().await, Err(TableError::Misfits(_))));
}

#[tokio::test(start_paused = true)]
async fn keys_and_ids_are_checked() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let reason = |error: lark_bitable::table::WriteError| error.cause().to_string();
    let row = |task: &str| json!({ "Task": task });
    let error = table.upsert("Tusk", [row("a")]).await.expect_err("no such key");
    assert!(reason(error).starts_with("key field \"Tusk\": the table has \"Task\", "));
    let error = table.upsert("Done", [row("a")]).await.expect_err("a box");
    assert!(reason(error).starts_with("key field \"Done\" (Checkbox): a key is a text"));
    let error = table.upsert("Task", [row("a"), row("b"), row("a")]).await.expect_err("twice");
    assert_eq!(reason(error), "rows 0 and 2 both have \"a\" in field \"Task\", which is the key");
    let error = table.upsert("Task", [row("a"), row("")]).await.expect_err("none");
    assert_eq!(reason(error), "row 1 has no value of field \"Task\", which is the key");
    let ids = table.create([row("x"), row("x")]).await.expect("records").record_ids;
    let error = table.upsert("Task", [row("x")]).await.expect_err("two of them");
    let text = reason(error);
    assert!(ids.iter().all(|it| text.contains(it)) && text.contains("both have \"x\""), "{text}");
    let error = table.delete([&ids[0], &ids[0]]).await.expect_err("twice");
    assert_eq!(reason(error), format!("record {} is there twice", ids[0]));
}

#[tokio::test(start_paused = true)]
async fn a_number_that_a_cell_would_round_is_refused() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    for number in
        [json!(9_007_199_254_740_993_i64), json!(-9_007_199_254_740_994_i64), json!(u64::MAX)]
    {
        let error = table.create([json!({ "Hours": number })]).await.expect_err("rounded");
        let wanted = format!(
            "nothing is written to table {}: row 0, field \"Hours\" (Number): wanted an integer of at most 2^53, \
             which a number field keeps exactly (a text field others, too), found the number {number}",
            table.table_id()
        );
        assert_eq!(error.to_string(), wanted);
    }
    let exact = [
        json!(9_007_199_254_740_992_i64),
        json!(-9_007_199_254_740_992_i64),
        json!(1e300),
        json!(0.1),
    ];
    let rows = exact.iter().map(|it| json!({ "Hours": it }));
    table.create(rows).await.expect("records");
    let read = table.records::<BTreeMap<String, Value>>().all().await.expect("records");
    let read: Vec<Option<f64>> = read.iter().map(|it| it.fields["Hours"].as_f64()).collect();
    assert_eq!(read, exact.map(|it| it.as_f64()));
}

#[tokio::test(start_paused = true)]
async fn a_field_has_one_value() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let schema = table.schema().await.expect("fields");
    let id = &schema.field("Task").expect("a field").id;
    let row = json!({ "Task": "by name", id.as_str(): "by id" });
    let error = table.create([row]).await.expect_err("two values").to_string();
    assert!(error.ends_with("(Text): wanted a field once, found its name and its id"), "{error}");
}
