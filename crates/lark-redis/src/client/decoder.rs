//! Replies out of what was received so far.

use std::io;
use std::mem::take;

use super::{Failure, Reply};

/// Longest status, error or number.
const LONGEST_LINE: usize = 1 << 20;
/// Longest text: what the protocol allows.
const LONGEST_TEXT: usize = 512 << 20;
/// Lists in lists. Scripts answer with four at most.
const DEEPEST: usize = 16;
/// Bytes of memory that stay ready for more.
pub(super) const KEPT: usize = 1 << 20;
/// Items that a list gets room for before they are there.
const MOST_ROOM: usize = 1024;

/// Takes replies apart that come in pieces. What was read is not read again.
#[derive(Default)]
pub(super) struct Decoder {
    input: Vec<u8>,
    /// Where the next value begins.
    at: usize,
    /// Up to where its first line was searched for its end.
    searched: usize,
    /// The lists that are not complete.
    open: Vec<OpenList>,
}

struct OpenList {
    items: Vec<Reply>,
    missing: usize,
}

/// What one value is.
enum Value {
    Whole(Reply),
    List(usize),
}

impl Decoder {
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// The next reply, if all of it is there.
    ///
    /// # Errors
    /// What was received is not RESP. The connection is of no use any more.
    pub(super) fn next(&mut self) -> Result<Option<Reply>, Failure> {
        while let Some(value) = self.value()? {
            let reply = match value {
                Value::Whole(reply) => reply,
                Value::List(0) => Reply::List(Vec::new()),
                Value::List(_) if self.open.len() == DEEPEST => {
                    return Err(broken("lists are too deep"));
                }
                Value::List(missing) => {
                    let items = Vec::with_capacity(missing.min(MOST_ROOM));
                    self.open.push(OpenList { items, missing });
                    continue;
                }
            };
            if let Some(reply) = self.put(reply) {
                return Ok(Some(reply));
            }
        }
        self.forget();
        Ok(None)
    }

    /// Puts a value where it belongs; the reply, if it is complete now.
    fn put(&mut self, mut reply: Reply) -> Option<Reply> {
        while let Some(list) = self.open.last_mut() {
            list.items.push(reply);
            list.missing -= 1;
            if list.missing > 0 {
                return None;
            }
            reply = Reply::List(take(&mut list.items));
            self.open.pop();
        }
        Some(reply)
    }

    fn value(&mut self) -> Result<Option<Value>, Failure> {
        let Some((line, behind)) = self.line()? else { return Ok(None) };
        let (kind, text) = line.split_first().ok_or_else(|| broken("a line is empty"))?;
        let value = match kind {
            b'+' => Value::Whole(Reply::Bytes(text.to_vec())),
            b'-' => {
                let text = String::from_utf8_lossy(text);
                Value::Whole(Reply::Error(Failure::from_server(&text)))
            }
            b':' => Value::Whole(Reply::Integer(number(text)?)),
            b'$' | b'*' if text == b"-1" => Value::Whole(Reply::Nothing),
            b'*' => Value::List(length(text, usize::MAX)?),
            b'$' => {
                let end = behind + length(text, LONGEST_TEXT)?;
                let Some(text) = self.input.get(behind..end + 2) else { return Ok(None) };
                let text = text.strip_suffix(b"\r\n").ok_or_else(|| broken("a text has no end"))?;
                let text = Reply::Bytes(text.to_vec());
                self.at = end + 2;
                return Ok(Some(Value::Whole(text)));
            }
            _ => return Err(broken("a value has a kind that RESP2 does not know")),
        };
        self.at = behind;
        Ok(Some(value))
    }

    /// The line that begins here, and where the one after it begins.
    fn line(&mut self) -> Result<Option<(&[u8], usize)>, Failure> {
        let from = self.searched.max(self.at);
        let rest = self.input.get(from..).unwrap_or_default();
        let end = rest.iter().position(|it| *it == b'\n').map(|end| from + end);
        self.searched = end.unwrap_or(self.input.len());
        if self.searched - self.at >= LONGEST_LINE {
            return Err(broken("a line is too long"));
        }
        let Some(end) = end else { return Ok(None) };
        let line = self.input.get(self.at..end).and_then(|line| line.strip_suffix(b"\r"));
        line.map(|line| Some((line, end + 1))).ok_or_else(|| broken("a line has no end"))
    }

