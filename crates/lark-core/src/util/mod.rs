//! Tools that know nothing of the platform.

mod calendar;
mod caught;
mod exact;
mod exclusive;
mod identity_hasher;
pub(crate) mod idle;
mod key_locks;
mod lock;
mod loopback;
mod one_line;
mod poll;
mod port;
pub(crate) mod random;
mod secret;
#[cfg(feature = "signal")]
mod signal;
mod single_flight;
mod sync_directory;
mod task;
mod time;

pub use self::calendar::{date_of_day, day_of_date};
pub(crate) use self::caught::Caught;
pub use self::caught::{Panicked, caught, run_hook, try_run};
pub use self::exact::{MAX_EXACT, is_exact};
pub(crate) use self::exclusive::Exclusive;
pub(crate) use self::identity_hasher::IdentityHasher;
#[cfg(feature = "events")]
pub(crate) use self::key_locks::LockKey;
pub(crate) use self::key_locks::{KeyGuard, KeyLocks};
pub use self::lock::lock;
pub use self::loopback::is_loopback;
pub(crate) use self::one_line::OneLine;
#[cfg(feature = "events")]
pub use self::poll::poll_once;
pub(crate) use self::poll::unless;
pub(crate) use self::port::has_usable_port;
pub use self::secret::Secret;
#[cfg(feature = "signal")]
pub use self::signal::shutdown_signal;
pub use self::single_flight::{Flight, SingleFlight};
pub(crate) use self::sync_directory::sync_directory;
pub(crate) use self::task::{BoxFuture, Task, spawn, spawn_blocking, spawn_on, spawn_with_output};
pub(crate) use self::time::LONGEST;
pub use self::time::later;
