//! Ids of the form that the platform gives them.

use crate::services::ids::{Ids, hash, mix};
use crate::spec::{Sampler, Schema, check_text};

/// How the ids of some properties begin, and their length. Seen in the official pages.
const FORMS: [(&str, &str, usize); 14] = [
    ("app_token", "bascn", 27),
    ("app_id", "app_", 18),
    ("block_id", "doxcn", 27),
    ("chat_id", "oc_", 35),
    ("condition_id", "", 10),
    ("document_id", "doxcn", 27),
    ("field_id", "fld", 10),
    ("node_token", "wikcn", 27),
    ("obj_token", "doxcn", 27),
    ("record_id", "rec", 10),
    ("reply_id", "", 19),
    ("role_id", "rol", 10),
    ("spreadsheet_token", "shtcn", 27),
    ("table_id", "tbl", 16),
];

/// A new id for the property of this name, which fits everything that is said of it.
pub(super) fn new(ids: &Ids, name: &str, schemas: [Schema; 2]) -> String {
    let number = ids.number();
    let id = form(name, number);
    let Some(other) = schemas.into_iter().find(|schema| !fits(*schema, &id)) else { return id };
    let sample = Sampler::numbered(number >> 1).sample_named(other, name);
    sample.as_str().map_or_else(|| sample.to_string(), str::to_owned)
}

fn fits(schema: Schema, id: &str) -> bool {
    let mut violations = Vec::new();
    check_text(schema, "id", id, &mut violations);
    violations.is_empty()
}

/// Most ids are 19 digits.
fn form(name: &str, number: u64) -> String {
    if name.ends_with("guid") {
        return uuid(number);
    }
    match name {
        "approval_code" | "instance_code" => uuid(number).to_ascii_uppercase(),
        "event_id" => format!("{}_0", uuid(number)),
        "calendar_id" => format!("feishu.cn_{}@group.calendar.feishu.cn", letters(16, number)),
        _ => match FORMS.iter().find(|(known, ..)| *known == name) {
            Some((_, prefix, length)) => {
                format!("{prefix}{}", letters(length - prefix.len(), number))
            }
            None => format!("7{:018}", mix(number) % 1_000_000_000_000_000_000),
        },
    }
}

fn uuid(number: u64) -> String {
    let (high, low) = (mix(number), mix(number ^ hash("uuid")));
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
    format!("{a:08x}-{b:04x}-4{c:03x}-8{:03x}-{:012x}", low >> 52, low & 0xffff_ffff_ffff)
}

fn letters(length: usize, number: u64) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut state = number;
    let letter = |_| {
        state = mix(state);
        char::from(LETTERS[(state % 32) as usize])
    };
    (0..length).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn ids_have_the_form_of_their_kind() {
        assert_eq!(form("task_id", 1).len(), 19);
        assert!(form("table_id", 1).starts_with("tbl") && form("table_id", 1).len() == 16);
        assert_eq!(form("guid", 1).split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(form("instance_code", 1), form("guid", 1).to_ascii_uppercase());
        assert!(form("event_id", 1).ends_with("_0"));
        assert_ne!(form("record_id", 1), form("record_id", 2));
    }
}
