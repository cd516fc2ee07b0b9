//! Messages that no client can make sense of.

use super::Frame;

/// What is wrong with a message. The first ones are messages of a WebSocket, which the official SDKs ignore
/// or trip over; the last ones break the WebSocket protocol itself, and a client has to reconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrongFrame {
    /// Text, where the platform's messages are binary.
    Text,
    /// A binary message of no bytes.
    Empty,
    /// Bytes that are no protobuf.
    Garbage,
    /// Protobuf without the required fields.
    MissingFields,
    /// A frame whose `method` is neither that of pings nor that of events.
    UnknownMethod,
    /// An event whose `type` is `card`, which every SDK drops without an acknowledgement.
    LegacyCard,
    /// An event whose `sum` and `seq` are no numbers.
    BadNumbers,
    /// A WebSocket frame with an opcode that is reserved.
    ReservedOpcode,
    /// A WebSocket frame with a bit that is reserved.
    ReservedBit,
    /// A WebSocket frame that is masked, which a server's may not be.
    Masked,
    /// A WebSocket frame that announces 2^62 bytes.
    Endless,
}

const FINAL_TEXT: u8 = 0x81;
const FINAL_BINARY: u8 = 0x82;

impl WrongFrame {
    /// Each by its name in a command.
    pub(crate) const ALL: [(&'static str, Self); 11] = [
        ("text", Self::Text),
        ("empty", Self::Empty),
        ("garbage", Self::Garbage),
        ("missing_fields", Self::MissingFields),
        ("unknown_method", Self::UnknownMethod),
        ("legacy_card", Self::LegacyCard),
        ("bad_numbers", Self::BadNumbers),
        ("reserved_opcode", Self::ReservedOpcode),
        ("reserved_bit", Self::ReservedBit),
        ("masked", Self::Masked),
        ("endless", Self::Endless),
    ];

    /// The WebSocket frame, byte for byte.
    pub(super) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Text => websocket(FINAL_TEXT, b"hello"),
            Self::Empty => websocket(FINAL_BINARY, b""),
            Self::Garbage => websocket(FINAL_BINARY, b"\xff\xff\xff\xff\xff\xff"),
            // Field 1 and nothing else.
            Self::MissingFields => websocket(FINAL_BINARY, &[0x08, 0x01]),
            Self::UnknownMethod => binary(7, &[("type", "event")], b"{}"),
            Self::LegacyCard => {
                let headers =
                    [("type", "card"), ("message_id", "msg-card"), ("sum", "1"), ("seq", "0")];
                binary(1, &headers, b"{\"open_id\":\"ou_1\"}")
            }
            Self::BadNumbers => {
                let headers =
                    [("type", "event"), ("message_id", "msg-bad"), ("sum", "two"), ("seq", "-1")];
                binary(1, &headers, b"{}")
            }
            Self::ReservedOpcode => websocket(0x83, b""),
            Self::ReservedBit => websocket(FINAL_BINARY | 0x40, b""),
            Self::Masked => vec![FINAL_BINARY, 0x81, 0, 0, 0, 0, 0],
            Self::Endless => vec![FINAL_BINARY, 127, 0x40, 0, 0, 0, 0, 0, 0, 0],
        }
    }
}

fn binary(method: i32, headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let headers = headers.iter().map(owned).collect();
    let payload = Some(payload.to_vec());
    websocket(FINAL_BINARY, &Frame { method, headers, payload, ..Frame::default() }.encode())
}

/// A frame of at most 125 bytes, as a server sends it.
fn websocket(first: u8, payload: &[u8]) -> Vec<u8> {
    debug_assert!(payload.len() < 126, "the length takes one byte");
    let mut bytes = vec![first, payload.len() as u8];
    bytes.extend_from_slice(payload);
    bytes
}