    /// Forgets what was read, and gives back what only a long reply needed.
    fn forget(&mut self) {
        self.input.drain(..self.at);
        self.searched = self.searched.saturating_sub(self.at);
        self.at = 0;
        if self.input.is_empty() {
            self.input.shrink_to(KEPT);
        }
    }
}

fn number(digits: &[u8]) -> Result<i64, Failure> {
    let number = str::from_utf8(digits).ok().and_then(|it| it.parse().ok());
    number.ok_or_else(|| broken("a number cannot be read"))
}

fn length(digits: &[u8], longest: usize) -> Result<usize, Failure> {
    let length = usize::try_from(number(digits)?).ok().filter(|length| *length <= longest);
    length.ok_or_else(|| broken("a length is out of range"))
}

fn broken(what: &str) -> Failure {
    let why = format!("the server does not speak the protocol of Redis: {what}");
    io::Error::new(io::ErrorKind::InvalidData, why).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = b"+OK\r\n:-42\r\n$-1\r\n*-1\r\n$0\r\n\r\n$4\r\na\r\nb\r\n*0\r\n\
        *3\r\n*2\r\n:1\r\n$2\r\n\xff\x00\r\n*0\r\n-ERR no\r\n-MOVED 1 h:2\r\n";

    /// All replies of `pieces`, as text.
    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<String>, Failure> {
        let (mut decoder, mut replies) = (Decoder::default(), Vec::new());
        for piece in pieces {
            decoder.receive(piece);
            while let Some(reply) = decoder.next()? {
                replies.push(format!("{reply:?}"));
            }
        }
        assert!(decoder.input.is_empty(), "{:?} is left", decoder.input);
        Ok(replies)
    }

    #[test]
    fn replies_of_all_kinds_are_read() {
        assert_eq!(
            decode([STREAM]).expect("replies"),
            [
                "Bytes([79, 75])",
                "Integer(-42)",
                "Nothing",
                "Nothing",
                "Bytes([])",
                "Bytes([97, 13, 10, 98])",
                "List([])",
                "List([List([Integer(1), Bytes([255, 0])]), List([]), Error(Server { code: \"ERR\", text: \"no\" })])",
                "Error(Server { code: \"MOVED\", text: \"1 h:2\" })",
            ]
        );
    }

    #[test]
    fn pieces_of_any_size_are_the_same_replies() {
        let whole = decode([STREAM]).expect("replies");
        for size in 1..STREAM.len() {
            assert_eq!(decode(STREAM.chunks(size)).expect("replies"), whole, "pieces of {size}");
        }
    }

    #[test]
    fn what_is_not_resp_is_refused() {
        let deep = b"*1\r\n".repeat(DEEPEST + 1);
        let long = [b"+", &*b"x".repeat(LONGEST_LINE)].concat();
        let cases: [(&[u8], &str); 10] = [
            (b"HTTP/1.1 400 Bad Request\r\n", "kind that RESP2 does not know"),
            (b"\r\n", "a line is empty"),
            (b"+OK\n", "a line has no end"),
            (b":4x\r\n", "a number cannot be read"),
            (b":99999999999999999999\r\n", "a number cannot be read"),
            (b"$-2\r\n", "a length is out of range"),
            (b"$536870913\r\n", "a length is out of range"),
            (b"$1\r\nabc", "a text has no end"),
            (&deep, "lists are too deep"),
            (&long, "a line is too long"),
        ];
        for (input, why) in cases {
            let failure = decode([input]).expect_err(why);
            assert!(failure.to_string().ends_with(why), "{failure}");
            assert!(!failure.is_ended() && failure.is_io());
        }
    }

    #[test]
    fn what_was_searched_is_not_searched_again() {
        let mut decoder = Decoder::default();
        for (piece, searched) in [("+O", 2), ("K", 3), ("\r\n$3\r\na", 3), ("b", 3), ("c", 3)] {
            decoder.receive(piece.as_bytes());
            while decoder.next().expect("it may still come").is_some() {}
            assert_eq!(decoder.searched, searched, "{piece:?}");
        }
    }

    #[test]
    fn a_long_list_takes_no_room_before_it_is_there() {
        let mut decoder = Decoder::default();
        decoder.receive(b"*9223372036854775807\r\n:1\r\n");
        assert!(decoder.next().expect("it may still come").is_none());
    }
}
