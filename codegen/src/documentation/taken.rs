//! Words of a document that its overlays take away from what they leave there.

use super::Lost;
use crate::load::json::Json;

/// Members that are words.
const WORDS: [&str; 2] = ["summary", "description"];
const MEANINGS: &str = "x-enum-descriptions";

/// The words of a document that are not there once its overlays were applied.
pub(super) fn away(file: &str, raw: &Json, corrected: &Json) -> Vec<Lost> {
    let mut lost = Vec::new();
    look(raw, corrected, &mut format!("{file}#"), &mut lost);
    lost
}

fn look(raw: &Json, corrected: &Json, place: &mut String, lost: &mut Vec<Lost>) {
    match (raw, corrected) {
        (Json::Object(members), Json::Object(_)) => {
            for (name, value) in members {
                let length = place.len();
                place.push('/');
                place.push_str(&name.replace('~', "~0").replace('/', "~1"));
                let left = corrected.get(name);
                if says_something(name, value) && !left.is_some_and(|it| says_something(name, it)) {
                    let (item, text) = (String::new(), value.to_text());
                    lost.push(Lost { item, place: place.clone(), text });
                }
                if let Some(left) = left {
                    look(value, left, place, lost);
                }
                place.truncate(length);
            }
        }
        // Where an overlay has removed one, the others have moved.
        (Json::Array(raw), Json::Array(corrected)) if corrected.len() >= raw.len() => {
            for (at, (raw, corrected)) in raw.iter().zip(corrected).enumerate() {
                let length = place.len();
                place.push_str(&format!("/{at}"));
                look(raw, corrected, place, lost);
                place.truncate(length);
            }
        }
        _ => {}
    }
}

/// Whether a member is words, and there are some.
fn says_something(name: &str, value: &Json) -> bool {
    match value {
        Json::String(text) => WORDS.contains(&name) && !text.trim().is_empty(),
        Json::Array(meanings) => name == MEANINGS && !meanings.is_empty(),
        _ => false,
    }
}
