//! Values of every kind, and ranges of every form.

use lark_sheets::a1::{CellAddress, Range};
use lark_sheets::cell::{Cell, Link, Mention, MentionKind, Segment};
use lark_sheets::v2::ValueRenderOption;
use proptest::prelude::*;
use serde_json::json;

use super::book;

/// A cell of each kind that can be written.
fn every_kind() -> Vec<Cell> {
    vec![
        Cell::Empty,
        Cell::from(-0.125),
        Cell::from(42),
        Cell::from("text"),
        Cell::from(true),
        Cell::link("docs", "https://example.com"),
        Cell::from(Mention::open_id("ou_1")),
        Cell::from(Mention::union_id("on_1")),
        Cell::from(Mention::document("sheet", "shtcn1")),
        Cell::multiple(["a", "b"]),
        Cell::MultipleValues(vec![json!(1), json!(true)]),
        Cell::from(vec![
            Segment::text("see "),
            Segment::bold("this"),
            Link::new("link", "https://example.com").into(),
            Mention::open_id("ou_2").into(),
        ]),
    ]
}

#[tokio::test]
async fn what_was_read_can_be_written_and_reads_the_same() {
    let (_sandbox, _client, book) = book().await;
    let row = every_kind();
    book.range("Sheet1!A1").write([&row]).await.expect("written");
    let read = book.range("Sheet1!A1:L1").cells().await.expect("cells");
    let texts: Vec<String> = read[0].iter().map(Cell::plain_text).collect();
    let expected = [
        "",
        "-0.125",
        "42",
        "text",
        "TRUE",
        "docs",
        "ou_1",
        "on_1",
        "shtcn1",
        "a,b",
        "1,true",
        "see thislinkou_2",
    ];
    assert_eq!(texts, expected);
    let Cell::Mention(mention) = &read[0][8] else { panic!("no mention: {:?}", read[0][8]) };
    assert_eq!(mention.kind, MentionKind::Document { obj_type: "sheet".to_owned() });
    // The shape that is read is not the one that is written.
    book.range("Sheet1!A2").write(&read).await.expect("written");
    assert_eq!(book.range("Sheet1!A2:L2").cells().await.expect("cells"), read);
}

#[tokio::test]
async fn render_options_decide_what_formulas_and_mentions_are() {
    let (_sandbox, _client, book) = book().await;
    let row = [Cell::formula("=SUM(B1:B9)"), Mention::open_id("ou_1").notify(true).into()];
    book.range("Sheet1!A1").write([row]).await.expect("written");
    let range = book.range("Sheet1!A1:B1");
    let formulas = range.clone().value_render(ValueRenderOption::Formula).cells().await;
    assert_eq!(formulas.expect("cells")[0][0], Cell::formula("=SUM(B1:B9)"));
    let texts = range.clone().value_render(ValueRenderOption::PlainText).cells().await;
    assert_eq!(texts.expect("cells")[0][1], Cell::from("@ou_1"));
    // The ids are those that calls take, unless another kind is asked for.
    let cells = range.cells().await.expect("cells");
    assert!(matches!(&cells[0][1], Cell::Mention(it) if it.id == "ou_1"), "{cells:?}");
}

fn range() -> impl Strategy<Value = Range> {
    let cell = (1..=18_278_u32, 1..=9_999_999_u32)
        .prop_map(|(column, row)| CellAddress::new(column, row).expect("in bounds"));
    let cells = (cell.clone(), cell).prop_map(|(first, last)| Range::between(first, last));
    let text = "(A:C|B2:D|2:5|a7)".prop_map(|it: String| it.parse().expect("a range"));
    let name = prop_oneof!["[a-zA-Z0-9]{1,8}", "[^/\\\\?*\\[\\]:]{1,12}", "['! A1]{1,6}"];
    let any = prop_oneof![cells, text];
    prop_oneof![
        any.clone(),
        (any, name.clone()).prop_map(|(range, name)| range.on_sheet(name)),
        name.prop_map(Range::sheet),
    ]
}

proptest! {
    #[test]
    fn a_range_is_the_same_after_it_was_printed(range in range()) {
        prop_assert_eq!(range.to_string().parse::<Range>(), Ok(range));
    }

    #[test]
    fn no_text_panics(text in ".{0,40}") {
        if let Ok(range) = text.parse::<Range>() {
            prop_assert_eq!(range.to_string().parse::<Range>(), Ok(range));
        }
    }
}
