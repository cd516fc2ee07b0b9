//! What makes a domain crate a crate: Cargo.toml, README.md, lib.rs, from templates.

use handlebars::Handlebars;
use serde_json::{Value, json};

use super::examples::{self, Extent};
use super::{features, printer};
use crate::check::modules;
use crate::config::CrateEntry;
use crate::error::{Error, Place};
use crate::model::{Answer, Document, Event, Operation};

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
    let Some(example) = example(entry, documents, errors) else { return Vec::new() };
    let Some(event) = example_event(entry, documents, errors) else { return Vec::new() };
    let mut data = data(entry, documents, example, event);
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

/// The operation the README calls: the one crates.toml names, or the first that returns data.
fn example<'d>(
    entry: &CrateEntry,
    documents: &[&'d Document],
    errors: &mut Vec<Error>,
) -> Option<Option<(&'d Document, &'d Operation)>> {
    let mut all = documents.iter().flat_map(|it| it.emitted().map(|operation| (*it, operation)));
    let Some(id) = &entry.example else {
        return Some(all.find(|(_, it)| matches!(it.answer, Answer::Model(_))));
    };
    let found = all.find(|(_, it)| it.id == *id);
    if found.is_none() {
        no_example(entry, "an emitted operation", id, errors);
        return None;
    }
    Some(found)
}

/// The event the README handles: the one crates.toml names, or the first.
fn example_event<'d>(
    entry: &CrateEntry,
    documents: &[&'d Document],
    errors: &mut Vec<Error>,
) -> Option<Option<(&'d Document, &'d Event)>> {
    let mut all = documents.iter().flat_map(|it| it.events.iter().map(|event| (*it, event)));
    let Some(id) = &entry.example_event else { return Some(all.next()) };
    let found = all.find(|(_, it)| it.id == *id);
    if found.is_none() {
        no_example(entry, "an event", id, errors);
        return None;
    }
    Some(found)
}

fn no_example(entry: &CrateEntry, what: &str, id: &str, errors: &mut Vec<Error>) {
    let expected = format!("{what} as the example of {}", entry.name);
    errors.push(Error::new("codegen/crates.toml", Place::File, expected, format!("`{id}`")));
}

fn data(
    entry: &CrateEntry,
    documents: &[&Document],
    example: Option<(&Document, &Operation)>,
    event: Option<(&Document, &Event)>,
) -> Value {
    let versions: Vec<&str> = documents.iter().map(|it| it.version.as_str()).collect();
    let exports = exports(entry, documents);
    let rows: Vec<Value> = documents.iter().flat_map(|it| rows(it)).collect();
    let emitted = documents.iter().flat_map(|it| it.emitted());
    let (previews, stable): (Vec<&Operation>, Vec<&Operation>) =
        emitted.partition(|it| it.is_preview());
    let operations = previews.len() + stable.len();
    let events: usize = documents.iter().map(|it| it.events.len()).sum();
    let mut modules = entry.modules.clone();
    modules.sort();
    let mut dependencies = entry.dependencies.clone();
    dependencies.push("lark-core".to_owned());
    dependencies.sort();
    json!({
        "name": entry.name,
        "project": entry.project,
        "description": description(entry, operations, events),
        "dependencies": dependencies,
        "modules": modules,
        "guide": entry.guide,
        "exports": exports,
        "version_features": if entry.version_features { versions } else { Vec::new() },
        "previews": previews.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "has_features": entry.version_features || !previews.is_empty(),
        "is_all_preview": stable.is_empty() && !previews.is_empty(),
        "rows": rows,
        "operations": printer::count(stable.len(), "operation"),
        "preview_operations": printer::count(previews.len(), "operation"),
        "events": printer::count(events, "event"),
        "event": event.map(|(document, event)| handler(entry, document, event)),
        "example": example.map(|(document, operation)| json!({
            "code": call(entry, document, operation),
        })),
    })
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

/// A router with a handler for an event, formatted.
fn handler(entry: &CrateEntry, document: &Document, event: &Event) -> String {
    let rust_name = entry.name.replace('-', "_");
    let (version, name) = (&document.version, &event.name);
    printer::format(&format!(
        "use lark_core::{{Event, EventKeys, EventRouter}};
         use {rust_name}::{version}::event::{name};
         fn router() -> Result<EventRouter, lark_core::Error> {{
             EventRouter::builder(EventKeys::new().encrypt_key(\"key\"))
                 .on(|event: Event<{name}>| async move {{
                     println!(\"{{:?}}\", event.payload);
                     Ok(())
                 }})
                 .build()
         }}"
    ))
    .replacen("\nfn", "\n\nfn", 1)
}

/// A program's first call, formatted.
fn call(entry: &CrateEntry, document: &Document, operation: &Operation) -> String {
    let generated = || examples::request(document, operation, Extent::Minimal);
    let request = entry.example_request.clone().unwrap_or_else(generated);
    let rust_name = entry.name.replace('-', "_");
    let version = &document.version;
    let (bind, show) = match operation.answer {
        Answer::Unit | Answer::Download => ("", ""),
        Answer::Model(_) | Answer::Value => ("let response = ", "println!(\"{response:?}\");"),
    };
    printer::format(&format!(
        "use lark_core::Client;
         use {rust_name}::{version};
         async fn call() -> Result<(), lark_core::Error> {{
             let client = Client::builder(\"cli_a1\", \"secret\").build()?;
             {bind}client.send({request}).await?;
             {show}
             Ok(())
         }}"
    ))
    .replacen("\nasync fn", "\n\nasync fn", 1)
}
