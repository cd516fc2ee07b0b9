//! The form of ids that the platform gives, by the names of the properties that hold them.

use crate::services::ids::mix;

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

/// An id of the form that such a property has, another one for each number; None if it is of no known
/// form.
pub(crate) fn text(name: &str, number: u64) -> Option<String> {
    let (_, prefix, length) = FORMS.iter().find(|(known, ..)| *known == name)?;
    Some(format!("{prefix}{}", letters(length - prefix.len(), number)))
}

/// Letters and digits, others for each number.
pub(crate) fn letters(length: usize, number: u64) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut state = number;
    let letter = |_| {
        state = mix(state);
        char::from(LETTERS[(state % 32) as usize])
    };
    (0..length).map(letter).collect()
}
