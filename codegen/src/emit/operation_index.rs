//! docs/operations: a page a project, from ids, paths and official pages to names in Rust.

use super::printer::header;
use super::{operation_docs, prose};
use crate::config::CrateEntry;
use crate::model::{Document, Operation};

/// The directory of the pages.
pub(crate) const DIRECTORY: &str = "docs/operations";

const OPERATIONS: &str = "| Operation | What it does | Method and path | In Rust | Token | Rate limit | Page |\n|---|---|---|---|---|---|---|\n";
const EVENTS: &str = "| Event | In Rust |\n|---|---|\n";

/// The page of a project: path and text.
pub(crate) fn page(
    entry: &CrateEntry,
    documents: &[&Document],
    left_out: &[&str],
) -> (String, String) {
    let CrateEntry { project, name, summary, .. } = entry;
    let source = header(&format!("api-specs/{project}"));
    let mut text = format!("<!-- {source} -->\n# {project}\n\n");
    text.push_str(&format!(
        "[`{name}`](../../crates/{name}): {summary}. [All projects](README.md)\n"
    ));
    let rust_name = name.replace('-', "_");
    for document in documents {
        let version = &document.version;
        let operations: Vec<&Operation> = document.emitted().collect();
        if !operations.is_empty() {
            text.push_str(&format!("\n## Operations of {version}\n\n{OPERATIONS}"));
            let rows = operations.iter().map(|it| row(&rust_name, document, it));
            text.extend(rows);
        }
        if !document.events.is_empty() {
            text.push_str(&format!("\n## Events of {version}\n\n{EVENTS}"));
            text.extend(document.events.iter().map(|it| {
                format!("| `{}` | `{rust_name}::{version}::event::{}` |\n", it.id, it.name)
            }));
        }
    }
    if !left_out.is_empty() {
        text.push_str("\n## Left out\n\nA single source states these operations:\n\n");
        text.extend(left_out.iter().map(|id| format!("- `{id}`\n")));
    }
    (format!("{DIRECTORY}/{project}.md"), text)
}

/// The index: path and text.
pub(crate) fn index(crates: &[(&CrateEntry, Vec<&Document>)]) -> (String, String) {
    let mut text = format!("<!-- {} -->\n", header("codegen/crates.toml"));
    text.push_str(
        "# Operations and events\n\n\
         Each page lists the operations and events of a project with their names in Rust. To find one, search this\n\
         directory for a word of what it does, an operation id (`im.v1.message.create`), a path with parameters in either form\n\
         (`/open-apis/im/v1/messages/{message_id}`, `/open-apis/im/v1/messages/:message_id`), an event type\n\
         (`im.message.receive_v1`) or the address of an official page. The documentation of the crates finds ids,\n\
         paths and event types, too.\n\n\
         | Project | Crate | Operations | Events |\n|---|---|---|---|\n",
    );
    let mut sorted: Vec<&(&CrateEntry, Vec<&Document>)> = crates.iter().collect();
    sorted.sort_by_key(|(entry, _)| &entry.project);
    for (CrateEntry { project, name, .. }, documents) in sorted {
        let operations: usize = documents.iter().map(|it| it.emitted().count()).sum();
        let events: usize = documents.iter().map(|it| it.events.len()).sum();
        text.push_str(&format!(
            "| [`{project}`]({project}.md) | [`{name}`](../../crates/{name}) | {operations} | {events} |\n"
        ));
    }
    (format!("{DIRECTORY}/README.md"), text)
}

fn row(rust_name: &str, document: &Document, operation: &Operation) -> String {
    let Operation { id, module, function, verb, path, facts, .. } = operation;
    let preview = if operation.is_preview() { ", feature `preview`" } else { "" };
    let summary = facts.summary.as_deref().map(|it| prose::sentence(it).replace('|', "\\|"));
    let summary = summary.unwrap_or_default();
    let rate = facts.rate.as_ref().map(operation_docs::limits).unwrap_or_default();
    // The official pages have a colon before a parameter.
    let colons = path.replace('{', ":").replace('}', "");
    let colons = if colons == *path { String::new() } else { format!("<br>`{colons}`") };
    let page = operation.page.as_deref().map(|page| format!("[page](<{}>)", prose::url(page)));
    format!(
        "| `{id}` | {summary} | `{} {path}`{colons} | `{rust_name}::{}::{module}::{function}`{preview} | {} | {rate} | {} |\n",
        verb.to_uppercase(),
        document.version,
        operation_docs::tokens(&operation.tokens),
        page.unwrap_or_default(),
    )
}
