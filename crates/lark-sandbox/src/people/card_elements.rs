//! Where a press lands: the elements of a card that a person can use.

use serde_json::Value;

use super::press::Selector;

/// The tags of elements that a person can use, of cards of both schemas.
const INTERACTIVE: [&str; 14] = [
    "button",
    "checker",
    "date_picker",
    "input",
    "interactive_container",
    "multi_select_person",
    "multi_select_static",
    "overflow",
    "picker_datetime",
    "picker_time",
    "select_img",
    "select_person",
    "select_static",
    "img_picker",
];

/// The one element that is meant.
pub(super) fn find<'a>(card: &'a Value, selector: &Selector) -> Result<&'a Value, String> {
    let mut all = Vec::new();
    collect(card, &mut all);
    let fitting: Vec<&Value> = all.iter().copied().filter(|it| selector.fits(it)).collect();
    match fitting[..] {
        [one] => Ok(one),
        [] if all.is_empty() => Err("the card has nothing to press".to_owned()),
        [] => {
            let labels: Vec<String> = all.iter().map(|it| label(it)).collect();
            Err(format!("the card has no {selector}; it has {}", labels.join(", ")))
        }
        _ => Err(format!("the card has {} of {selector}", fitting.len())),
    }
}

fn collect<'a>(node: &'a Value, found: &mut Vec<&'a Value>) {
    match node {
        Value::Object(fields) => {
            let tag = fields.get("tag").and_then(Value::as_str);
            if tag.is_some_and(|tag| INTERACTIVE.contains(&tag)) {
                found.push(node);
            }
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// What an element sends back: `value` of the old schema, that of the callback behavior of the new.
pub(super) fn callback_value(element: &Value) -> Option<&Value> {
    let behaviors = element["behaviors"].as_array().into_iter().flatten();
    let mut callbacks = behaviors.filter(|behavior| behavior["type"] == "callback");
    let behavior = callbacks.next().and_then(|behavior| behavior.get("value"));
    behavior.or_else(|| element.get("value"))
}

/// The texts by which an element can be named.
pub(super) fn names(element: &Value) -> impl Iterator<Item = &str> {
    let texts = [
        &element["name"],
        &element["element_id"],
        &element["text"]["content"],
        &element["placeholder"]["content"],
    ];
    texts.into_iter().filter_map(Value::as_str)
}

fn label(element: &Value) -> String {
    let tag = element["tag"].as_str().unwrap_or_default();
    match names(element).next() {
        Some(name) => format!("{tag} {name:?}"),
        None => tag.to_owned(),
    }
}
