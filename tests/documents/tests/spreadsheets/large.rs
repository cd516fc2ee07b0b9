//! Ranges beyond the limits of a call.

use std::time::Duration;

use lark_core::{Client, RetryPolicy};
use lark_sandbox::{ScriptedResponse, Times};
use lark_sheets::cell::Cell;
use lark_sheets::spreadsheet::{SheetError, Spreadsheet};
use serde_json::json;

use super::book;

const GET: &str = "sheets.v2.spreadsheet.values.get";
const UPDATE: &str = "sheets.v2.spreadsheet.values.update";

#[tokio::test]
async fn a_large_range_is_split_both_ways_and_the_sheet_grows() {
    let (sandbox, _client, book) = book().await;
    let cell = |row: u32, column: u32| Cell::from(row * 1000 + column);
    let rows: Vec<Vec<Cell>> =
        (0..5001).map(|row| (0..101).map(|column| cell(row, column)).collect()).collect();
    let written = book.range("Sheet1!C2").write(&rows).await.expect("written");
    assert_eq!((written.rows, written.cells), (5001, 505_101));
    assert_eq!(written.ranges[0].to_string(), "Sheet1!C2:CY5002");
    let sheet = &book.sheets().await.expect("sheets")[0];
    assert_eq!((sheet.rows, sheet.columns), (5002, 103));
    // Each call is within the limits, or the sandbox would have refused it.
    assert!(written.calls <= 8, "{}", written.calls);
    let before = sandbox.requests_of(GET);
    assert_eq!(book.range("Sheet1!C2:CY5002").cells().await.expect("cells"), rows);
    assert!(sandbox.requests_of(GET) - before <= 8);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_read_in_halves() {
    let (sandbox, _client, book) = book().await;
    // 15 MB in 300 cells.
    let rows: Vec<[String; 2]> =
        (0..150).map(|it| ["x".repeat(50_000), format!("{it:050000}")]).collect();
    book.range("Sheet1!A1").write(&rows).await.expect("written");
    let read: Vec<[String; 2]> = book.range("Sheet1!A:B").rows_by_position().await.expect("rows");
    assert!(read == rows);
    assert_eq!(sandbox.requests_of(GET), 3);
    let both = book.batch_get(["Sheet1!A1:B75", "Sheet1!A76:B150"]).await.expect("read");
    assert_eq!(both.iter().map(Vec::len).collect::<Vec<_>>(), [75, 75]);
}

#[tokio::test]
async fn a_sheet_that_changes_while_it_is_read_is_read_again() {
    let (sandbox, _client, book) = book().await;
    let rows: Vec<(u32,)> = (0..6000).map(|it| (it,)).collect();
    book.range("Sheet1!A1").write(&rows).await.expect("written");
    let answer = |revision: u32| {
        let range = json!({ "range": "x", "revision": revision, "values": [[1]] });
        let data = json!({ "revision": revision, "valueRange": range });
        ScriptedResponse::json(200, &json!({ "code": 0, "msg": "success", "data": data }))
    };
    sandbox.respond_with(GET, Times::Once, answer(1));
    let read: Vec<(u32,)> = book.range("Sheet1!A1:A6000").rows_by_position().await.expect("rows");
    assert_eq!(read, rows);
    for revision in 1..=6 {
        sandbox.respond_with(GET, Times::Once, answer(revision));
    }
    let error = book.range("Sheet1!A1:A6000").cells().await.expect_err("it changes");
    assert_eq!(error.to_string(), "Sheet1!A1:A6000 changed while it was read: revision 1 became 6");
    assert!(matches!(error, SheetError::Changed { from: 1, to: 6, .. }));
}

#[tokio::test]
async fn a_busy_spreadsheet_is_waited_for() {
    let (sandbox, _client, book) = book().await;
    for code in [90_217, 90_235] {
        let busy = json!({ "code": code, "msg": "try again" });
        let busy = ScriptedResponse::json(400, &busy).header("retry-after", "0");
        sandbox.respond_with(UPDATE, Times::Once, busy);
    }
    let soon = Duration::from_millis(1);
    let client = Client::builder("cli_a1b2c3d4e5f60718", "secret")
        .base_url(sandbox.base_url())
        .retry(RetryPolicy::default().delays(soon, soon))
        .build()
        .expect("a client");
    let book = Spreadsheet::new(&client, book.token());
    book.range("Sheet1!A1").write([[1]]).await.expect("written in the end");
    assert_eq!(sandbox.requests_of(UPDATE), 3);
}
