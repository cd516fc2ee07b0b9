//! Creates a spreadsheet, writes a table into its first sheet and reads it back.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET.

use std::error::Error;
use std::process::ExitCode;

use lark_core::{Client, Value};
use lark_examples::{Platform, println, start};
use lark_sheets::v2::{ValueRange, spreadsheet_values as values};
use lark_sheets::v3::{spreadsheet, spreadsheet_sheet as sheet};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("sheet_values.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    Ok(write(&platform.client).await?)
}

async fn write(client: &Client) -> lark_core::Result<()> {
    let created = client.send(spreadsheet::create().title("Hours")).await?;
    let token = created.spreadsheet()?.spreadsheet_token()?;
    let sheets = client.send(sheet::query(token)).await?;
    let Some(first) = sheets.sheets.first() else {
        println!("{token} has no sheet");
        return Ok(());
    };
    let range = format!("{}!A1:B3", first.sheet_id()?);
    println!("{token}, {range}");

    let rows: [[Value; 2]; 3] = [
        ["Task".into(), "Hours".into()],
        ["Write the docs".into(), 4.into()],
        ["Review".into(), 1.5.into()],
    ];
    let rows = rows.map(Vec::from);
    let write = ValueRange::new().range(&range).values(rows);
    let written = client.send(values::update(token).value_range(write)).await?;
    println!("{} cells written", written.updated_cells()?);

    let read = client.send(values::get(token, &range)).await?;
    for row in &read.value_range()?.values {
        println!("{row:?}");
    }
    Ok(())
}
