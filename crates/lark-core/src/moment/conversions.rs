//! To and from the types of chrono, jiff and time, each behind the feature of its name.

#[cfg(feature = "chrono")]
mod chrono {
    use chrono::{DateTime, TimeZone, Utc};

    use crate::{UnixMillis, UnixSeconds};

    impl<Z: TimeZone> From<DateTime<Z>> for UnixMillis {
        /// Rounds down to the millisecond.
        fn from(time: DateTime<Z>) -> Self {
            Self(time.timestamp_millis())
        }
    }

    impl<Z: TimeZone> From<DateTime<Z>> for UnixSeconds {
        /// Rounds down to the second.
        fn from(time: DateTime<Z>) -> Self {
            Self(time.timestamp())
        }
    }

    impl TryFrom<UnixMillis> for DateTime<Utc> {
        type Error = super::OutOfRange;

        fn try_from(moment: UnixMillis) -> Result<Self, Self::Error> {
            Self::from_timestamp_millis(moment.0).ok_or(super::OutOfRange)
        }
    }

    impl TryFrom<UnixSeconds> for DateTime<Utc> {
        type Error = super::OutOfRange;

        fn try_from(moment: UnixSeconds) -> Result<Self, Self::Error> {
            Self::from_timestamp(moment.0, 0).ok_or(super::OutOfRange)
        }
    }
}

#[cfg(feature = "jiff")]
mod jiff {
    use jiff::{Timestamp, Zoned};

    use crate::{UnixMillis, UnixSeconds};

    impl From<Timestamp> for UnixMillis {
        /// Rounds down to the millisecond.
        fn from(time: Timestamp) -> Self {
            let millis = time.as_nanosecond().div_euclid(1_000_000);
            Self(i64::try_from(millis).expect("a timestamp of jiff ends with the year 9999"))
        }
    }

    impl From<Timestamp> for UnixSeconds {
        /// Rounds down to the second.
        fn from(time: Timestamp) -> Self {
            UnixMillis::from(time).into()
        }
    }

    impl From<Zoned> for UnixMillis {
        /// Rounds down to the millisecond.
        fn from(time: Zoned) -> Self {
            time.timestamp().into()
        }
    }

    impl From<Zoned> for UnixSeconds {
        /// Rounds down to the second.
        fn from(time: Zoned) -> Self {
            time.timestamp().into()
        }
    }

    impl TryFrom<UnixMillis> for Timestamp {
        type Error = super::OutOfRange;

        fn try_from(moment: UnixMillis) -> Result<Self, Self::Error> {
            Self::from_millisecond(moment.0).map_err(|_| super::OutOfRange)
        }
    }

    impl TryFrom<UnixSeconds> for Timestamp {
        type Error = super::OutOfRange;

        fn try_from(moment: UnixSeconds) -> Result<Self, Self::Error> {
            Self::from_second(moment.0).map_err(|_| super::OutOfRange)
        }
    }
}

#[cfg(feature = "time")]
mod time {
    use time::OffsetDateTime;

    use crate::{UnixMillis, UnixSeconds};

    impl From<OffsetDateTime> for UnixMillis {
        /// Rounds down to the millisecond.
        fn from(time: OffsetDateTime) -> Self {
            let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
            Self(i64::try_from(millis).expect("a date of time has six digits in its year at most"))
        }
    }

    impl From<OffsetDateTime> for UnixSeconds {
        /// Rounds down to the second.
        fn from(time: OffsetDateTime) -> Self {
            UnixMillis::from(time).into()
        }
    }

    impl TryFrom<UnixMillis> for OffsetDateTime {
        type Error = super::OutOfRange;

        fn try_from(moment: UnixMillis) -> Result<Self, Self::Error> {
            let nanos = i128::from(moment.0) * 1_000_000;
            Self::from_unix_timestamp_nanos(nanos).map_err(|_| super::OutOfRange)
        }
    }

    impl TryFrom<UnixSeconds> for OffsetDateTime {
        type Error = super::OutOfRange;

        fn try_from(moment: UnixSeconds) -> Result<Self, Self::Error> {
            Self::from_unix_timestamp(moment.0).map_err(|_| super::OutOfRange)
        }
    }
}

/// A moment is outside of what a type of chrono, jiff or time can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl std::fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the moment is outside of what the type can hold")
    }
}

impl std::error::Error for OutOfRange {}
