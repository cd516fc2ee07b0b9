//! Dates of chrono, jiff and time, each behind the feature of its name. None of these types has a zone.

#[cfg(feature = "chrono")]
mod chrono {
    use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

    use crate::cell::{CivilDateTime, DateError, SerialDate};

    impl TryFrom<NaiveDateTime> for SerialDate {
        type Error = DateError;

        /// Rounds down to the millisecond; a leap second is the end of the one before it.
        fn try_from(it: NaiveDateTime) -> Result<Self, DateError> {
            let millisecond = it.nanosecond().min(999_999_999) / 1_000_000;
            CivilDateTime {
                year: it.year(),
                month: it.month() as u8,
                day: it.day() as u8,
                hour: it.hour() as u8,
                minute: it.minute() as u8,
                second: it.second() as u8,
                millisecond: millisecond as u16,
            }
            .try_into()
        }
    }

    impl TryFrom<NaiveDate> for SerialDate {
        type Error = DateError;

        fn try_from(it: NaiveDate) -> Result<Self, DateError> {
            Self::from_ymd(it.year(), it.month() as u8, it.day() as u8)
        }
    }

    impl TryFrom<SerialDate> for NaiveDateTime {
        type Error = DateError;

        fn try_from(serial: SerialDate) -> Result<Self, DateError> {
            let it = serial.civil()?;
            let date = NaiveDate::from_ymd_opt(it.year, it.month.into(), it.day.into());
            let (hour, minute, second) = (it.hour.into(), it.minute.into(), it.second.into());
            date.and_then(|date| {
                date.and_hms_milli_opt(hour, minute, second, it.millisecond.into())
            })
            .ok_or_else(|| DateError(format!("there is no {it}")))
        }
    }
}

#[cfg(feature = "jiff")]
mod jiff {
    use jiff::civil::{Date, DateTime};

    use crate::cell::{CivilDateTime, DateError, SerialDate};

    impl TryFrom<DateTime> for SerialDate {
        type Error = DateError;

        /// Rounds down to the millisecond.
        fn try_from(it: DateTime) -> Result<Self, DateError> {
            CivilDateTime {
                year: it.year().into(),
                month: it.month() as u8,
                day: it.day() as u8,
                hour: it.hour() as u8,
                minute: it.minute() as u8,
                second: it.second() as u8,
                millisecond: it.millisecond() as u16,
            }
            .try_into()
        }
    }

    impl TryFrom<Date> for SerialDate {
        type Error = DateError;

        fn try_from(it: Date) -> Result<Self, DateError> {
            Self::from_ymd(it.year().into(), it.month() as u8, it.day() as u8)
        }
    }

    impl TryFrom<SerialDate> for DateTime {
        type Error = DateError;

        fn try_from(serial: SerialDate) -> Result<Self, DateError> {
            let it = serial.civil()?;
            let nanos = i32::from(it.millisecond) * 1_000_000;
            let (month, day, hour) = (it.month as i8, it.day as i8, it.hour as i8);
            Self::new(it.year as i16, month, day, hour, it.minute as i8, it.second as i8, nanos)
                .map_err(|error| DateError(error.to_string()))
        }
    }
}

#[cfg(feature = "time")]
mod time {
    use time::{Date, Month, PrimitiveDateTime, Time};

    use crate::cell::{CivilDateTime, DateError, SerialDate};

    impl TryFrom<PrimitiveDateTime> for SerialDate {
        type Error = DateError;

        /// Rounds down to the millisecond.
        fn try_from(it: PrimitiveDateTime) -> Result<Self, DateError> {
            CivilDateTime {
                year: it.year(),
                month: it.month().into(),
                day: it.day(),
                hour: it.hour(),
                minute: it.minute(),
                second: it.second(),
                millisecond: it.millisecond(),
            }
            .try_into()
        }
    }

    impl TryFrom<Date> for SerialDate {
        type Error = DateError;

        fn try_from(it: Date) -> Result<Self, DateError> {
            Self::from_ymd(it.year(), it.month().into(), it.day())
        }
    }

    impl TryFrom<SerialDate> for PrimitiveDateTime {
        type Error = DateError;

        fn try_from(serial: SerialDate) -> Result<Self, DateError> {
            let it = serial.civil()?;
            let made = |it: CivilDateTime| {
                let month = Month::try_from(it.month)?;
                let date = Date::from_calendar_date(it.year, month, it.day)?;
                let time = Time::from_hms_milli(it.hour, it.minute, it.second, it.millisecond)?;
                Ok(Self::new(date, time))
            };
            made(it).map_err(|error: time::error::ComponentRange| DateError(error.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cell::SerialDate;

    fn evening() -> SerialDate {
        "2026-11-26 23:59:59.999".parse().expect("a date")
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_has_the_same_time_of_day() {
        let there = chrono::NaiveDateTime::try_from(evening()).expect("a date");
        assert_eq!(there.to_string(), "2026-11-26 23:59:59.999");
        assert_eq!(SerialDate::try_from(there), Ok(evening()));
        assert_eq!(SerialDate::try_from(there.date()), Ok(SerialDate(46_352.0)));
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_has_the_same_time_of_day() {
        let there = jiff::civil::DateTime::try_from(evening()).expect("a date");
        assert_eq!(there.to_string(), "2026-11-26T23:59:59.999");
        assert_eq!(SerialDate::try_from(there), Ok(evening()));
        assert_eq!(SerialDate::try_from(there.date()), Ok(SerialDate(46_352.0)));
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_has_the_same_time_of_day() {
        let there = time::PrimitiveDateTime::try_from(evening()).expect("a date");
        assert_eq!((there.hour(), there.millisecond()), (23, 999));
        assert_eq!(SerialDate::try_from(there), Ok(evening()));
        assert_eq!(SerialDate::try_from(there.date()), Ok(SerialDate(46_352.0)));
    }
}
