//! How long to wait before the next attempt.

use std::time::Duration;

use crate::settings::Settings;
use crate::state::Reason;

const SECOND: Duration = Duration::from_secs(1);

/// The wait after `failures` failed attempts in a row; none have failed if an open connection was
/// lost. `jitter` is a number from 0 to 1.
///
/// The platform asks for a random wait before the first attempt, so that its clients do not all come
/// at once, and for an interval between further ones. A process that was suspended, or asked for a
/// new connection, is alone and need not wait. Where nothing reached the platform the interval is
/// the longest wait, not the first: a network that is back after 10 s shall not cost 2 minutes.
pub(crate) fn delay(reason: Reason, failures: u32, settings: &Settings, jitter: f64) -> Duration {
    let nonce = settings.reconnect_nonce.mul_f64(jitter);
    match (reason, failures) {
        (Reason::Suspended | Reason::Planned, 0) => SECOND.mul_f64(jitter),
        (_, 0) => nonce,
        (Reason::Refused | Reason::TooManyConnections, _) => settings.reconnect_interval + nonce,
        _ => {
            let doubled = SECOND.saturating_mul(1 << (failures - 1).min(16));
            doubled.min(settings.reconnect_interval).mul_f64(0.5 + jitter / 2.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_what_the_platform_asks_for_or_shorter() {
        let settings = Settings::default();
        let delays = |reason, jitter| {
            [0, 1, 2, 5, 8, 99].map(|failures| delay(reason, failures, &settings, jitter).as_secs())
        };
        assert_eq!(delays(Reason::Closed, 1.0), [30, 1, 2, 16, 120, 120]);
        assert_eq!(delays(Reason::Unreachable, 0.0), [0, 0, 1, 8, 60, 60]);
        assert_eq!(delays(Reason::Refused, 1.0), [30, 150, 150, 150, 150, 150]);
        assert_eq!(delays(Reason::TooManyConnections, 0.5), [15, 135, 135, 135, 135, 135]);
        assert_eq!(delays(Reason::Suspended, 1.0), [1, 1, 2, 16, 120, 120]);
    }
}
