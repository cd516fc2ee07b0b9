//! The rows of the tables that generated code hands to lark-core's macros.

/// A macro call: what stands before the rows, and the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table<'t> {
    pub(crate) heads: Vec<&'t str>,
    pub(crate) rows: Vec<&'t str>,
}

/// Reads what is between the braces: `head; head; row, row,`.
pub(crate) fn table(text: &str) -> Table<'_> {
    let mut heads = split(text, ';');
    let rows = heads.pop().map(|rows| split(rows, ',')).unwrap_or_default();
    Table { heads, rows }
}

/// The name of the field, and the kind of its setter if it has one: `query uuid: into String as key`.
pub(crate) fn row(row: &str) -> (&str, Option<&str>) {
    let (facts, setter) = match split(row, ':').as_slice() {
        [facts, setter, ..] => (*facts, setter.split_whitespace().next()),
        _ => (row, None),
    };
    let places = ["path ", "query ", "body ", "clear "];
    let name = places.iter().find_map(|place| facts.strip_prefix(place)).unwrap_or(facts);
    let end = name.find(|mark: char| !(mark.is_alphanumeric() || mark == '_' || mark == '#'));
    (&name[..end.unwrap_or(name.len())], setter)
}

/// The parts between marks that are in no brackets and in no text, without those that are empty. `::`
/// is not two marks.
pub(crate) fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut is_text) = (Vec::new(), 0, 0_i32, false);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if is_text => at += 1,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if at > 0 && matches!(bytes[at - 1], b'=' | b'-') => {}
            b'>' | b')' | b']' | b'}' => depth -= 1,
            b':' if bytes.get(at + 1) == Some(&b':') => at += 1,
            byte if depth == 0 && char::from(byte) == mark => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_two_heads() {
        let text = "R => A;\n \"im.v1\" GET \"/a;b,{c}\" json [Tenant User];\n path c,\n \
                    query type_! = \"a:b\": into lark_core::Kind,\n body m: copy BTreeMap<String, i64>,\n";
        let Table { heads, rows } = table(text);
        assert_eq!(heads, ["R => A", "\"im.v1\" GET \"/a;b,{c}\" json [Tenant User]"]);
        let rows: Vec<_> = rows.into_iter().map(row).collect();
        assert_eq!(rows, [("c", None), ("type_", Some("into")), ("m", Some("copy"))]);
    }
}
