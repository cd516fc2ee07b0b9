//! models.rs, enums.rs and event.rs of a version, and the tables behind models and events, which
//! have a private file beside them.

use proc_macro2::TokenStream;

use super::model_docs::Uses;
use super::printer::Printer;
use super::{accessors, prose, tables, types};
use crate::model::{
    Direction, Document, Enum, Envelope, Event, Field, Model, ModelId, Type, Variant,
};

const QUIET: &str = "#![allow(missing_docs, reason = \"a name is documented where the spec states \
                     more than the name\")]";

/// models.rs; `None` without models.
pub(crate) fn models(document: &Document) -> Option<String> {
    let models = sorted(document);
    if models.is_empty() {
        return None;
    }
    let Document { project, version, .. } = document;
    let mut printer = Printer::new(&document.file, &format!("Models of {project} {version}."));
    printer.adjacent(QUIET);
    printer.lines("mod wire;");
    if models.iter().any(|id| uses_enum(&document.model(*id).fields)) {
        printer.lines("use super::enums::*;");
    }
    let uses = Uses::of(document);
    for id in models {
        let model = document.model(id);
        let docs = uses.lines(id);
        let members = members(document, &model.fields, direction(model));
        printer.item(types::structure(&docs, &[], &model.name, &members));
    }
    Some(printer.finish())
}

/// models/wire.rs; `None` without models.
pub(crate) fn model_tables(document: &Document) -> Option<String> {
    let mut tables: Vec<String> = Vec::new();
    for id in sorted(document) {
        let model = document.model(id);
        tables.push(tables::record(document, &model.name, direction(model), &model.fields));
        tables.extend(accessors::of_model(document, id));
    }
    wire(document, "models", &tables)
}

/// enums.rs; `None` without enums.
pub(crate) fn enums(document: &Document) -> Option<String> {
    let mut enums: Vec<&Enum> = document.reached_enums().collect();
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    if enums.is_empty() {
        return None;
    }
    let Document { project, version, .. } = document;
    let docs = format!("Values of the fields of {project} {version}.");
    let mut printer = Printer::new(&document.file, &docs);
    printer.adjacent(QUIET);
    for it in enums {
        printer.lines(&enumeration(it));
    }
    Some(printer.finish())
}

fn enumeration(Enum { name, field, is_integer, variants, .. }: &Enum) -> String {
    let table = if *is_integer { "open_integer_enum" } else { "open_enum" };
    let mut text = format!("lark_core::{table}! {{\n    /// Values of `{field}`.\n");
    text.push_str(&format!("    {name} {{\n"));
    for Variant { name, value, meaning } in variants {
        if let Some(meaning) = meaning {
            text.push_str(&format!("        /// {}\n", prose::title(meaning)));
        }
        let value = if *is_integer { value.clone() } else { format!("{value:?}") };
        text.push_str(&format!("        {name} = {value},\n"));
    }
    text.push_str("    }\n}");
    text
}

/// event.rs; `None` without events.
pub(crate) fn events(document: &Document) -> Option<String> {
    if document.events.is_empty() {
        return None;
    }
    let Document { project, version, .. } = document;
    let docs = format!("Payloads of the events of {project} {version}.");
    let mut printer = Printer::with_legend(&document.file, tables::EVENT, &docs);
    printer.adjacent(QUIET);
    printer.lines("mod wire;");
    let mut fields = document.events.iter().flat_map(|event| &event.fields);
    if fields.any(|field| types::is_named(&field.ty)) {
        printer.lines("use super::*;");
    }
    for event in &document.events {
        emit_event(&mut printer, document, event);
    }
    Some(printer.finish())
}

/// event/wire.rs; `None` without events.
pub(crate) fn event_tables(document: &Document) -> Option<String> {
    let mut tables: Vec<String> = Vec::new();
    for event in &document.events {
        tables.push(tables::record(document, &event.name, Direction::Decode, &event.fields));
        tables.extend(accessors::of_event(document, event));
    }
    wire(document, "events", &tables)
}

fn wire(document: &Document, of: &str, tables: &[String]) -> Option<String> {
    if tables.is_empty() {
        return None;
    }
    let Document { project, version, .. } = document;
    let docs = format!("How the {of} of {project} {version} travel.");
    let has_accessors = tables.iter().any(|table| table.starts_with("accessors!"));
    let (macros, legend) = match has_accessors {
        true => ("{accessors, record}", format!("{}\n// {}", tables::RECORD, tables::ACCESSORS)),
        false => ("record", tables::RECORD.to_owned()),
    };
    let mut printer = Printer::with_legend(&document.file, &legend, &docs);
    printer.lines(&format!("use lark_core::{macros};\n\nuse super::*;"));
    printer.lines(&tables.join("\n"));
    Some(printer.finish())
}

/// The models that are emitted, by name.
fn sorted(document: &Document) -> Vec<ModelId> {
    let reached = |(id, model): (usize, &Model)| model.direction.map(|_| ModelId(id));
    let mut ids: Vec<ModelId> = document.models.iter().enumerate().filter_map(reached).collect();
    ids.sort_by_key(|id| &document.model(*id).name);
    ids
}

fn direction(model: &Model) -> Direction {
    model.direction.expect("only models that are reached are emitted")
}

fn uses_enum(fields: &[Field]) -> bool {
    fields.iter().any(|field| matches!(field.ty.innermost(), Type::Enum(_)))
}

fn emit_event(printer: &mut Printer, document: &Document, event: &Event) {
    let envelope = match event.envelope {
        Envelope::V1 => ", in envelope 1.0",
        Envelope::V2 => "",
    };
    let docs = [format!("Payload of event `{}`{envelope}.", event.id)];
    let members = members(document, &event.fields, Direction::Decode);
    printer.item(types::structure(&docs, &[&event.id], &event.name, &members));
    printer.adjacent(&tables::event(event));
}

fn members(document: &Document, fields: &[Field], direction: Direction) -> Vec<TokenStream> {
    let member = |field| {
        let docs = facts(field, direction);
        types::member(field, &docs, &member_type(document, field, direction))
    };
    fields.iter().map(member).collect()
}

/// What the spec states beyond name and type; that an answer always has a field is in its type.
fn facts(field: &Field, direction: Direction) -> String {
    let is_demanded = field.required && direction != Direction::Decode && !field.facts.read_only;
    if is_demanded { prose::required_field(field) } else { prose::field(field) }
}

fn member_type(document: &Document, field: &Field, direction: Direction) -> String {
    let ty = types::field_path(document, field);
    if types::is_plain(field, direction) { ty } else { format!("Option<{ty}>") }
}
