//! The codes of the platform as the sandbox carries them: their kinds and meanings, each text once.

use std::collections::BTreeMap;

use super::printer::header;
use crate::load::error_codes::{ErrorCode, FILE};

/// What the sandbox says with a code that no source classifies.
const UNCLASSIFIED: &str = "The call failed.";

/// The text of the table.
pub(super) fn table(codes: &BTreeMap<i64, ErrorCode>) -> String {
    let kinds = texts(codes.values().map(|code| code.kind.as_str()));
    let meanings = texts(codes.values().map(meaning));
    let mut text = format!("// {}\n", header(FILE));
    text.push_str("//! What the codes of the platform mean.\n\n");
    text.push_str(&list("The kinds of codes.", "KINDS", &kinds));
    text.push_str(&list("What codes mean.", "MEANINGS", &meanings));
    text.push_str(
        "/// Code, index into [`KINDS`], index into [`MEANINGS`], in the order of the codes.\n",
    );
    text.push_str("pub(crate) static CODES: &[(i64, usize, usize)] = &[\n");
    for (number, code) in codes {
        let (kind, meaning) = (kinds[code.kind.as_str()], meanings[meaning(code)]);
        text.push_str(&format!("    ({number}, {kind}, {meaning}),\n"));
    }
    text.push_str("];\n");
    text
}

fn meaning(code: &ErrorCode) -> &str {
    if code.meaning.is_empty() { UNCLASSIFIED } else { &code.meaning }
}

/// The different ones among them, and the place of each in their order.
fn texts<'a>(all: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut texts: BTreeMap<&str, usize> = all.map(|text| (text, 0)).collect();
    texts.values_mut().enumerate().for_each(|(index, place)| *place = index);
    texts
}

fn list(docs: &str, name: &str, texts: &BTreeMap<&str, usize>) -> String {
    let mut text = format!("/// {docs}\npub(crate) static {name}: &[&str] = &[\n");
    for one in texts.keys() {
        text.push_str(&format!("    {one:?},\n"));
    }
    text.push_str("];\n\n");
    text
}
