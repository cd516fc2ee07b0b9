//! Files for tests.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A new, empty directory that is removed when this is dropped.
pub struct Directory(TempDir);

impl Directory {
    /// A directory below that for temporary files.
    #[must_use]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory for tests can be made"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file in it and returns its path.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).expect("it is writable");
        path
    }

    /// Makes a file of this size that takes no room on the disk, and returns its path.
    pub fn sparse(&self, name: &str, size: u64) -> PathBuf {
        let path = self.path().join(name);
        File::create(&path).and_then(|file| file.set_len(size)).expect("it is writable");
        path
    }

    /// The names of what is in it, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("it is there");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("it is readable").file_name().into_string().expect("the name is text")
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }
}

impl Default for Directory {
    fn default() -> Self {
        Self::new()
    }
}

/// Bytes in which no part is like another, so that a part in a wrong place is noticed.
#[must_use]
pub fn content(size: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33).to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(size).collect()
}
