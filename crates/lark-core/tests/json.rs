//! Models as JSON that is kept, with the feature `serde`.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use lark_core::{Json, Secret, Stage, UnixMillis, Value, open_enum, open_integer_enum, record};
use serde::{Deserialize, Serialize};

open_enum! {
    /// A colour.
    Color { /// Red.
        Red = "red",
    }
}

open_integer_enum! {
    /// A state.
    State { /// Done.
        Done = 2,
    }
}

/// Only read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) id: String,
    pub(crate) size: i64,
    pub(crate) at: Option<i64>,
    pub(crate) employee: String,
    pub(crate) created: Option<UnixMillis>,
    pub(crate) color: Option<Color>,
    pub(crate) state: Option<State>,
    pub(crate) token: Option<Secret>,
    pub(crate) extra: Option<Value>,
    pub(crate) ratio: Option<f64>,
    pub(crate) tags: Vec<Written>,
    pub(crate) by_name: Option<BTreeMap<String, Vec<i64>>>,
    pub(crate) parent: Option<Box<Read>>,
}
record! { Read decode; id!, size!, at as text = "createAt", employee! as number, created as text,
color, state, token, extra, ratio, tags, by_name as text, parent }

/// Only written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Written {
    pub(crate) name: Option<String>,
    pub(crate) weight: Option<i64>,
}
record! { Written encode; name! = "tagName": into String, weight as text: copy i64 }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Both {
    pub(crate) name: Option<String>,
    pub(crate) list: Option<Vec<String>>,
}
record! { Both both; name!: into String, list: list_into String }

fn full() -> Read {
    Read {
        id: "a \"quoted\" id".to_owned(),
        size: -7,
        at: Some(9_007_199_254_740_993),
        employee: "42".to_owned(),
        created: Some(UnixMillis(1_700_000_000_000)),
        color: Some(Color::Other("mauve".to_owned())),
        state: Some(State::Done),
        token: Some("t-hush".into()),
        extra: Some(serde_json::json!({ "a": [1, null, "b"] })),
        ratio: Some(0.1),
        tags: vec![Written::new().name("n").weight(3), Written::new()],
        by_name: Some(BTreeMap::from([("k".to_owned(), vec![1, 2])])),
        parent: Some(Box::new(Read::default())),
    }
}

#[test]
fn what_a_model_becomes_is_read_back_whichever_way_it_travels() {
    for value in [full(), Read::default()] {
        assert_eq!(Read::from_json(&value.to_json()).expect("it fits"), value);
    }
    for value in [Written::new(), Written::new().name("n").weight(3)] {
        assert_eq!(Written::from_json(&value.to_json()).expect("it fits"), value);
    }
    for value in [Both::new(), Both::new().name("n").list(["a"]), Both::new().list([""; 0])] {
        assert_eq!(Both::from_json(&value.to_json()).expect("it fits"), value);
    }
    let list = vec![full(), Read::default()];
    assert_eq!(Vec::<Read>::from_json(&list.to_json()).expect("it fits"), list);
    assert_eq!(Color::from_json(&Color::Red.to_json()).expect("it fits"), Color::Red);
}

#[test]
fn the_json_is_that_of_the_wire() {
    assert_eq!(
        full().to_json(),
        r#"{"id":"a \"quoted\" id","size":-7,"createAt":"9007199254740993","employee":42,"#
            .to_owned()
            + r#""created":"1700000000000","color":"mauve","state":2,"token":"t-hush","#
            + r#""extra":{"a":[1,null,"b"]},"ratio":0.1,"#
            + r#""tags":[{"tagName":"n","weight":"3"},{}],"by_name":{"k":["1","2"]},"#
            + r#""parent":{"id":"","size":0,"employee":"","tags":[]}}"#
    );
}

/// A text that should have been a number is kept as what it is.
#[test]
fn what_a_server_sent_against_the_spec_survives() {
    let value = Read { employee: "e-1".to_owned(), ..Read::default() };
    assert_eq!(Read::from_json(&value.to_json()).expect("it fits"), value);
}

#[test]
fn a_fixture_may_be_a_whole_response() {
    let data = full().to_json();
    let whole = format!(r#"{{ "code": 0, "msg": "success", "data": {data} }}"#);
    assert_eq!(Read::from_json(&whole).expect("its data"), full());
    let refused = r#"{ "code": 230002, "msg": "no", "error": {} }"#;
    assert_eq!(
        Read::from_json(refused).expect_err("it has no data").to_string(),
        "Read: decode: a response with code 230002, which has no data"
    );
}

#[test]
fn a_fixture_may_say_more_and_less_exactly() {
    let json = r#"{ "id": 7, "size": "8", "employee": "9", "unknown": {}, "tags": null }"#;
    let value = Read::from_json(json).expect("nothing is lost");
    assert_eq!((value.id.as_str(), value.size, value.employee.as_str()), ("7", 8, "9"));
    assert_eq!(Both::from_json("{}").expect("only requests need a name"), Both::new());
}

#[test]
fn what_does_not_fit_is_an_error_with_its_path() {
    for (json, text) in [
        ("{", "Read: decode: not JSON: EOF while parsing an object at line 1 column 1"),
        ("null", "Read: decode: there is no value, but null"),
        ("[1]", "Read: decode: dropped, expected object, got array"),
        (
            r#"{ "id": "a", "employee": 1, "tags": [{ "weight": "hush" }] }"#,
            "Read: decode: tags[].weight: dropped, expected integer in a string, got string; \
             size: missing, expected a value, got none",
        ),
    ] {
        let error = Read::from_json(json).expect_err("it does not fit");
        assert_eq!(error.to_string(), text);
        assert_eq!(error.stage(), Stage::Decode);
    }
    let error = Vec::<Option<Read>>::from_json("7").expect_err("no list").to_string();
    assert!(error.starts_with("Vec<Option<Read>>: decode: "), "{error}");
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Cached {
    version: u32,
    read: Read,
    written: Vec<Written>,
    color: Color,
    state: State,
}

#[test]
fn models_and_enums_are_fields_of_types_with_serde() {
    let cached = Cached {
        version: 1,
        read: full(),
        written: vec![Written::new().name("n")],
        color: Color::Red,
        state: State::Other(9),
    };
    let text = serde_json::to_string(&cached).expect("serializable");
    assert_eq!(serde_json::from_str::<Cached>(&text).expect("the same"), cached);
    let value = serde_json::to_value(&cached).expect("serializable");
    assert_eq!(value["read"]["createAt"], "9007199254740993");
    assert_eq!(value["state"], 9);
    assert_eq!(serde_json::from_value::<Cached>(value).expect("the same"), cached);
    let error = serde_json::from_str::<Cached>(r#"{ "read": { "id": [] } }"#);
    let error = error.expect_err("wrong").to_string();
    assert!(error.starts_with("id: dropped, expected string, got array; "), "{error}");
}
