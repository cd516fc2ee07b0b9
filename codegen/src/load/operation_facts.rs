//! What an operation says of itself beside its inputs and its answer: scopes, rate, errors, risk.

use super::json::Json;
use super::reader::{Node, Reader};

/// What is known of an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OperationFacts {
    pub(crate) summary: Option<String>,
    pub(crate) scopes: Option<Scopes>,
    pub(crate) rate: Option<Rate>,
    /// HTTP status and code of the errors that are its own.
    pub(crate) errors: Vec<(u16, i64)>,
    pub(crate) risk: Option<Risk>,
    pub(crate) deprecated: bool,
}

/// The permissions that an operation takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scopes {
    /// One of these is enough.
    pub(crate) any_of: Vec<String>,
    /// Each of these is needed too.
    pub(crate) all_of: Vec<String>,
    /// A scope, and the members that are absent without it; none if it is not known which.
    pub(crate) fields: Vec<(String, Vec<String>)>,
}

/// How often an operation may be called, for each app and tenant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rate {
    /// Number of the platform's tier; `None` for one whose limits are not published.
    pub(crate) tier: Option<u32>,
    pub(crate) limits: Vec<Limit>,
}

/// So many calls in a minute or a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) calls: u32,
    pub(crate) per: Per,
}

/// The window of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Second,
    Minute,
}

/// What a call can do to the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Risk {
    Read,
    Write,
    HighRiskWrite,
}

/// Reads the facts of the operation at `node`.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> OperationFacts {
    let summary = node.get("summary");
    OperationFacts {
        summary: summary.and_then(|it| reader.string(&it).map(str::to_owned)),
        scopes: node.get("x-lark-scopes").map(|scopes| read_scopes(reader, &scopes)),
        rate: node.get("x-lark-rate").map(|rate| read_rate(reader, &rate)),
        errors: read_errors(reader, node),
        risk: node.get("x-lark-risk").and_then(|risk| read_risk(reader, &risk)),
        deprecated: reader.flag(node, "deprecated"),
    }
}

fn read_scopes(reader: &mut Reader<'_>, node: &Node<'_>) -> Scopes {
    reader.exactly(node, &["any_of", "all_of", "fields"]);
    let list = |reader: &mut Reader<'_>, key| {
        node.get(key).map(|names| reader.strings(&names)).unwrap_or_default()
    };
    let (any_of, all_of) = (list(reader, "any_of"), list(reader, "all_of"));
    let fields = node.get("fields").map(|fields| reader.entries(&fields)).unwrap_or_default();
    let fields = fields
        .into_iter()
        .map(|(scope, members)| (scope.to_owned(), reader.strings(&members)))
        .collect();
    Scopes { any_of, all_of, fields }
}

fn read_rate(reader: &mut Reader<'_>, node: &Node<'_>) -> Rate {
    reader.exactly(node, &["tier", "limits"]);
    let tier = node.get("tier").and_then(|tier| match tier.json {
        Json::String(word) if word == "special" => None,
        _ => whole(reader, &tier),
    });
    let limits = node.get("limits").map(|limits| reader.items(&limits)).unwrap_or_default();
    Rate { tier, limits: limits.iter().filter_map(|limit| read_limit(reader, limit)).collect() }
}

fn read_limit(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Limit> {
    reader.exactly(node, &["calls", "per"]);
    let calls = reader.required(node, "calls")?;
    let calls = whole(reader, &calls)?;
    let per = reader.required(node, "per")?;
    let per = match reader.string(&per)? {
        "second" => Per::Second,
        "minute" => Per::Minute,
        _ => {
            reader.expected(&per, "second or minute");
            return None;
        }
    };
    Some(Limit { calls, per })
}

fn read_errors(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<(u16, i64)> {
    let Some(errors) = node.get("x-lark-errors") else { return Vec::new() };
    let mut read = Vec::new();
    for pair in reader.items(&errors) {
        let found = match pair.json {
            Json::Array(items) => match items.as_slice() {
                [Json::Number(status), Json::Number(code)] => {
                    status.as_u64().and_then(|status| u16::try_from(status).ok()).zip(code.as_i64())
                }
                _ => None,
            },
            _ => None,
        };
        match found {
            Some(pair) => read.push(pair),
            None => reader.expected(&pair, "an HTTP status and a code"),
        }
    }
    read
}

fn read_risk(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Risk> {
    match reader.string(node)? {
        "read" => Some(Risk::Read),
        "write" => Some(Risk::Write),
        "high-risk-write" => Some(Risk::HighRiskWrite),
        _ => {
            reader.expected(node, "read, write or high-risk-write");
            None
        }
    }
}

fn whole(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<u32> {
    let number = match node.json {
        Json::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    if number.is_none() {
        reader.expected(node, "a whole number");
    }
    number
}
