//! Repairs JSON that a parser refuses because of single values, so that all others can be read.

use std::fmt::Write;

/// Stands for text that cannot be read.
pub(super) const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The same JSON with valid values: invalid UTF-8 and halves of surrogate pairs become U+FFFD, raw
/// control characters and unknown escapes are escaped, numbers that no `f64` holds (`1e400`, `NaN`)
/// become texts, a byte order mark goes. `None` if there is nothing to repair. Takes linear time.
pub(crate) fn repair(json: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(json);
    let mut repair = Repair { text: &text, at: 0, copied: 0, out: String::new() };
    repair.run();
    let is_changed = repair.copied > 0 || matches!(text, std::borrow::Cow::Owned(_));
    is_changed.then(|| {
        let rest = &text[repair.copied..];
        repair.out + rest
    })
}

/// Whether a text that was repaired has lost something.
pub(super) fn is_lossy(text: &str) -> bool {
    let is_number =
        || text.len() >= 3 && text.parse::<f64>().is_ok_and(|number| !number.is_finite());
    text.contains(REPLACEMENT) || is_number()
}

struct Repair<'a> {
    text: &'a str,
    at: usize,
    /// What was copied to `out`, or replaced there.
    copied: usize,
    out: String,
}

impl Repair<'_> {
    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.replace('\u{feff}'.len_utf8(), "");
        }
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => self.string(),
                b'-' | b'0'..=b'9' | b'N' | b'I' => self.number(),
                _ => self.at += 1,
            }
        }
    }

    /// Replaces the next `length` bytes.
    fn replace(&mut self, length: usize, by: &str) {
        self.out.push_str(&self.text[self.copied..self.at]);
        self.out.push_str(by);
        self.at += length;
        self.copied = self.at;
    }

    fn number(&mut self) {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = rest.bytes().take_while(is_part).count().max(1);
        let token = &rest[..length];
        if token.parse::<f64>().is_ok_and(|number| !number.is_finite()) {
            self.replace(length, &format!("\"{token}\""));
        } else {
            self.at += length;
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.escape(),
                byte @ 0..0x20 => {
                    let mut escaped = String::new();
                    // Writing to a string does not fail.
                    _ = write!(escaped, "\\u{byte:04x}");
                    self.replace(1, &escaped);
                }
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) {
        match self.text.as_bytes().get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => match (self.unit(self.at), self.unit(self.at + 6)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => self.at += 12,
                (Some(0xd800..=0xdfff), _) => self.replace(6, "\\ufffd"),
                (Some(_), _) => self.at += 6,
                (None, _) => self.replace(2, "\\\\u"),
            },
            _ => self.replace(1, "\\\\"),
        }
    }

    /// The UTF-16 unit of the escape at this place.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_parser_takes_is_replaced_and_the_rest_stays() {
        for (odd, repaired) in [
            (&br#"{"a":"x\ud83dy"}"#[..], r#"{"a":"x\ufffdy"}"#),
            (br#"{"a":"\ude00"}"#, r#"{"a":"\ufffd"}"#),
            (br#"["\ud83d\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#),
            (br#"{"\ud83d":1}"#, r#"{"\ufffd":1}"#),
            (b"[\"a\nb\x00\"]", r#"["a\u000ab\u0000"]"#),
            (b"[\"a\xffb\"]", "[\"a\u{fffd}b\"]"),
            (br"[1e400,-1E+400,1]", r#"["1e400","-1E+400",1]"#),
            (br"[NaN,Infinity,-Infinity]", r#"["NaN","Infinity","-Infinity"]"#),
            (br#"["\x41\u12\'"]"#, r#"["\\x41\\u12\\'"]"#),
            (b"\xef\xbb\xbf{}", "{}"),
        ] {
            assert_eq!(repair(odd).as_deref(), Some(repaired), "{}", odd.escape_ascii());
            serde_json::from_str::<serde_json::Value>(repaired).expect("JSON");
        }
    }

    #[test]
    fn what_is_valid_or_no_json_at_all_is_not_touched() {
        for text in
            [r#"{"a":[1,-2.5e3,null,true,"\u00e9\"\ud83d\ude00"]}"#, "", "\"", "{", "<html>", "\\"]
        {
            assert_eq!(repair(text.as_bytes()), None, "{text}");
        }
        // An end within an escape.
        for text in [r#"["\"#, r#"["\u"#, r#"["\ud83d\"#, "-", "1e"] {
            _ = repair(text.as_bytes());
        }
    }
}
