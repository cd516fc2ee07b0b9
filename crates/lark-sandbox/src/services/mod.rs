//! What every part of a sandbox may use: its apps and tenants, the clock, ids, the disk.

mod apps;
mod clock;
pub(crate) mod disk;
pub(crate) mod ids;
mod rate_limit;
mod restarts;
mod script;

pub use apps::App;
pub(crate) use apps::{Apps, DEFAULT_TENANT};
pub use clock::{Clock, SystemClock};
pub(crate) use clock::{LONGEST, Timeline};
pub use disk::StoredFile;
pub use rate_limit::RateLimit;
pub(crate) use rate_limit::{WindowCounter, WindowFull};
pub(crate) use restarts::Restarts;
pub(crate) use script::Script;
pub use script::Times;

use std::time::{Duration, SystemTime};

use disk::Disk;
use ids::Ids;

/// What parts get in common. It knows none of them.
pub(crate) struct Services {
    /// Where the sandbox listens, without a slash at the end.
    pub(crate) base_url: String,
    pub(crate) apps: Apps,
    pub(crate) timeline: Timeline,
    pub(crate) ids: Ids,
    pub(crate) disk: Disk,
    started: SystemTime,
}

impl Services {
    pub(crate) fn new(base_url: String, apps: Apps, timeline: Timeline) -> Self {
        let started = timeline.now();
        Self { base_url, apps, timeline, ids: Ids::new(), disk: Disk::default(), started }
    }

    /// The host and port where the sandbox listens.
    pub(crate) fn host(&self) -> &str {
        self.base_url.split_once("://").map_or(&self.base_url, |(_, host)| host)
    }

    /// The time by the sandbox's clock.
    pub(crate) fn now(&self) -> SystemTime {
        self.timeline.now()
    }

    /// The same in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> u64 {
        self.timeline.now_ms()
    }

    /// How long the sandbox has run, by its clock.
    pub(crate) fn uptime(&self) -> Duration {
        self.now().duration_since(self.started).unwrap_or_default()
    }
}
