//! What is emitted, free of OpenAPI and with every name decided.

pub(crate) use crate::load::facts::{Facts, Range};
pub(crate) use crate::load::operation_facts::{Limit, OperationFacts, Per, Rate, Risk, Scopes};
pub(crate) use crate::load::schema::{Moment, MomentUnit};
pub(crate) use crate::load::spec::{BodyFormat, Envelope, Host, Token};

/// One version of one project.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// `api-specs/im/v1.json`
    pub(crate) file: String,
    /// `im`
    pub(crate) project: String,
    /// `v1`
    pub(crate) version: String,
    /// Those that are not emitted included.
    pub(crate) operations: Vec<Operation>,
    pub(crate) models: Vec<Model>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) events: Vec<Event>,
}

/// An operation and its request.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// `im.v1.message.create`
    pub(crate) id: String,
    /// `chat.members`
    pub(crate) resource: String,
    /// `create`
    pub(crate) method: String,
    /// `chat_members`
    pub(crate) module: String,
    /// `create`
    pub(crate) function: String,
    /// `CreateMessageRequest`
    pub(crate) request: String,
    /// `post`
    pub(crate) verb: String,
    pub(crate) path: String,
    /// The address of the official page.
    pub(crate) page: Option<String>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) app_types: Vec<String>,
    /// Another host than that of the other operations.
    pub(crate) host: Option<Host>,
    /// The independent sources that state this method and path.
    pub(crate) witnesses: Vec<String>,
    pub(crate) facts: OperationFacts,
    /// The errors that are its own.
    pub(crate) errors: Vec<OperationError>,
    pub(crate) inputs: Vec<Input>,
    /// What the request demands within its inputs: paths of wire names.
    pub(crate) demands: Vec<String>,
    pub(crate) format: Option<BodyFormat>,
    pub(crate) answer: Answer,
    /// The members of the answer stand beside `code`.
    pub(crate) is_flat: bool,
    pub(crate) paging: Paging,
    /// Its body names the fields that it changes.
    pub(crate) changes: Option<Changes>,
    pub(crate) pointer: String,
}

/// What `update_fields` of a body names: fields of another member.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    /// That member, by its name on the wire.
    pub(crate) object: String,
    /// Its fields and what they are called in `update_fields`; empty if those are the same and an enum
    /// lists them.
    pub(crate) names: Vec<(String, String)>,
}

/// An error that is an operation's own.
#[derive(Clone, Debug)]
pub(crate) struct OperationError {
    pub(crate) code: i64,
    /// Of the well-known ones.
    pub(crate) name: Option<String>,
    pub(crate) meaning: String,
}

/// Whether an operation is paged.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    /// How, if it is.
    pub(crate) pages: Option<Pages>,
    /// Why it is not although it has a page token.
    pub(crate) why_not: Option<String>,
    /// There is a page token in the request.
    pub(crate) in_request: bool,
    /// There is a page token in the answer.
    pub(crate) in_answer: bool,
}

/// The fields that pages are asked for and recognized with, by their names in Rust.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    /// The input that takes the token.
    pub(crate) input: String,
    /// The token in the answer.
    pub(crate) token: String,
    pub(crate) has_more: Option<String>,
    /// The list and the type of its items, if the page is one list.
    pub(crate) items: Option<(String, Type)>,
}

impl Operation {
    /// Two independent sources make an operation; one may be a phantom.
    pub(crate) fn is_emitted(&self) -> bool {
        self.witnesses.len() >= 2 || self.is_preview()
    }

    /// It takes the credentials of a help desk. The documents state no headers; those of a help desk
    /// are on the page of every operation of its project.
    pub(crate) fn takes_helpdesk(&self) -> bool {
        self.id.starts_with("helpdesk.")
    }

    /// The registry of the platform's own command line is the only source: emitted behind a feature.
    pub(crate) fn is_preview(&self) -> bool {
        self.witnesses == ["cli"]
    }
}

/// A field of a request.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) place: Place,
    pub(crate) role: Role,
    pub(crate) field: Field,
}

/// What an input is to lark-core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A value to be sent.
    Plain,
    /// The platform executes requests with the same value only once.
    IdempotencyKey,
}

/// Where an input travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Body,
}

/// What a call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Unit,
    Model(ModelId),
    Value,
    Download,
}

/// A named struct.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    /// Which way it travels; `None` if nothing emitted refers to it.
    pub(crate) direction: Option<Direction>,
    pub(crate) pointer: String,
}

/// Which way a model travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Decode,
    Encode,
    Both,
}

/// A field of a model or a request.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) wire: String,
    pub(crate) required: bool,
    pub(crate) ty: Type,
    /// The type contains itself through this field, or is one of many alternatives.
    pub(crate) boxed: bool,
    /// An answer without it has to look different from one with a default here.
    pub(crate) telling: bool,
    /// What the spec says of its values.
    pub(crate) facts: Facts,
    pub(crate) pointer: String,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Integer,
    /// An integer that travels as a JSON string.
    TextInteger,
    /// A moment, counted from 1970.
    Moment(Moment),
    Float,
    String,
    /// A text that travels as a JSON number.
    NumericString,
    /// A text that must not be seen.
    Secret,
    Enum(EnumId),
    Shared(Shared),
    Model(ModelId),
    List(Box<Type>),
    Map(Box<Type>),
    /// Free-form.
    Value,
    File,
}

/// An enum of lark-core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) name: String,
    /// The first value that the spec allows here.
    pub(crate) first: String,
}

impl Type {
    /// This type, or what the lists and maps around it hold in the end.
    pub(crate) fn innermost(&self) -> &Type {
        match self {
            Type::List(inner) | Type::Map(inner) => inner.innermost(),
            other => other,
        }
    }
}

/// Index into [`Document::models`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ModelId(pub(crate) usize);

/// Index into [`Document::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EnumId(pub(crate) usize);

/// An open enum: the values of a field.
#[derive(Clone, Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    /// The field, by its name on the wire.
    pub(crate) field: String,
    /// The values are integers, and not texts.
    pub(crate) is_integer: bool,
    pub(crate) variants: Vec<Variant>,
    /// Something emitted refers to it.
    pub(crate) reached: bool,
    pub(crate) pointer: String,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The text, or the digits of the integer.
    pub(crate) value: String,
    pub(crate) meaning: Option<String>,
}

/// An event and its payload.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// `im.message.receive_v1`
    pub(crate) id: String,
    /// `MessageReceive`
    pub(crate) name: String,
    pub(crate) envelope: Envelope,
    pub(crate) fields: Vec<Field>,
    /// The path to its ordering key, in names of Rust.
    pub(crate) ordering_key: Option<Vec<String>>,
    /// The path to what a redelivery shares, in names of Rust.
    pub(crate) identity: Option<Vec<String>>,
    pub(crate) pointer: String,
}

impl Document {
    pub(crate) fn model(&self, id: ModelId) -> &Model {
        &self.models[id.0]
    }

    pub(crate) fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// There is something to emit.
    pub(crate) fn has_content(&self) -> bool {
        !self.events.is_empty() || self.emitted().next().is_some()
    }

    /// The operations that are emitted.
    pub(crate) fn emitted(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.is_emitted())
    }

    /// The models that something emitted refers to.
    pub(crate) fn reached_models(&self) -> impl Iterator<Item = &Model> {
        self.models.iter().filter(|model| model.direction.is_some())
    }

    /// The enums that something emitted refers to.
    pub(crate) fn reached_enums(&self) -> impl Iterator<Item = &Enum> {
        self.enums.iter().filter(|it| it.reached)
    }
}
