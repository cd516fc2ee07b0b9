//! A file that is being written under another name.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, IoSlice, Seek, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::util::{random, sync_directory};

/// Number of names that are tried before it is an error: more files with one name than anybody
/// keeps.
const NAMES: u32 = 10_000;

/// An incomplete file. It is removed if it is dropped before it is complete.
pub(in crate::files) struct Partial {
    file: File,
    path: PathBuf,
    is_kept: bool,
}

/// The destination of a file.
pub(in crate::files) struct Target {
    path: PathBuf,
    /// The permissions of the existing file.
    permissions: Option<Permissions>,
}

impl Target {
    /// # Errors
    /// A file cannot replace what is at `path`.
    pub(in crate::files) fn check(path: &Path) -> io::Result<Self> {
        let reject = |kind, why| Err(io::Error::new(kind, why));
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                reject(io::ErrorKind::IsADirectory, "it is a directory, which save_into takes")
            }
            // A rename would replace a device or a pipe by a file.
            Ok(there) if !there.is_file() => {
                reject(io::ErrorKind::InvalidInput, "it is not a regular file")
            }
            Ok(there) if there.permissions().readonly() => {
                reject(io::ErrorKind::PermissionDenied, "it is read-only")
            }
            // The target of a symbolic link, because the rename would replace the link.
            Ok(there) => {
                Ok(Self { path: path.canonicalize()?, permissions: Some(there.permissions()) })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match path.file_name() {
                Some(_) => Ok(Self { path: path.to_owned(), permissions: None }),
                None => reject(io::ErrorKind::InvalidInput, "it does not name a file"),
            },
            Err(error) => Err(error),
        }
    }

    pub(in crate::files) fn directory(&self) -> PathBuf {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    }
}

impl Partial {
    /// An empty file in `directory`, under a name of its own.
    pub(in crate::files) fn create(directory: &Path) -> io::Result<Self> {
        Self::create_with(directory, None)
    }

    /// An empty file beside `target`. Whoever may not read the file there may not read this one.
    pub(in crate::files) fn beside(target: &Target) -> io::Result<Self> {
        Self::create_with(&target.directory(), target.permissions.as_ref())
    }

    fn create_with(directory: &Path, permissions: Option<&Permissions>) -> io::Result<Self> {
        // The name does not contain the file's, which may have the greatest possible length.
        let path = directory.join(format!(".lark-{:016x}.part", random::number()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if let Some(permissions) = permissions {
            let mode = std::os::unix::fs::PermissionsExt::mode(permissions) & 0o777;
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        }
        #[cfg(not(unix))]
        let _ = permissions;
        Ok(Self { file: options.open(&path)?, path, is_kept: false })
    }

    pub(in crate::files) fn write(&mut self, pieces: &[Bytes]) -> io::Result<()> {
        let mut slices: Vec<_> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let mut left = &mut slices[..];
        while !left.is_empty() {
            match self.file.write_vectored(left) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut left, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(in crate::files) fn append(&mut self, data: &[u8]) -> io::Result<()> {
        self.file.write_all(data)
    }

    /// Discards what was written.
    pub(in crate::files) fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()
    }

    /// Moves the file to its destination.
    pub(in crate::files) fn finish(self, target: Target) -> io::Result<()> {
        if let Some(permissions) = target.permissions.clone() {
            self.file.set_permissions(permissions)?;
        }
        self.file.sync_all()?;
        self.rename(&target.path)
    }

    /// Moves the file into `directory` under `name`, or under a similar name that is free.
    pub(in crate::files) fn finish_as(self, directory: &Path, name: &str) -> io::Result<PathBuf> {
        self.file.sync_all()?;
        let (stem, ending) = split_ending(name);
        for number in 1..NAMES {
            let path = directory.join(match number {
                1 => name.to_owned(),
                number => format!("{stem} ({number}){ending}"),
            });
            // Reserves the name, so that no existing file is replaced.
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            return match self.rename(&path) {
                Ok(()) => Ok(path),
                Err(error) => {
                    _ = fs::remove_file(&path);
                    Err(error)
                }
            };
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many files of that name"))
    }

    fn rename(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.is_kept = true;
        // The file is complete in any case.
        _ = path.parent().map(sync_directory);
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_kept {
            // An error in `drop` has no reader.
            _ = fs::remove_file(&self.path);
        }
    }
}

/// `("name", ".ext")`. A name whose only dot is its first character has no extension.
pub(in crate::files) fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(all(test, target_os = "linux"))]
impl Partial {
    /// A file on a device that is always full.
    pub(in crate::files) fn full(directory: &Path) -> Self {
        let mut partial = Self::create(directory).expect("a directory for tests");
        partial.file = OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        partial
    }
}
