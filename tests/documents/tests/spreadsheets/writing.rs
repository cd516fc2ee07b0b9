//! Rows that are written: over what is there, below it, and after a failure.

use lark_sandbox::{Fault, Times};
use lark_sheets::cell::{Cell, Mention};
use lark_sheets::spreadsheet::{Progress, SheetError, WriteError};
use lark_test_support::says_things_once;
use serde::Serialize;
use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Order, book, order};

const APPEND: &str = "sheets.v2.spreadsheet.values.append";
const UPDATE: &str = "sheets.v2.spreadsheet.values.update";

#[tokio::test]
async fn rows_are_appended_under_their_names() {
    let (_sandbox, _client, book) = book().await;
    // A new sheet gets the header as well.
    let written = book.range("Sheet1").append([order("a", 1)]).await.expect("appended");
    assert_eq!((written.rows, written.ranges[0].to_string().as_str()), (2, "Sheet1!A1:E2"));
    // Other columns, in another order.
    book.range("Sheet1!A10")
        .write([("note", "paid", "other", "price", "count", "品名")])
        .await
        .expect("written");
    book.range("Sheet1!A10:F10").append([order("b", 4), order("c", 5)]).await.expect("appended");
    let read: Vec<Order> = book.range("Sheet1!A10:F20").rows().await.expect("rows");
    assert_eq!(read, [order("b", 4), order("c", 5)]);
    // What follows the first table has moved, and nothing of it is lost.
    let written = book.range("Sheet1!A1:E").append([order("d", 6)]).await.expect("appended");
    assert_eq!(written.ranges[0].to_string(), "Sheet1!A3:E3");
    let read: Vec<Order> = book.range("Sheet1!A11:F20").rows().await.expect("rows");
    assert_eq!(read.len(), 2);
    let error = book.range("Sheet1!A1:C").append([order("e", 1)]).await.expect_err("no column");
    assert_eq!(
        error.to_string(),
        "nothing is written: the header row Sheet1!A1:C1 has no column \"paid\", it has \"品名\", \"count\", \"price\""
    );
}

#[tokio::test]
async fn an_append_whose_outcome_is_unknown_is_looked_for() {
    let (sandbox, _client, book) = book().await;
    // The last time, the rows above look the same and are not those.
    let faults = [(Fault::reset(), 2), (Fault::reset_after_execution(), 1), (Fault::reset(), 2)];
    for (fault, times) in faults {
        let before = sandbox.requests_of(APPEND);
        sandbox.fault(APPEND, Times::Once, fault);
        let rows = [("started", Some(7)), ("ended", None)];
        let error = book.range("Sheet1!A:B").append(rows).await.expect_err("a fault");
        assert_eq!((error.written(), error.total()), (0, 2));
        says_things_once(&error);
        says_things_once(error.cause());
        let written = error.resume().await.expect("the rest");
        assert_eq!(written.rows, 2);
        assert_eq!(sandbox.requests_of(APPEND) - before, times);
    }
    let read: Vec<(String, Option<u8>)> =
        book.range("Sheet1!A:B").rows_by_position().await.expect("rows");
    let started = || ("started".to_owned(), Some(7));
    let ended = || ("ended".to_owned(), None);
    assert_eq!(read, [started(), ended(), started(), ended(), started(), ended()]);
}

