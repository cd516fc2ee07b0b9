//! lark-sdk: the crate that re-exports the others, a feature for each domain.

use std::collections::BTreeMap;

use handlebars::Handlebars;
use serde_json::{Value, json};

use crate::config::CrateEntry;
use crate::model::{Document, Operation};

const ROOT: &str = "crates/lark-sdk";

const TEMPLATES: [(&str, &str); 3] = [
    ("Cargo.toml", include_str!("../../templates/facade/Cargo.toml.hbs")),
    ("README.md", include_str!("../../templates/facade/README.md.hbs")),
    ("src/lib.rs", include_str!("../../templates/facade/lib.rs.hbs")),
];

/// Crates that are there whatever crates.toml lists, and whether they are optional here.
const OTHERS: [(&str, bool); 7] = [
    ("lark-core", false),
    ("lark-inbox", true),
    ("lark-oauth", true),
    ("lark-redis", true),
    ("lark-sandbox", true),
    ("lark-webhook", true),
    ("lark-ws", true),
];

/// Its files, by path from the project root.
pub(crate) fn files(crates: &[(&CrateEntry, Vec<&Document>)]) -> BTreeMap<String, String> {
    let mut sorted: Vec<&(&CrateEntry, Vec<&Document>)> = crates.iter().collect();
    sorted.sort_by_key(|(entry, _)| &entry.name);
    let domains: Vec<Value> = sorted.iter().map(|(entry, _)| domain(entry)).collect();
    let has_previews = |documents: &[&Document]| {
        documents.iter().any(|it| it.emitted().any(Operation::is_preview))
    };
    let previews = sorted.iter().filter(|(_, documents)| has_previews(documents));
    let previews: Vec<&String> = previews.map(|(entry, _)| &entry.name).collect();
    let mut dependencies: Vec<(&str, bool)> = OTHERS.to_vec();
    dependencies.extend(sorted.iter().map(|(entry, _)| (entry.name.as_str(), true)));
    dependencies.sort_unstable();
    let dependencies: Vec<Value> = dependencies
        .into_iter()
        .map(|(name, optional)| json!({ "name": name, "optional": optional }))
        .collect();
    let data = json!({ "domains": domains, "previews": previews, "dependencies": dependencies });
    let mut handlebars = Handlebars::new();
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.set_strict_mode(true);
    let render = |(path, template): (&str, &str)| {
        let text = handlebars.render_template(template, &data);
        (format!("{ROOT}/{path}"), text.expect("the templates use nothing but this data"))
    };
    TEMPLATES.into_iter().map(render).collect()
}

/// `lark-base-role` is the feature `base-role` and the module `base_role`.
fn domain(entry: &CrateEntry) -> Value {
    let feature = entry.name.strip_prefix("lark-").unwrap_or(&entry.name);
    let parts = entry.features.iter().map(|it| {
        let mut enables = [feature.to_owned(), format!("{}/{}", entry.name, it.name)];
        enables.sort_unstable();
        json!({
            "feature": format!("{feature}-{}", it.name),
            "enables": enables.map(|it| format!("\"{it}\"")).join(", "),
            "summary": it.summary,
        })
    });
    let parts: Vec<Value> = parts.collect();
    json!({
        "parts": parts,
        "name": entry.name,
        "rust_name": entry.name.replace('-', "_"),
        "feature": feature,
        "module": feature.replace('-', "_"),
        "summary": entry.summary,
    })
}
