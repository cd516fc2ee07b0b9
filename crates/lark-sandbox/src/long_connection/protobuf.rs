//! As much of protobuf's wire format as [`Frame`](super::Frame) needs.

use super::frame::BadFrame;

/// The value of a field.
pub(super) enum Field<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// Of a type that no field of ours has.
    Other,
}

impl<'a> Field<'a> {
    pub(super) fn varint(self, number: u64) -> Result<u64, BadFrame> {
        if let Self::Varint(value) = self { Ok(value) } else { Err(of_another_type(number)) }
    }

    /// Negative ones take ten bytes, of which the low 32 bits count.
    pub(super) fn int32(self, number: u64) -> Result<i32, BadFrame> {
        Ok(self.varint(number)? as i32)
    }

    pub(super) fn bytes(self, number: u64) -> Result<&'a [u8], BadFrame> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(of_another_type(number)) }
    }
}

fn of_another_type(number: u64) -> BadFrame {
    BadFrame(format!("field {number} is of another type"))
}

/// Reads fields one after the other.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The number of the next field and its value; None at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Field<'a>)>, BadFrame> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = tag >> 3;
        let field = match tag & 7 {
            0 => Field::Varint(self.varint()?),
            1 => self.take(number, 8).map(|_| Field::Other)?,
            2 => {
                let length = self.varint()?;
                Field::Bytes(self.take(number, usize::try_from(length).unwrap_or(usize::MAX))?)
            }
            5 => self.take(number, 4).map(|_| Field::Other)?,
            other => return Err(BadFrame(format!("wire type {other} is unknown"))),
        };
        Ok(Some((number, field)))
    }

    fn varint(&mut self) -> Result<u64, BadFrame> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let (byte, rest) =
                self.0.split_first().ok_or_else(|| BadFrame("a number ends early".to_owned()))?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(BadFrame("a number has more than ten bytes".to_owned()))
    }

    fn take(&mut self, number: u64, length: usize) -> Result<&'a [u8], BadFrame> {
        let taken = self.0.split_at_checked(length);
        let (field, rest) = taken.ok_or_else(|| BadFrame(format!("field {number} ends early")))?;
        self.0 = rest;
        Ok(field)
    }
}

/// Writes fields one after the other.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn varint(&mut self, number: u64, value: u64) {
        self.raw_varint(number << 3);
        self.raw_varint(value);
    }

    /// Sign-extended to 64 bits.
    pub(super) fn int32(&mut self, number: u64, value: i32) {
        self.varint(number, i64::from(value) as u64);
    }

    pub(super) fn bytes(&mut self, number: u64, bytes: &[u8]) {
        self.raw_varint(number << 3 | 2);
        self.raw_varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn raw_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
