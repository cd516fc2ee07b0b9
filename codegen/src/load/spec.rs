//! An OpenAPI document, typed as far as the documents use OpenAPI.

use super::facts::Facts;
use super::operation_facts::OperationFacts;
use super::reader::{Node, Reader};
use super::schema::{self, Schema};
use super::{event, operation};

/// One document.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) file: String,
    pub(crate) project: String,
    pub(crate) version: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) events: Vec<Event>,
    pub(crate) schemas: Vec<Component>,
}

/// A named schema under `components`.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) pointer: String,
}

/// A method of a path.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) resource: String,
    pub(crate) method: String,
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) page: Option<String>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) app_types: Vec<String>,
    /// Another host than that of the other operations.
    pub(crate) host: Option<Host>,
    /// The sources that state this method and path.
    pub(crate) witnesses: Vec<String>,
    pub(crate) facts: OperationFacts,
    pub(crate) pagination: Option<Pagination>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) answer: Answer,
    pub(crate) pointer: String,
}

/// A kind of access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Tenant,
    User,
    App,
}

impl Token {
    /// `tenant`
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Token::Tenant => "tenant",
            Token::User => "user",
            Token::App => "app",
        }
    }
}

/// A host of the platform beside that of most operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// That of the website.
    Www,
}

impl Host {
    /// What the documents call it.
    pub(crate) fn url(self) -> &'static str {
        match self {
            Self::Www => "https://www.feishu.cn",
        }
    }
}

/// A path or query parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: ParameterPlace,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) facts: Facts,
    pub(crate) pointer: String,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterPlace {
    Path,
    Query,
}

/// A request body.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) format: BodyFormat,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) pointer: String,
}

/// How a request body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Json,
    Multipart,
}

/// What a successful call returns.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// `{code, msg}`.
    Empty,
    /// `{code, msg, data}`.
    Data { schema: Schema, pointer: String },
    /// `{code, msg, ..}`: the members stand beside `code`.
    Flat { schema: Schema, pointer: String },
    /// The bytes of a file.
    File,
}

/// How a list is paged.
#[derive(Clone, Debug)]
pub(crate) struct Pagination {
    /// `None` if the page is not one list.
    pub(crate) items: Option<String>,
    pub(crate) page_token: String,
    pub(crate) has_more: Option<String>,
    pub(crate) place: PageTokenPlace,
    pub(crate) pointer: String,
}

/// Where the page token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageTokenPlace {
    Query,
    Body,
}

/// What an event is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// `uuid`, `token`, `ts`, `type`, `event`.
    V1,
    /// `schema`, `header`, `event`.
    V2,
}

/// A webhook.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) envelope: Envelope,
    pub(crate) payload: Schema,
    pub(crate) pointer: String,
}

/// Reads a document; `None` if it does not even say what it is.
pub(crate) fn read(reader: &mut Reader<'_>, root: &Node<'_>) -> Option<Spec> {
    reader.only(root, &["openapi", "info", "servers", "paths", "webhooks", "components"]);
    if let Some(version) = reader.required(root, "openapi")
        && reader.string(&version).is_some_and(|version| !version.starts_with("3.1."))
    {
        reader.expected(&version, "OpenAPI 3.1");
    }
    let info = reader.required(root, "info")?;
    let project = reader.required_string(&info, "x-lark-project");
    let version = reader.required_string(&info, "x-lark-version");
    let operations = operation::read_all(reader, root);
    let events = event::read_all(reader, root);
    let schemas = read_components(reader, root);
    Some(Spec {
        file: reader.file.to_owned(),
        project: project?,
        version: version?,
        operations,
        events,
        schemas,
    })
}

fn read_components(reader: &mut Reader<'_>, root: &Node<'_>) -> Vec<Component> {
    let Some(components) = root.get("components") else { return Vec::new() };
    reader.only(&components, &["schemas", "securitySchemes"]);
    let Some(schemas) = components.get("schemas") else { return Vec::new() };
    let mut read = Vec::new();
    for (name, node) in reader.entries(&schemas) {
        if let Some(schema) = schema::read(reader, &node) {
            read.push(Component { name: name.to_owned(), schema, pointer: node.pointer });
        }
    }
    read
}
