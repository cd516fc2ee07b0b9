//! Operations: the members of `paths`.

use super::facts;
use super::json::Json;
use super::operation_facts;
use super::reader::{Node, Reader};
use super::schema::{self, Schema};
use super::spec::{
    Answer, Body, BodyFormat, Host, Operation, PageTokenPlace, Pagination, Parameter,
    ParameterPlace, Token,
};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

const KEYWORDS: [&str; 20] = [
    "operationId",
    "tags",
    "summary",
    "externalDocs",
    "security",
    "parameters",
    "requestBody",
    "responses",
    "deprecated",
    "x-lark-app-types",
    "x-lark-envelope",
    "x-lark-errors",
    "x-lark-host",
    "x-lark-method",
    "x-lark-pagination",
    "x-lark-rate",
    "x-lark-resource",
    "x-lark-risk",
    "x-lark-scopes",
    "x-lark-witnesses",
];

/// Reads another host. Tokens go there, so lark-core has to know it.
fn read_host(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Host> {
    let url = reader.string(node)?;
    if url != Host::Www.url() {
        reader.expected(node, Host::Www.url());
        return None;
    }
    Some(Host::Www)
}

/// Reads every operation of the document.
pub(crate) fn read_all(reader: &mut Reader<'_>, root: &Node<'_>) -> Vec<Operation> {
    let Some(paths) = reader.required(root, "paths") else { return Vec::new() };
    let mut operations = Vec::new();
    for (path, item) in reader.entries(&paths) {
        reader.only(&item, &METHODS);
        for (verb, node) in reader.entries(&item) {
            if METHODS.contains(&verb) {
                operations.extend(read(reader, &node, path, verb));
            }
        }
    }
    operations
}

fn read(reader: &mut Reader<'_>, node: &Node<'_>, path: &str, verb: &str) -> Option<Operation> {
    reader.exactly(node, &KEYWORDS);
    let id = reader.required_string(node, "operationId");
    let resource = reader.required_string(node, "x-lark-resource");
    let method = reader.required_string(node, "x-lark-method");
    let page = read_page(reader, node);
    let tokens = read_tokens(reader, node);
    let app_types = node.get("x-lark-app-types").map(|types| reader.strings(&types));
    let witnesses = reader.required(node, "x-lark-witnesses").map(|names| reader.strings(&names));
    let pagination = node.get("x-lark-pagination").and_then(|it| read_pagination(reader, &it));
    let parameters = read_parameters(reader, node);
    check_placeholders(reader, node, path, &parameters);
    let body = node.get("requestBody").and_then(|body| read_body(reader, &body));
    let answer = read_answer(reader, node);
    let host = node.get("x-lark-host").and_then(|host| read_host(reader, &host));
    let facts = operation_facts::read(reader, node);
    Some(Operation {
        id: id?,
        resource: resource?,
        method: method?,
        verb: verb.to_owned(),
        path: path.to_owned(),
        page,
        tokens,
        app_types: app_types.unwrap_or_default(),
        host,
        witnesses: witnesses?,
        facts,
        pagination,
        parameters,
        body,
        answer: answer?,
        pointer: node.pointer.clone(),
    })
}

fn read_page(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<String> {
    let docs = node.get("externalDocs")?;
    reader.required_string(&docs, "url")
}

fn read_tokens(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<Token> {
    let Some(security) = node.get("security") else { return Vec::new() };
    let mut tokens = Vec::new();
    for alternative in reader.items(&security) {
        let schemes = reader.entries(&alternative);
        match schemes.as_slice() {
            [("tenant_access_token", _)] => tokens.push(Token::Tenant),
            [("user_access_token", _)] => tokens.push(Token::User),
            [("app_access_token", _)] => tokens.push(Token::App),
            _ => reader.wrong(
                &alternative,
                "one of tenant_access_token, user_access_token, app_access_token",
                &alternative.json.to_text(),
            ),
        }
    }
    tokens
}

fn read_pagination(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Pagination> {
    reader.only(node, &["items", "page_token", "has_more", "in"]);
    let items = reader.required(node, "items")?;
    let items = read_nullable(reader, &items);
    let page_token = reader.required_string(node, "page_token");
    let has_more = node.get("has_more").and_then(|name| read_nullable(reader, &name));
    let place = reader.required(node, "in")?;
    let place = match reader.string(&place)? {
        "query" => PageTokenPlace::Query,
        "body" => PageTokenPlace::Body,
        _ => {
            reader.expected(&place, "query or body");
            return None;
        }
    };
    let pointer = node.pointer.clone();
    Some(Pagination { items, page_token: page_token?, has_more, place, pointer })
}

fn read_nullable(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<String> {
    match node.json {
        Json::Null => None,
        _ => reader.string(node).map(str::to_owned),
    }
}

fn read_parameters(reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<Parameter> {
    let Some(parameters) = node.get("parameters") else { return Vec::new() };
    let nodes = reader.items(&parameters);
    nodes.iter().filter_map(|node| read_parameter(reader, node)).collect()
}

fn read_parameter(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Parameter> {
    reader.only(node, &["name", "in", "required", "schema", "style", "explode", "description"]);
    let name = reader.required_string(node, "name");
    let place = reader.required(node, "in")?;
    let place = match reader.string(&place)? {
        "path" => ParameterPlace::Path,
        "query" => ParameterPlace::Query,
        _ => {
            reader.expected(&place, "path or query");
            return None;
        }
    };
    let shape = reader.required(node, "schema")?;
    let schema = schema::read(reader, &shape)?;
    if !fits_place(&schema, place) {
        reader.wrong(&shape, "a schema that fits into an address", "an object, a file or a list");
    }
    if let Schema::Array(_) = schema {
        check_exploded(reader, node);
    }
    let required = reader.flag(node, "required");
    let mut facts = facts::read(reader, &shape);
    // Parameters have their description beside the schema, members inside of it.
    facts.description =
        node.get("description").and_then(|it| reader.string(&it).map(str::to_owned));
    Some(Parameter { name: name?, place, required, schema, facts, pointer: node.pointer.clone() })
}

/// Lists are repeated parameters; nothing else is understood.
fn check_exploded(reader: &mut Reader<'_>, node: &Node<'_>) {
    if let Some(style) = node.get("style")
        && reader.string(&style).is_some_and(|style| style != "form")
    {
        reader.expected(&style, "form");
    }
    if let Some(explode) = node.get("explode")
        && *explode.json != Json::Bool(true)
    {
        reader.expected(&explode, "true");
    }
}

fn fits_place(schema: &Schema, place: ParameterPlace) -> bool {
    match schema {
        Schema::String
        | Schema::NumericString
        | Schema::TextInteger
        | Schema::Integer
        | Schema::Moment(_) => true,
        Schema::Enum(_) | Schema::IntegerEnum(_) | Schema::Number | Schema::Boolean => {
            place == ParameterPlace::Query
        }
        Schema::Array(items) => {
            place == ParameterPlace::Query
                && !matches!(**items, Schema::Array(_))
                && fits_place(items, place)
        }
        Schema::Any
        | Schema::Ref(_)
        | Schema::Refined(..)
        | Schema::Binary
        | Schema::Map(_)
        | Schema::Object(_) => false,
    }
}

/// The path has to name exactly the path parameters.
fn check_placeholders(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    path: &str,
    parameters: &[Parameter],
) {
    let in_path: Vec<&str> =
        path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let declared = parameters.iter().filter(|it| it.place == ParameterPlace::Path);
    for parameter in declared.clone() {
        if !in_path.contains(&parameter.name.as_str()) {
            reader.errors.push(crate::error::Error::at(
                reader.file,
                &parameter.pointer,
                format!("a parameter of the path {path}"),
                format!("`{}`", parameter.name),
            ));
        }
    }
    for name in in_path {
        if !declared.clone().any(|parameter| parameter.name == name) {
            reader.wrong(node, &format!("a path parameter `{name}`"), "none");
        }
    }
}

fn read_body(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Body> {
    reader.only(node, &["required", "content", "description"]);
    let (media, shape) = read_content(reader, node)?;
    let format = match media {
        "application/json" => BodyFormat::Json,
        "multipart/form-data" => BodyFormat::Multipart,
        _ => {
            reader.wrong(node, "application/json or multipart/form-data", media);
            return None;
        }
    };
    let required = reader.flag(node, "required");
    let schema = schema::read(reader, &shape)?;
    Some(Body { format, required, schema, pointer: shape.pointer })
}

fn read_content<'a>(reader: &mut Reader<'_>, node: &Node<'a>) -> Option<(&'a str, Node<'a>)> {
    let content = reader.required(node, "content")?;
    let entries = reader.entries(&content);
    let [(media, entry)] = entries.as_slice() else {
        reader.wrong(&content, "one media type", &entries.len().to_string());
        return None;
    };
    Some((*media, reader.required(entry, "schema")?))
}

fn read_answer(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Answer> {
    let responses = reader.required(node, "responses")?;
    let success = reader.required(&responses, "200")?;
    let (media, shape) = read_content(reader, &success)?;
    match media {
        "application/octet-stream" => Some(Answer::File),
        "application/json" => match node.get("x-lark-envelope") {
            Some(envelope) => read_flat(reader, &envelope, &shape),
            None => read_envelope(reader, &shape),
        },
        _ => {
            reader.wrong(&success, "application/json or application/octet-stream", media);
            None
        }
    }
}

fn read_envelope(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Answer> {
    let properties = reader.required(node, "properties")?;
    let mut answer = Some(Answer::Empty);
    for (name, property) in reader.entries(&properties) {
        match name {
            "code" | "msg" => {}
            "data" => {
                answer = schema::read(reader, &property)
                    .map(|schema| Answer::Data { schema, pointer: property.pointer.clone() });
            }
            _ => reader.wrong(&property, "code, msg or data", &format!("`{name}`")),
        }
    }
    answer
}

/// An answer whose members stand beside `code`.
fn read_flat(reader: &mut Reader<'_>, envelope: &Node<'_>, node: &Node<'_>) -> Option<Answer> {
    if reader.string(envelope)? != "flat" {
        reader.expected(envelope, "flat");
    }
    let parts = reader.required(node, "allOf")?;
    let items = reader.items(&parts);
    let [data, _] = items.as_slice() else {
        reader.expected(&parts, "a schema and the envelope");
        return None;
    };
    let schema = schema::read(reader, data)?;
    Some(Answer::Flat { schema, pointer: data.pointer.clone() })
}
