//! A part of a stored file, read from disk as it is sent.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;

use super::Content;

/// How much is in memory at a time.
pub(crate) const CHUNK: usize = 64 * 1024;

/// What is left to be read.
#[derive(Debug)]
pub(crate) struct Slice {
    content: Content,
    /// The piece to be read next, and where in it.
    piece: usize,
    offset: u64,
    left: u64,
    open: Option<File>,
}

impl Slice {
    pub(super) fn new(content: Content, start: u64, length: u64) -> Self {
        let (mut piece, mut offset) = (0, start);
        while let Some(size) = content.pieces.get(piece).map(|piece| piece.size) {
            if offset < size {
                break;
            }
            offset -= size;
            piece += 1;
        }
        Self { content, piece, offset, left: length, open: None }
    }

    pub(crate) fn len(&self) -> u64 {
        self.left
    }

    pub(crate) fn truncate(&mut self, length: u64) {
        self.left = self.left.min(length);
    }

    /// The next bytes; None at the end.
    pub(crate) fn next_chunk(&mut self) -> io::Result<Option<Bytes>> {
        let mut buffer = vec![0; CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK))];
        let read = self.read(&mut buffer)?;
        buffer.truncate(read);
        Ok((read > 0).then(|| buffer.into()))
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if self.open.is_none() {
            let mut file = self.content.pieces[self.piece].open()?;
            file.seek(SeekFrom::Start(self.offset))?;
            self.open = Some(file);
        }
        Ok(self.open.as_mut().expect("it was opened above"))
    }
}

impl Read for Slice {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left > 0 && self.piece < self.content.pieces.len() {
            let room = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
            let read = self.file()?.read(&mut buffer[..room])?;
            if read > 0 || room == 0 {
                self.offset += read as u64;
                self.left -= read as u64;
                return Ok(read);
            }
            (self.piece, self.offset, self.open) = (self.piece + 1, 0, None);
        }
        Ok(0)
    }
}
