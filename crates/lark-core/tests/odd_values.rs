//! Values that no JSON parser takes, and answers with too much of what the spec does not know: the rest
//! of the answer is there, and no thread is kept.
#![allow(missing_docs)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lark_core::{
    Client, DecodeMode, Drift, DriftKind, Error, RawRequest, Stage, Value, operation, record,
};
use lark_test_support::{FakePlatform, FakeResponse};

#[derive(Clone, Debug, Default, PartialEq)]
struct Item {
    name: String,
    size: f64,
    count: Option<i64>,
    extra: Option<Value>,
    note: Option<String>,
}
record! { Item decode; name!, size!, count, extra, note }

#[derive(Clone, Debug, Default, PartialEq)]
struct List {
    items: Vec<Item>,
    has_more: bool,
}
record! { List decode; items!, has_more! }

#[derive(Clone, Debug, Default, PartialEq)]
struct GetList {}
operation! { GetList => List; "demo.v1.item.list" GET "/open-apis/demo/v1/items" [Tenant]; }

/// A client that notes what drifts, of a platform that always answers this.
fn answering(body: impl Into<Vec<u8>>) -> (Client, Arc<Mutex<Vec<Drift>>>) {
    let body = body.into();
    let platform = FakePlatform::answering(move |_| FakeResponse::new(200, body.clone()));
    let drifts = Arc::<Mutex<Vec<Drift>>>::default();
    let noted = drifts.clone();
    let hook = move |drift: &Drift| noted.lock().expect("no panic").push(drift.clone());
    (platform.builder().on_drift(hook).build().expect("fine"), drifts)
}

/// An answer of three items, of which the second has these members besides.
fn three_items(odd: &[u8]) -> Vec<u8> {
    let start = br#"{"code":0,"msg":"success","data":{"items":[{"name":"a","size":1},{"#;
    let end = br#"},{"name":"c","size":3}],"has_more":true}}"#;
    [&start[..], odd, &end[..]].concat()
}

