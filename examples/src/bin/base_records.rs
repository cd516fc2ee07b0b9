//! Adds records to a table of a Base, changes one, and reads those that match a filter.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_BASE (the token in the URL of a Base) and
//! LARK_TABLE (`tbl...`, with a text field `Task` and a number field `Hours`).

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

use lark_bitable::v1::app_table_record as record;
use lark_bitable::v1::{AppTableRecord, Condition, FilterInfo};
use lark_core::{Client, Value};
use lark_examples::{Platform, println, setting, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("base_records.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let base = setting("LARK_BASE", "bascnexample", "the token of a Base")?;
    let table = setting("LARK_TABLE", "tblexample", "the id of a table")?;
    Ok(log_hours(&platform.client, &base, &table).await?)
}

async fn log_hours(client: &Client, base: &str, table: &str) -> lark_core::Result<()> {
    let created = client.send(record::create(base, table).fields(row("Write the docs", 2))).await?;
    let id = created.record()?.get_record_id()?;
    println!("created {id}");

    let rows = [("Review", 1), ("Release", 3)];
    let rows = rows.map(|(task, hours)| AppTableRecord::new().fields(row(task, hours)));
    let batch = client.send(record::batch_create(base, table).records(rows)).await?;
    println!("created {} more", batch.records.len());

    client.send(record::update(base, table, id).fields(row("Write the docs", 4))).await?;

    let long = Condition::new().field_name("Hours").operator("isGreater").value(["2"]);
    let filter = FilterInfo::new().conjunction("and").conditions([long]);
    let mut found = client.items(record::search(base, table).filter(filter));
    while let Some(record) = found.next().await {
        let record = record?;
        println!("{:?}: {:?}", record.record_id, record.fields);
    }
    Ok(())
}

fn row(task: &str, hours: i64) -> BTreeMap<String, Value> {
    BTreeMap::from([("Task".into(), task.into()), ("Hours".into(), hours.into())])
}
