//! Ids of the form that the platform gives them.

use crate::services::ids::{Ids, hash, mix};
use crate::spec::id_form::{self, letters};
use crate::spec::{Sampler, Schema, check_text};

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
        _ => id_form::text(name, number)
            .unwrap_or_else(|| format!("7{:018}", mix(number) % 1_000_000_000_000_000_000)),
    }
}

fn uuid(number: u64) -> String {
    let (high, low) = (mix(number), mix(number ^ hash("uuid")));
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
    format!("{a:08x}-{b:04x}-4{c:03x}-8{:03x}-{:012x}", low >> 52, low & 0xffff_ffff_ffff)
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
