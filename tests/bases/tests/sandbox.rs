//! The tables of the sandbox take what the platform takes, and reject the rest with its codes.

use std::time::Duration;

use lark_bitable::v1::{self, app_table, app_table_field as field, app_table_record as record};
use lark_core::{Client, Json, Value};
use lark_sandbox::BaseLimits;
use serde_json::json;

use crate::support::{client, start, tasks};

fn cells(value: Value) -> v1::AppTableRecord {
    v1::AppTableRecord::from_json(&json!({ "fields": value }).to_string()).expect("a record")
}

async fn code(client: &Client, request: impl lark_core::Operation) -> Option<i64> {
    client.send(request).await.err().and_then(|it| it.code())
}

#[tokio::test(start_paused = true)]
async fn cells_of_the_wrong_type_and_unknown_fields_are_rejected_and_nothing_is_written() {
    let sandbox = start().await;
    let client = client(&sandbox);
    let table = tasks(&client).await;
    let (base, id) = (table.app_token(), table.table_id());
    for (wrong, wanted) in [
        (json!({ "Task": [{ "type": "text", "text": "the read shape" }] }), 1_254_015),
        (json!({ "Hours": "1" }), 1_254_015),
        (json!({ "Due": "2026-11-26" }), 1_254_015),
        (json!({ "Done": 1 }), 1_254_015),
        (json!({ "Status": ["Open"] }), 1_254_015),
        (json!({ "Hourz": 1 }), 1_254_045),
    ] {
        let records = [cells(json!({ "Task": "fits" })), cells(wrong.clone())];
        let got = code(&client, record::batch_create(base, id).records(records)).await;
        assert_eq!(got, Some(wanted), "{wrong}");
    }
    assert!(table.records::<Value>().next().await.is_none(), "all of a batch, or nothing");
}

#[tokio::test(start_paused = true)]
async fn limits_and_missing_things_have_their_codes() {
    let sandbox = start().await;
    let client = client(&sandbox);
    let table = tasks(&client).await;
    let (base, id) = (table.app_token(), table.table_id());
    let create = |count: usize| {
        record::batch_create(base, id).records(vec![cells(json!({ "Task": "x" })); count])
    };
    assert_eq!(code(&client, create(1001)).await, Some(1_254_104));
    assert_eq!(code(&client, create(1000)).await, None);
    let ids = vec!["rec"; 501];
    assert_eq!(code(&client, record::batch_delete(base, id).records(ids)).await, Some(1_254_104));
    assert_eq!(
        code(&client, record::batch_delete(base, id).records(["rec"])).await,
        Some(1_254_043)
    );
    assert_eq!(code(&client, field::list(base, "tblnone")).await, Some(1_254_041));
    assert_eq!(code(&client, field::delete(base, id, "fldnone")).await, Some(1_254_044));
    let primary = table.schema().await.expect("fields").primary().expect("one").id.clone();
    assert_eq!(code(&client, field::delete(base, id, primary)).await, Some(1_254_046));
    let again = field::create(base, id).field_name("Task").type_(v1::AppTableFieldType::Text);
    assert_eq!(code(&client, again).await, Some(1_254_014));
    let tasks = v1::ReqTable::new().name("Tasks");
    assert_eq!(code(&client, app_table::create(base).table(tasks)).await, Some(1_254_013));
    let condition = v1::Condition::new().field_name("Hourz").operator("is").value(["1"]);
    let filter = v1::FilterInfo::new().conjunction("and").conditions([condition]);
    assert_eq!(code(&client, record::search(base, id).filter(filter)).await, Some(1_254_018));
    sandbox.base_limits(BaseLimits::default().records_per_table(1000));
    assert_eq!(code(&client, create(1)).await, Some(1_254_103));
}

#[tokio::test(start_paused = true)]
async fn a_base_that_nobody_made_is_unknown() {
    let sandbox = start().await;
    let client = client(&sandbox);
    let made = tasks(&client).await;
    let elsewhere = tasks(&self::client(&start().await)).await;
    for token in ["NxKRbdfYYaTxvLsrHRGccLBlnyf", elsewhere.app_token()] {
        let table = lark_bitable::table::Table::new(&client, token, made.table_id());
        let error = table.schema().await.expect_err("no Base").to_string();
        assert!(error.contains("1254040") && error.contains(token), "{error}");
        let rows = [json!({ "Task": "x" })];
        let error = table.create(rows).await.expect_err("no Base").to_string();
        assert!(error.contains("1254040"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_keeps_the_table_and_a_key_is_executed_once() {
    let sandbox = start().await;
    let client = client(&sandbox);
    let table = tasks(&client).await;
    sandbox.base_limits(BaseLimits::default().write_time(Duration::from_secs(5)));
    let create = |key: &str| {
        record::batch_create(table.app_token(), table.table_id())
            .client_token(key)
            .records([cells(json!({ "Task": "x" }))])
    };
    let key = "fe599b60-450f-46ff-b2ef-9f6675625b97";
    let first = client.send(create(key)).await.expect("a record");
    assert_eq!(client.send(create(key)).await.expect("the same"), first);
    let other = "0e599b60-450f-46ff-b2ef-9f6675625b97";
    assert_eq!(code(&client, create(other)).await, Some(1_254_291));
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(code(&client, create(other)).await, None);
    assert_eq!(table.records::<Value>().all().await.expect("records").len(), 2);
    let request = create(key).records([cells(json!({ "Task": "y" }))]);
    assert_eq!(code(&client, request).await, Some(1_254_001), "the key was another's");
}
