//! Texts of which the spec says nothing but the name, which says what they are.

use serde_json::json;

use super::format;

/// What a property of this name holds, another one for each number; None if its name says nothing.
pub(super) fn text(name: &str, number: Option<u64>) -> Option<String> {
    let at = number.unwrap_or_default();
    let named = number.map_or_else(|| name.to_owned(), |number| format!("{name}-{number}"));
    let last = name.rsplit('_').next().unwrap_or(name);
    let text = match last {
        // Milliseconds since 1970 is what most of the moments are that have a format.
        "time" | "at" | "timestamp" => format::moment("unix-ms", at)?.to_string(),
        "date" => format::text("date", name, at)?,
        "email" | "mail" => format!("{named}@example.com"),
        "mobile" | "phone" => format!("+86138{:08}", at % 100_000_000),
        "url" | "link" => format!("https://example.com/{named}"),
        "avatar" | "icon" | "photo" => format!("https://example.com/{named}.png"),
        "zone" | "timezone" => "Asia/Shanghai".to_owned(),
        "locale" | "language" | "lang" => "en_us".to_owned(),
        "currency" => "CNY".to_owned(),
        "version" | "ver" => format!("1.0.{at}"),
        "ip" => format!("192.0.2.{}", at % 250),
        "guid" | "uuid" => format!("00000000-0000-4000-8000-{at:012}"),
        "rate" | "ratio" | "percent" | "percentage" => "0.5".to_owned(),
        "duration" | "size" | "count" | "num" | "amount" | "salary" | "quantity" | "score" => {
            (at + 1).to_string()
        }
        // The controls of an approval.
        "form" => json!([{ "id": "widget1", "type": "input", "value": named }]).to_string(),
        _ => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_text_is_what_its_name_says() {
        let of = |name| text(name, Some(7)).unwrap_or_default();
        assert_eq!(of("create_time"), "1790000007000");
        assert_eq!(of("seniority_date"), "2026-01-08");
        assert_eq!(of("enterprise_email"), "enterprise_email-7@example.com");
        assert_eq!(of("file_size"), "8");
        assert_eq!(of("avatar_url"), "https://example.com/avatar_url-7");
        let form: serde_json::Value = serde_json::from_str(&of("form")).expect("JSON");
        assert_eq!(form[0]["value"], "form-7");
        assert_eq!(text("summary", None), None);
    }
}
