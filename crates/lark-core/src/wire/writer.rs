//! Writes JSON and notes, on the way, what cannot be sent.

use std::fmt::Write as _;

use super::Encode;
use super::reader::special;

/// A JSON text in the making, and where in it we are.
#[derive(Default)]
pub struct JsonWriter {
    json: Vec<u8>,
    path: Vec<Segment>,
    /// The paths of members that must be there: [`Deviations`](crate::operation::Deviations).
    needs: &'static str,
    /// The member of the body whose own members are noted.
    watched: &'static str,
    /// What is there of it.
    present: Vec<&'static str>,
    problems: Problems,
    /// The text is kept, not sent.
    is_stored: bool,
}

/// Why a request cannot be sent, with the paths of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    pub(crate) missing: Vec<String>,
    pub(crate) invalid: Vec<String>,
}

/// One step down into the body.
pub(crate) enum Segment {
    Field(&'static str),
    Index(usize),
    Key(String),
}

impl From<&'static str> for Segment {
    fn from(name: &'static str) -> Self {
        Self::Field(name)
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl From<&String> for Segment {
    fn from(key: &String) -> Self {
        Self::Key(key.clone())
    }
}

impl JsonWriter {
    /// An empty text with room for so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { json: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// The same writer, which notes where these paths lead to nothing.
    pub(crate) fn needing(mut self, needs: &'static str) -> Self {
        self.needs = needs;
        self
    }

    /// The same writer, which notes what the member `name` of the body has.
    pub(crate) fn watching(mut self, name: &'static str) -> Self {
        self.watched = name;
        self
    }

    /// The members of the one that is watched.
    pub(crate) fn watched_members(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.present)
    }

    /// Notes a member that is written.
    pub(super) fn note(&mut self, name: &'static str) {
        if !self.watched.is_empty()
            && let [Segment::Field(object)] = &*self.path
            && *object == self.watched
        {
            self.present.push(name);
        }
    }

    /// Whether the request needs the member `name` of the current object.
    pub(super) fn is_needed(&self, name: &str) -> bool {
        !self.needs.is_empty() && self.needs.split(' ').any(|path| self.leads_here(path, name))
    }

    /// Whether `path` leads to the member `name` of the current object.
    fn leads_here(&self, path: &str, name: &str) -> bool {
        let mut rest = path;
        for (index, segment) in self.path.iter().enumerate() {
            let step = match segment {
                Segment::Field(name) if index == 0 => rest.strip_prefix(name),
                Segment::Field(name) => rest.strip_prefix('.').and_then(|it| it.strip_prefix(name)),
                Segment::Index(_) => rest.strip_prefix("[]"),
                Segment::Key(_) => None,
            };
            match step {
                Some(left) => rest = left,
                None => return false,
            }
        }
        rest.strip_prefix('.') == Some(name)
    }

    /// The value as a text of its own, problems left aside.
    #[must_use]
    pub fn text_of<C>(value: &dyn Encode<C>) -> String {
        let mut out = Self::default();
        value.json(&mut out);
        out.into_text()
    }

    /// The text of a value that is kept.
    #[cfg(feature = "serde")]
    pub(super) fn stored(value: &dyn Encode) -> String {
        let mut out = Self { is_stored: true, ..Self::default() };
        value.json(&mut out);
        out.into_text()
    }

    /// Appends text that is JSON already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.json.extend_from_slice(json.as_bytes());
    }

    /// Appends a string literal.
    pub fn string(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.json.push(b'"');
        let mut start = 0;
        loop {
            let end = special(bytes, start);
            self.json.extend_from_slice(&bytes[start..end]);
            let Some(byte) = bytes.get(end) else { break };
            self.escape(*byte);
            start = end + 1;
        }
        self.json.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x8 => b'b',
            0xc => b'f',
            _ => {
                self.raw(&format!("\\u{byte:04x}"));
                return;
            }
        };
        self.json.extend_from_slice(&[b'\\', short]);
    }

    /// Appends the key of a member. Names of fields have nothing to escape.
    pub(crate) fn key(&mut self, name: &'static str) {
        self.json.push(b'"');
        self.raw(name);
        self.json.extend_from_slice(b"\":");
    }

    /// Runs `write` one level deeper.
    pub(crate) fn within(&mut self, segment: impl Into<Segment>, write: impl FnOnce(&mut Self)) {
        self.path.push(segment.into());
        write(self);
        self.path.pop();
    }

    /// Notes that the required field `name` of the current object has no value.
    pub(crate) fn missing(&mut self, name: &'static str) {
        let path = self.render_path(Some(name));
        self.problems.missing.push(path);
    }

    /// Notes that the current value cannot be sent.
    pub(crate) fn invalid(&mut self, reason: &str) {
        let path = self.render_path(None);
        self.problems.invalid.push(format!("{path} is {reason}"));
        self.raw("null");
    }

    fn render_path(&self, leaf: Option<&'static str>) -> String {
        let mut text = String::new();
        for segment in &self.path {
            match segment {
                Segment::Field(name) if text.is_empty() => text.push_str(name),
                Segment::Field(name) => _ = write!(text, ".{name}"),
                Segment::Index(index) => _ = write!(text, "[{index}]"),
                Segment::Key(key) => _ = write!(text, "[{key:?}]"),
            }
        }
        if let Some(name) = leaf {
            let dot = if text.is_empty() { "" } else { "." };
            _ = write!(text, "{dot}{name}");
        }
        text
    }

    /// Writes a text that cannot be sent as what it should be: as it is, if it is only kept.
    pub(super) fn invalid_text(&mut self, text: &str, reason: &str) {
        if self.is_stored {
            self.string(text);
        } else {
            self.invalid(reason);
        }
    }

    /// Forgets the text, and keeps what was noted.
    pub(crate) fn clear_text(&mut self) {
        self.json.clear();
    }

    /// The finished text, problems left aside.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.json).expect("JSON is written from strings")
    }

    /// The finished text and what was noted.
    pub(crate) fn finish(self) -> (Vec<u8>, Problems) {
        (self.json, self.problems)
    }
}

#[cfg(test)]
mod tests {
    use super::JsonWriter;

    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        let all: String = (0..0x180).filter_map(char::from_u32).collect();
        let mut texts: Vec<&str> = all.char_indices().map(|(at, _)| &all[at..]).collect();
        texts.extend([
            "",
            "a",
            "1234567\"",
            "12345678\\",
            r#"{"text":"早上好\n"}"#,
            "\"\"\u{1f600}\"\"",
        ]);
        for text in texts {
            let mut out = JsonWriter::default();
            out.string(text);
            assert_eq!(out.into_text(), serde_json::to_string(text).expect("a text"));
        }
    }
}
