//! Dates of texts, as sheets format them.

use std::str::FromStr;

use super::{CivilDateTime, DateError, SerialDate};

/// `2026-11-26` or `2026/11/26`, with `08:30`, `08:30:15` or `08:30:15.250` behind a space or a `T`.
///
/// These are formats of cells in which the order is certain; `11/26/2026` and `26.11.2026` are refused.
impl FromStr for SerialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let civil = parse(text.trim());
        civil
            .ok_or_else(|| DateError(format!("{text:?} is no date such as 2026-11-26 08:30")))?
            .try_into()
    }
}

fn parse(text: &str) -> Option<CivilDateTime> {
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (date, Some(time.trim_start())),
        None => (text, None),
    };
    let separator = if date.contains('/') { '/' } else { '-' };
    let mut parts = date.split(separator);
    let year = parts.next().filter(|it| it.len() == 4)?;
    let (month, day) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (hour, minute, second, millisecond) = time.map_or(Some((0, 0, 0, 0)), time_of_day)?;
    Some(CivilDateTime {
        year: digits(year, 4)?,
        month: digits(month, 2)?,
        day: digits(day, 2)?,
        hour,
        minute,
        second,
        millisecond,
    })
}

fn time_of_day(text: &str) -> Option<(u8, u8, u8, u16)> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = text.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |it| digits(it, 2))?;
    let millisecond: u16 = digits(&format!("{fraction:0<3}"), 3)?;
    parts.next().is_none().then_some((hour, minute, second, millisecond))
}

/// At most so many digits and nothing else.
fn digits<T: FromStr>(text: &str, most: usize) -> Option<T> {
    let is_number = (1..=most).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_cells_are_read() {
        for (text, expected) in [
            ("2026-11-26", "2026-11-26 00:00:00"),
            ("2026/1/6", "2026-01-06 00:00:00"),
            ("2026/11/26 8:05", "2026-11-26 08:05:00"),
            ("2026-11-26T23:59:59.5", "2026-11-26 23:59:59.500"),
        ] {
            let date: SerialDate = text.parse().expect(text);
            assert_eq!(date.civil().expect("a date").to_string(), expected);
        }
        for text in [
            "",
            "26.11.2026",
            "11/26/2026",
            "2026-11",
            "2026-11-26 25:00",
            "2026-11-26 8",
            "tomorrow",
        ] {
            text.parse::<SerialDate>().expect_err(text);
        }
    }
}
