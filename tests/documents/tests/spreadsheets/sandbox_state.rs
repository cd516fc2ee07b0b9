//! What the sandbox keeps of spreadsheets, and the codes of its limits.

use lark_core::{Client, Error};
use lark_sheets::cell::Cell;
use lark_sheets::spreadsheet::Spreadsheet;
use lark_sheets::v2::{
    AddSheet, AddedDimension, DeleteSheet, DimensionRange, InsertDataOption, MajorDimension,
    NewSheet, SheetRequest, ValueRange, spreadsheet_dimension as dimension, spreadsheet_metainfo,
    spreadsheet_sheet, spreadsheet_values as values,
};
use lark_sheets::v3;

use super::book;

async fn column(book: &Spreadsheet) -> Vec<String> {
    let rows = book.range("Sheet1!A:A").cells().await.expect("cells");
    rows.iter().map(|it| it[0].plain_text()).collect()
}

fn value_range(range: String, rows: Vec<Vec<lark_core::Value>>) -> ValueRange {
    ValueRange::new().range(range).values(rows)
}

async fn put(
    client: &Client,
    token: &str,
    range: String,
    rows: Vec<Vec<lark_core::Value>>,
) -> Option<i64> {
    let request = values::update(token).value_range(value_range(range, rows));
    client.send(request).await.err().and_then(|it: Error| it.code())
}

#[tokio::test]
async fn each_limit_has_its_code() {
    let (_sandbox, client, book) = book().await;
    let (token, id) = (book.token(), book.sheets().await.expect("sheets")[0].sheet_id.clone());
    let one = || vec![vec![1.into()]];
    assert_eq!(put(&client, token, format!("{id}!A1:A1"), one()).await, None);
    for (range, code) in [
        (format!("{id}!A1"), 90_202),
        (format!("{id}!A200:A201"), 90_202),
        (format!("{id}!U1:U1"), 90_202),
        ("Sheet1!A1:A1".to_owned(), 90_215),
    ] {
        assert_eq!(put(&client, token, range.clone(), one()).await, Some(code), "{range}");
    }
    let two = vec![vec![1.into()], vec![2.into()]];
    assert_eq!(put(&client, token, format!("{id}!A1:A1"), two).await, Some(90_202));
    let long = vec![vec!["x".repeat(50_001).into()]];
    assert_eq!(put(&client, token, format!("{id}!A1:A1"), long).await, Some(90_226));
    let many = vec![vec![0.into()]; 5001];
    assert_eq!(put(&client, token, format!("{id}!A1:A200"), many).await, Some(90_226));
    let mention = serde_json::json!({ "type": "mention", "textType": "email", "text": "a@b.c" });
    let mentions = vec![vec![mention]; 51];
    assert_eq!(put(&client, token, format!("{id}!A1:A60"), mentions).await, Some(90_226));
    let strange = vec![vec![serde_json::json!({ "type": "url" })]];
    assert_eq!(put(&client, token, format!("{id}!A1:A1"), strange).await, Some(90_204));
    let unknown = Spreadsheet::new(&client, "Iow7sNNEphp3WbtnbCscPqabnef");
    for unknown in [&unknown, &Spreadsheet::new(&client, "shtcnSB00000000000000000000")] {
        let error = unknown.range("A1").cells().await.expect_err("no such spreadsheet").to_string();
        assert!(error.contains("1310214"), "{error}");
    }
    assert_eq!(put(&client, unknown.token(), format!("{id}!A1:A1"), one()).await, Some(90_214));
}

