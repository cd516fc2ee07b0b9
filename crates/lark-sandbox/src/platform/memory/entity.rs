//! Where a resource is in requests and responses: as they are, or in one of their members.

use serde_json::{Map, Value};

use crate::spec::{
    BodyFormat, Kind, Operation, Outcome, Place, Resource, Schema, tells_of_failure,
};

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

/// The only list of objects at the top of a body, and what it holds.
pub(super) fn list_of_records(operation: &Operation) -> Option<(&'static str, Schema)> {
    let mut lists = body(operation)?.properties().filter_map(|(name, it)| {
        let items = it.items().filter(|items| it.kind() == Kind::List && is_record(*items))?;
        Some((name, items))
    });
    lists.next().filter(|_| lists.next().is_none())
}

/// The lists of ids in a body or a query, and the member with the id where they are lists of objects.
pub(super) fn lists_of_ids(
    resource: &Resource,
    operation: &Operation,
) -> Vec<(&'static str, Option<&'static str>)> {
    let of_body = body(operation).into_iter().flat_map(|it| it.properties());
    let of_query = operation.parameters.iter().filter(|it| it.place == Place::Query);
    let all = of_body.chain(of_query.map(|it| (it.name, it.schema)));
    let lists: Vec<_> = all.filter_map(|(name, it)| Some((name, it.items()?))).collect();
    let is_scalar =
        |it: Schema| matches!(it.kind(), Kind::Text | Kind::Integer | Kind::TextInteger);
    let is_only = lists.len() == 1;
    let ids = lists.into_iter().filter_map(|(name, items)| match items.kind() {
        Kind::Object => Some((name, Some(Entity::of(resource, items).id?))),
        _ if is_scalar(items) && (is_only || name.contains("id")) => Some((name, None)),
        _ => None,
    });
    ids.collect()
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
        let has_id = |(_, list): &(&'static str, Schema)| {
            let item = list.items().filter(|it| it.kind() == Kind::Object);
            item.is_some_and(|it| Entity::of(resource, it).id.is_some())
        };
        let of_resources = || lists().filter(|it| !tells_of_failure(it.0)).filter(has_id);
        let paged = operation.paging.and_then(|paging| paging.items);
        let member = match (paged, lists().count(), of_resources().count()) {
            (Some(name), ..) => name,
            (None, 1, _) => lists().next()?.0,
            (None, _, 1) => of_resources().next()?.0,
            (None, ..) => return None,
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
