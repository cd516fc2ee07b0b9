//! What a stored file holds.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use super::{DiskFile, Slice};

/// Bytes on disk, in one piece or, after an upload in parts, in many: joining them would write
/// everything twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content {
    pub(super) pieces: Vec<Arc<DiskFile>>,
    size: u64,
}

impl Content {
    pub(crate) fn of(pieces: Vec<Arc<DiskFile>>) -> Self {
        let size = pieces.iter().map(|piece| piece.size).sum();
        Self { pieces, size }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// All of it.
    pub(crate) fn whole(&self) -> Slice {
        self.slice(0, self.size)
    }

    /// A part of it, which must be within.
    pub(crate) fn slice(&self, start: u64, length: u64) -> Slice {
        Slice::new(self.clone(), start, length)
    }

    /// Adler-32, as the `checksum` of uploads has it: in decimal digits.
    pub(crate) fn checksum(&self) -> io::Result<String> {
        let mut sum = adler2::Adler32::new();
        let mut slice = self.whole();
        while let Some(chunk) = slice.next_chunk()? {
            sum.write_slice(&chunk);
        }
        Ok(sum.checksum().to_string())
    }
}

/// A file that was uploaded to a sandbox, as a test looks at it.
#[derive(Clone)]
pub struct StoredFile {
    pub(crate) name: String,
    pub(crate) content: Content,
}

impl StoredFile {
    /// The name it was uploaded under; empty for an image, which has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.content.size()
    }

    /// A reader of its bytes, from the first to the last.
    pub fn reader(&self) -> impl Read + Send + use<> {
        self.content.whole()
    }

    /// All its bytes, in memory.
    ///
    /// # Errors
    /// If they cannot be read, such as after the sandbox has stopped.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader().read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredFile({:?}, {} bytes)", self.name, self.size())
    }
}
