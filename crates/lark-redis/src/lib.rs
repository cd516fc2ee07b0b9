#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod connection;
mod dedup;
mod error;
mod lease;
mod script;
mod token_store;

pub use self::connection::Redis;
pub use self::dedup::RedisDedup;
pub use self::token_store::RedisStore;
