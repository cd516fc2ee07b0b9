//! One operation as the checks need it: tokens, parameters, body, response.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde_json::Value;

use super::{Schema, document::document};
use crate::generated::ROUTES;
use crate::spec::TokenKind;

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

/// A path or query parameter.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

/// How the body of a request travels.
#[derive(Clone, Copy)]
pub(crate) enum BodyFormat {
    None,
    Json(Schema),
    Multipart(Schema),
}

/// What a successful call responds.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// The envelope, with `data` of this schema if it has any.
    Json(Option<Schema>),
    /// The envelope, with these fields beside `code`.
    Flat(Schema),
    /// Bytes.
    File,
}

/// One operation of the specs.
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    /// Empty: needs no token.
    pub(crate) tokens: Vec<TokenKind>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: BodyFormat,
    pub(crate) outcome: Outcome,
    pub(crate) paging: Option<Paging>,
    /// The HTTP statuses and codes of its own errors.
    pub(crate) errors: Vec<(u16, i64)>,
}

/// The fields of `data` that make it a page.
#[derive(Clone, Copy)]
pub(crate) struct Paging {
    /// The list; none if the page is not one list.
    pub(crate) items: Option<&'static str>,
    pub(crate) page_token: &'static str,
    pub(crate) has_more: Option<&'static str>,
}

/// The place of an operation in the route table.
pub(crate) fn index_of(id: &str) -> Option<usize> {
    static INDEX: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
        ROUTES.iter().enumerate().map(|(index, (_, _, id, _))| (*id, index)).collect()
    });
    INDEX.get(id).copied()
}

/// The operation at `index` of the route table, read from its document on first use.
pub(crate) fn operation(index: usize) -> &'static Operation {
    static READ: LazyLock<Vec<OnceLock<Operation>>> =
        LazyLock::new(|| ROUTES.iter().map(|_| OnceLock::new()).collect());
    READ[index].get_or_init(|| read(index))
}

fn read(index: usize) -> Operation {
    let (method, path, id, document_index) = ROUTES[index];
    let document = document(document_index);
    let node = &document["paths"][path][method.to_ascii_lowercase()];
    Operation {
        id,
        tokens: tokens(node),
        parameters: parameters(document, node),
        body: body(document, node),
        outcome: outcome(document, node),
        paging: paging(node),
        errors: errors(node),
    }
}

fn tokens(node: &'static Value) -> Vec<TokenKind> {
    let alternatives = node["security"].as_array().into_iter().flatten();
    alternatives
        .filter_map(Value::as_object)
        .flat_map(|alternative| alternative.keys())
        .filter_map(|scheme| TokenKind::from_scheme(scheme))
        .collect()
}

fn parameters(document: &'static Value, node: &'static Value) -> Vec<Parameter> {
    let parameters = node["parameters"].as_array().into_iter().flatten();
    parameters
        .map(|parameter| Parameter {
            name: parameter["name"].as_str().unwrap_or_default(),
            place: if parameter["in"] == "path" { Place::Path } else { Place::Query },
            required: parameter["required"] == true,
            schema: Schema::new(document, &parameter["schema"]),
        })
        .collect()
}

fn body(document: &'static Value, node: &'static Value) -> BodyFormat {
    let content = &node["requestBody"]["content"];
    let schema = |kind: &str| {
        let schema = content.get(kind)?.get("schema")?;
        Some(Schema::new(document, schema))
    };
    if let Some(schema) = schema("application/json") {
        return BodyFormat::Json(schema);
    }
    schema("multipart/form-data").map_or(BodyFormat::None, BodyFormat::Multipart)
}

fn outcome(document: &'static Value, node: &'static Value) -> Outcome {
    match node["responses"]["200"]["content"].get("application/json") {
        // The second part is the envelope.
        Some(json) if node["x-lark-envelope"] == "flat" => {
            Outcome::Flat(Schema::new(document, &json["schema"]["allOf"][0]))
        }
        Some(json) => Outcome::Json(Schema::new(document, &json["schema"]).property("data")),
        None => Outcome::File,
    }
}

fn errors(node: &'static Value) -> Vec<(u16, i64)> {
    let errors = node["x-lark-errors"].as_array().into_iter().flatten();
    let read = |error: &Value| Some((error[0].as_u64()?.try_into().ok()?, error[1].as_i64()?));
    errors.filter_map(read).collect()
}

fn paging(node: &'static Value) -> Option<Paging> {
    let paging = node.get("x-lark-pagination")?;
    Some(Paging {
        items: paging["items"].as_str(),
        page_token: paging["page_token"].as_str()?,
        has_more: paging["has_more"].as_str(),
    })
}
