//! Arguments as they travel.

use std::io::Write as _;

/// Bytes around an argument: its length, and the ends of two lines.
const AROUND: usize = 16;

/// Arguments of a command, encoded: each is `$<length>\r\n<bytes>\r\n`.
#[derive(Clone, Default)]
pub(super) struct Arguments {
    pub(super) count: usize,
    pub(super) bytes: Vec<u8>,
}

impl Arguments {
    pub(super) fn push(&mut self, argument: impl Argument) {
        self.count += 1;
        argument.with_bytes(|bytes| {
            self.bytes.reserve(bytes.len() + AROUND);
            // A vector takes all that is written.
            _ = write!(self.bytes, "${}\r\n", bytes.len());
            self.bytes.extend_from_slice(bytes);
            self.bytes.extend_from_slice(b"\r\n");
        });
    }

    /// A whole command of these parts.
    pub(super) fn command(parts: &[&Self]) -> Vec<u8> {
        let count: usize = parts.iter().map(|part| part.count).sum();
        let length: usize = parts.iter().map(|part| part.bytes.len()).sum();
        let mut command = Vec::with_capacity(length + AROUND);
        _ = write!(command, "*{count}\r\n");
        parts.iter().for_each(|part| command.extend_from_slice(&part.bytes));
        command
    }
}

/// What can be an argument: texts, bytes, and numbers as texts.
pub(crate) trait Argument {
    fn with_bytes(&self, take: impl FnOnce(&[u8]));
}

impl Argument for str {
    fn with_bytes(&self, take: impl FnOnce(&[u8])) {
        take(self.as_bytes());
    }
}

impl Argument for [u8] {
    fn with_bytes(&self, take: impl FnOnce(&[u8])) {
        take(self);
    }
}

impl Argument for String {
    fn with_bytes(&self, take: impl FnOnce(&[u8])) {
        take(self.as_bytes());
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn with_bytes(&self, take: impl FnOnce(&[u8])) {
        T::with_bytes(self, take);
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Argument for $number {
            fn with_bytes(&self, take: impl FnOnce(&[u8])) {
                take(self.to_string().as_bytes());
            }
        })*
    };
}

numbers!(i32, i64, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_list_of_texts() {
        let (mut name, mut rest) = (Arguments::default(), Arguments::default());
        name.push("SET");
        rest.push(&b"k\r\n"[..]);
        rest.push(-7);
        let command = Arguments::command(&[&name, &rest]);
        assert_eq!(command, b"*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$2\r\n-7\r\n");
    }
}
