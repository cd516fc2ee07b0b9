//! From a frame to bytes, with the fields in the order of their numbers.

use super::{Frame, field, wire_type};

impl Frame<'_> {
    /// Writes the frame. Required fields are written even if they are 0.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        self.write_head(&mut out);
        self.write_encoding(&mut out);
        out.payload(self.payload);
        self.write_log_id(&mut out);
        out.0
    }

    /// Everything up to the headers.
    pub(crate) fn write_head(&self, out: &mut Writer) {
        out.number(field::SEQ_ID, self.seq_id);
        out.number(field::LOG_ID, self.log_id);
        out.number(field::SERVICE, uint64(self.service));
        out.number(field::METHOD, uint64(self.method));
        for header in &self.headers {
            out.header(header.key, header.value);
        }
    }

    /// What is between the headers and the payload.
    pub(crate) fn write_encoding(&self, out: &mut Writer) {
        out.text(field::PAYLOAD_ENCODING, self.payload_encoding);
        out.text(field::PAYLOAD_TYPE, self.payload_type);
    }

    /// What is behind the payload.
    pub(crate) fn write_log_id(&self, out: &mut Writer) {
        out.text(field::LOG_ID_NEW, self.log_id_new);
    }
}

/// A negative `int32` travels with 64 bits.
#[allow(clippy::cast_sign_loss, reason = "as the format wants it")]
fn uint64(value: i32) -> u64 {
    i64::from(value) as u64
}

/// The bytes of a frame.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn header(&mut self, key: &str, value: &str) {
        let length = length(field::KEY, key.len()) + length(field::VALUE, value.len());
        self.varint(field::HEADERS << 3 | wire_type::LENGTH);
        self.varint(length as u64);
        self.bytes(field::KEY, key.as_bytes());
        self.bytes(field::VALUE, value.as_bytes());
    }

    pub(crate) fn payload(&mut self, payload: Option<&[u8]>) {
        if let Some(payload) = payload {
            self.bytes(field::PAYLOAD, payload);
        }
    }

    fn number(&mut self, number: u64, value: u64) {
        self.varint(number << 3 | wire_type::VARINT);
        self.varint(value);
    }

    fn text(&mut self, number: u64, text: Option<&str>) {
        if let Some(text) = text {
            self.bytes(number, text.as_bytes());
        }
    }

    fn bytes(&mut self, number: u64, bytes: &[u8]) {
        self.varint(number << 3 | wire_type::LENGTH);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    #[allow(clippy::cast_possible_truncation, reason = "seven bits at a time")]
    fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// The size of a field of bytes.
fn length(number: u64, bytes: usize) -> usize {
    varint_length(number << 3) + varint_length(bytes as u64) + bytes
}

fn varint_length(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}
