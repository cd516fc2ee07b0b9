//! Texts and numbers for examples, within the limits and of the formats that the spec states.

use crate::model::{Facts, Range};

/// A text: the name of the field on the wire, if it fits.
pub(super) fn text(wire: &str, facts: &Facts) -> String {
    if let Some(text) = facts.format.as_deref().and_then(formatted) {
        return text.to_owned();
    }
    let text = facts.pattern.as_deref().map_or(wire.to_owned(), |it| matching(it, wire));
    let bound = |bound: &Option<String>| bound.as_deref().and_then(|it| it.parse::<usize>().ok());
    let least = bound(&facts.length.least).unwrap_or_default();
    let most = bound(&facts.length.most).unwrap_or(usize::MAX);
    let filling = "x".repeat(least.saturating_sub(text.len()));
    (text + &filling).chars().take(most).collect()
}

/// A number: `wanted`, or the bound that it is beyond, written as `wanted` is.
pub(super) fn number(wanted: &str, facts: &Facts) -> String {
    let value = |text: &str| text.parse::<f64>().ok();
    let Range { least, most } = &facts.value;
    let is_beyond = |bound: &Option<String>, sign: f64| {
        let bound = bound.as_deref().and_then(value)?;
        value(wanted).filter(|wanted| (wanted - bound) * sign > 0.0)
    };
    let bound = match (is_beyond(least, -1.0), is_beyond(most, 1.0)) {
        (Some(_), _) => least,
        (None, Some(_)) => most,
        (None, None) => return wanted.to_owned(),
    };
    let bound = bound.clone().unwrap_or_default();
    if wanted.contains('.') && !bound.contains('.') { format!("{bound}.0") } else { bound }
}

fn formatted(format: &str) -> Option<&'static str> {
    let text = match format {
        "base64" | "base64url" => "Y29udGVudA==",
        "date" => "2026-09-21",
        "date-basic" => "20260921",
        "date-slash" => "2026/09/21",
        "date-time" => "2026-09-21T09:30:00Z",
        "json" => "{\"text\":\"content\"}",
        "local-date-minute" => "2026-09-21 09:30",
        "local-date-time" => "2026-09-21 09:30:00",
        "month" => "2026-09",
        "month-basic" => "202609",
        _ => return None,
    };
    Some(text)
}

/// A text that matches one of the patterns of the specs: those begin with characters to be taken as
/// they are, or with a class of letters.
fn matching(pattern: &str, wire: &str) -> String {
    let pattern = pattern.trim_start_matches('^');
    if pattern.starts_with("http") {
        return "https://open.feishu.cn".to_owned();
    }
    match pattern.split_once('[') {
        Some(("", class)) if class.contains('_') => wire.to_owned(),
        Some(("", _)) => wire.replace('_', ""),
        Some((beginning, _)) => format!("{beginning}1"),
        None => wire.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_to_limits_and_patterns() {
        let limited = |least, most| Facts { length: Range::of(least, most), ..Facts::NONE };
        assert_eq!(text("name", &limited("6", "")), "namexx");
        assert_eq!(text("name", &limited("", "2")), "na");
        let facts = |pattern: &str| Facts { pattern: Some(pattern.to_owned()), ..Facts::NONE };
        assert_eq!(text("aily_session_id", &facts("session_[0-9a-h]{1,24}")), "session_1");
        assert_eq!(text("block_id", &facts("[a-zA-Z0-9]{27}")), "blockid");
        let bounded = |least, most| Facts { value: Range::of(least, most), ..Facts::NONE };
        assert_eq!(number("1", &bounded("10", "")), "10");
        assert_eq!(number("1.5", &bounded("", "1")), "1.0");
        assert_eq!(number("1", &bounded("1", "2")), "1");
    }
}
