//! Writes a report into a spreadsheet, a row for each day with a total below, and reads it back.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET.

use std::error::Error;
use std::process::ExitCode;

use lark_core::UnixMillis;
use lark_examples::{Platform, println, progress_bar, start};
use lark_sheets::cell::{Cell, SerialDate};
use lark_sheets::spreadsheet::Spreadsheet;
use lark_sheets::v3::spreadsheet;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Day {
    date: SerialDate,
    builds: u32,
    failed: u32,
    note: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("sheet_report.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let made = platform.client.send(spreadsheet::create().title("Builds")).await?;
    let book = Spreadsheet::new(&platform.client, made.spreadsheet()?.spreadsheet_token()?);

    // Today by the clocks of Beijing.
    let today = SerialDate::from_unix(UnixMillis::now(), 8 * 3600).0.floor();
    let days = (0..7_u32).map(|it| Day {
        date: SerialDate(today - 6.0 + f64::from(it)),
        builds: 40 + it * it,
        failed: it % 3,
        note: (it == 6).then(|| "not over yet".to_owned()),
    });
    let bar = progress_bar("rows");
    let shown = bar.clone();
    let write = book.range("A1").write(days);
    let written = write.on_progress(move |it| shown.set_position(it.written as u64)).await?;
    bar.finish_and_clear();
    book.range("A2:A8").number_format("yyyy/MM/dd").await?;
    println!("{} rows, {}, {}", written.rows, written.ranges[0], book.token());

    let total = [Cell::from("total"), Cell::formula("=SUM(B2:B8)"), Cell::formula("=SUM(C2:C8)")];
    book.range("A1:D8").append([total]).await?;
    for day in book.range("A1:D8").rows::<Day>().await? {
        let note = day.note.unwrap_or_default();
        println!("{}: {} of {} failed {note}", day.date.civil()?, day.failed, day.builds);
    }
    Ok(())
}