#[tokio::test]
async fn one_odd_value_spoils_nothing_else() {
    for (odd, name, size, path) in [
        (&br#""name":"b\ud83d!","size":2"#[..], "b\u{fffd}!", 2.0, "items[].name"),
        (br#""name":"\ude00","size":2"#, "\u{fffd}", 2.0, "items[].name"),
        (b"\"name\":\"b\xff\",\"size\":2", "b\u{fffd}", 2.0, "items[].name"),
        (br#""name":"b","size":1e400"#, "b", 0.0, "items[].size"),
        (br#""name":"b","size":-Infinity"#, "b", 0.0, "items[].size"),
        (br#""name":"b","size":NaN"#, "b", 0.0, "items[].size"),
        (br#""name":"b","size":2,"count":1e999"#, "b", 2.0, "items[].count"),
        (br#""name":"b","size":2,"extra":{"a":[1e400]}"#, "b", 2.0, "items[].extra"),
    ] {
        let shown = odd.escape_ascii();
        let (client, drifts) = answering(three_items(odd));
        let list = client.send(GetList {}).await.expect("three items");
        assert_eq!((list.items.len(), list.has_more), (3, true), "{shown}");
        assert_eq!(list.items[1].name, name, "{shown}");
        assert!((list.items[1].size - size).abs() < f64::EPSILON, "{shown}");
        assert_eq!((&*list.items[0].name, &*list.items[2].name), ("a", "c"));
        let drifts = drifts.lock().expect("no panic").clone();
        let is_told = |it: &Drift| it.kind == DriftKind::Repaired && it.path == path;
        assert!(drifts.iter().any(is_told), "{shown}: {drifts:?}");
        // Strict decoding does not hide it.
        let error = client.with_decode_mode(DecodeMode::Strict).send(GetList {}).await;
        assert!(error.expect_err("drift").to_string().contains("repaired"), "{shown}");
        // And it is there for those who read it by hand.
        let raw = client.send_raw(GetList {}).await.expect("a success");
        assert_eq!(raw.data().expect("JSON")["items"][2]["name"], "c", "{shown}");
        assert_eq!(raw.body(), &three_items(odd));
    }
}

#[tokio::test]
async fn what_loses_nothing_is_no_drift() {
    for (odd, expected) in [
        (&b"\"name\":\"b\nc\",\"size\":2"[..], "b\nc"),
        (b"\"name\":\"b\x00c\",\"size\":2", "b\0c"),
        (br#""name":"b\xc","size":2"#, "b\\xc"),
    ] {
        let (client, drifts) = answering(three_items(odd));
        let list = client.send(GetList {}).await.expect("three items");
        assert_eq!((list.items.len(), &*list.items[1].name), (3, expected));
        assert!(drifts.lock().expect("no panic").is_empty());
    }
    let mark = [&b"\xef\xbb\xbf"[..], &three_items(br#""name":"b","size":2"#)].concat();
    assert_eq!(answering(mark).0.send(GetList {}).await.expect("read").items.len(), 3);
}

/// Amounts and dates of spreadsheets have as many digits.
#[tokio::test]
async fn numbers_are_read_to_their_last_bit() {
    for size in [900_721.671_594_861_2_f64, 0.1 + 0.2, 1.234_567_890_123_456_7e-7, f64::MAX] {
        let odd = format!(r#""name":"b","size":{size:?},"extra":{size:?}"#);
        let (client, _) = answering(three_items(odd.as_bytes()));
        let list = client.send(GetList {}).await.expect("three items");
        assert_eq!(list.items[1].size.to_bits(), size.to_bits(), "{size:?}");
        let extra = list.items[1].extra.as_ref().and_then(Value::as_f64).expect("a number");
        assert_eq!(extra.to_bits(), size.to_bits(), "{size:?}");
    }
}

#[tokio::test]
async fn a_key_that_the_parser_uses_itself_is_a_key() {
    for value in [r#"{"a":1}"#, r#""12""#, "7"] {
        let odd = format!(
            r#""name":"b","size":2,"note":{{"$serde_json::private::Number":{value}}},
               "extra":{{"$serde_json::private::Number":{value}}}"#
        );
        let (client, drifts) = answering(three_items(odd.as_bytes()));
        let list = client.send(GetList {}).await.expect("three items");
        assert_eq!(list.items.len(), 3);
        let drifts = drifts.lock().expect("no panic").clone();
        assert!(drifts.iter().any(|it| it.path == "items[].note"), "{drifts:?}");
        let extra = list.items[1].extra.as_ref().expect("it is any JSON");
        assert_eq!(extra["$serde_json::private::Number"].to_string(), value.replace(' ', ""));
    }
}

#[tokio::test]
async fn what_is_no_json_stays_an_error() {
    for body in ["<html>\u{1}</html>", r#"{"code":0,"data":{"items":["#, "\"\\ud83d", ""] {
        let error = answering(body).0.send(GetList {}).await.expect_err("no answer");
        assert_eq!(error.stage(), Stage::Decode, "{error}");
    }
}

#[tokio::test]
async fn unknown_fields_take_linear_time_and_few_reports() {
    let fields: Vec<_> = (0..160_000).map(|number| format!(r#""field{number}":1"#)).collect();
    let items = format!(r#"{{"name":"a","size":1,{}}}"#, fields.join(","));
    let body = format!(r#"{{"code":0,"data":{{"items":[{items}],"has_more":false}}}}"#);
    let (client, drifts) = answering(body);
    let start = Instant::now();
    for call in 1..=3 {
        assert_eq!(client.send(GetList {}).await.expect("an item").items.len(), 1);
        assert_eq!(drifts.lock().expect("no panic").len(), 32 * call);
    }
    // It took minutes without optimization.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let error = client.with_decode_mode(DecodeMode::Strict).send(GetList {}).await;
    assert_eq!(error.expect_err("drift").drifts().len(), 32);
}

#[tokio::test]
async fn no_more_drifts_are_remembered_than_there_is_room_for() {
    let mut call = 0;
    let platform = FakePlatform::answering(move |_| {
        call += 1;
        let fields: Vec<_> = (0..40).map(|field| format!(r#""f{call}_{field}":1"#)).collect();
        format!(r#"{{"code":0,"data":{{"items":[],"has_more":false,{}}}}}"#, fields.join(","))
    });
    let count = Arc::new(Mutex::new(0));
    let counted = count.clone();
    let hook = move |_: &Drift| *counted.lock().expect("no panic") += 1;
    let client = platform.builder().on_drift(hook).build().expect("fine");
    for _ in 0..200 {
        client.send(GetList {}).await.expect("no items");
    }
    assert_eq!(*count.lock().expect("no panic"), 4096);
}

/// 15 MB of items.
fn large() -> Vec<u8> {
    let item = r#"{"name":"a","size":1.5,"count":7,"extra":{"a":[1,2,3]}}"#;
    let items = vec![item; 270_000].join(",");
    format!(r#"{{"code":0,"data":{{"items":[{items}],"has_more":false}}}}"#).into_bytes()
}

#[tokio::test]
async fn a_large_answer_leaves_the_thread_to_others() {
    let (client, _) = answering(large());
    let call = tokio::spawn(async move { client.send(GetList {}).await });
    let mut turns = 0_u64;
    while !call.is_finished() {
        turns += 1;
        tokio::task::yield_now().await;
    }
    assert_eq!(call.await.expect("no panic").expect("items").items.len(), 270_000);
    assert!(turns > 100, "{turns}");
}

#[tokio::test]
async fn the_deadline_holds_while_a_large_answer_is_decoded() {
    let (client, _) = answering(large());
    client.send_raw(RawRequest::get("/open-apis/x")).await.expect("the token is there");
    let start = Instant::now();
    let limit = Duration::from_millis(20);
    let error: Error = client.with_timeout(limit).send(GetList {}).await.expect_err("overdue");
    assert!(error.to_string().contains("no response within 20ms"), "{error}");
    // Reading all of it takes seconds without optimization.
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn lists_take_no_memory_out_of_proportion() {
    // Empty items take a hundred bytes each, of three of JSON.
    let items = vec!["{}"; 2_000_000].join(",");
    let body = format!(r#"{{"code":0,"data":{{"items":[{items}],"has_more":false}}}}"#);
    let error = answering(body).0.send(GetList {}).await.map(drop).expect_err("too much");
    assert_eq!(error.stage(), Stage::Decode);
    assert!(error.to_string().contains("decode: its lists take too much memory"), "{error}");
    // Any page of the platform is far below.
    let items = vec!["{}"; 10_000].join(",");
    let body = format!(r#"{{"code":0,"data":{{"items":[{items}],"has_more":false}}}}"#);
    assert_eq!(answering(body).0.send(GetList {}).await.expect("items").items.len(), 10_000);
}

/// No parser goes deeper than 128 values, so what lies deeper is left out, and nothing else.
#[tokio::test]
async fn a_value_within_too_many_others_spoils_nothing_else() {
    for levels in [100, 200, 100_000] {
        let deep = format!("{}1{}", r#"{"a":["#.repeat(levels / 2), "]}".repeat(levels / 2));
        let odd = format!(r#""name":"b","size":2,"unknown":{deep},"extra":{deep},"note":"c""#);
        let (client, drifts) = answering(three_items(odd.as_bytes()));
        let list = client.send(GetList {}).await.expect("three items");
        let names: Vec<_> = list.items.iter().map(|item| &*item.name).collect();
        assert_eq!((names, list.has_more), (vec!["a", "b", "c"], true), "{levels}");
        assert_eq!(list.items[1].note.as_deref(), Some("c"));
        let (mut value, mut found) = (list.items[1].extra.clone().expect("there"), 0);
        while let Some(inner) = value.get("a").and_then(|list| list.get(0)) {
            (value, found) = (inner.clone(), found + 2);
        }
        let is_whole = levels == 100;
        assert_eq!((found == 100, value == 1), (is_whole, is_whole), "{found}");
        let drifts = drifts.lock().expect("no panic").clone();
        let dropped: Vec<_> =
            drifts.iter().filter(|drift| drift.kind == DriftKind::Dropped).collect();
        assert_eq!(dropped.len(), usize::from(!is_whole), "{drifts:?}");
        assert!(dropped.iter().all(|drift| drift.path == "items[].extra"), "{drifts:?}");
    }
}

#[tokio::test]
async fn an_error_is_one_whatever_lies_within_it() {
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    let (client, _) = answering(format!(r#"{{"code":230002,"msg":"no","error":{deep}}}"#));
    let error = client.send(GetList {}).await.expect_err("refused");
    assert_eq!((error.stage(), error.code()), (Stage::Api, Some(230_002)));
}
