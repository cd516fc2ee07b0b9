//! Spreadsheets on the sandbox: values as rows of types.

mod cells;
mod dates;
mod large;
mod reading;
mod sandbox_state;
mod writing;

use lark_core::Client;
use lark_sandbox::Sandbox;
use lark_sheets::spreadsheet::Spreadsheet;
use lark_sheets::v3;
use serde::{Deserialize, Serialize};

use crate::round_trips::start;

/// A new spreadsheet with one sheet of 200 rows and 20 columns, `Sheet1`.
async fn book() -> (Sandbox, Client, Spreadsheet) {
    let (sandbox, client) = start().await;
    let created = client.send(v3::spreadsheet::create().title("Orders")).await.expect("created");
    let token = created.spreadsheet.and_then(|it| it.spreadsheet_token).expect("a token");
    let book = Spreadsheet::new(&client, token);
    (sandbox, client, book)
}

/// A row of a user.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Order {
    #[serde(rename = "品名")]
    name: String,
    count: u32,
    price: f64,
    paid: bool,
    note: Option<String>,
}

fn order(name: &str, count: u32) -> Order {
    let price = f64::from(count) * 1.25;
    Order { name: name.to_owned(), count, price, paid: count > 2, note: None }
}
