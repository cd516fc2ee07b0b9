//! A durable inbox: events are stored, then acknowledged, then handled.
//!
//! With [`EventRouterBuilder::inbox`](crate::EventRouterBuilder::inbox), the router replies 200 to an event
//! as soon as it is stored, whatever its handler does; workers take the stored events and call the handlers.
//! An event is handled at least once, also if the process is killed, and never again once that is stored as
//! done. Events with the same ordering key are handled one at a time, in the order in which they were
//! stored, by whichever process has their partition. One that fails is tried again with growing pauses, and
//! set aside as a dead letter after so many attempts; only events with the same key wait for it. Callbacks
//! are not stored: a user waits for the reply.
//!
//! The store is lark-inbox's file (one machine) or lark-redis's `RedisInbox` (a fleet), or your own
//! [`Store`].
//!
//! ```
//! # use lark_core::{EventKeys, EventRouter, Result};
//! use lark_core::inbox::{Inbox, Store};
//!
//! # async fn run(store: impl Store) -> Result<()> {
//! let inbox = Inbox::builder(store).workers(16).build();
//! let router = EventRouter::builder(EventKeys::new().encrypt_key("kudryavka"))
//!     .inbox(&inbox)
//!     .on_raw("im.message.receive_v1", |event| async move {
//!         println!("{}", event.payload["message"]["content"]);
//!         Ok(())
//!     })
//!     .build()?;
//! # _ = router;
//! # Ok(())
//! # }
//! ```

// In the order in which an event meets them.
mod appender;
mod engine;
mod handle;
mod handling;
mod intake;
mod options;
mod partition;
mod queues;
mod reception;
mod report;
mod store;
mod supervisor;
mod suspects;
mod then;
mod upkeep;

pub use self::handle::Inbox;
pub(super) use self::intake::Intake;
pub use self::options::InboxBuilder;
pub use self::report::{InboxChange, InboxReport, PartitionChange};
pub use self::store::{
    Appended, Beat, DeadLetter, Gauges, Lease, Limits, NewEvent, Position, Step, Store, StoredEvent,
};
