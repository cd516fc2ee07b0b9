//! Rows that are read: what fits, what does not, and what the errors say.

use std::collections::HashMap;

use lark_sheets::cell::{Cell, SerialDate};
use lark_sheets::spreadsheet::SheetError;
use serde::Deserialize;

use super::{Order, book, order};

#[tokio::test]
async fn what_is_written_is_read_by_the_names_of_the_header() {
    let (sandbox, _client, book) = book().await;
    let orders = vec![order("螺丝", 1), order("nuts", 3)];
    let written = book.range("Sheet1!B2").write(&orders).await.expect("written");
    assert_eq!((written.rows, written.cells, written.calls), (3, 15, 1));
    assert_eq!(written.ranges[0].to_string(), "Sheet1!B2:F4");
    let read: Vec<Order> = book.range("Sheet1!B2:F9").rows().await.expect("rows");
    assert_eq!(read, orders);
    // Columns in another order, and more of them, change nothing.
    book.range("Sheet1!A2").write([["unused"]]).await.expect("written");
    // The title is looked up once for all ranges that are within the sheet.
    assert_eq!(sandbox.requests_of("sheets.v3.spreadsheet.sheet.query"), 1);
    let numbered = book.range("Sheet1!2:200").numbered_rows::<Order>().await.expect("rows");
    assert_eq!(numbered, [(3, orders[0].clone()), (4, orders[1].clone())]);
    let maps: Vec<HashMap<String, Cell>> = book.range("Sheet1!A2:Z9").rows().await.expect("rows");
    assert_eq!(maps[0]["品名"], Cell::from("螺丝"));
    assert_eq!(maps[1]["count"], Cell::from(3));
}

#[tokio::test]
async fn an_error_names_the_cell_what_is_wanted_and_what_is_there() {
    let (_sandbox, _client, book) = book().await;
    let rows = [
        [Cell::from("品名"), "count".into(), "price".into(), "paid".into()],
        [Cell::from("nuts"), "many".into(), 1.5.into(), true.into()],
    ];
    book.range("Sheet1!A1").write(rows).await.expect("written");
    let error = |text: &'static str| {
        let book = book.clone();
        async move { book.range(text).rows::<Order>().await.expect_err("an error").to_string() }
    };
    assert_eq!(
        error("Sheet1!A1:D9").await,
        "Sheet1!B2 (\"count\"): wanted u32, found the text \"many\""
    );
    assert_eq!(error("Sheet1!A1:B9").await.split(':').next(), Some("Sheet1!B2 (\"count\")"),);
    book.range("Sheet1!B2").write([[2]]).await.expect("written");
    assert_eq!(
        error("Sheet1!A1:B9").await,
        "the header row Sheet1!A1:B1 has no column \"price\", it has \"品名\", \"count\""
    );
    book.range("Sheet1!E1").write([["price"]]).await.expect("written");
    assert_eq!(error("Sheet1!A1:E9").await, "the header row Sheet1!A1:E1 has 2 columns \"price\"");
    let tuples = book.range("Sheet1!A2:D9").rows_by_position::<(String, u32)>().await;
    assert_eq!(
        tuples.expect_err("too short").to_string(),
        "Sheet1!C2: wanted nothing behind the 2 values of a tuple, found the number 1.5"
    );
    let tuples = book.range("Sheet1!A2:A9").rows_by_position::<(String, u32)>().await;
    assert_eq!(
        tuples.expect_err("too long").to_string(),
        "Sheet1!A2: wanted a tuple of size 2, found a row of 1 cells"
    );
}

#[tokio::test]
async fn a_sheet_that_is_not_there_is_an_error_with_those_that_are() {
    let (_sandbox, _client, book) = book().await;
    let sheets = book.sheets().await.expect("sheets");
    let id = &sheets[0].sheet_id;
    let error = book.range("Orders!A1:B2").cells().await.expect_err("no such sheet");
    let text = format!("Orders!A1:B2: no such sheet, there are \"Sheet1\" ({id})");
    assert_eq!(error.to_string(), text);
    assert!(matches!(error, SheetError::UnknownSheet { .. }));
    let error = book.range("Sheet1!A0").cells().await.expect_err("no range");
    assert_eq!(error.to_string(), "\"Sheet1!A0\" is no range: rows count from 1");
    // The title, the id, and no name at all are the same sheet here.
    book.range("A1").write([[7]]).await.expect("written");
    for range in [format!("{id}!A1"), "Sheet1!A1".to_owned(), "A1".to_owned()] {
        assert_eq!(book.range(&range).cells().await.expect("cells"), [[Cell::from(7)]], "{range}");
    }
    // Nothing of a range beyond the sheet is there.
    assert_eq!(book.range("Sheet1!A500:B600").cells().await.expect("cells").len(), 0);
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum State {
    Open,
    Done,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Loose {
    id: String,
    count: i64,
    ratio: f32,
    flag: bool,
    due: SerialDate,
    state: State,
    tags: Vec<String>,
    missing: Option<u8>,
    #[serde(default)]
    any: Cell,
}

#[tokio::test]
async fn values_fit_types_that_people_mean() {
    let (_sandbox, _client, book) = book().await;
    let header = ["id", "count", "ratio", "flag", "due", "state", "tags", "missing", "any"];
    let row = [
        Cell::from(42),
        "17".into(),
        2.into(),
        "true".into(),
        SerialDate::from_ymd(2026, 11, 26).expect("a date").into(),
        "done".into(),
        Cell::multiple(["a", "b"]),
        Cell::Empty,
        Cell::link("docs", "https://example.com"),
    ];
    book.range("A1").write([header]).await.expect("written");
    book.range("A2").write([&row]).await.expect("written");
    // Formatted texts of dates fit as well.
    let second = ["x", "1", "0.5", "FALSE", "2026/11/26 12:00", "open", "a", "", ""];
    book.range("A3").write([second]).await.expect("written");
    let read: Vec<Loose> = book.range("A1:I9").rows().await.expect("rows");
    let first = Loose {
        id: "42".to_owned(),
        count: 17,
        ratio: 2.0,
        flag: true,
        due: SerialDate(46_352.0),
        state: State::Done,
        tags: vec!["a".to_owned(), "b".to_owned()],
        missing: None,
        any: row[8].clone(),
    };
    assert_eq!(read[0], first);
    assert_eq!((read[1].due, read[1].missing), (SerialDate(46_352.5), None));
    assert_eq!((&read[1].tags, read[1].flag), (&vec!["a".to_owned()], false));
    let error = book.range("A1:F9").rows::<HashMap<String, State>>().await.expect_err("no state");
    assert_eq!(
        error.to_string(),
        "A2 (\"id\"): wanted one of open, done, found the number 42".replace("A2", "Sheet1!A2")
    );
}
