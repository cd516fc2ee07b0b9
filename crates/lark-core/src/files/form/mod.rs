//! `multipart/form-data` bodies (RFC 7578).

mod body;

use std::fmt::Write as _;

use bytes::Bytes;

pub(crate) use self::body::{BodyFailure, OpenForm};

use crate::files::FilePart;

/// A form: texts and files in the order of the request's inputs. It is opened for each attempt.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    boundary: String,
    sections: Vec<Section>,
    /// Whether empty files are sent.
    allow_empty: bool,
}

#[derive(Clone, Debug)]
enum Section {
    /// Texts, boundaries and headers of files, in encoded form.
    Text(String),
    File(FilePart),
}

impl Form {
    /// An empty form. `seed` makes the boundary differ from call to call.
    pub(crate) fn new(seed: u64, allow_empty: bool) -> Self {
        Self { boundary: format!("lark-rs-{seed:016x}"), sections: Vec::new(), allow_empty }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        let boundary = self.boundary.clone();
        let name = quoted(name);
        self.write(format_args!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }

    pub(crate) fn file(&mut self, name: &str, file: &FilePart) {
        let boundary = self.boundary.clone();
        let content_type = file.type_or_default();
        // The name is sent as raw UTF-8, as browsers do and the platform expects.
        let (name, file_name) = (quoted(name), quoted(file.name()));
        self.write(format_args!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"{file_name}\"\r\nContent-Type: {content_type}\r\n\r\n"
        ));
        self.sections.push(Section::File(file.clone()));
        self.write(format_args!("\r\n"));
    }

    /// Ends the form.
    pub(crate) fn finish(&mut self) {
        let boundary = self.boundary.clone();
        self.write(format_args!("--{boundary}--\r\n"));
    }

    /// What separates the sections.
    pub(crate) fn boundary(&self) -> &str {
        &self.boundary
    }

    /// The whole form, if it contains no file.
    pub(crate) fn as_text(&self) -> Option<Bytes> {
        match &*self.sections {
            [Section::Text(text)] => Some(text.clone().into()),
            _ => None,
        }
    }

    /// The name of a file that has been read, in part or whole, and cannot be read again.
    pub(crate) fn consumed(&self) -> Option<&str> {
        let mut files = self.sections.iter().filter_map(|section| match section {
            Section::File(file) => Some(file),
            Section::Text(_) => None,
        });
        files.find(|file| file.is_consumed()).map(FilePart::name)
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        if !matches!(self.sections.last(), Some(Section::Text(_))) {
            self.sections.push(Section::Text(String::new()));
        }
        if let Some(Section::Text(last)) = self.sections.last_mut() {
            _ = last.write_fmt(text);
        }
    }
}

/// Escapes what would end a quoted parameter, the way the HTML standard does.
fn quoted(text: &str) -> String {
    text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A")
}
