#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

// In the order in which an event meets them.
mod file;
mod open;

mod append;
mod clock;
mod lease;
mod read;
mod settle;
mod sweep;

mod dead;
mod replay;

mod disk;
mod error;
mod log;
mod threads;

#[doc(hidden)]
pub use self::clock::Clocks;
pub use self::file::FileInbox;
