//! Files to upload.

use std::fmt;

use bytes::Bytes;

/// A file in a multipart form: its content and the name it goes under.
///
/// ```
/// use lark_core::FilePart;
/// let part = FilePart::bytes("合同 v2.pdf", vec![0x25, 0x50, 0x44, 0x46]);
/// assert_eq!(part.name(), "合同 v2.pdf");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    name: String,
    content: Bytes,
}

impl FilePart {
    /// A file from memory.
    #[must_use]
    pub fn bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: content.into() }
    }

    /// The file name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn content(&self) -> &[u8] {
        &self.content
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilePart({:?}, {} bytes)", self.name, self.content.len())
    }
}
