use serde_json::Value;

use super::super::decode::decode_text;
use super::super::drift::DriftLog;
use super::super::{DecodeMode, Slot};
use super::*;

type Read = Option<(Fit, Value)>;

/// What this reader makes of a text, and what `serde_json` does.
fn both(json: &str) -> (Read, Read) {
    let log = DriftLog::default();
    let read_by = |read: fn(&str, Slot<'_>, &mut Context<'_>) -> Result<Fit, WireError>| {
        let mut cx = Context::new("test", DecodeMode::Tolerant, &log);
        cx.begin(json.len());
        let mut value = Value::Null;
        let fit = read(json, Slot::Plain(&mut value), &mut cx).ok()?;
        Some((fit, value))
    };
    (read_by(read), read_by(decode_text))
}

fn assert_same(json: &str) -> bool {
    let (own, general) = both(json);
    assert_eq!(own, general, "{json:?}");
    own.is_some()
}

#[test]
fn valid_json_is_read() {
    let texts = [
        "null",
        " true ",
        "false",
        "\t\"\"\r\n",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        "[null]",
        "[1 , 2]",
        r#"{"a":{"b":[{"c":"d"},[]]},"a":2}"#,
        r#"{ "a" : 1 , "b" : [ true , { } ] }"#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#""\u00e9\ud83d\ude00\u4F60x""#,
        r#"{"\u0061\n":"\\"}"#,
        "\"你好,请把昨天的会议纪要发给大家\"",
        "\"12345678\"",
        "\"1234567\\n12345678\\u00e9\"",
        "\"\u{7f}\u{80}\"",
        "0",
        "-0",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1",
        "-0.0",
        "1e2",
        "1E+2",
        "1.5e-300",
        "0e0",
        "5e-324",
        "2.2250738585072014e-308",
        "123456789.123456789",
    ];
    for text in texts {
        assert!(assert_same(text), "{text:?} is valid");
    }
}

const BROKEN: &[&str] = &[
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "1 2",
    "{}x",
    "[",
    "]",
    "{",
    "}",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{,}",
    r#"{"a"}"#,
    r#"{"a":}"#,
    r#"{"a":1,}"#,
    r#"{"a":1"#,
    r#"{"a":1 "b":2}"#,
    "{1:2}",
    r#"{"a" 1}"#,
    r#"{a:1}"#,
    r#"{"a":1]"#,
    r#"["a"}"#,
    "\"",
    "\"a",
    "\"\\",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\ud83d\"",
    "\"\\ud83dx\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ude00\"",
    "\"\n\"",
    "\"1234567\u{1f}\"",
    "\"\u{0}\"",
    "01",
    "-",
    "-01",
    "+1",
    ".5",
    "1.",
    "1.e1",
    "1e",
    "1e+",
    "-a",
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "\u{feff}1",
    "\u{a0}1",
    "tru",
    "[fals]",
    "'a'",
];

#[test]
fn everything_else_is_not() {
    for text in BROKEN {
        assert!(!assert_same(text), "{text:?} is not valid");
    }
}

#[test]
fn what_lies_too_deep_is_left_out_or_left_to_the_other() {
    for depth in 100..140 {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let (own, general) = both(&[&open.repeat(depth), "1", &close.repeat(depth)].concat());
            assert_eq!(own, general.filter(|_| depth <= 127), "{depth}");
        }
    }
}

/// Every byte of a text replaced, left out and doubled.
#[test]
fn both_agree_on_damaged_texts() {
    let text =
        r#"{"a" :[1,-2.5e3,true,null,"x\n\ud83d\ude00é"],"b":{"c":"12345678","d":[]}, "e":false}"#;
    let others = "{}[]\":,\\u0019aeE.-+ \u{1}tfn";
    let (mut valid, mut all) = (0, 0);
    for (at, character) in text.char_indices() {
        let (head, tail) = (&text[..at], &text[at + character.len_utf8()..]);
        let doubled = [head, &character.to_string().repeat(2), tail].concat();
        let mut damaged = vec![[head, tail].concat(), doubled, head.to_owned(), tail.to_owned()];
        damaged.extend(others.chars().map(|other| [head, &other.to_string(), tail].concat()));
        for text in damaged {
            all += 1;
            valid += usize::from(assert_same(&text));
        }
    }
    assert!(valid > 200 && all - valid > 200, "{valid} of {all} are valid");
}
