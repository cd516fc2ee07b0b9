//! Files of any length that are the same nowhere within a megabyte.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use ring::digest::{Context, SHA256};

/// A prime, so that no piece of a round length looks like the one before.
const PERIOD: usize = 1_048_583;

/// Content without an end.
pub struct Content {
    period: Vec<u8>,
    at: usize,
}

impl Default for Content {
    fn default() -> Self {
        let word = |at: u32| at.wrapping_mul(2_654_435_761).to_le_bytes();
        let period = (0..).flat_map(word).take(PERIOD).collect();
        Self { period, at: 0 }
    }
}

impl Content {
    /// The next piece, of at most `limit` bytes.
    pub fn next(&mut self, limit: u64) -> &[u8] {
        let start = self.at;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let end = PERIOD.min(start.saturating_add(limit));
        self.at = end % PERIOD;
        &self.period[start..end]
    }
}

/// Writes a file of `length` bytes, and has it on the disk.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, length: u64) -> io::Result<()> {
    let (mut file, mut content) = (File::create(path)?, Content::default());
    let mut left = length;
    while left > 0 {
        let piece = content.next(left);
        file.write_all(piece)?;
        left -= piece.len() as u64;
    }
    file.sync_all()
}

/// The SHA-256 of content of `length` bytes.
#[must_use]
pub fn hash(length: u64) -> String {
    let (mut context, mut content) = (Context::new(&SHA256), Content::default());
    let mut left = length;
    while left > 0 {
        let piece = content.next(left);
        context.update(piece);
        left -= piece.len() as u64;
    }
    hex(context)
}

/// The SHA-256 of the file at `path`.
///
/// # Errors
/// It cannot be read.
pub fn hash_of(path: &Path) -> io::Result<String> {
    let (mut file, mut context) = (File::open(path)?, Context::new(&SHA256));
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(context)),
            read => context.update(&buffer[..read]),
        }
    }
}

pub(super) fn hex(context: Context) -> String {
    let mut text = String::new();
    for byte in context.finish().as_ref() {
        _ = write!(text, "{byte:02x}");
    }
    text
}
