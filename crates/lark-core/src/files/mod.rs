//! Files that calls send and receive.

pub(crate) mod download;
pub(crate) mod form;
pub(crate) mod part;

pub use self::download::Download;
pub use self::part::FilePart;
