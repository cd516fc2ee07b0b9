//! The messages of a long connection: proto2 of the package `pbbp2`, one message in each binary
//! message of the WebSocket.

use std::fmt;

use super::protobuf::{Field, Reader, Writer};

/// `method` of pings and pongs.
pub(crate) const CONTROL: i32 = 0;
/// `method` of events, callbacks and their acknowledgements.
pub(crate) const DATA: i32 = 1;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) seq_id: u64,
    pub(crate) log_id: u64,
    pub(crate) service: i32,
    pub(crate) method: i32,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) payload_encoding: Option<String>,
    pub(crate) payload_type: Option<String>,
    pub(crate) payload: Option<Vec<u8>>,
    pub(crate) log_id_new: Option<String>,
}

impl Frame {
    /// The first header with this key.
    pub(crate) fn header(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        // Required fields are written whatever their value.
        writer.varint(1, self.seq_id);
        writer.varint(2, self.log_id);
        writer.int32(3, self.service);
        writer.int32(4, self.method);
        for (key, value) in &self.headers {
            let mut header = Writer::default();
            header.bytes(1, key.as_bytes());
            header.bytes(2, value.as_bytes());
            writer.bytes(5, &header.into_bytes());
        }
        let texts = [(6, &self.payload_encoding), (7, &self.payload_type)];
        for (number, text) in texts {
            text.iter().for_each(|text| writer.bytes(number, text.as_bytes()));
        }
        self.payload.iter().for_each(|payload| writer.bytes(8, payload));
        self.log_id_new.iter().for_each(|id| writer.bytes(9, id.as_bytes()));
        writer.into_bytes()
    }

    /// # Errors
    /// If it is no protobuf, a field has the type of another, or a required one is absent.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, BadFrame> {
        let mut frame = Self::default();
        let mut reader = Reader::new(bytes);
        // Bit n stands for the required field n.
        let mut seen = 0_u8;
        while let Some((number, field)) = reader.next()? {
            if (1..=4).contains(&number) {
                seen |= 1 << number;
            }
            match number {
                1 => frame.seq_id = field.varint(number)?,
                2 => frame.log_id = field.varint(number)?,
                3 => frame.service = field.int32(number)?,
                4 => frame.method = field.int32(number)?,
                5 => frame.headers.push(header(field.bytes(number)?)?),
                6 => frame.payload_encoding = Some(field.text(number)?),
                7 => frame.payload_type = Some(field.text(number)?),
                8 => frame.payload = Some(field.bytes(number)?.to_vec()),
                9 => frame.log_id_new = Some(field.text(number)?),
                _ => {}
            }
        }
        for (number, name) in [(1, "SeqID"), (2, "LogID"), (3, "service"), (4, "method")] {
            if seen & 1 << number == 0 {
                return Err(BadFrame(format!("required field {name} is absent")));
            }
        }
        Ok(frame)
    }
}

fn header(bytes: &[u8]) -> Result<(String, String), BadFrame> {
    let (mut key, mut value) = (None, None);
    let mut reader = Reader::new(bytes);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => key = Some(field.text(number)?),
            2 => value = Some(field.text(number)?),
            _ => {}
        }
    }
    key.zip(value).ok_or_else(|| BadFrame("a header lacks its key or value".to_owned()))
}

impl Field<'_> {
    fn text(self, number: u64) -> Result<String, BadFrame> {
        let text = std::str::from_utf8(self.bytes(number)?);
        text.map(str::to_owned).map_err(|_| BadFrame(format!("field {number} is not UTF-8")))
    }
}

/// Why bytes are no [`Frame`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadFrame(pub(super) String);

impl fmt::Display for BadFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::Value;

    use super::*;
    use crate::long_connection::ClientConfig;

    fn vectors() -> Vec<Value> {
        let file = include_str!("../../../../tests/vectors/ws_frames.json");
        let file: Value = serde_json::from_str(file).expect("JSON");
        file["frames"].as_array().expect("a list").clone()
    }

    /// The frame that a vector describes in words.
    fn described(vector: &Value) -> Frame {
        let it = &vector["decoded"];
        let text = |name: &str| it[name].as_str().map(str::to_owned);
        let int32 =
            |name: &str| it[name].as_i64().and_then(|it| it.try_into().ok()).expect("int32");
        let headers = it["headers"].as_array().expect("a list").iter();
        let part = |header: &Value, index: usize| header[index].as_str().expect("text").to_owned();
        Frame {
            seq_id: it["SeqID"].as_u64().expect("uint64"),
            log_id: text("LogID").and_then(|it| it.parse().ok()).expect("uint64"),
            service: int32("service"),
            method: int32("method"),
            headers: headers.map(|header| (part(header, 0), part(header, 1))).collect(),
            payload_encoding: None,
            payload_type: None,
            payload: text("payload_base64").map(|it| STANDARD.decode(it).expect("base64")),
            log_id_new: text("LogIDNew"),
        }
    }

    #[test]
    fn the_frames_of_the_official_sdk_are_read_and_written_byte_for_byte() {
        for vector in vectors() {
            let name = &vector["name"];
            let encoded = vector["frame_base64"].as_str().expect("text");
            let bytes = STANDARD.decode(encoded).expect("base64");
            let frame = described(&vector);
            assert_eq!(Frame::decode(&bytes), Ok(frame.clone()), "{name}");
            assert_eq!(frame.encode(), bytes, "{name}");
        }
    }

    #[test]
    fn the_settings_in_a_pong_are_written_as_the_platform_does() {
        let config = ClientConfig { ping_interval: 90, ..ClientConfig::default() };
        let vectors = vectors();
        let pong = vectors.iter().find(|it| it["name"] == "pong_with_client_config");
        let payload = pong.expect("it is there")["decoded"]["payload_utf8"].as_str();
        assert_eq!(Some(config.to_json().as_str()), payload);
    }

    #[test]
    fn bytes_that_are_no_frame_are_told_apart() {
        let whole = Frame { headers: vec![("a".into(), "b".into())], ..Frame::default() }.encode();
        let reason = |bytes: &[u8]| Frame::decode(bytes).map_err(|error| error.0).err();
        let absent = |name: &str| Some(format!("required field {name} is absent"));
        assert_eq!(reason(&[]), absent("SeqID"));
        assert_eq!(reason(&whole[2..]), absent("SeqID"));
        assert_eq!(reason(&whole[..6]), absent("method"));
        assert_eq!(reason(&whole[..whole.len() - 1]), Some("field 5 ends early".to_owned()));
        assert_eq!(reason(&[0x08, 0x80]), Some("a number ends early".to_owned()));
        assert_eq!(reason(&[0x0a, 0]), Some("field 1 is of another type".to_owned()));
        assert_eq!(reason(&[0x0b]), Some("wire type 3 is unknown".to_owned()));
        // An unknown field is skipped, of whatever type.
        let mut more = whole.clone();
        more.extend([0xa2, 0x06, 1, 7, 0xa8, 0x06, 9, 0xad, 0x06, 0, 0, 0, 0]);
        assert_eq!(Frame::decode(&more), Frame::decode(&whole));
        let negative = Frame { service: -2, method: -1, ..Frame::default() };
        assert_eq!(Frame::decode(&negative.encode()), Ok(negative));
    }
}
