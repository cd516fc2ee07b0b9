//! What is read can be written: every type of field.

use std::collections::BTreeMap;

use lark_bitable::table::{
    Attachment, Chat, FieldValue, Link, LinkedRecords, Location, Person, Record, TextSegment,
};
use lark_core::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{client, start, table};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Status {
    Open,
    #[serde(rename = "In progress")]
    InProgress,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Everything {
    name: String,
    hours: f64,
    count: u8,
    status: Option<Status>,
    tags: Vec<String>,
    due: Option<UnixMillis>,
    done: bool,
    owner: Vec<Person>,
    phone: Option<String>,
    page: Option<Link>,
    files: Vec<Attachment>,
    parents: LinkedRecords,
    place: Option<Location>,
    chats: Vec<Chat>,
    // What the platform fills in itself.
    #[serde(default)]
    number: String,
    #[serde(default)]
    created: Option<UnixMillis>,
    #[serde(default)]
    author: Option<Person>,
    #[serde(default)]
    twice: Option<f64>,
    #[serde(default)]
    names: Option<String>,
}

async fn everything() -> lark_bitable::table::Table {
    let sandbox = start().await;
    let formula = |name: &str| json!({ "formula_expression": format!("CurrentValue.[{name}]") });
    let fields = [
        ("Name", 1, Value::Null),
        ("Hours", 2, Value::Null),
        ("Count", 2, Value::Null),
        ("Status", 3, Value::Null),
        ("Tags", 4, Value::Null),
        ("Due", 5, Value::Null),
        ("Done", 7, Value::Null),
        ("Owner", 11, Value::Null),
        ("Phone", 13, Value::Null),
        ("Page", 15, Value::Null),
        ("Files", 17, Value::Null),
        ("Parents", 18, Value::Null),
        ("Place", 22, Value::Null),
        ("Chats", 23, Value::Null),
        ("Number", 1005, Value::Null),
        ("Created", 1001, Value::Null),
        ("Author", 1003, Value::Null),
        ("Twice", 20, formula("Hours")),
        ("Names", 20, formula("Name")),
    ];
    table(&client(&sandbox), &fields).await
}

fn row() -> Everything {
    Everything {
        name: "计划 \"A\"".to_owned(),
        hours: 1.5,
        count: 3,
        status: Some(Status::InProgress),
        tags: vec!["a".to_owned(), "b".to_owned()],
        due: Some(UnixMillis(1_795_622_400_123)),
        done: true,
        owner: vec![Person::new("ou_1"), Person::new("ou_2")],
        phone: Some("+8613800000000".to_owned()),
        page: Some(Link::new("docs", "https://example.com/?a=b")),
        files: vec![Attachment::new("boxcn1")],
        parents: LinkedRecords::new(["rec1", "rec2"]),
        place: Some(Location::new(116.397, 39.903)),
        chats: vec![Chat::new("oc_1")],
        number: String::new(),
        created: None,
        author: None,
        twice: None,
        names: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_struct_that_was_read_is_written_back() {
    let table = everything().await;
    table.check::<Everything>().await.expect("it fits");
    let written = table.create([row()]).await.expect("a record");
    assert_eq!((written.created, written.record_ids.len()), (1, 1));

    let record = table.records::<Everything>().all().await.expect("records").remove(0);
    let read = &record.fields;
    assert_eq!(record.id, written.record_ids[0]);
    assert_eq!((read.number.as_str(), read.twice), ("1", Some(1.5)));
    assert_eq!(read.names.as_deref(), Some("计划 \"A\""));
    assert!(read.created.is_some() && read.author.is_some());
    assert_eq!(read.owner[0].name.as_deref(), Some("Person ou_1"), "the read shape has names");
    assert!(read.files[0].url.is_some());
    let bare = Everything {
        owner: row().owner,
        files: row().files,
        place: row().place,
        chats: row().chats,
        number: String::new(),
        created: None,
        author: None,
        twice: None,
        names: None,
        ..read.clone()
    };
    assert_eq!(bare, row());

    // With names, addresses and formulas in it, as it is.
    let again = Record::new(&record.id, record.fields.clone());
    assert_eq!(table.update([again]).await.expect("an update").updated, 1);
    let after = table.records::<Everything>().all().await.expect("records").remove(0);
    assert_eq!(after.fields, record.fields);
    // And an upsert finds nothing to do.
    let written = table.upsert("Name", [record.fields]).await.expect("an upsert");
    assert_eq!((written.unchanged, written.calls), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn cells_without_a_struct_know_their_type() {
    let table = everything().await;
    table.create([row()]).await.expect("a record");
    type Cells = BTreeMap<String, FieldValue>;
    let record = table.records::<Cells>().all().await.expect("records").remove(0);
    let cells = &record.fields;
    for (name, wanted) in [
        ("Name", FieldValue::Text("计划 \"A\"".to_owned())),
        ("Hours", FieldValue::Number(1.5)),
        ("Status", FieldValue::Select("In progress".to_owned())),
        ("Tags", FieldValue::MultiSelect(vec!["a".to_owned(), "b".to_owned()])),
        ("Due", FieldValue::Date(UnixMillis(1_795_622_400_123))),
        ("Done", FieldValue::Checkbox(true)),
        ("Phone", FieldValue::Phone("+8613800000000".to_owned())),
        ("Page", FieldValue::Link(Link::new("docs", "https://example.com/?a=b"))),
        ("Parents", FieldValue::Records(LinkedRecords::new(["rec1", "rec2"]))),
        ("Number", FieldValue::AutoNumber("1".to_owned())),
        ("Twice", FieldValue::Number(1.5)),
        ("Names", FieldValue::Text("计划 \"A\"".to_owned())),
    ] {
        assert_eq!(cells[name], wanted, "{name}");
    }
    assert!(matches!(&cells["Owner"], FieldValue::People(it) if it.len() == 2));
    assert!(matches!(&cells["Author"], FieldValue::People(it) if it.len() == 1));
    assert!(matches!(&cells["Files"], FieldValue::Attachments(it) if it.len() == 1));
    assert!(matches!(&cells["Place"], FieldValue::Location(_)));
    assert!(matches!(&cells["Chats"], FieldValue::Chats(it) if it.len() == 1));
    assert!(matches!(&cells["Created"], FieldValue::Date(_)));
    let written = table.upsert("Name", [record.fields]).await.expect("an upsert");
    assert_eq!((written.unchanged, written.calls), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn other_types_take_what_cells_say() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Texts {
        name: Vec<TextSegment>,
        owner: Vec<String>,
        parents: Vec<String>,
        files: Vec<String>,
        page: String,
        place: String,
        due: String,
        hours: Value,
        count: Option<i64>,
        twice: Vec<f64>,
    }
    let table = everything().await;
    table.create([row()]).await.expect("a record");
    table.check::<Texts>().await.expect("it fits");
    let read = table.records::<Texts>().all().await.expect("records").remove(0);
    let texts = &read.fields;
    assert_eq!(texts.name[0].text, "计划 \"A\"");
    assert_eq!(texts.owner, ["ou_1", "ou_2"]);
    assert_eq!(texts.parents, ["rec1", "rec2"]);
    assert_eq!(texts.files, ["boxcn1"]);
    assert_eq!(texts.page, "https://example.com/?a=b");
    assert_eq!(texts.place, "116.397,39.903");
    assert_eq!(texts.due, "2026-11-25T16:00:00.123Z");
    assert_eq!((&texts.hours, texts.count), (&json!(1.5), Some(3)));
    assert_eq!(texts.twice, [1.5]);
    table.update([read]).await.expect("an update");
    let after = table.records::<Everything>().all().await.expect("records").remove(0);
    assert_eq!(after.fields.due, row().due);
    assert_eq!(after.fields.parents, row().parents);
}

#[tokio::test(start_paused = true)]
async fn empty_cells_are_empty_values_and_none_empties_a_cell() {
    let table = everything().await;
    let id = table.create([row()]).await.expect("a record").record_ids.remove(0);
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Part {
        name: String,
        status: Option<Status>,
        due: Option<UnixMillis>,
        tags: Vec<String>,
        done: bool,
        #[serde(default = "ten")]
        count: i64,
    }
    fn ten() -> i64 {
        10
    }
    let nothing = Part {
        name: String::new(),
        status: None,
        due: None,
        tags: Vec::new(),
        done: false,
        count: 0,
    };
    table.update([Record::new(&id, nothing)]).await.expect("an update");
    table.create([BTreeMap::from([("Hours", 1)])]).await.expect("a record");
    let records = table.records::<Part>().all().await.expect("records");
    for (record, count) in records.iter().zip([0, 10]) {
        let part = &record.fields;
        assert!(part.name.is_empty() && part.status.is_none() && part.due.is_none());
        assert!(part.tags.is_empty() && !part.done);
        assert_eq!(part.count, count, "a default is the type's own");
    }
    // What the struct does not have is as it was.
    let rest = table.records::<Value>().all().await.expect("records").remove(0);
    assert_eq!(rest.fields["Phone"], "+8613800000000");
}

#[tokio::test(start_paused = true)]
async fn fields_are_named_by_id_too() {
    let table = everything().await;
    let schema = table.schema().await.expect("fields");
    let id = schema.field("Hours").expect("a field").id.clone();
    assert_eq!(schema.field(&id).map(|it| it.name.as_str()), Some("Hours"));
    assert_eq!(schema.primary().map(|it| it.name.as_str()), Some("Name"));
    let row = BTreeMap::from([(id.as_str(), json!(7)), ("Name", json!("x"))]);
    table.create([row]).await.expect("a record");
    let read = table.records::<Value>().all().await.expect("records").remove(0);
    assert_eq!(
        read.fields,
        json!({ "Hours": 7, "Name": "x", "Number": "1",
        "Created": read.fields["Created"], "Author": read.fields["Author"],
        "Twice": 7, "Names": "x" })
    );
}

#[tokio::test(start_paused = true)]
async fn structs_may_be_flattened_into_others() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        #[serde(rename = "Name")]
        name: String,
        #[serde(rename = "Done")]
        done: bool,
        #[serde(rename = "Owner")]
        owner: Vec<Person>,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
        #[serde(rename = "Due")]
        due: Option<UnixMillis>,
    }
    let table = everything().await;
    table.create([row()]).await.expect("a record");
    table.create([BTreeMap::from([("Hours", 1)])]).await.expect("a record");
    let read = table.records::<Outer>().all().await.expect("records");
    assert_eq!((read[0].fields.inner.name.as_str(), read[0].fields.due), ("计划 \"A\"", row().due));
    let empty = Inner { name: String::new(), done: false, owner: Vec::new() };
    assert_eq!(read[1].fields, Outer { inner: empty, due: None });
    assert_eq!(table.update(read).await.expect("an update").updated, 2);
}
