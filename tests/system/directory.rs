//! Files for tests, and what is in them.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A directory that goes with the test.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("lark-uploads-{}-{count}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).expect("it is writable");
        path
    }

    /// A file of this size that takes no room.
    pub(crate) fn sparse(&self, name: &str, size: u64) -> PathBuf {
        let path = self.0.join(name);
        File::create(&path).and_then(|file| file.set_len(size)).expect("it is writable");
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Only litter is left behind if it fails.
        _ = fs::remove_dir_all(&self.0);
    }
}

/// Bytes in which no part is like another.
pub(crate) fn content(size: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33).to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(size).collect()
}
