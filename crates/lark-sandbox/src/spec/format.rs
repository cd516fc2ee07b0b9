//! The formats of texts and moments: what fits, and samples.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

/// A moment of 2026-09-21, in seconds since 1970.
const MOMENT: u64 = 1_790_000_000;

/// How the dates and times are written: a `0` is any digit.
const TEMPLATES: [(&str, &str); 7] = [
    ("date", "0000-00-00"),
    ("date-basic", "00000000"),
    ("date-slash", "0000/00/00"),
    ("local-date-minute", "0000-00-00 00:00"),
    ("local-date-time", "0000-00-00 00:00:00"),
    ("month", "0000-00"),
    ("month-basic", "000000"),
];

/// Whether a text has this format. An empty one is an absent one.
pub(super) fn fits(format: &str, text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    match format {
        "double" => text.parse::<f64>().is_ok_and(f64::is_finite),
        // The operation says what is wrong with it, with a code of its own.
        "json" => true,
        "base64" => STANDARD.decode(text).is_ok(),
        "base64url" => URL_SAFE.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).is_ok(),
        "date-time" => text.split_once('T').is_some_and(|(date, time)| {
            has_form(date, "0000-00-00")
                && time.get(..8).is_some_and(|time| has_form(time, "00:00:00"))
        }),
        _ => template(format).is_none_or(|template| has_form(text, template)),
    }
}

/// What a format is called in a violation, by an example of it.
pub(super) fn example(format: &str) -> String {
    text(format, "value", 0).unwrap_or_default()
}

/// A text of this format that depends on `number`, a moment later for each; None for a format that
/// is a number, and for one that nobody knows.
pub(super) fn text(format: &str, name: &str, number: u64) -> Option<String> {
    let (month, day) = (1 + number / 28 % 12, 1 + number % 28);
    let text = match format {
        "double" => format!("{number}.5"),
        "date" => format!("2026-{month:02}-{day:02}"),
        "date-basic" => format!("2026{month:02}{day:02}"),
        "date-slash" => format!("2026/{month:02}/{day:02}"),
        "date-time" => format!("2026-{month:02}-{day:02}T09:30:00Z"),
        "local-date-minute" => format!("2026-{month:02}-{day:02} 09:30"),
        "local-date-time" => format!("2026-{month:02}-{day:02} 09:30:00"),
        "month" => format!("{:04}-{:02}", 2026 + number / 12, 1 + number % 12),
        "month-basic" => format!("{:04}{:02}", 2026 + number / 12, 1 + number % 12),
        "json" => json!({ "text": format!("{name}-{number}") }).to_string(),
        "base64" => STANDARD.encode(format!("{name}-{number}")),
        "base64url" => URL_SAFE.encode(format!("{name}-{number}")),
        _ => return None,
    };
    Some(text)
}

/// A moment, as the format counts it; None for other formats.
pub(super) fn moment(format: &str, number: u64) -> Option<u64> {
    match format {
        "unix-s" => Some(MOMENT + number),
        "unix-ms" => Some((MOMENT + number) * 1000),
        _ => None,
    }
}

fn template(format: &str) -> Option<&'static str> {
    TEMPLATES.iter().find(|(known, _)| *known == format).map(|(_, template)| *template)
}

fn has_form(text: &str, template: &str) -> bool {
    let fits = |(c, form): (u8, u8)| if form == b'0' { c.is_ascii_digit() } else { c == form };
    text.len() == template.len() && text.bytes().zip(template.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_its_format_and_another_text_has_not() {
        let others =
            ["date-time", "json", "base64", "base64url", "double"].map(|format| (format, ""));
        for (format, _) in TEMPLATES.into_iter().chain(others) {
            for number in [0, 27, 28, 400] {
                let sample = text(format, "name", number).expect("a text");
                assert!(fits(format, &sample), "{format}: {sample}");
            }
            assert_eq!(fits(format, "no such { text"), format == "json", "{format}");
            assert!(fits(format, ""), "{format}");
        }
        assert_eq!(moment("unix-ms", 1), Some(1_790_000_001_000));
    }
}