#[tokio::test]
async fn rows_and_columns_come_and_go() {
    let (_sandbox, client, book) = book().await;
    let (token, id) = (book.token(), book.sheets().await.expect("sheets")[0].sheet_id.clone());
    let at = |start: i64, end: i64| {
        DimensionRange::new()
            .sheet_id(&id)
            .major_dimension(MajorDimension::Rows)
            .start_index(start)
            .end_index(end)
    };
    book.range("Sheet1!A1").write([["a"], ["b"], ["c"]]).await.expect("written");
    // Counted from 0 and without the end; then from 1 and with it.
    client.send(dimension::insert(token).dimension(at(1, 3))).await.expect("inserted");
    assert_eq!(column(&book).await, ["a", "", "", "b", "c"]);
    let deleted = client.send(dimension::delete(token).dimension(at(2, 4))).await.expect("deleted");
    assert_eq!(deleted.del_count, Some(3));
    assert_eq!(column(&book).await, ["a", "c"]);
    let columns =
        AddedDimension::new().sheet_id(&id).major_dimension(MajorDimension::Columns).length(7);
    client.send(dimension::add(token).dimension(columns)).await.expect("added");
    let metainfo = client.send(spreadsheet_metainfo::get(token)).await.expect("metainfo");
    let sheet = &book.sheets().await.expect("sheets")[0];
    assert_eq!((sheet.rows, sheet.columns), (199, 27));
    assert_eq!(
        (metainfo.sheets[0].row_count, metainfo.sheets[0].column_count),
        (Some(199), Some(27))
    );
    client.send(dimension::delete(token).dimension(at(1, 199))).await.expect_err("one is left");
}

#[tokio::test]
async fn rows_are_appended_and_prepended() {
    let (_sandbox, client, book) = book().await;
    let (token, id) = (book.token(), book.sheets().await.expect("sheets")[0].sheet_id.clone());
    book.range("Sheet1!A1").write([["a"], ["b"]]).await.expect("written");
    book.range("Sheet1!A4").write([["z"]]).await.expect("written");
    let rows = || vec![vec!["c".into()], vec!["d".into()]];
    let append = |option: InsertDataOption| {
        let range = value_range(format!("{id}!A1:A2"), rows());
        values::append(token).insert_data_option(option).value_range(range)
    };
    // There is one empty row, so the second one goes over what is there.
    client.send(append(InsertDataOption::Overwrite)).await.expect("appended");
    assert_eq!(column(&book).await, ["a", "b", "c", "d"]);
    book.range("Sheet1!A6").write([["z"]]).await.expect("written");
    let response = client.send(append(InsertDataOption::InsertRows)).await.expect("appended");
    assert_eq!(response.table_range, Some(format!("{id}!A5:A6")));
    assert_eq!(column(&book).await, ["a", "b", "c", "d", "c", "d", "", "z"]);
    let range = value_range(format!("{id}!A2:A2"), vec![vec!["new".into()]]);
    client.send(values::prepend(token).value_range(range)).await.expect("prepended");
    assert_eq!(column(&book).await[..3], ["a", "new", "b"]);
}

#[tokio::test]
async fn sheets_are_added_and_deleted() {
    let (_sandbox, client, book) = book().await;
    let add = |title: &str| {
        let sheet = AddSheet::new().properties(NewSheet::new().title(title).index(1));
        spreadsheet_sheet::batch_update(book.token())
            .requests([SheetRequest::new().add_sheet(sheet)])
    };
    client.send(add("Q1 '26!")).await.expect("added");
    assert_eq!(client.send(add("Sheet1")).await.expect_err("twice").code(), Some(90_209));
    assert_eq!(client.send(add("a/b")).await.expect_err("no title").code(), Some(90_205));
    // A name that has to be quoted.
    book.range("'Q1 ''26!'!A1").write([["here"]]).await.expect("written");
    assert_eq!(book.range("Q1 '26!!A1").cells().await.expect("cells"), [[Cell::from("here")]]);
    // With two sheets, one has to be named.
    let error = book.range("A1").cells().await.expect_err("which one").to_string();
    assert!(error.contains("\"Sheet1\"") && error.contains("\"Q1 '26!\""), "{error}");
    let id = book.sheets().await.expect("sheets")[1].sheet_id.clone();
    let delete = SheetRequest::new().delete_sheet(DeleteSheet::new().sheet_id(&id));
    client
        .send(spreadsheet_sheet::batch_update(book.token()).requests([delete]))
        .await
        .expect("deleted");
    let query = client.send(v3::spreadsheet_sheet::query(book.token())).await.expect("sheets");
    assert_eq!(query.sheets.len(), 1);
    book.range(format!("{id}!A1")).cells().await.expect_err("it is gone");
}
