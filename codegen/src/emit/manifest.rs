//! What makes a domain crate a crate: Cargo.toml, README.md, lib.rs, from templates.

use handlebars::Handlebars;
use serde_json::{Value, json};

use super::{features, first_call, printer};
use crate::check::modules;
use crate::config::{CrateEntry, CrateFeature};
use crate::error::Error;
use crate::model::{Document, Operation};

const TEMPLATES: [(&str, &str); 3] = [
    ("Cargo.toml", include_str!("../../templates/Cargo.toml.hbs")),
    ("README.md", include_str!("../../templates/README.md.hbs")),
    ("src/lib.rs", include_str!("../../templates/lib.rs.hbs")),
];

/// The files of a crate around its generated modules, by path inside the crate.
pub(crate) fn files(
    entry: &CrateEntry,
    documents: &[&Document],
    left_out: &[&str],
    errors: &mut Vec<Error>,
) -> Vec<(&'static str, String)> {
    let call = first_call::call(entry, documents, errors);
    let handler = first_call::handler(entry, documents, errors);
    let mut data = data(entry, documents);
    data["example"] = json!(call);
    data["event"] = json!(handler);
    data["left_out"] = json!(left_out);
    data["left_out_operations"] = json!(printer::count(left_out.len(), "operation"));
    let mut handlebars = Handlebars::new();
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.set_strict_mode(true);
    TEMPLATES
        .into_iter()
        .map(|(path, template)| {
            let text = handlebars
                .render_template(template, &data)
                .expect("the templates use nothing but this data");
            (path, text)
        })
        .collect()
}

fn data(entry: &CrateEntry, documents: &[&Document]) -> Value {
    let versions: Vec<&str> = documents.iter().map(|it| it.version.as_str()).collect();
    let exports = exports(entry, documents);
    let rows: Vec<Value> = documents.iter().flat_map(|it| rows(it)).collect();
    let emitted = documents.iter().flat_map(|it| it.emitted());
    let (previews, stable): (Vec<&Operation>, Vec<&Operation>) =
        emitted.partition(|it| it.is_preview());
    let operations = previews.len() + stable.len();
    let events: usize = documents.iter().map(|it| it.events.len()).sum();
    let feature_of = |module: &String| {
        let mut features = entry.features.iter();
        features.find(|it| it.modules.contains(module)).map(|it| &it.name)
    };
    let in_features = entry.features.iter().flat_map(|it| &it.modules);
    let mut modules: Vec<&String> = entry.modules.iter().chain(in_features).collect();
    modules.sort();
    let modules: Vec<Value> =
        modules.into_iter().map(|it| json!({ "name": it, "feature": feature_of(it) })).collect();
    json!({
        "name": entry.name,
        "project": entry.project,
        "description": description(entry, operations, events),
        "dependencies": dependencies(entry),
        "features": features(entry),
        "modules": modules,
        "guide": entry.guide,
        "exports": exports,
        "version_features": if entry.version_features { versions } else { Vec::new() },
        "previews": previews.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "has_features": entry.version_features || !previews.is_empty() || !entry.features.is_empty(),
        "is_all_preview": stable.is_empty() && !previews.is_empty(),
        "rows": rows,
        "operations": printer::count(stable.len(), "operation"),
        "preview_operations": printer::count(previews.len(), "operation"),
        "events": printer::count(events, "event"),
    })
}

/// The features of hand-written modules, with what each turns on.
fn features(entry: &CrateEntry) -> Vec<Value> {
    let feature = |it: &CrateFeature| {
        let dependencies = it.dependencies.iter().map(|it| format!("dep:{it}"));
        let mut enables: Vec<String> = dependencies.chain(it.enables.iter().cloned()).collect();
        enables.sort();
        json!({ "name": it.name, "summary": it.summary, "enables": enables })
    };
    entry.features.iter().map(feature).collect()
}

/// What the crate depends on. What a feature alone needs is optional.
fn dependencies(entry: &CrateEntry) -> Vec<Value> {
    let optional = entry.features.iter().flat_map(|it| &it.dependencies);
    let optional = optional.map(|name| (name.as_str(), true));
    let always = entry.dependencies.iter().map(|name| (name.as_str(), false));
    let mut all: Vec<(&str, bool)> = always.chain(optional).chain([("lark-core", false)]).collect();
    all.sort_unstable();
    all.dedup_by_key(|(name, _)| *name);
    all.into_iter().map(|(name, optional)| json!({ "name": name, "optional": optional })).collect()
}

/// The lines of lib.rs that make the versions public.
fn exports(entry: &CrateEntry, documents: &[&Document]) -> String {
    let line = |it: &&Document| {
        let gates = features::of_version(entry, it);
        (!gates.is_empty()).then(|| format!("{gates}pub use generated::{};\n", it.version))
    };
    let gated: String = documents.iter().filter_map(line).collect();
    let open = documents.iter().filter(|it| features::of_version(entry, it).is_empty());
    let open: Vec<&str> = open.map(|it| it.version.as_str()).collect();
    match open.as_slice() {
        [] => gated,
        [version] => format!("{gated}pub use generated::{version};\n"),
        versions => format!("{gated}pub use generated::{{{}}};\n", versions.join(", ")),
    }
}

/// One sentence for the package registry, which shows it among crates of all kinds.
fn description(entry: &CrateEntry, operations: usize, events: usize) -> String {
    let types = match (operations, events) {
        (0, _) => "typed events",
        (_, 0) => "typed requests and responses",
        _ => "typed requests, responses and events",
    };
    format!("Feishu / Lark: {}, as {types}", entry.summary)
}

/// A row of the README's table for each module of a version.
fn rows(document: &Document) -> Vec<Value> {
    let row = |module: &str, content: String| {
        let module = format!("{}::{module}", document.version);
        json!({ "module": module, "content": content })
    };
    let operations = |list: &[&Operation]| {
        let content = printer::count(list.len(), "operation");
        match list.iter().filter(|it| it.is_preview()).count() {
            0 => content,
            previews if previews == list.len() => format!("{content}, with `preview`"),
            previews => format!("{content}, {previews} of them with `preview`"),
        }
    };
    let modules = modules(document);
    let mut rows: Vec<Value> =
        modules.iter().map(|(module, list)| row(module, operations(list))).collect();
    if !document.events.is_empty() {
        rows.push(row("event", printer::count(document.events.len(), "event")));
    }
    rows
}
