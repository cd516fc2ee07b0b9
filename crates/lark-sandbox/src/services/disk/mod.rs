//! Bytes that the sandbox keeps: on disk, in a directory that goes with it, so that files of any size
//! cost no memory.

mod content;
mod slice;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;

pub(crate) use content::Content;
pub use content::StoredFile;
pub(crate) use slice::{CHUNK, Slice};

/// The directory of one sandbox. It is made when the first file comes.
#[derive(Default)]
pub(crate) struct Disk {
    place: Mutex<Place>,
    made: AtomicU64,
}

#[derive(Default)]
enum Place {
    #[default]
    Unused,
    At(TempDir),
    Gone,
}

impl Disk {
    /// An empty file.
    pub(crate) fn create(&self) -> io::Result<Writing> {
        let path = self.directory()?.join(self.made.fetch_add(1, Ordering::Relaxed).to_string());
        let file = File::create_new(&path)?;
        Ok(Writing { file, stored: DiskFile { path, size: 0 } })
    }

    /// Removes everything, for good.
    pub(crate) fn remove(&self) {
        *crate::lock(&self.place) = Place::Gone;
    }

    fn directory(&self) -> io::Result<PathBuf> {
        let mut place = crate::lock(&self.place);
        if matches!(*place, Place::Unused) {
            *place = Place::At(tempfile::Builder::new().prefix("lark-sandbox-").tempdir()?);
        }
        match &*place {
            Place::At(directory) => Ok(directory.path().to_owned()),
            _ => Err(io::Error::other("the sandbox has stopped")),
        }
    }
}

/// A file that is being written.
pub(crate) struct Writing {
    file: File,
    stored: DiskFile,
}

impl Writing {
    /// Adds bytes. It blocks, but only until the system has them in its cache, which takes less
    /// time than a way to another thread and back.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.stored.size += bytes.len() as u64;
        Ok(())
    }

    pub(crate) fn finish(self) -> DiskFile {
        self.stored
    }
}

/// A file on disk. It goes when nobody holds it any more.
#[derive(Debug)]
pub(crate) struct DiskFile {
    path: PathBuf,
    pub(crate) size: u64,
}

impl DiskFile {
    fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

impl Drop for DiskFile {
    fn drop(&mut self) {
        // An error says that the directory was removed before.
        let _ = fs::remove_file(&self.path);
    }
}
