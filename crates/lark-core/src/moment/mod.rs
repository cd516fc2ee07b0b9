//! Moments, counted from 1970: the platform uses seconds in some fields and milliseconds in others.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod conversions;

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use self::conversions::OutOfRange;

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::wire::{Context, Decode, Encode, Fit, Input, JsonWriter, Plain, Text, WireError};

macro_rules! moment {
    ($(#[$meta:meta])* $name:ident, $unit:literal, $from:ident, $as_:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(
            #[doc = concat!("The number of ", $unit, " since 1970, in UTC; negative before.")]
            pub i64,
        );

        impl $name {
            /// The present, by the clock of this machine.
            #[must_use]
            pub fn now() -> Self {
                SystemTime::now().into()
            }
        }

        impl From<SystemTime> for $name {
            /// Rounds down to the unit.
            fn from(time: SystemTime) -> Self {
                Self(count(time, |since| u128::from(since.$as_())))
            }
        }

        impl From<$name> for SystemTime {
            /// What the clock of this machine cannot hold becomes 1970.
            fn from(moment: $name) -> Self {
                let since = Duration::$from(moment.0.unsigned_abs());
                let time = match moment.0 < 0 {
                    true => UNIX_EPOCH.checked_sub(since),
                    false => UNIX_EPOCH.checked_add(since),
                };
                time.unwrap_or(UNIX_EPOCH)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Decode for $name {
            fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
                Decode::<Plain>::accept(&mut self.0, input, cx)
            }
        }

        impl Decode<Text> for $name {
            fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
                Decode::<Text>::accept(&mut self.0, input, cx)
            }
        }

        impl Encode<Plain> for $name {
            fn json(&self, out: &mut JsonWriter) {
                Encode::<Plain>::json(&self.0, out);
            }

            fn text(&self, each: &mut dyn FnMut(&str)) {
                Encode::<Plain>::text(&self.0, each);
            }
        }

        impl Encode<Text> for $name {
            fn json(&self, out: &mut JsonWriter) {
                Encode::<Text>::json(&self.0, out);
            }

            fn text(&self, each: &mut dyn FnMut(&str)) {
                Encode::<Text>::text(&self.0, each);
            }
        }

        $crate::__serde!($name);
    };
}

moment! {
    /// A moment in seconds since 1970.
    ///
    /// A plain number does not become one by itself, so that seconds and milliseconds are not mixed
    /// up: write `UnixSeconds(1_790_000_000)`, or hand over a [`SystemTime`] or [`UnixMillis`].
    UnixSeconds, "seconds", from_secs, as_secs
}

moment! {
    /// A moment in milliseconds since 1970.
    ///
    /// A plain number does not become one by itself, so that seconds and milliseconds are not mixed
    /// up: write `UnixMillis(1_790_000_000_000)`, or hand over a [`SystemTime`] or [`UnixSeconds`].
    UnixMillis, "milliseconds", from_millis, as_millis
}

impl From<UnixSeconds> for UnixMillis {
    /// Ends at the largest number there is.
    fn from(UnixSeconds(seconds): UnixSeconds) -> Self {
        Self(seconds.saturating_mul(1000))
    }
}

impl From<UnixMillis> for UnixSeconds {
    /// Rounds down.
    fn from(UnixMillis(millis): UnixMillis) -> Self {
        Self(millis.div_euclid(1000))
    }
}

/// How many units `time` is from 1970, rounded down.
fn count(time: SystemTime, units: impl Fn(Duration) -> u128) -> i64 {
    let most = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => most(units(after)),
        Err(before) => {
            let before = before.duration();
            let whole = units(before);
            let is_exact = units(before.saturating_sub(Duration::from_nanos(1))) < whole;
            -most(whole) - i64::from(!is_exact)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{UnixMillis, UnixSeconds};

    #[test]
    fn times_of_the_system_are_rounded_down() {
        let after = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        let before = |millis| UNIX_EPOCH - Duration::from_millis(millis);
        for (time, seconds, millis) in [
            (after(1_999), 1, 1_999),
            (after(2_000), 2, 2_000),
            (before(1), -1, -1),
            (before(1_000), -1, -1_000),
            (before(1_001), -2, -1_001),
        ] {
            assert_eq!(UnixSeconds::from(time), UnixSeconds(seconds), "{time:?}");
            assert_eq!(UnixMillis::from(time), UnixMillis(millis), "{time:?}");
            assert_eq!(SystemTime::from(UnixMillis(millis)), time);
        }
        assert_eq!(UnixSeconds::from(UnixMillis(-1)), UnixSeconds(-1));
        assert_eq!(UnixMillis::from(UnixSeconds(i64::MAX)), UnixMillis(i64::MAX));
    }
}
