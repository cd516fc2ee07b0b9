//! Brings a table of a Base to what a CSV file says, and writes the table to another file. The second run changes nothing.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_BASE (the token in the URL of a Base) and
//! LARK_TABLE (`tbl...`, with a text `Task`, a number `Hours`, a date `Due` and a checkbox `Done`). LARK_CSV is the
//! file, LARK_OUT the other one.

use std::env::{temp_dir, var_os};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use lark_bitable::table::{Progress, Table};
use lark_examples::{Platform, println, progress_bar, setting, start};
use serde::{Deserialize, Serialize};

const SAMPLE: &str =
    "Task,Hours,Due,Done\nWrite,2.5,2026-11-26T09:30:00+08:00,true\nReview,,,false\n";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    task: String,
    hours: Option<f64>,
    due: Option<String>,
    done: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("base_sync.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let (base, table) = platform.table().await?;
    let base = setting("LARK_BASE", &base, "the token of a Base")?;
    let table = setting("LARK_TABLE", &table, "the id of a table")?;
    let table = Table::new(&platform.client, base, table);
    table.check::<Task>().await?;
    let read = |it| std::fs::read_to_string(it).map_err(|error| format!("LARK_CSV: {error}"));
    let text = var_os("LARK_CSV").map_or(Ok(SAMPLE.to_owned()), read)?;
    let tasks = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Task>();
    let tasks = tasks.collect::<Result<Vec<_>, _>>()?;
    let bar = progress_bar("rows");
    let show = move |it: Progress| bar.set_position(it.written as u64);
    let written = table.upsert("Task", tasks).on_progress(show).await?;
    println!("{} created, {} changed", written.created, written.updated);
    let path = var_os("LARK_OUT").map_or(temp_dir().join("lark-base-sync.csv"), PathBuf::from);
    let mut out = csv::Writer::from_path(&path)?;
    let mut records = table.records::<Task>().sort_by("Task");
    while let Some(record) = records.next().await {
        out.serialize(record?.fields)?;
    }
    out.flush()?;
    println!("wrote {}", path.display());
    Ok(())
}
