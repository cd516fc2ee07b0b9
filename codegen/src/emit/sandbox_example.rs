//! Examples of texts, read out of what the specs say in words: the sandbox answers with them where neither
//! a format nor an enum says what a text is.

use crate::load::json::Json;

/// What leads to an example in a sentence.
const LEADS: [&str; 7] = ["as", "such as", "like", "for example", "always", ":", ","];
/// What may follow it.
const ENDS: [&str; 6] = [",", " or ", ".", ";", " (", ":"];
/// Beginnings of descriptions, in lower case, and what such a text is.
const KINDS: [(&str, &str); 11] = [
    ("url", "https://example.com/page"),
    ("link to", "https://example.com/page"),
    ("address of the avatar", "https://example.com/avatar.png"),
    ("address of the picture", "https://example.com/picture.png"),
    ("address of the image", "https://example.com/image.png"),
    ("address of the page", "https://example.com/page"),
    ("ip address", "192.0.2.7"),
    ("mac address", "00:00:5e:00:53:07"),
    ("number of", "1"),
    ("amount", "100"),
    ("share of", "0.5"),
];
/// Letters of templates of dates and times, and of colors.
const TEMPLATES: [(&str, &str); 9] = [
    ("yyyy", "2026"),
    ("MM", "09"),
    ("dd", "21"),
    ("HH", "09"),
    ("H", "9"),
    ("mm", "30"),
    ("ss", "00"),
    ("rrggbb", "1f2329"),
    ("RRGGBB", "1F2329"),
];

/// An example of a property, if it is a text of which nothing else says what it is.
pub(super) fn of(name: &str, schema: &Json, siblings: &[&str]) -> Option<String> {
    let has = |key: &str| schema.get(key).is_some();
    let is_text = schema.get("type") == Some(&Json::String("string".to_owned()));
    let is_known = ["format", "enum", "const", "pattern", "x-lark-id", "x-lark-wire"];
    let Some(Json::String(words)) = schema.get("description").filter(|_| is_text) else {
        return None;
    };
    if is_known.into_iter().any(has) {
        return None;
    }
    let is_name = name.ends_with("url") || name.ends_with("link") || name == "name";
    let quoted = quoted(words).filter(|it| !is_name && !siblings.contains(it));
    quoted.map(filled_in).or_else(|| kind(words))
}

/// What stands between the first backticks that hold an example and not the name of another member.
fn quoted(words: &str) -> Option<&str> {
    let mut rest = words;
    let mut before = String::new();
    while let Some((text, after)) = rest.split_once('`') {
        let (value, after) = after.split_once('`')?;
        before.push_str(text);
        let lead = before.trim_end();
        let is_led = lead.is_empty() || LEADS.iter().any(|it| ends_with_word(lead, it));
        let ends = after.is_empty() || ENDS.iter().any(|it| after.starts_with(it));
        let is_value = !value.is_empty()
            && value.len() <= 60
            && !value.ends_with("_id")
            && !value.contains(['…', '[', '$', '<', '*']);
        if is_led && ends && is_value {
            return Some(value);
        }
        before.push_str(value);
        rest = after;
    }
    None
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(before) = text.to_lowercase().strip_suffix(word).map(str::to_owned) else {
        return false;
    };
    word.len() == 1 || before.is_empty() || before.ends_with([' ', '('])
}

/// A template with a moment of the sandbox's samples in it.
fn filled_in(value: &str) -> String {
    let is_template = value.contains("yyyy") || value.contains("mm") && value.contains(['H', ':']);
    if !is_template && !value.to_lowercase().contains("rrggbb") {
        return value.to_owned();
    }
    TEMPLATES.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn kind(words: &str) -> Option<String> {
    let words = words.to_lowercase();
    let found = KINDS.iter().find(|(beginning, _)| words.starts_with(beginning));
    found.map(|(_, text)| (*text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(name: &str, description: &str) -> Option<String> {
        let schema = format!(r#"{{ "type": "string", "description": {description:?} }}"#);
        of(name, &serde_json::from_str(&schema).expect("JSON"), &["end_time", "id_type"])
    }

    #[test]
    fn words_hold_examples() {
        for (name, description, expected) in [
            ("msg_type", "Type of the message, `text` or `post`.", "text"),
            ("role", "`assignee` or `follower` of a task.", "assignee"),
            ("locale", "Language of `value`, such as `zh-CN`.", "zh-CN"),
            ("time", "When it was measured, as `yyyy.MM.dd HH:mm:ss`.", "2026.09.21 09:30:00"),
            ("start", "From when one can clock in, as `H:mm`.", "9:30"),
            ("color", "Colour of the text: `#rrggbb`.", "#1f2329"),
            ("type", "Always `APPROVED`.", "APPROVED"),
            ("avatar", "URL of the avatar.", "https://example.com/page"),
            ("client_ip", "IP address of the client.", "192.0.2.7"),
        ] {
            assert_eq!(example(name, description).as_deref(), Some(expected), "{description}");
        }
        for description in [
            "Id of the user, by `id_type`.",
            "Same form as `end_time`.",
            "Why it failed; only if `status` is 3.",
            "Code of the task, `t…`.",
            "Parent to filter by, as `people_corehr_id`.",
        ] {
            assert_eq!(example("value", description), None, "{description}");
        }
    }
}