#[tokio::test]
async fn a_failure_says_what_is_written_and_goes_on() {
    let (sandbox, _client, book) = book().await;
    let rows: Vec<(u32, u32)> = (0..12_000).map(|it| (it, it * 2)).collect();
    for fault in [Fault::reset(), Fault::reset_after_execution()] {
        sandbox.fault(UPDATE, Times::Once, Fault::latency(Duration::ZERO));
        sandbox.fault(UPDATE, Times::Once, fault);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let progress = Arc::clone(&seen);
        let error = book
            .range("Sheet1!C3")
            .write(&rows)
            .on_progress(move |it: Progress| progress.lock().expect("a lock").push(it.written))
            .await
            .expect_err("a fault");
        assert_eq!((error.written(), error.total()), (5000, 12_000));
        assert!(error.to_string().starts_with("5000 of 12000 rows are written: "), "{error}");
        assert!(matches!(error.cause(), SheetError::Call(_)));
        let written = error.resume().await.expect("the rest");
        assert_eq!((written.rows, written.cells), (12_000, 24_000));
        assert_eq!(written.ranges[0].to_string(), "Sheet1!C3:D12002");
        assert_eq!(seen.lock().expect("a lock").last(), Some(&12_000));
    }
    let read: Vec<(u32, u32)> = book.range("Sheet1!C3:D").rows_by_position().await.expect("rows");
    assert_eq!(read, rows);
}

#[tokio::test]
async fn a_sheet_grows_once_and_ends_with_its_data() {
    let (sandbox, _client, book) = book().await;
    let grow = "sheets.v2.spreadsheet.dimension.add";
    for (fault, rows) in [(Fault::reset_after_execution(), 6000), (Fault::reset(), 12_000)] {
        sandbox.fault(grow, Times::Once, fault);
        let write = book.range("Sheet1!A1").write(vec![[1]; rows]);
        write.await.expect_err("a fault").resume().await.expect("the rest");
        assert_eq!(book.sheets().await.expect("sheets")[0].rows as usize, rows);
    }
    let wide = book.range("Sheet1!A1").write([vec![1; 30]]);
    wide.await.expect("written");
    // Calls of 5,000 rows, the last of which find nothing.
    let cells = book.range("Sheet1!B:B").cells().await.expect("cells");
    assert_eq!(cells.len(), 1);
}

#[tokio::test]
async fn a_batch_is_one_call() {
    let (sandbox, _client, book) = book().await;
    let written = book
        .batch()
        .range("Sheet1!A1", [("sum", 3)])
        .range("Sheet1!D5:E6", [[1, 2], [3, 4]])
        .await
        .expect("written");
    assert_eq!((written.calls, written.rows, written.cells), (1, 3, 6));
    assert_eq!(sandbox.requests_of("sheets.v2.spreadsheet.values.batch_update"), 1);
    let read =
        book.batch_get(["Sheet1!A1:B1", "Sheet1!D5:E9", "Sheet1!H1:H9"]).await.expect("read");
    assert_eq!(read[0], [[Cell::from("sum"), Cell::from(3)]]);
    assert_eq!(read[1].len(), 2);
    assert_eq!(read[2].len(), 0);
    assert_eq!(sandbox.requests_of("sheets.v2.spreadsheet.values.batch_get"), 1);
    // One bad range, and nothing of it is written.
    let batch = book.batch().range("Sheet1!A9", [[1]]).range("Sheet1!A0", [[2]]);
    let error = batch.await.expect_err("no range").to_string();
    assert_eq!(error, "nothing is written: \"Sheet1!A0\" is no range: rows count from 1");
    assert_eq!(book.range("Sheet1!A9:B9").cells().await.expect("cells").len(), 0);
}

async fn refused<T: Serialize>(range: &str, rows: Vec<T>) -> String {
    let (sandbox, _client, book) = book().await;
    let error: WriteError = book.range(range).write(rows).await.expect_err("refused");
    assert_eq!(sandbox.requests_of(UPDATE), 0);
    error.to_string().replace("nothing is written: ", "")
}

