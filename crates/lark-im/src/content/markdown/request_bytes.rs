//! How many bytes a text takes in a request: as JSON within a string of JSON.

/// What a request has beside its content: the receiver, the type, a uuid, and their names.
pub(super) const REST_OF_REQUEST: usize = 720;

/// Bytes of a text within the content of a request.
pub(super) fn request_bytes(text: &str) -> usize {
    text.chars().map(of_char).sum()
}

/// Bytes of one character: what JSON escapes is escaped twice.
pub(super) fn of_char(c: char) -> usize {
    match c {
        '"' | '\\' => 4,
        '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 3,
        c if c < ' ' => 7,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_takes_what_it_takes_in_json_within_json() {
        for code in 0..0x3000 {
            let Some(c) = char::from_u32(code) else { continue };
            let content = serde_json::json!({ "text": c.to_string() }).to_string();
            let body = serde_json::Value::from(content).to_string();
            let empty = r#""{\"text\":\"\"}""#.len();
            assert_eq!(of_char(c), body.len() - empty, "{c:?}");
        }
    }
}
