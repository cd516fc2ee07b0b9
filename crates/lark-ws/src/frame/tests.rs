//! The golden frames, and frames that nobody should send.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use super::{Frame, FrameError, Header, METHOD_CONTROL, METHOD_DATA};
use crate::acknowledgement::{Outcome, Receipt};

const VECTORS: &str = include_str!("../../../../tests/vectors/ws_frames.json");

fn vectors() -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    vectors["frames"].as_array().expect("frames").clone()
}

fn bytes(vector: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(vector["frame_base64"].as_str().expect("a text")).expect("Base64")
}

fn named(name: &str) -> Vec<u8> {
    let vectors = vectors();
    bytes(vectors.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no {name}")))
}

#[test]
fn golden_frames_are_read_and_written_byte_for_byte() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 13);
    for vector in &vectors {
        let name = &vector["name"];
        let bytes = bytes(vector);
        assert_eq!(bytes.len() as u64, vector["frame_len"], "{name}");
        let frame = Frame::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = &vector["decoded"];
        assert_eq!(frame.seq_id, expected["SeqID"], "{name}");
        assert_eq!(frame.log_id.to_string(), expected["LogID"], "{name}");
        assert_eq!(frame.service, expected["service"], "{name}");
        assert_eq!(frame.method, expected["method"], "{name}");
        let headers: Vec<_> = frame.headers.iter().map(|it| [it.key, it.value]).collect();
        assert_eq!(serde_json::json!(headers), expected["headers"], "{name}");
        let payload = frame.payload.map(|payload| BASE64_STANDARD.encode(payload));
        assert_eq!(payload.as_deref(), expected["payload_base64"].as_str(), "{name}");
        assert_eq!(frame.log_id_new, expected["LogIDNew"].as_str(), "{name}");
        assert_eq!(frame.encode(), bytes, "{name}");
    }
}

#[test]
fn our_own_frames_are_the_golden_ones() {
    assert_eq!(Frame::ping(12_345_678).encode(), named("ping"));
    let toast = r#"{"toast": {"type": "info", "content": "完成"}}"#;
    for (received, outcome, sent) in [
        ("event_single", Outcome::Handled { elapsed_ms: 3, reply: None }, "ack_event_ok"),
        (
            "event_fragment_1_of_2",
            Outcome::Handled { elapsed_ms: 3, reply: None },
            "ack_event_fragmented",
        ),
        (
            "callback_card_action_trigger",
            Outcome::Handled { elapsed_ms: 3, reply: Some(toast.into()) },
            "ack_callback_with_data",
        ),
        ("event_no_handler", Outcome::Failed, "ack_handler_error"),
    ] {
        let bytes = named(received);
        let frame = Frame::decode(&bytes).expect("a frame");
        assert_eq!(Receipt::of(&frame).acknowledge(&outcome), named(sent), "{sent}");
    }
}

#[test]
fn numbers_keep_all_their_bits() {
    for (seq_id, log_id, service, method) in [
        (0, 0, 0, METHOD_CONTROL),
        (u64::MAX, 7_391_234_567_890_123_456, i32::MAX, METHOD_DATA),
        (1 << 63, (1 << 53) + 1, i32::MIN, -1),
    ] {
        let frame = Frame { seq_id, log_id, service, method, ..Frame::default() };
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame.clone()));
    }
}

#[test]
fn fields_of_later_versions_are_skipped() {
    let mut bytes = named("ping");
    // 10: a number, 11: 8 bytes, 12: a text, 13: 4 bytes; and `service` written as a text.
    bytes.extend([0x50, 0xff, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x62, 2, b'h', b'i']);
    bytes.extend([0x6d, 1, 2, 3, 4, 0x1a, 1, b'x']);
    assert_eq!(Frame::decode(&bytes), Ok(Frame::ping(12_345_678)));
}

#[test]
fn what_is_no_frame_is_an_error_that_says_why() {
    let head = [0x08, 0, 0x10, 0, 0x18, 0, 0x20, 0];
    let with = |more: &[u8]| [&head[..], more].concat();
    for (bytes, error) in [
        (vec![], FrameError::Missing("SeqID")),
        (head[2..].to_vec(), FrameError::Missing("SeqID")),
        (head[..6].to_vec(), FrameError::Missing("method")),
        (with(&[0x42, 5, 1]), FrameError::Truncated),
        (
            with(&[0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
            FrameError::Truncated,
        ),
        (with(&[0x80]), FrameError::Truncated),
        (
            with(&[0x50, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
            FrameError::TooLargeNumber,
        ),
        (
            with(&[0x50, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
            FrameError::TooLargeNumber,
        ),
        (with(&[0x00, 0]), FrameError::NoField),
        (with(&[0x53]), FrameError::WireType(3)),
        (with(&[0x57]), FrameError::WireType(7)),
        (with(&[0x2a, 3, 0x0a, 1, b'k']), FrameError::Missing("the value of a header")),
        (with(&[0x2a, 3, 0x12, 1, b'v']), FrameError::Missing("the key of a header")),
        (with(&[0x4a, 1, 0xff]), FrameError::NotUtf8("LogIDNew")),
        (with(&[0x2a, 6, 0x0a, 1, b'k', 0x12, 1, b'v'].repeat(65)), FrameError::TooManyHeaders),
    ] {
        assert_eq!(Frame::decode(&bytes), Err(error), "{bytes:02x?}");
    }
}

#[test]
fn the_last_header_of_a_name_counts() {
    let headers = [("k", "1"), ("k", "2")].map(|(key, value)| Header { key, value });
    let frame = Frame { headers: headers.to_vec(), ..Frame::default() };
    assert_eq!((frame.header("k"), frame.header("K")), (Some("2"), None));
}
