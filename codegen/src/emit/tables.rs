//! The tables behind structs, in the grammar of lark-core's macros (`wire/macros/mod.rs` there): a
//! row says what differs from the ordinary.

use std::collections::BTreeSet;

use super::types;
use crate::lower::changes;
use crate::model::{
    Answer, BodyFormat, Changes, Direction, Document, Event, Field, Host, Input, Limit, Operation,
    Pages, Per, Place, Risk, Role, Token,
};

/// The legend of `record!`.
pub(crate) const RECORD: &str =
    r#"rows of record!: field[!] [as codec] [= "wire"] [: setter type]; ! is required"#;
/// The legend of `accessors!`.
pub(crate) const ACCESSORS: &str = "accessors!: methods that return the field, or an error that says \
                                    the response lacks it";
/// The legend of `operation!`.
pub(crate) const OPERATION: &str = "rows of operation!: place field[!] [as codec] [= \"wire\"] \
                                    [: setter type [as role]]; ! is required";
/// The legend of `event!`.
pub(crate) const EVENT: &str = "event!: payload, type, ordering_key (its events stay in order), \
                                identity (redeliveries share it)";

/// The field of a request for the names of fields to be cleared.
pub(crate) const CLEARED: &str = "cleared";

const MAX_WIDTH: usize = 100;

/// The table of a model or a payload.
pub(crate) fn record(
    document: &Document,
    name: &str,
    direction: Direction,
    fields: &[Field],
) -> String {
    let (word, is_sent) = match direction {
        Direction::Decode => ("decode", false),
        Direction::Encode => ("encode", true),
        Direction::Both => ("both", true),
    };
    let rows: Vec<String> = fields
        .iter()
        .map(|field| {
            // What only responses have is never set, so no request lacks it.
            let is_set = is_sent && !field.facts.read_only;
            let setter = if is_set { setter(document, field) } else { String::new() };
            format!("{}{setter}", facts(field, field.required && (is_set || !is_sent)))
        })
        .collect();
    let head = format!("record! {{ {name} {word};");
    let line = one_line(&head, &rows);
    match rows.as_slice() {
        [] => format!("{head} }}"),
        _ if line.len() <= MAX_WIDTH => line,
        _ if is_sent => format!("{head}{}\n}}", column(&rows)),
        _ => format!("{head}{}\n}}", paragraph(&rows, 4)),
    }
}

/// A table of several parts: on a line if it fits, otherwise each part on lines of its own.
pub(crate) fn parts(head: &str, parts: &[String]) -> String {
    let line = format!("{head} {} }}", parts.join("; "));
    if line.len() <= MAX_WIDTH {
        return line;
    }
    let parts: Vec<String> = parts.iter().map(|part| part_lines(part)).collect();
    format!("{head}{}\n}}", parts.join(";"))
}

/// A part, broken at its gaps where it is longer than a line.
fn part_lines(part: &str) -> String {
    let mut text = "\n   ".to_owned();
    let mut width = text.len();
    for word in part.split_inclusive(", ") {
        let word = word.trim_end();
        if width + 1 + word.len() > MAX_WIDTH {
            text.push_str("\n       ");
            width = 7;
        }
        text.push_str(&format!(" {word}"));
        width += 1 + word.len();
    }
    text
}

fn one_line(head: &str, rows: &[String]) -> String {
    format!("{head} {} }}", rows.join(", "))
}

/// The table of an operation, and that of its pages if it has some, each below the line `gate`.
pub(crate) fn operation(document: &Document, operation: &Operation, gate: &str) -> String {
    let Operation { id, path, request, .. } = operation;
    let answer = match operation.answer {
        Answer::Unit => "()".to_owned(),
        Answer::Download => "lark_core::Download".to_owned(),
        Answer::Value => "lark_core::Value".to_owned(),
        Answer::Model(id) => document.model(id).name.clone(),
    };
    let body = match operation.format {
        None => "",
        Some(BodyFormat::Json) => " json",
        Some(BodyFormat::Multipart) => " multipart",
    };
    let verb = operation.verb.to_uppercase();
    let tokens: Vec<&str> = operation.tokens.iter().map(token).collect();
    let tokens = tokens.join(" ");
    let mut rows: Vec<String> = operation.inputs.iter().map(|it| input(document, it)).collect();
    if let (Some(_), Some(list)) = (&operation.changes, changes::input(operation)) {
        // Before the body, which depends on it.
        let at = operation.inputs.iter().position(|it| it.place == Place::Body);
        rows.insert(at.unwrap_or_default(), format!("clear {CLEARED}{}", setter(document, list)));
    }
    let mut text = format!("{gate}lark_core::operation! {{ {request} => {answer};");
    let (deviations, facts) = (deviations(operation), known(operation));
    text.push_str(&format!("\n    {id:?} {verb} {path:?}{body} [{tokens}]{deviations}{facts};"));
    text.push_str(&column(&rows));
    text.push_str("\n}");
    if let Some(it) = &operation.paging.pages {
        text.push_str(&format!("\n{gate}{}", pages(document, request, it)));
    }
    text
}

