//! models.rs, enums.rs and event.rs of a version.

use super::printer::Printer;
use super::types;
use crate::model::{Direction, Document, Enum, Envelope, Event, Field, Model, Type};

const QUIET: &str = "#![allow(missing_docs, reason = \"a name is documented where the spec states \
                     more than the name\")]";

/// models.rs; `None` without models.
pub(crate) fn models(document: &Document) -> Option<String> {
    let mut models: Vec<&Model> = document.reached_models().collect();
    models.sort_by(|a, b| a.name.cmp(&b.name));
    if models.is_empty() {
        return None;
    }
    let Document { project, version, .. } = document;
    let mut printer = Printer::new(&document.file, &format!("Models of {project} {version}."));
    printer.adjacent(QUIET);
    if models.iter().any(|model| uses_enum(&model.fields)) {
        printer.lines("use super::enums::*;");
    }
    for model in models {
        emit_model(&mut printer, document, model);
    }
    Some(printer.finish())
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
        let mut text = format!("lark_core::open_enum! {{\n    /// Values of `{}`.\n", it.field);
        text.push_str(&format!("    {} {{\n", it.name));
        for variant in &it.variants {
            text.push_str(&format!("        {} = {:?},\n", variant.name, variant.value));
        }
        text.push_str("    }\n}");
        printer.lines(&text);
    }
    Some(printer.finish())
}

/// event.rs; `None` without events.
pub(crate) fn events(document: &Document) -> Option<String> {
    if document.events.is_empty() {
        return None;
    }
    let Document { project, version, .. } = document;
    let docs = format!("Payloads of the events of {project} {version}.");
    let mut printer = Printer::new(&document.file, &docs);
    printer.adjacent(QUIET);
    if document.events.iter().any(|event| event.fields.iter().any(is_named)) {
        printer.lines("use super::*;");
    }
    for event in &document.events {
        emit_event(&mut printer, document, event);
    }
    Some(printer.finish())
}

/// The type has a name in the version's own modules.
pub(crate) fn is_named(field: &Field) -> bool {
    matches!(field.ty.innermost(), Type::Model(_) | Type::Enum(_))
}

fn uses_enum(fields: &[Field]) -> bool {
    fields.iter().any(|field| matches!(field.ty.innermost(), Type::Enum(_)))
}

fn emit_model(printer: &mut Printer, document: &Document, model: &Model) {
    let Document { project, version, .. } = document;
    let docs = match &model.schema {
        Some(schema) => format!("Model `{schema}` of {project} {version}."),
        None => format!("An object without a name in the spec of {project} {version}."),
    };
    let direction = model.direction.expect("only models that are reached are emitted");
    emit_record(
        printer,
        document,
        &model.fields,
        direction,
        &Names { docs: &docs, aliases: &[], name: &model.name },
    );
}

fn emit_event(printer: &mut Printer, document: &Document, event: &Event) {
    let envelope = match event.envelope {
        Envelope::V1 => ", in envelope 1.0",
        Envelope::V2 => "",
    };
    let docs = format!("Payload of event `{}`{envelope}.", event.id);
    emit_record(
        printer,
        document,
        &event.fields,
        Direction::Decode,
        &Names { docs: &docs, aliases: &[&event.id], name: &event.name },
    );
    let paths = [("ordering_key", &event.ordering_key), ("identity", &event.identity)];
    let paths: String = paths
        .iter()
        .filter_map(|(name, path)| Some(format!(" {name} {};", path.as_ref()?.join("."))))
        .collect();
    printer.adjacent(&format!("lark_core::event! {{ {} {:?};{paths} }}", event.name, event.id));
}

struct Names<'a> {
    docs: &'a str,
    aliases: &'a [&'a str],
    name: &'a str,
}

fn emit_record(
    printer: &mut Printer,
    document: &Document,
    fields: &[Field],
    direction: Direction,
    names: &Names<'_>,
) {
    let members: Vec<_> = fields
        .iter()
        .map(|field| {
            let docs = facts(field, direction);
            types::member(field, &docs, &member_type(document, field, direction))
        })
        .collect();
    printer.item(types::structure(names.docs, names.aliases, names.name, &members));
    let rows: Vec<String> = fields.iter().map(|field| row(document, field, direction)).collect();
    let direction = match direction {
        Direction::Decode => "decode",
        Direction::Encode => "encode",
        Direction::Both => "both",
    };
    printer.table("record", &format!("{} {direction};", names.name), &rows);
}

/// What the spec states beyond name and type; that an answer always has a field is in its type.
fn facts(field: &Field, direction: Direction) -> String {
    let mut facts = Vec::new();
    if field.required && direction != Direction::Decode {
        facts.push("Required.");
    }
    if types::codec(&field.ty) == "text" {
        facts.push("Travels as a string.");
    }
    facts.join(" ")
}

/// What is only read has defaults; what is written has to tell a default from nothing.
fn member_type(document: &Document, field: &Field, direction: Direction) -> String {
    let ty = types::field_path(document, field);
    let is_always_there = field.required && !field.boxed && !field.telling;
    let is_plain = is_always_there || matches!(field.ty, Type::List(_));
    if is_plain && direction == Direction::Decode { ty } else { format!("Option<{ty}>") }
}

fn row(document: &Document, field: &Field, direction: Direction) -> String {
    let Field { name, wire, .. } = field;
    let (need, codec) = (types::need(field), types::codec(&field.ty));
    match direction {
        Direction::Decode => format!("{name} {wire:?} {need} {codec};"),
        Direction::Encode | Direction::Both => {
            format!("{name} {wire:?} {need} {codec} {};", types::setter(document, field))
        }
    }
}
