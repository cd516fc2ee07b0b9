//! Filters, orders and pages.

use lark_bitable::table::{Day, Filter, Operand, Table};
use lark_core::UnixMillis;
use serde::Deserialize;
use serde_json::json;

use crate::support::{SEARCH, client, start, tasks};

const DAY: i64 = 86_400_000;
const TODAY: i64 = 1_795_622_400_000;

#[derive(Debug, Deserialize)]
struct Name {
    #[serde(rename = "Task")]
    task: String,
}

async fn names(table: &Table, filter: Filter) -> String {
    let records = table.records::<Name>().filter(filter).sort_by("Task").all().await;
    records.expect("records").into_iter().map(|it| it.fields.task).collect()
}

async fn filled() -> Table {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let rows = [
        json!({ "Task": "a", "Hours": 1, "Due": TODAY - DAY, "Done": true, "Status": "Closed" }),
        json!({ "Task": "b", "Hours": 2, "Due": TODAY + 1, "Status": "Open" }),
        json!({ "Task": "c", "Hours": 3.5, "Due": TODAY + DAY, "Done": true, "Status": "Open" }),
        json!({ "Task": "d" }),
    ];
    table.create(rows).await.expect("records");
    table
}

#[tokio::test(start_paused = true)]
async fn every_comparison_finds_what_it_says() {
    let table = filled().await;
    let field = Filter::field;
    for (filter, wanted) in [
        (field("Task").is("a"), "a"),
        (field("Task").is_not("a"), "bcd"),
        (field("Task").contains("B"), "b"),
        (field("Task").does_not_contain("b"), "acd"),
        (field("Hours").is(2), "b"),
        (field("Hours").is(3.5), "c"),
        (field("Hours").is_not(2), "acd"),
        (field("Hours").is_more_than(1), "bc"),
        (field("Hours").is_at_least(2), "bc"),
        (field("Hours").is_less_than(2), "a"),
        (field("Hours").is_at_most(2), "ab"),
        (field("Hours").is_empty(), "d"),
        (field("Hours").is_not_empty(), "abc"),
        (field("Due").is(Day::Today), "b"),
        (field("Due").is(Day::Yesterday), "a"),
        (field("Due").is_before(Day::Today), "a"),
        (field("Due").is_after(UnixMillis(TODAY)), "c"),
        (field("Done").is(true), "ac"),
        (field("Done").is(false), "bd"),
        (field("Status").is("Open"), "bc"),
        (field("Status").contains(["Open", "Closed"]), "abc"),
        (Filter::all([]), "abcd"),
        (field("Done").is(true).and(field("Status").is("Open")), "c"),
        (field("Task").is("a").or(field("Task").is("d")), "ad"),
        (field("Task").is("d").or(field("Done").is(true).and(field("Hours").is_at_most(1))), "ad"),
    ] {
        let shown = format!("{filter:?}");
        assert_eq!(names(&table, filter).await, wanted, "{shown}");
    }
    let id = table.schema().await.expect("fields").field("Task").expect("a field").id.clone();
    assert_eq!(names(&table, Filter::field(id).is("c")).await, "c");
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_does_not_fit_is_refused_before_the_call() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let field = Filter::field;
    let deep = field("Task")
        .is("a")
        .and(field("Task").is("b").or(field("Task").is("c").and(field("Task").is("d"))));
    let many = Filter::any((0..51).map(|it| Filter::field("Task").is(it.to_string())));
    for (filter, wanted) in [
        (field("Tusk").is("a"), "filter on field \"Tusk\": the table has \"Task\", "),
        (
            field("Hours").is("two"),
            "filter on field \"Hours\" (Number): wanted a number, found Text(\"two\")",
        ),
        (
            field("Due").is("2026-11-26"),
            "filter on field \"Due\" (DateTime): wanted a moment or a day",
        ),
        (
            field("Due").is_not(Day::Today),
            "filter on field \"Due\" (DateTime): dates are compared by is",
        ),
        (field("Done").is("true"), "filter on field \"Done\" (Checkbox): wanted true or false"),
        (
            field("Task").is_more_than("a"),
            "filter on field \"Task\" (Text): only numbers and dates",
        ),
        (field("Task").is(Operand::Number(1.0)), "filter on field \"Task\" (Text): wanted a text"),
        (
            field("Task").contains(Vec::<String>::new()),
            "filter on field \"Task\" (Text): wanted 1 to 10",
        ),
        (deep, "a filter nests all and any once"),
        (many, "a filter has 1 to 50 conditions"),
        (Filter::any([]), "a filter has 1 to 50 conditions"),
    ] {
        let error = table.records::<Name>().filter(filter).all().await.expect_err(wanted);
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
    let error = table.records::<Name>().sort_by("Tusk").all().await.expect_err("no such field");
    assert!(error.to_string().starts_with("sort by field \"Tusk\""), "{error}");
    assert_eq!(sandbox.requests_of(SEARCH), 0);
}

#[tokio::test(start_paused = true)]
async fn all_pages_are_read_in_order() {
    let sandbox = start().await;
    let table = tasks(&client(&sandbox)).await;
    let rows = (0..1234).map(|it| json!({ "Task": format!("{it:04}"), "Hours": 1234 - it }));
    table.create(rows).await.expect("records");
    let mut records = table.records::<Name>().sort_by("Hours");
    let mut sizes = Vec::new();
    let mut last = String::from("9999");
    while let Some(page) = records.next_page().await {
        let page = page.expect("a page");
        sizes.push(page.len());
        assert_eq!(records.total(), Some(1234));
        for record in page {
            assert!(record.fields.task < last);
            last = record.fields.task;
        }
    }
    assert_eq!((sizes.as_slice(), sandbox.requests_of(SEARCH)), ([500, 500, 234].as_slice(), 3));
    let descending = table.records::<Name>().sort_by_descending("Task").all().await.expect("all");
    assert_eq!((descending.len(), descending[0].fields.task.as_str()), (1234, "1233"));

    // From the second page on.
    let mut records = table.records::<Name>().page_size(100);
    records.next_page().await.expect("a page").expect("a page");
    let token = records.token().expect("a second page").to_owned();
    let rest = table.records::<Name>().page_size(100).resume(token).all().await.expect("the rest");
    assert_eq!((rest.len(), rest[0].fields.task.as_str()), (1134, "0100"));
    let timed = table.records::<Name>().automatic_fields().next().await.expect("a record");
    assert_eq!(timed.expect("a record").created_time, Some(UnixMillis(TODAY)));
}

#[tokio::test(start_paused = true)]
async fn a_table_with_more_fields_than_a_page_is_known_whole() {
    let sandbox = start().await;
    let names: Vec<String> = (0..250).map(|it| format!("Field {it}")).collect();
    let fields: Vec<_> = names.iter().map(|it| (it.as_str(), 1, serde_json::Value::Null)).collect();
    let table = crate::support::table(&client(&sandbox), &fields).await;
    let schema = table.schema().await.expect("fields");
    assert_eq!(
        schema.fields.iter().map(|it| &it.name).collect::<Vec<_>>(),
        names.iter().collect::<Vec<_>>()
    );
    table.schema().await.expect("fields");
    assert_eq!(sandbox.requests_of(crate::support::FIELDS), 3, "they are read once");
}
