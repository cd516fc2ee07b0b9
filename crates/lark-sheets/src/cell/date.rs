//! Dates as sheets count them.

use std::{error, fmt};

use lark_core::__private::{date_of_day, day_of_date};
use lark_core::UnixMillis;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Days from day 0 of sheets, 1899-12-30, to 1970-01-01.
const TO_1970: i64 = 25_569;
/// The years that have dates here.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A date and time of day as a sheet keeps it: days since 1899-12-30, the time as a fraction of the day.
///
/// It has no time zone: 46,352.75 is 2026-11-26, six in the evening, on every clock that reads it. So nothing here ever
/// converts by the zone of this machine; to and from a moment, the offset is an argument.
///
/// Whether a cell shows it as a date is a matter of the cell's format. A date is written as a number: format
/// the cells with [`Selection::number_format`](crate::spreadsheet::Selection::number_format), such as `yyyy/MM/dd`.
///
/// The features `chrono`, `jiff` and `time` convert it to and from their dates without a zone.
///
/// ```
/// use lark_sheets::cell::SerialDate;
///
/// let noon: SerialDate = "1900-01-01 12:00".parse()?;
/// assert_eq!(noon.0, 2.5);
/// assert_eq!(noon.civil()?.to_string(), "1900-01-01 12:00:00");
///
/// // The same moment is another time of day elsewhere: in Beijing (UTC+8) it is the next day.
/// let moment = lark_core::UnixMillis(1_795_708_800_000);
/// assert_eq!(SerialDate::from_unix(moment, 0).civil()?.to_string(), "2026-11-26 16:00:00");
/// assert_eq!(SerialDate::from_unix(moment, 8 * 3600).civil()?.to_string(), "2026-11-27 00:00:00");
/// # Ok::<(), lark_sheets::cell::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct SerialDate(
    /// Days since 1899-12-30; the fraction is the time of day.
    pub f64,
);

/// A date and time of day on a clock, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDateTime {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999.
    pub millisecond: u16,
}

/// Not a date, or one that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError(pub(super) String);

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for DateError {}

impl SerialDate {
    /// Midnight of a date.
    ///
    /// # Errors
    /// There is no such date, or its year is not 1 to 9999.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        CivilDateTime { year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }.try_into()
    }

    /// A moment on clocks that are so many seconds ahead of UTC, such as 28,800 in Beijing.
    #[must_use]
    pub fn from_unix(moment: UnixMillis, offset_seconds: i32) -> Self {
        Self::from_millis(moment.0.saturating_add(i64::from(offset_seconds) * 1000))
    }

    /// The moment at which clocks that are so many seconds ahead of UTC show it, to the millisecond.
    ///
    /// # Errors
    /// It is no number, or far from any date.
    pub fn to_unix(self, offset_seconds: i32) -> Result<UnixMillis, DateError> {
        Ok(UnixMillis(self.millis()? - TO_1970 * DAY - i64::from(offset_seconds) * 1000))
    }

    /// The date and the time of day, to the millisecond.
    ///
    /// # Errors
    /// It is no number, or its year is not 1 to 9999.
    pub fn civil(self) -> Result<CivilDateTime, DateError> {
        let millis = self.millis()?;
        let (year, month, day) = date_of_day(millis.div_euclid(DAY) - TO_1970);
        let year = i32::try_from(year).ok().filter(|it| YEARS.contains(it));
        let year = year.ok_or_else(|| self.out_of_range())?;
        let time = millis.rem_euclid(DAY);
        Ok(CivilDateTime {
            year,
            month: month as u8,
            day: day as u8,
            hour: (time / 3_600_000) as u8,
            minute: (time / 60_000 % 60) as u8,
            second: (time / 1000 % 60) as u8,
            millisecond: (time % 1000) as u16,
        })
    }

    /// Milliseconds since day 0.
    fn millis(self) -> Result<i64, DateError> {
        // Far beyond any date, and far from the end of i64.
        match self.0.abs() < 1e10 {
            true => Ok((self.0 * DAY as f64).round() as i64),
            false => Err(self.out_of_range()),
        }
    }

    fn out_of_range(self) -> DateError {
        DateError(format!("{} days since 1899-12-30 is not a date of the years 1 to 9999", self.0))
    }

    fn from_millis(since_1970: i64) -> Self {
        let days = since_1970.div_euclid(DAY) + TO_1970;
        Self(days as f64 + since_1970.rem_euclid(DAY) as f64 / DAY as f64)
    }
}

impl TryFrom<CivilDateTime> for SerialDate {
    type Error = DateError;

    fn try_from(civil: CivilDateTime) -> Result<Self, DateError> {
        let CivilDateTime { year, month, day, hour, minute, second, millisecond } = civil;
        let is_time = hour < 24 && minute < 60 && second < 60 && millisecond < 1000;
        if !YEARS.contains(&year)
            || !(1..=12).contains(&month)
            || !(1..=month_length(year, month)).contains(&day)
            || !is_time
        {
            return Err(DateError(format!("there is no {civil}")));
        }
        let time = i64::from(hour) * 3_600_000
            + i64::from(minute) * 60_000
            + i64::from(second) * 1000
            + i64::from(millisecond);
        Ok(Self::from_millis(day_of_date(year.into(), month.into(), day.into()) * DAY + time))
    }
}

/// `2026-11-26 08:30:00`, with milliseconds only if there are any.
impl fmt::Display for CivilDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, millisecond } = self;
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")?;
        match millisecond {
            0 => Ok(()),
            millisecond => write!(f, ".{millisecond:03}"),
        }
    }
}

fn month_length(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_is_one_after_the_other() {
        let mut expected = SerialDate::from_ymd(1800, 1, 1).expect("a date").0;
        for year in 1800..2200 {
            for month in 1..=12 {
                for day in 1..=month_length(year, month) {
                    let date = SerialDate::from_ymd(year, month, day).expect("a date");
                    assert_eq!(date.0, expected, "{year}-{month}-{day}");
                    let civil = date.civil().expect("a date");
                    assert_eq!((civil.year, civil.month, civil.day), (year, month, day));
                    assert_eq!((civil.hour, civil.millisecond), (0, 0));
                    expected += 1.0;
                }
            }
        }
        assert_eq!(SerialDate::from_ymd(1899, 12, 30), Ok(SerialDate(0.0)));
        assert_eq!(SerialDate::from_ymd(1970, 1, 1), Ok(SerialDate(25_569.0)));
    }

    #[test]
    fn there_is_no_such_date() {
        for (year, month, day) in
            [(2026, 2, 29), (1900, 2, 29), (2026, 13, 1), (0, 1, 1), (2026, 1, 0)]
        {
            let error = SerialDate::from_ymd(year, month, day).expect_err("no date");
            assert!(error.to_string().contains("there is no"), "{error}");
        }
        for days in [f64::NAN, f64::INFINITY, 1e300, -1e9] {
            SerialDate(days).civil().expect_err("no date");
        }
    }
}
