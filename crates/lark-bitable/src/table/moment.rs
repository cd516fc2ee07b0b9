//! Moments as texts with an offset (RFC 3339), and as milliseconds since 1970.

use lark_core::__private::{date_of_day, day_of_date};

/// The moment in UTC; `None` outside of the years 0 to 9999, which the format cannot express.
pub(super) fn to_text(millis: i64) -> Option<String> {
    let (seconds, millis) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    let (day_number, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date_of_day(day_number);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    (0..=9999).contains(&year).then(|| {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
    })
}

/// The milliseconds of a text; `None` if it has no offset or is no moment. A name of a time zone in
/// brackets behind the offset is ignored.
pub(super) fn from_text(text: &str) -> Option<i64> {
    let text = text.split('[').next().unwrap_or(text);
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits.bytes().all(|it| it.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let is_at = |at: usize, one_of: &str| text.get(at..=at).is_some_and(|it| one_of.contains(it));
    let is_form = is_at(4, "-") && is_at(7, "-") && is_at(10, "Tt ") && is_at(13, ":");
    if !is_form || !is_at(16, ":") {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    // A leap second is the first one of the next minute.
    let is_time = hour < 24 && minute < 60 && second <= 60;
    let days = day_of_date(year, month, day);
    if !is_time || date_of_day(days) != (year, month, day) {
        return None;
    }
    let rest = text.get(19..)?;
    let digits = rest.strip_prefix('.').map_or("", |it| {
        let end = it.find(|it: char| !it.is_ascii_digit()).unwrap_or(it.len());
        &it[..end]
    });
    let offset = &rest[if digits.is_empty() { 0 } else { digits.len() + 1 }..];
    let millis = format!("{digits:0<3}").get(..3)?.parse::<i64>().ok()?;
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second;
    Some((seconds - offset_seconds(offset)?) * 1000 + millis)
}

/// Seconds east of Greenwich.
fn offset_seconds(offset: &str) -> Option<i64> {
    if offset.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
    let number = |text: &str, most: i64| {
        let is_number = text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
        text.parse::<i64>().ok().filter(|it| is_number && *it <= most)
    };
    Some(sign * (number(hours, 23)? * 3600 + number(minutes, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use super::{from_text, to_text};

    #[test]
    fn an_offset_says_which_moment_it_is() {
        let midnight_in_shanghai = 1_795_622_400_000;
        for text in [
            "2026-11-26T00:00:00+08:00",
            "2026-11-26 00:00:00+0800",
            "2026-11-25T16:00:00Z",
            "2026-11-25T08:00:00.000-08:00",
            "2026-11-26T00:00:00+08:00[Asia/Shanghai]",
        ] {
            assert_eq!(from_text(text), Some(midnight_in_shanghai), "{text}");
        }
        assert_eq!(to_text(midnight_in_shanghai).as_deref(), Some("2026-11-25T16:00:00Z"));
        for text in [
            "2026-11-26T00:00:00",
            "2026-11-26",
            "2026-02-29T00:00:00Z",
            "2026-11-26T24:00:00Z",
            "2026-11-26T00:00:00.Z",
            "26.11.2026",
            "",
            "２０２６-11-26T00:00:00Z",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_is_read_as_it_is_written() {
        for day in -150_000..150_000_i64 {
            let millis = day * 86_400_000 + day.rem_euclid(86_400_000);
            let text = to_text(millis).expect("a year of four digits");
            assert_eq!(from_text(&text), Some(millis), "{text}");
        }
        assert_eq!(to_text(-1).as_deref(), Some("1969-12-31T23:59:59.999Z"));
        assert_eq!(to_text(i64::MAX), None);
    }
}
