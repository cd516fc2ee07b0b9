//! What every part of a sandbox may use: apps and tenants, the clock, ids, the disk.

mod apps;
mod clock;
pub(crate) mod disk;
pub(crate) mod ids;

pub use apps::App;
pub(crate) use apps::{Apps, DEFAULT_TENANT};
pub(crate) use clock::Timeline;
pub use clock::{Clock, SystemClock};
pub use disk::StoredFile;
