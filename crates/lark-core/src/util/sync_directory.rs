//! Directories on the disk.

use std::io;
use std::path::Path;

/// Writes the names in a directory to the disk: a rename survives a crash only after this. Systems
/// without a way to do so, such as Windows, do nothing.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(path)?.sync_all()?;
    _ = path;
    Ok(())
}
