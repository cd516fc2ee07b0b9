//! Facts of a field in words.

use super::told::Told;
use crate::model::{Facts, Field, Range, Type};

/// The meaning of a field and what is known of its values, no fact twice; empty if that is nothing.
pub(crate) fn field(field: &Field) -> String {
    let Field { facts, wire, .. } = field;
    let description = facts.description.as_deref().map(sentence).unwrap_or_default();
    let told = Told::new(&description, wire);
    // The values of an enum are listed: how long they are says nothing.
    let is_listed = matches!(field.ty.innermost(), Type::Enum(_) | Type::Shared(_));
    let of_values = |facts: &Facts| match is_listed {
        true => values(&Facts { length: Range::NONE, ..facts.clone() }, &told),
        false => values(facts, &told),
    };
    let mut facts_of_it = of_values(facts);
    if let Some(items) = &facts.of_items {
        let each = of_values(items).into_iter().map(|it| format!("Each: {}", lower(&it)));
        facts_of_it.extend(each);
    }
    if facts.read_only && !told.read_only() {
        facts_of_it.push("Read-only.".to_owned());
    }
    let sentences = Some(description).filter(|it| !it.is_empty()).into_iter().chain(facts_of_it);
    sentences.collect::<Vec<_>>().join(" ")
}

/// The same, with `Required.` at its end unless it says so.
pub(crate) fn required_field(of: &Field) -> String {
    let docs = field(of);
    match docs.as_str() {
        "" => "Required.".to_owned(),
        docs if docs.to_lowercase().contains("required") => docs.to_owned(),
        docs => format!("{docs} Required."),
    }
}

/// What is known of the values of a field and not told yet, one sentence each.
fn values(facts: &Facts, told: &Told<'_>) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    let known =
        |it: &Option<String>, is_told: &dyn Fn(&str) -> bool| it.clone().filter(|it| !is_told(it));
    let id_kind = known(&facts.id, &|it| told.id(it));
    sentences.extend(id_kind.as_deref().and_then(id).map(str::to_owned));
    let format_kind = known(&facts.format, &|it| told.format(it));
    sentences.extend(format_kind.as_deref().and_then(format).map(str::to_owned));
    let unit_kind = known(&facts.unit, &|it| told.unit(it));
    sentences.extend(unit_kind.as_deref().and_then(unit).map(str::to_owned));
    if !facts.kinds.is_empty() {
        sentences.push(format!("Kinds of JSON: {}.", facts.kinds.join(", ")));
    }
    let default = known(&facts.default, &|it| told.default(it));
    let default = default.map(|it| format!("default {}", code(&it)));
    let value = range(&facts.value, "").filter(|it| !told.range(it, &facts.value));
    match (value, default) {
        (Some(range), Some(default)) => sentences.push(format!("{range}, {default}.")),
        (Some(range), None) => sentences.push(format!("{range}.")),
        (None, Some(default)) => sentences.push(format!("{}.", upper(&default))),
        (None, None) => {}
    }
    for (of, unit) in [(&facts.length, "character"), (&facts.items, "item")] {
        let sizes = Range { most: of.most.clone().filter(|it| !is_boundless(it)), ..of.clone() };
        let words = range(&sizes, unit).filter(|it| !told.range(it, &sizes));
        sentences.extend(words.map(|it| format!("{it}.")));
    }
    sentences.extend(facts.pattern.as_deref().map(|it| format!("Matches {}.", code(it))));
    sentences
}

/// A size that no list or text reaches.
fn is_boundless(most: &str) -> bool {
    most.parse::<f64>().is_ok_and(|most| most >= f64::from(i32::MAX))
}

fn range(Range { least, most }: &Range, unit: &str) -> Option<String> {
    let counted = |number: &str| match (unit, number) {
        ("", _) => number.to_owned(),
        (unit, "1") => format!("1 {unit}"),
        (unit, _) => format!("{number} {unit}s"),
    };
    match (least.as_deref(), most.as_deref()) {
        (None, None) => None,
        (Some(least), Some(most)) if least == most => Some(format!("Exactly {}", counted(most))),
        (Some(least), Some(most)) => Some(format!("{least} to {}", counted(most))),
        (Some(least), None) => Some(format!("At least {}", counted(least))),
        (None, Some(most)) => Some(format!("At most {}", counted(most))),
    }
}

