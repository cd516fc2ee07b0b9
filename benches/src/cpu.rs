//! CPU time and memory of processes, as the kernel counts them.

use std::time::Duration;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::unistd::Pid;

/// What processes have used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// User and system time.
    pub cpu: Duration,
    /// Largest resident set of any of them, in KiB.
    pub peak_kib: u64,
}

/// What this process has used since it began.
#[must_use]
pub fn own() -> Usage {
    usage(UsageWho::RUSAGE_SELF)
}

/// What this thread has used since it began; the memory is that of the process.
#[must_use]
pub fn thread() -> Usage {
    usage(UsageWho::RUSAGE_THREAD)
}

/// The memory of this process that is resident now, in KiB.
///
/// # Errors
/// The kernel does not say.
pub fn resident_kib() -> std::io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| std::io::Error::other("no VmRSS in /proc/self/status"))
}

/// What the children that have ended, and theirs, have used.
#[must_use]
pub fn children() -> Usage {
    usage(UsageWho::RUSAGE_CHILDREN)
}

/// Binds this thread, and all that it starts from now on, to one core.
///
/// # Errors
/// There is no such core for this process.
pub fn pin(core: usize) -> std::io::Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

fn usage(who: UsageWho) -> Usage {
    let usage = getrusage(who).expect("the kernel knows both");
    let cpu = duration(usage.user_time()) + duration(usage.system_time());
    Usage { cpu, peak_kib: u64::try_from(usage.max_rss()).unwrap_or_default() }
}

fn duration(time: TimeVal) -> Duration {
    let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
    let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}
