//! Where a resource is in requests and responses: as they are, or in one of their members.

use serde_json::{Map, Value};

use crate::spec::{BodyFormat, Kind, Operation, Outcome, Resource, Schema};

/// A resource within an object.
#[derive(Clone, Copy)]
pub(super) struct Entity {
    /// The member that is the resource; None if the object is.
    pub(super) member: Option<&'static str>,
    pub(super) schema: Schema,
    /// The property with its id.
    pub(super) id: Option<&'static str>,
}

/// The list in a response.
#[derive(Clone, Copy)]
pub(super) struct ListOf {
    pub(super) member: &'static str,
    /// None for a list of ids.
    pub(super) item: Option<Entity>,
}

/// The object of a response that is not the envelope.
pub(super) fn data(operation: &Operation) -> Option<Schema> {
    match operation.outcome {
        Outcome::Json(schema) => schema,
        Outcome::Flat(schema) => Some(schema),
        Outcome::File => None,
    }
}

/// The body of a request.
pub(super) fn body(operation: &Operation) -> Option<Schema> {
    match operation.body {
        BodyFormat::Json(schema) | BodyFormat::Multipart(schema) => Some(schema),
        BodyFormat::None => None,
    }
}

impl Entity {
    /// The resource in an object: the object itself if it has an id, else the member that has one,
    /// else the only member, else the object.
    pub(super) fn of(resource: &Resource, object: Schema) -> Self {
        let here = Self { member: None, schema: object, id: id_in(resource, object) };
        if here.id.is_some() {
            return here;
        }
        let members = || object.properties().filter(|(_, it)| is_record(*it));
        let within = |(name, schema): (&'static str, Schema)| Self {
            member: Some(name),
            schema,
            id: id_in(resource, schema),
        };
        let with_id = members().map(within).find(|it| it.id.is_some());
        let only = || match (members().next(), object.properties().count()) {
            (Some(member), 1) => Some(within(member)),
            _ => None,
        };
        with_id.or_else(only).unwrap_or(here)
    }

    /// The resource in a body, which is called there as in the response if it is a member.
    pub(super) fn of_body(body: Schema, called: &[&str]) -> Self {
        let members = body.properties().filter(|(_, it)| is_record(*it));
        let mut fitting = members.filter(|(name, _)| called.contains(name));
        match fitting.next() {
            Some((name, schema)) => Self { member: Some(name), schema, id: None },
            None => Self { member: None, schema: body, id: None },
        }
    }

    /// The resource in a value.
    pub(super) fn in_value<'a>(&self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        match self.member {
            Some(member) => value[member].as_object(),
            None => value.as_object(),
        }
    }
}

impl ListOf {
    /// The list that the pages of an operation consist of, or the only list in its response.
    pub(super) fn of(resource: &Resource, operation: &Operation, data: Schema) -> Option<Self> {
        let lists = || data.properties().filter(|(_, it)| it.kind() == Kind::List);
        let paged = operation.paging.and_then(|paging| paging.items);
        let member = match (paged, lists().count()) {
            (Some(name), _) => name,
            (None, 1) => lists().next()?.0,
            (None, _) => return None,
        };
        let item = data.property(member)?.items()?;
        match item.kind() {
            Kind::Text | Kind::Integer | Kind::TextInteger => Some(Self { member, item: None }),
            Kind::Object => Some(Self { member, item: Some(Entity::of(resource, item)) }),
            _ => None,
        }
    }
}

/// The property with the id: by a name that fits, or one that ends like it, as `add_rule_id` and
/// `email_alias`.
fn id_in(resource: &Resource, object: Schema) -> Option<&'static str> {
    let is_scalar =
        |schema: Schema| matches!(schema.kind(), Kind::Text | Kind::Integer | Kind::TextInteger);
    let scalars: Vec<_> = object.properties().filter(|(_, it)| is_scalar(*it)).collect();
    let names = resource.id_names();
    let named = |name: &String| scalars.iter().find(|(known, _)| known == name);
    let found = names.iter().find_map(named).or_else(|| {
        // A bare `id` would be that of anything.
        let telling = names.iter().filter(|name| name.contains('_') || *name == resource.kind());
        let endings: Vec<_> = telling.map(|name| format!("_{name}")).collect();
        scalars.iter().find(|(name, _)| endings.iter().any(|it| name.ends_with(it)))
    });
    found.map(|(name, _)| *name)
}

fn is_record(schema: Schema) -> bool {
    schema.kind() == Kind::Object && schema.properties().next().is_some()
}
