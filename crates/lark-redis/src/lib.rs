#![cfg_attr(docsrs, feature(doc_cfg))]
// Its first example needs the feature.
#![cfg_attr(any(not(doctest), feature = "events"), doc = include_str!("../README.md"))]

mod address;
mod builder;
mod client;
mod connection;
#[cfg(feature = "events")]
mod dedup;
mod error;
#[cfg(feature = "inbox")]
mod inbox;
mod lease;
mod rate_limits;
mod route;
mod script;
mod stream;
mod tail;
mod token_store;

pub use self::builder::RedisBuilder;
pub use self::connection::Redis;
#[cfg(feature = "events")]
pub use self::dedup::RedisDedup;
#[cfg(feature = "inbox")]
pub use self::inbox::RedisInbox;
pub use self::rate_limits::RedisRateLimits;
pub use self::token_store::RedisStore;
