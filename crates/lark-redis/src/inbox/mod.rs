//! A durable inbox on Redis Streams.
//!
//! A partition is a stream with a consumer group: what was read and is not done is pending in the group.
//! Redis fences nothing, so each script that reads or changes a partition compares the epoch of the lease
//! first ([`scripts`]).

mod durability;
mod id;
mod names;
mod notices;
mod scripts;
mod store;

pub use self::store::RedisInbox;
