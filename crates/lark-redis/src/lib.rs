#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod connection;
mod dedup;
mod error;
#[cfg(feature = "inbox")]
mod inbox;
mod lease;
mod script;
mod token_store;

pub use self::connection::Redis;
pub use self::dedup::RedisDedup;
#[cfg(feature = "inbox")]
pub use self::inbox::RedisInbox;
pub use self::token_store::RedisStore;
