//! The first call and the first event that the README of a crate shows.

use super::printer;
use crate::config::CrateEntry;
use crate::error::{Error, Place};
use crate::model::{Answer, Document, Event, Operation, Token};

/// A token of a user, for operations that take no other.
const USER_TOKEN: &str = "u-7f1bcd13fc57d46bac21793a18e560";

/// The program of a first call, formatted; `None` if the crate has no operations, or the entry does not
/// say what to call, which is noted.
pub(crate) fn call(
    entry: &CrateEntry,
    documents: &[&Document],
    errors: &mut Vec<Error>,
) -> Option<String> {
    let mut all = documents.iter().flat_map(|it| it.emitted().map(|operation| (*it, operation)));
    if documents.iter().all(|it| it.emitted().next().is_none()) {
        return None;
    }
    let id = named(entry, "example", entry.example.as_deref(), errors);
    let request = named(entry, "example_request", entry.example_request.as_deref(), errors);
    let (id, request) = (id?, request?);
    let client = entry.example_client.as_deref();
    for (key, text) in [("example_request", Some(request)), ("example_client", client)] {
        expression(entry, key, text, errors)?;
    }
    match all.find(|(_, it)| it.id == id) {
        Some((document, operation)) => Some(program(entry, document, operation, request)),
        None => {
            unknown(entry, "an emitted operation", id, errors);
            None
        }
    }
}

/// A router with a handler for an event, formatted; `None` as for [`call`].
pub(crate) fn handler(
    entry: &CrateEntry,
    documents: &[&Document],
    errors: &mut Vec<Error>,
) -> Option<String> {
    let mut all = documents.iter().flat_map(|it| it.events.iter().map(|event| (*it, event)));
    if documents.iter().all(|it| it.events.is_empty()) {
        return None;
    }
    let id = named(entry, "example_event", entry.example_event.as_deref(), errors)?;
    match all.find(|(_, it)| it.id == id) {
        Some((document, event)) => Some(router(entry, document, event)),
        None => {
            unknown(entry, "an event", id, errors);
            None
        }
    }
}

/// What the entry says under `key`; nobody's first call is the first of the alphabet.
fn named<'e>(
    entry: &CrateEntry,
    key: &str,
    value: Option<&'e str>,
    errors: &mut Vec<Error>,
) -> Option<&'e str> {
    if value.is_none() {
        let expected = format!("`{key}` of {}, for its README", entry.name);
        errors.push(Error::new("codegen/crates.toml", Place::File, expected, "none"));
    }
    value
}

fn expression(
    entry: &CrateEntry,
    key: &str,
    text: Option<&str>,
    errors: &mut Vec<Error>,
) -> Option<()> {
    let Some(error) = text.and_then(|text| syn::parse_str::<syn::Expr>(text).err()) else {
        return Some(());
    };
    let expected = format!("an expression as `{key}` of {}", entry.name);
    errors.push(Error::new("codegen/crates.toml", Place::File, expected, error.to_string()));
    None
}

fn unknown(entry: &CrateEntry, what: &str, id: &str, errors: &mut Vec<Error>) {
    let expected = format!("{what} as the example of {}", entry.name);
    errors.push(Error::new("codegen/crates.toml", Place::File, expected, format!("`{id}`")));
}

fn program(
    entry: &CrateEntry,
    document: &Document,
    operation: &Operation,
    request: &str,
) -> String {
    let rust_name = entry.name.replace('-', "_");
    let version = &document.version;
    let of_user = match operation.tokens.as_slice() {
        [Token::User] => format!(".as_user({USER_TOKEN:?})"),
        _ => String::new(),
    };
    let client = entry.example_client.as_deref().unwrap_or("Client::from_env()?");
    let is_list = operation.paging.pages.as_ref().is_some_and(|pages| pages.items.is_some());
    let send = match operation.answer {
        _ if is_list => {
            "let mut items = client.items(request);
             while let Some(item) = items.next().await {
                 let item = item?;
                 println!(\"{item:?}\");
             }"
        }
        Answer::Unit | Answer::Download => "client.send(request).await?;",
        Answer::Model(_) | Answer::Value => {
            "let response = client.send(request).await?;
             println!(\"{response:?}\");"
        }
    };
    printer::format(&format!(
        "use lark_core::Client;
         use {rust_name}::{version};
         async fn call() -> lark_core::Result<()> {{
             let client = {client}{of_user};
             let request = {request};
             {send}
             Ok(())
         }}"
    ))
    .replacen("\nasync fn", "\n\nasync fn", 1)
}

fn router(entry: &CrateEntry, document: &Document, event: &Event) -> String {
    let rust_name = entry.name.replace('-', "_");
    let (version, name) = (&document.version, &event.name);
    printer::format(&format!(
        "use lark_core::{{Event, EventKeys, EventRouter}};
         use {rust_name}::{version}::event::{name};
         fn router() -> lark_core::Result<EventRouter> {{
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
