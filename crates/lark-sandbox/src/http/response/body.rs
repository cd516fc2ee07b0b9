//! What a response carries: bytes from memory, or a file from disk.

use std::io;

use bytes::Bytes;

use crate::services::disk::Slice;

/// The body of a response.
#[derive(Debug)]
pub(crate) enum ResponseBody {
    Bytes(Bytes),
    Stored(Slice),
}

impl ResponseBody {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stored(slice) => slice.len(),
        }
    }

    /// Leaves out what is beyond this length.
    pub(crate) fn truncate(&mut self, length: u64) {
        match self {
            Self::Bytes(bytes) => bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX)),
            Self::Stored(slice) => slice.truncate(length),
        }
    }

    /// What is sent next, `most` bytes of what is in memory; None at the end.
    pub(crate) fn next_chunk(&mut self, most: usize) -> io::Result<Option<Bytes>> {
        match self {
            Self::Bytes(bytes) => {
                let chunk = bytes.split_to(bytes.len().min(most));
                Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
            }
            Self::Stored(slice) => slice.next_chunk(),
        }
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Slice> for ResponseBody {
    fn from(slice: Slice) -> Self {
        Self::Stored(slice)
    }
}
