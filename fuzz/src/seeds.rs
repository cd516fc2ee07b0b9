//! What the fuzzer begins with: the golden vectors, as they are and taken apart.

use serde_json::Value;

use crate::input::{Case, Shape};
use crate::push::TOKEN;
use crate::routers::Keys;

const VECTORS: &str = include_str!("../../tests/vectors/events.json");

/// Events of the types that only the fuzzer's routers know, and shapes that no vector has.
const MORE: [&str; 6] = [
    r#"{"schema":"2.0","header":{"event_id":"e1","event_type":"fuzz.raw","token":"TOKEN"},"event":{"n":1.5e3}}"#,
    r#"{"schema":"2.0","header":{"event_id":"e1","event_type":"fuzz.fails","token":"TOKEN"},"event":{}}"#,
    r#"{"event":{"n":[null,true,-1]},"header":{"event_type":"fuzz.other","token":"TOKEN"},"schema":"2.0"}"#,
    r#"{"uuid":"u1","token":"TOKEN","ts":"1550038209.428520","type":"event_callback","event":{"type":"message"}}"#,
    r#"{"token":"TOKEN","greeting":"hello"}"#,
    // Half a surrogate pair where nobody reads.
    r#"{"schema":"2.0","header":{"event_id":"e1","event_type":"im.message.receive_v1","token":"TOKEN"},"event":{"new":"\ud83d"}}"#,
];

/// A name and the input for each seed.
///
/// # Panics
/// The vectors are not what they were.
#[must_use]
pub fn inbound() -> Vec<(String, Vec<u8>)> {
    let file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    let vectors = file["vectors"].as_array().expect("a list of vectors");
    let mut seeds = Vec::new();
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap_or_default();
        let name = text("name");
        let keys = match (text("encrypt_key"), text("verification_token")) {
            ("", _) => Keys::Token,
            (_, "") => Keys::Key,
            _ => Keys::Both,
        };
        seeds.push((name.to_owned(), Case::write(keys, Shape::Raw, &as_it_came(vector))));
        if !text("plaintext").is_empty() {
            plain(&mut seeds, name, text("plaintext"));
        }
    }
    for (number, text) in MORE.iter().enumerate() {
        plain(&mut seeds, &format!("more_{number}"), &text.replace("TOKEN", TOKEN));
    }
    seeds
}

/// A plain text in each shape that it can come in.
fn plain(seeds: &mut Vec<(String, Vec<u8>)>, name: &str, text: &str) {
    let shapes = [
        (Keys::Both, Shape::Sealed),
        (Keys::Both, Shape::Unsigned),
        (Keys::Key, Shape::Signed),
        (Keys::Token, Shape::CardSigned),
        (Keys::Token, Shape::Trusted),
    ];
    for (keys, shape) in shapes {
        let input = Case::write(keys, shape, text.as_bytes());
        seeds.push((format!("{name}_{keys:?}_{shape:?}").to_lowercase(), input));
    }
    let raw = Case::write(Keys::Token, Shape::Raw, format!("\n{text}").as_bytes());
    seeds.push((format!("{name}_token_raw"), raw));
}

fn as_it_came(vector: &Value) -> Vec<u8> {
    let headers = vector["headers"].as_object().expect("headers");
    let mut input = String::new();
    for (name, value) in headers {
        let value = value.as_str().expect("a text");
        input.push_str(&format!("{name}: {value}\n"));
    }
    input.push('\n');
    input.push_str(vector["body"].as_str().expect("a body"));
    input.into_bytes()
}