fn id(of: &str) -> Option<&'static str> {
    Some(match of {
        "open_id" => "An open id.",
        "union_id" => "A union id.",
        "user" => "Open id, union id or user id, by `user_id_type`.",
        "department" => "Department id or open department id, by `department_id_type`.",
        "user_id" => "A user id.",
        "department_id" => "A department id.",
        "open_department_id" => "An open department id.",
        "chat" => "A chat id.",
        "message" => "A message id.",
        "file" => "A file token.",
        _ => return None,
    })
}

fn format(of: &str) -> Option<&'static str> {
    Some(match of {
        "date" => "A date, yyyy-MM-dd.",
        "date-basic" => "A date, yyyyMMdd.",
        "date-slash" => "A date, yyyy/MM/dd.",
        "date-time" => "Date and time, RFC 3339.",
        "local-date-time" => "Date and time, yyyy-MM-dd HH:mm:ss.",
        "local-date-minute" => "Date and time, yyyy-MM-dd HH:mm.",
        "month" => "A month, yyyy-MM.",
        "month-basic" => "A month, yyyyMM.",
        "json" => "JSON as a string.",
        "base64" => "Base64.",
        "base64url" => "Base64 for URLs.",
        _ => return None,
    })
}

fn unit(of: &str) -> Option<&'static str> {
    Some(match of {
        "ns" => "In nanoseconds.",
        "us" => "In microseconds.",
        "ms" => "In milliseconds.",
        "s" => "In seconds.",
        "min" => "In minutes.",
        "h" => "In hours.",
        "day" => "In days.",
        "byte" => "In bytes.",
        "KB" => "In KB.",
        "MB" => "In MB.",
        "px" => "In pixels.",
        "percent" => "In percent.",
        "m" => "In metres.",
        "0.01" => "In hundredths of the currency unit.",
        _ => return None,
    })
}

/// A text of the specs as a sentence of Markdown.
pub(crate) fn sentence(text: &str) -> String {
    let text = markdown(text.trim());
    if text.ends_with(['.', '!', '?', ':', '。']) || text.is_empty() {
        text
    } else {
        format!("{text}.")
    }
}

/// The first sentence of a text of the specs, as Markdown.
pub(crate) fn first_sentence(text: &str) -> String {
    let text = text.trim();
    let ends = text.match_indices(". ").map(|(at, _)| at);
    // A lower-case letter goes on after an abbreviation; a full stop within backticks is code.
    let end = ends.into_iter().find(|at| {
        text[at + 2..].starts_with(|next: char| !next.is_lowercase())
            && text[..*at].matches('`').count().is_multiple_of(2)
    });
    sentence(&text[..end.unwrap_or(text.len())])
}

/// A word or phrase of the specs as a sentence of Markdown.
pub(crate) fn title(text: &str) -> String {
    sentence(&upper(text.trim()))
}

/// Text without mark-up, with code in backticks, as Markdown that shows the same.
pub(crate) fn markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        let is_code = at % 2 == 1;
        if at > 0 {
            shown.push('`');
        }
        if is_code {
            shown.push_str(part);
        } else {
            plain(part, &mut shown);
        }
    }
    shown
}

fn plain(part: &str, shown: &mut String) {
    for word in part.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if bare.starts_with("http://") || bare.starts_with("https://") {
            let url = bare.trim_end_matches(['.', ',', ';', ')']);
            shown.push_str(&format!("<{url}>{}", &word[url.len()..]));
            continue;
        }
        for mark in word.chars() {
            if matches!(mark, '[' | ']' | '<' | '>' | '*' | '\\' | '#') {
                shown.push('\\');
            }
            shown.push(if mark == '\n' { ' ' } else { mark });
        }
    }
}

/// An address between the angle brackets of a link.
pub(crate) fn url(address: &str) -> String {
    address.replace('<', "%3C").replace('>', "%3E")
}

/// As code, whatever is in it.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn upper(text: &str) -> String {
    changed(text, |first| first.to_ascii_uppercase())
}

fn lower(text: &str) -> String {
    changed(text, |first| first.to_ascii_lowercase())
}

fn changed(text: &str, change: impl Fn(char) -> char) -> String {
    let mut marks = text.chars();
    marks.next().map(|first| change(first).to_string() + marks.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_first_sentence_ends_at_a_full_stop_that_is_one() {
        for (text, first) in [
            ("End of the period. The last month is searched.", "End of the period."),
            ("Ids of users, e.g. of members. At most 100", "Ids of users, e.g. of members."),
            ("What `a. B` holds. At most 5", "What `a. B` holds."),
            ("Names of the fields", "Names of the fields."),
        ] {
            assert_eq!(first_sentence(text), first);
        }
    }
}