#[tokio::test]
async fn what_no_cell_can_hold_is_refused_before_it_is_sent() {
    let long = "字".repeat(50_001);
    assert_eq!(
        refused("Sheet1!B2", vec![("a", long.as_str())]).await,
        "Sheet1!C2: 50001 characters in a cell, the limit is 50000"
    );
    // The second is the first that a double rounds, to one that fits.
    for id in [1_234_567_890_123_456_789_i64, 9_007_199_254_740_993, -9_007_199_254_740_993] {
        let wanted = format!(
            "row 1 of those to be written (\"B\"): wanted an integer of at most 2^53, which a sheet keeps \
             exactly (others as text), found {id}"
        );
        assert_eq!(refused("Sheet1!B2", vec![("a", id)]).await, wanted);
    }
    let error = refused("Sheet1!B2", vec![Order { price: f64::NAN, ..order("a", 1) }]).await;
    assert_eq!(
        error,
        "row 1 of those to be written (\"price\"): wanted a finite number, found NaN"
    );
    assert_eq!(
        refused("Sheet1!A1:B2", vec![[1, 2], [3, 4], [5, 6]]).await,
        "Sheet1!A1:B2: 3 rows to be written, the limit is 2"
    );
    assert_eq!(
        refused("Sheet1!A1", vec![[Cell::multiple(["a,b"])]]).await,
        "Sheet1!A1: wanted options without a comma, found \"a,b\""
    );
    assert_eq!(
        refused("Sheet1!A1", vec![[Cell::formula("1+1")]]).await,
        "Sheet1!A1: wanted a formula that begins with =, found the formula \"1+1\""
    );
    let mentions = vec![Cell::from(Mention::open_id("ou_1")); 51];
    assert_eq!(
        refused("Sheet1!A1", vec![mentions]).await,
        "Sheet1!A1: 51 mentions in a row, the limit is 50"
    );
    let error = refused("Sheet1!A1", vec![7]).await;
    assert!(error.contains("wanted a row: a struct, a map, a list or a tuple, found 7"), "{error}");
}

#[tokio::test]
async fn two_writers_append_everything() {
    let (_sandbox, client, book) = book().await;
    let rows = |writer: u32| (0..6000).map(move |it| (writer, it));
    let other = lark_sheets::spreadsheet::Spreadsheet::new(&client, book.token());
    let (one, two) = tokio::join!(
        book.range("Sheet1!A:B").append(rows(1)).into_future(),
        other.range("Sheet1!A:B").append(rows(2)).into_future(),
    );
    assert_eq!((one.expect("appended").rows, two.expect("appended").rows), (6000, 6000));
    let read: Vec<(u32, u32)> = book.range("Sheet1!A:B").rows_by_position().await.expect("rows");
    for writer in [1, 2] {
        let own = read.iter().copied().filter(|it| it.0 == writer);
        assert!(own.eq(rows(writer)), "the rows of {writer} are all there, in their order");
    }
}

#[tokio::test]
async fn a_format_goes_to_the_whole_range() {
    let (sandbox, _client, book) = book().await;
    book.range("Sheet1!A1").write(vec![[1]; 7000]).await.expect("written");
    book.range("Sheet1!A:A").number_format("yyyy/MM/dd").await.expect("formatted");
    assert_eq!(sandbox.requests_of("sheets.v2.spreadsheet.style.update"), 2);
}

#[tokio::test]
async fn images_go_into_single_cells() {
    let (sandbox, _client, book) = book().await;
    book.range("Sheet1!B2").write_image("logo.PNG", [137, 80, 78, 71]).await.expect("written");
    let cells = book.range("Sheet1!B2").cells().await.expect("cells");
    let Cell::Image(image) = &cells[0][0] else { panic!("no image: {cells:?}") };
    // It can be downloaded from Drive.
    let file = sandbox.stored_file(&image.file_token).expect("a file");
    assert_eq!((file.name(), file.bytes().expect("bytes")), ("logo.PNG", vec![137, 80, 78, 71]));
    let error =
        book.range("Sheet1!B2:B3").write_image("logo.png", [1]).await.expect_err("two cells");
    assert_eq!(error.to_string(), "Sheet1!B2:B3: wanted a single cell for an image, found a range");
    let error = book.range("Sheet1!B2").write_image("logo.txt", [1]).await.expect_err("no image");
    assert!(error.to_string().contains("found \"logo.txt\""), "{error}");
}
