//! What happens in a run.

use std::path::PathBuf;
use std::time::Duration;

/// A run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `file`, or `redis`.
    pub store: String,
    /// Determines what is killed when.
    pub seed: u64,
    /// The number of events.
    pub events: usize,
    /// The number of chats, of which each has an order.
    pub chats: usize,
    /// The number of processes.
    pub processes: usize,
    /// A process is killed, or stopped for a while, so often.
    pub kill_every: Duration,
    /// The lease of the inbox.
    pub lease: Duration,
    /// How often Redis is killed and started again.
    pub restarts: usize,
    /// The program `inbox-chaos`.
    pub program: PathBuf,
}

impl Plan {
    /// A run of seconds, for CI.
    #[must_use]
    pub fn small(store: &str, program: &str) -> Self {
        Self {
            store: store.to_owned(),
            seed: 7,
            events: 6_000,
            chats: 60,
            processes: 4,
            kill_every: Duration::from_millis(500),
            lease: Duration::from_secs(1),
            restarts: if store == "redis" { 2 } else { 0 },
            program: program.into(),
        }
    }

    /// A run of minutes, for numbers.
    #[must_use]
    pub fn large(store: &str, events: usize, seed: u64, kill_every: Duration) -> Self {
        let program = std::env::current_exe().expect("a path");
        Self { seed, events, chats: 500, kill_every, program, ..Self::small(store, "") }
    }
}
