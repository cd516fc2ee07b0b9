//! Files that calls send and receive.

pub(crate) mod download;
pub(crate) mod form;
mod new_file;
pub(crate) mod part;

pub use self::download::Download;
pub use self::new_file::NewFile;
pub use self::part::{FilePart, read_part};
