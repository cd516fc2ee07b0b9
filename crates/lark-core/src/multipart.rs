//! `multipart/form-data` bodies (RFC 7578).

use bytes::{BufMut, Bytes, BytesMut};

use crate::file::FilePart;

/// A form in the making.
pub(crate) struct Form {
    boundary: String,
    body: BytesMut,
}

impl Form {
    /// An empty form. `seed` makes the boundary differ from call to call.
    pub(crate) fn new(seed: u64) -> Self {
        Self { boundary: format!("lark-rs-{seed:016x}"), body: BytesMut::new() }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.head(&format!("form-data; name=\"{}\"", quoted(name)), None);
        self.body.put(value.as_bytes());
        self.body.put_slice(b"\r\n");
    }

    pub(crate) fn file(&mut self, name: &str, file: &FilePart) {
        // The name goes as raw UTF-8, as browsers do it and the platform reads it.
        let (name, file_name) = (quoted(name), quoted(file.name()));
        let disposition = format!("form-data; name=\"{name}\"; filename=\"{file_name}\"");
        self.head(&disposition, Some("application/octet-stream"));
        self.body.put(file.content());
        self.body.put_slice(b"\r\n");
    }

    fn head(&mut self, disposition: &str, content_type: Option<&str>) {
        let Self { boundary, body } = self;
        body.put(format!("--{boundary}\r\nContent-Disposition: {disposition}\r\n").as_bytes());
        if let Some(content_type) = content_type {
            body.put(format!("Content-Type: {content_type}\r\n").as_bytes());
        }
        body.put_slice(b"\r\n");
    }

    /// The content type and the finished body.
    pub(crate) fn finish(mut self) -> (String, Bytes) {
        self.body.put(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body.freeze())
    }
}

/// Escapes what would end a quoted parameter, the way the HTML standard does.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_texts_and_files_with_their_own_names() {
        let mut form = Form::new(1);
        form.text("file_type", "pdf");
        form.file("file", &FilePart::bytes("合同 \"v2\".pdf", "%PDF"));
        let (content_type, body) = form.finish();
        assert_eq!(content_type, "multipart/form-data; boundary=lark-rs-0000000000000001");
        let expected = "--lark-rs-0000000000000001\r\n\
            Content-Disposition: form-data; name=\"file_type\"\r\n\r\npdf\r\n\
            --lark-rs-0000000000000001\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"合同 %22v2%22.pdf\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n%PDF\r\n\
            --lark-rs-0000000000000001--\r\n";
        assert_eq!(std::str::from_utf8(&body), Ok(expected));
    }
}