/// In what the operation differs from most.
fn deviations(operation: &Operation) -> String {
    let mut words = String::new();
    if operation.is_flat {
        words.push_str(" flat");
    }
    match operation.host {
        None => {}
        Some(Host::Www) => words.push_str(" www"),
    }
    if operation.takes_helpdesk() {
        words.push_str(" helpdesk");
    }
    if let Some(Changes { object, names }) = &operation.changes {
        let names = names.iter().map(|(member, name)| match member == name {
            true => format!(" {name}"),
            false => format!(" {member}={name}"),
        });
        words.push_str(&format!("\n    changes {:?}", object.clone() + &names.collect::<String>()));
    }
    if !operation.demands.is_empty() {
        words.push_str(&format!("\n    needs {:?}", operation.demands.join(" ")));
    }
    words
}

/// What is known about the operation beside its inputs and its response.
fn known(operation: &Operation) -> String {
    let facts = &operation.facts;
    let scopes = facts.scopes.clone().unwrap_or_default();
    let members = scopes.fields.iter().map(|(scope, members)| match members.as_slice() {
        [] => scope.clone(),
        members => format!("{scope}={}", members.join(",")),
    });
    let limits = facts.rate.iter().flat_map(|rate| &rate.limits);
    let limits = limits.map(|Limit { calls, per }| match per {
        Per::Second => format!("{calls}/s"),
        Per::Minute => format!("{calls}/min"),
    });
    let risk = facts.risk.map_or("", |risk| match risk {
        Risk::Read => "read",
        Risk::Write => "write",
        Risk::HighRiskWrite => "high-risk-write",
    });
    let codes = facts.errors.iter().map(|(_, code)| code.to_string());
    let texts = [
        ("summary", facts.summary.clone().unwrap_or_default()),
        ("any_of", scopes.any_of.join(" ")),
        ("all_of", scopes.all_of.join(" ")),
        ("members", list(members)),
        ("rate", list(limits)),
        ("risk", risk.to_owned()),
        ("codes", list(codes)),
    ];
    let texts = texts.iter().filter(|(_, text)| !text.is_empty());
    let rows: Vec<String> = texts.map(|(name, text)| format!("{name}: {text:?}")).collect();
    if rows.is_empty() { String::new() } else { format!(" {{{}\n    }}", paragraph(&rows, 8)) }
}

/// Each once, separated by spaces.
fn list(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.clone()));
    items.join(" ")
}

/// The row of an event.
pub(crate) fn event(event: &Event) -> String {
    let paths = [("ordering_key", &event.ordering_key), ("identity", &event.identity)];
    let paths: String = paths
        .iter()
        .filter_map(|(name, path)| Some(format!("; {name} {}", path.as_ref()?.join("."))))
        .collect();
    format!("lark_core::event! {{ {} {:?}{paths} }}", event.name, event.id)
}

fn pages(document: &Document, request: &str, pages: &Pages) -> String {
    let Pages { input, token, has_more, items } = pages;
    let fields = match (input.as_str(), token.as_str(), has_more.as_deref()) {
        ("page_token", "page_token", Some("has_more")) => String::new(),
        (_, _, Some(has_more)) => format!("; {input} => {token} {has_more}"),
        (_, _, None) => format!("; {input} => {token}"),
    };
    let list =
        items.as_ref().map(|(name, item)| format!("; {name}: {}", types::path(document, item)));
    format!("lark_core::pages! {{ {request}{fields}{} }}", list.unwrap_or_default())
}

fn token(token: &Token) -> &'static str {
    match token {
        Token::Tenant => "Tenant",
        Token::User => "User",
        Token::App => "App",
    }
}

fn input(document: &Document, input: &Input) -> String {
    let field = &input.field;
    let place = match input.place {
        Place::Path => return format!("path {}", facts(field, false)),
        Place::Query => "query",
        Place::Body => "body",
    };
    let role = match input.role {
        Role::Plain => "",
        Role::IdempotencyKey => " as key",
    };
    format!("{place} {}{}{role}", facts(field, field.required), setter(document, field))
}

/// `field[!] [as codec] [= "wire name"]`.
fn facts(field: &Field, is_marked: bool) -> String {
    let Field { name, wire, .. } = field;
    let mark = if is_marked { "!" } else { "" };
    let codec = types::codec(&field.ty).map(|codec| format!(" as {codec}")).unwrap_or_default();
    let wire = if wire == name { String::new() } else { format!(" = {wire:?}") };
    format!("{name}{mark}{codec}{wire}")
}

fn setter(document: &Document, field: &Field) -> String {
    format!(": {}", types::setter(document, field))
}

/// A row a line.
fn column(rows: &[String]) -> String {
    rows.iter().map(|row| format!("\n    {row},")).collect()
}

/// As many rows a line as fit, behind so many spaces.
fn paragraph(rows: &[String], indent: usize) -> String {
    let mut text = String::new();
    let mut width = MAX_WIDTH;
    for row in rows {
        if width + row.len() + 2 > MAX_WIDTH {
            text.push_str(&format!("\n{:1$}", "", indent - 1));
            width = indent - 1;
        }
        text.push_str(&format!(" {row},"));
        width += row.len() + 2;
    }
    text
}
