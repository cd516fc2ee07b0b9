//! From bytes to a frame.

use super::{Frame, FrameError, Header, field, wire_type};

/// Most headers of a frame; the platform sends seven.
pub(super) const MAX_HEADERS: usize = 64;
/// The largest number that a field can have.
const MAX_FIELD: u64 = (1 << 29) - 1;

/// The value of a field.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Of a wire type that no field of ours has.
    Other,
}

impl<'a> Frame<'a> {
    /// Reads a frame. Fields that are not known are skipped, as is a known one that is written
    /// in another way.
    ///
    /// # Errors
    /// The bytes are not a frame.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let mut reader = Reader { rest: bytes };
        let mut frame = Self { headers: Vec::with_capacity(8), ..Self::default() };
        let (mut seq_id, mut log_id, mut service, mut method) = (None, None, None, None);
        while let Some((number, value)) = reader.field()? {
            match (number, value) {
                (field::SEQ_ID, Value::Number(value)) => seq_id = Some(value),
                (field::LOG_ID, Value::Number(value)) => log_id = Some(value),
                (field::SERVICE, Value::Number(value)) => service = Some(int32(value)),
                (field::METHOD, Value::Number(value)) => method = Some(int32(value)),
                (field::HEADERS, Value::Bytes(bytes)) => {
                    if frame.headers.len() == MAX_HEADERS {
                        return Err(FrameError::TooManyHeaders);
                    }
                    frame.headers.push(header(bytes)?);
                }
                (field::PAYLOAD_ENCODING, Value::Bytes(bytes)) => {
                    frame.payload_encoding = Some(text(bytes, "payload_encoding")?);
                }
                (field::PAYLOAD_TYPE, Value::Bytes(bytes)) => {
                    frame.payload_type = Some(text(bytes, "payload_type")?);
                }
                (field::PAYLOAD, Value::Bytes(bytes)) => frame.payload = Some(bytes),
                (field::LOG_ID_NEW, Value::Bytes(bytes)) => {
                    frame.log_id_new = Some(text(bytes, "LogIDNew")?);
                }
                _ => {}
            }
        }
        frame.seq_id = seq_id.ok_or(FrameError::Missing("SeqID"))?;
        frame.log_id = log_id.ok_or(FrameError::Missing("LogID"))?;
        frame.service = service.ok_or(FrameError::Missing("service"))?;
        frame.method = method.ok_or(FrameError::Missing("method"))?;
        Ok(frame)
    }
}

fn header(bytes: &[u8]) -> Result<Header<'_>, FrameError> {
    let mut reader = Reader { rest: bytes };
    let (mut key, mut value) = (None, None);
    while let Some(field) = reader.field()? {
        match field {
            (field::KEY, Value::Bytes(bytes)) => key = Some(text(bytes, "the key of a header")?),
            (field::VALUE, Value::Bytes(bytes)) => {
                value = Some(text(bytes, "the value of a header")?);
            }
            _ => {}
        }
    }
    Ok(Header {
        key: key.ok_or(FrameError::Missing("the key of a header"))?,
        value: value.ok_or(FrameError::Missing("the value of a header"))?,
    })
}

fn text<'a>(bytes: &'a [u8], name: &'static str) -> Result<&'a str, FrameError> {
    std::str::from_utf8(bytes).map_err(|_| FrameError::NotUtf8(name))
}

/// An `int32` travels as a number of 64 bits with its sign; the upper half is ignored.
#[allow(clippy::cast_possible_truncation, reason = "as the format wants it")]
fn int32(value: u64) -> i32 {
    value as u32 as i32
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next field and its number; `None` at the end.
    fn field(&mut self) -> Result<Option<(u64, Value<'a>)>, FrameError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = tag >> 3;
        if number == 0 || number > MAX_FIELD {
            return Err(FrameError::NoField);
        }
        let value = match tag & 7 {
            wire_type::VARINT => Value::Number(self.varint()?),
            wire_type::LENGTH => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            wire_type::FIXED_64 => self.take(8).map(|_| Value::Other)?,
            wire_type::FIXED_32 => self.take(4).map(|_| Value::Other)?,
            other => return Err(FrameError::WireType(other as u8)),
        };
        Ok(Some((number, value)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], FrameError> {
        let length = usize::try_from(length).map_err(|_| FrameError::Truncated)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(FrameError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, FrameError> {
        let mut value = 0;
        for (at, byte) in self.rest.iter().enumerate() {
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if at == 9 && bits > 1 {
                return Err(FrameError::TooLargeNumber);
            }
            value |= bits << (7 * at);
            if byte & 0x80 == 0 {
                self.rest = &self.rest[at + 1..];
                return Ok(value);
            }
            if at == 9 {
                return Err(FrameError::TooLargeNumber);
            }
        }
        Err(FrameError::Truncated)
    }
}
