//! Every resource that no other part knows: what was created is got, listed, changed and deleted. Which
//! operations do that, and where in their requests and responses a resource is, the specs say.
//!
//! A list answers from its schema, like any operation without state, until something is created in its
//! collection. From then on it has what was created, and nothing else. Ids that were not made here are
//! taken as those of things that were there before, until they are deleted.

mod base_filter;
mod change;
mod create;
mod each;
mod entity;
mod filter;
mod ids;
mod list;
mod members;
mod rejections;
mod related;
mod render;
mod store;
#[cfg(test)]
mod walk;

use serde_json::{Map, Value, json};

use super::tenants::Tenants;
use super::{Call, Part, Seed, from_schema};
use crate::http::{Rejection, Response};
use crate::services::Services;
use crate::spec::{
    Action, Operation, Outcome, Place, Resource, Sampler, Schema, index_of, operation, resource_of,
};
use create::creates_a_list;
use entity::{Entity, ListOf, body, data, list_of_records};
use store::{Item, Store};

/// Resources that the rule finds and that are not kept, and why.
const EXCEPTIONS: [(&str, &str); 7] = [
    ("contact.v3.department", "a part of its own keeps them"),
    ("contact.v3.user", "a part of its own keeps them"),
    ("im.v1.file", "a part of its own keeps them"),
    ("im.v1.image", "a part of its own keeps them"),
    ("im.v1.message", "a part of its own keeps them"),
    ("sheets.v3.spreadsheet", "a part of its own keeps them"),
    ("wiki.v2.space", "a part of its own keeps them, and every tenant has one"),
];

/// Of a list whose spec says nothing: the size of a page, and the largest.
const PAGE_SIZE: u64 = 20;
const LARGEST_PAGE: u64 = 500;

/// Whether what this resource's operations create is kept.
pub(crate) fn is_kept(resource: &Resource) -> bool {
    let is_exception = EXCEPTIONS.iter().any(|(name, _)| *name == resource.name());
    !is_exception && id_of(resource).is_some()
}

/// The property with the id, and its schema. The id can be learned from the response to a creation or from
/// a list, or the creation itself says it; and a list shows it, or an operation is about it.
fn id_of(resource: &Resource) -> Option<(&'static str, Schema)> {
    let named = |entity: Entity| Some((entity.id?, entity.schema.property(entity.id?)?));
    let operation = |action| resource.operations_that(action).find_map(operation_of);
    let shown = |action| named(Entity::of(resource, data(operation(action)?)?));
    let listed =
        |operation: &Operation| named(ListOf::of(resource, operation, data(operation)?)?.item?);
    let of_list = operation(Action::Create).filter(|it| creates_a_list(resource, it));
    let listed_by = |operation: &'static Operation| {
        listed(operation).or_else(|| listed(operation_of(resource.first(Action::List)?)?))
    };
    let created = shown(Action::Create).or_else(|| of_list.and_then(listed_by));
    let listed = operation(Action::List).and_then(listed);
    let got = shown(Action::Get);
    if resource.id_parameter().is_none() {
        return created.filter(|_| listed.is_some());
    }
    let is_said = |(name, _): &(&'static str, Schema)| {
        operation(Action::Create).and_then(body).is_some_and(|it| it.property(name).is_some())
    };
    // What shows one must be JSON.
    let is_json = |action| operation(action).and_then(data).is_some();
    let found = created.or(listed).or_else(|| got.filter(is_said));
    found.filter(|_| is_json(Action::Get) || is_json(Action::List))
}

/// What the path says of the id.
fn parameter_of(resource: &Resource) -> Option<Schema> {
    let name = resource.id_parameter()?;
    let operations = resource.operations().filter_map(|(id, _)| operation_of(id));
    let mut parameters = operations.flat_map(|it| &it.parameters);
    parameters.find(|it| it.name == name && it.place == Place::Path).map(|it| it.schema)
}

fn operation_of(id: &str) -> Option<&'static Operation> {
    index_of(id).map(operation)
}

/// The resources of each tenant.
pub(super) struct Memory {
    stores: Tenants<Store>,
}

/// One call about a resource.
struct Ctx<'a> {
    services: &'a Services,
    call: &'a Call,
    operation: &'static Operation,
    action: Action,
    resource: &'static Resource,
    store: &'a mut Store,
    /// The path of the collection.
    path: String,
    /// What a part knows of what is created.
    known: Map<String, Value>,
}

/// A resource that was created.
pub(super) struct Created {
    pub(super) id: String,
    pub(super) response: Response,
}

impl Memory {
    pub(super) fn new(seed: Option<Seed>) -> Self {
        Self { stores: Tenants::new(seed) }
    }

    /// Responds to a creation, for a part that keeps more of this resource. None if the sandbox is stateless.
    pub(super) fn create(
        &self,
        services: &Services,
        call: &Call,
    ) -> Option<Result<Created, Rejection>> {
        self.create_in(Map::new(), services, call)
    }

    /// The same for what is in something that the part knows: members that say so.
    pub(super) fn create_in(
        &self,
        known: Map<String, Value>,
        services: &Services,
        call: &Call,
    ) -> Option<Result<Created, Rejection>> {
        self.with_ctx(services, call, |ctx, action| {
            (action == Action::Create).then(|| {
                ctx.known = known;
                let (id, data) = ctx.create()?;
                Ok(Created { id, response: ctx.respond(data) })
            })
        })
    }

    /// Runs what a call about a resource needs. None if it is about none that is kept.
    fn with_ctx<T>(
        &self,
        services: &Services,
        call: &Call,
        run: impl FnOnce(&mut Ctx<'_>, Action) -> Option<Result<T, Rejection>>,
    ) -> Option<Result<T, Rejection>> {
        let (resource, action) = resource_of(call.operation_id)?;
        let operation = operation_of(call.operation_id)?;
        let store = self.stores.of(call.tenant_key())?;
        if !is_kept(resource) {
            return None;
        }
        let store = &mut *crate::lock(&store);
        let path = path_of(resource.collection(), call);
        let known = Map::new();
        let mut ctx = Ctx { services, call, operation, action, resource, store, path, known };
        if ctx.store.is_below_deleted(&ctx.path) {
            return Some(Err(ctx.not_found()));
        }
        run(&mut ctx, action)
    }
}

impl Part for Memory {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        if let Some(response) = self.related(call) {
            return Some(response);
        }
        self.with_ctx(services, call, |ctx, action| {
            let data = match action {
                Action::Create | Action::CreateEach => ctx.create().map(|(_, data)| data),
                Action::DeleteEach => ctx.delete_each(),
                // Nothing was ever created here.
                Action::List | Action::Search if ctx.store.collection(&ctx.path).is_none() => {
                    return None;
                }
                Action::List | Action::Search => ctx.list(),
                Action::GetEach => ctx.get_each()?,
                Action::ChangeEach => ctx.change_each()?,
                _ if ctx.store.is_deleted(&ctx.path, ctx.id()) => Err(ctx.not_found()),
                Action::Delete => ctx.delete(),
                // It was there before the sandbox was.
                _ if ctx.find(ctx.id()).is_err() => return None,
                Action::Get => ctx.get(),
                Action::Change => ctx.change(),
                Action::Add => ctx.add()?,
                Action::Remove => ctx.remove()?,
            };
            Some(data.map(|data| ctx.respond(data)))
        })
    }
}

impl Ctx<'_> {
    fn get(&self) -> Result<Option<Value>, Rejection> {
        Ok(self.show(self.find(self.id())?))
    }

    fn change(&mut self) -> Result<Option<Value>, Rejection> {
        let id = self.id().to_owned();
        self.find(&id)?;
        let said = self.said();
        let now = self.services.now_ms();
        let named = self.call.body["update_fields"].as_array();
        let item = self.store.collection_mut(&self.path).and_then(|it| it.get_mut(&id));
        let item = item.expect("it was found");
        item.updated_ms = now;
        change::apply(self.operation.id, &mut item.fields, said, named);
        Ok(self.show(self.find(&id)?))
    }

    fn delete(&mut self) -> Result<Option<Value>, Rejection> {
        let id = self.id().to_owned();
        self.store.delete(&self.path, &id);
        Ok(data(self.operation).map(from_schema::sample))
    }

    /// What it is in, as the path says and a part knows.
    fn scope(&self) -> Map<String, Value> {
        let names = self.resource.collection().split('/').filter_map(parameter_in);
        let said = names.map(|name| (name.to_owned(), json!(self.call.path(name))));
        said.chain(self.known.clone()).collect()
    }

    /// What this request says of the resource.
    fn said(&self) -> Map<String, Value> {
        let called = self.called();
        let Some(body) = body(self.operation) else { return Map::new() };
        let entity = Entity::of_body(body, &called);
        let said = entity.in_value(&self.call.body).into_iter().flatten();
        said.filter(|(_, it)| !it.is_null()).map(|(name, it)| (name.clone(), it.clone())).collect()
    }

    /// What the resource is called where it is a member: as in responses, or as in its id.
    fn called(&self) -> Vec<&'static str> {
        let operations = self.resource.operations().filter_map(|(id, _)| operation_of(id));
        let members = operations.filter_map(|it| Entity::of(self.resource, data(it)?).member);
        members.chain([self.resource.kind()]).collect()
    }

    /// What requests can say of it, so that without it nothing is there.
    fn settable(&self) -> Vec<&'static str> {
        let called = self.called();
        let of = |action| self.resource.operations_that(action).filter_map(operation_of);
        let bodies = of(Action::Create).chain(of(Action::Change)).filter_map(body);
        let entities = bodies.map(|body| Entity::of_body(body, &called).schema);
        let is_list = |it: &&Operation| creates_a_list(self.resource, it);
        let of_lists = of(Action::Create).filter(is_list).chain(of(Action::CreateEach));
        let in_lists = of_lists.filter_map(|it| Some(list_of_records(it)?.1));
        let entities = entities.chain(in_lists);
        let fields = entities.flat_map(|schema| schema.properties().collect::<Vec<_>>());
        fields.filter(|(_, field)| !field.is_read_only()).map(|(name, _)| name).collect()
    }

    /// The resource in the form of this operation's response.
    fn show(&self, item: &Item) -> Option<Value> {
        let data = data(self.operation)?;
        let entity = Entity::of(self.resource, data);
        let collection = self.store.collection(&self.path);
        let fields = render::resource(&entity, item, collection, &self.settable());
        Some(match entity.member {
            Some(member) => {
                let mut whole = Sampler::numbered(item.number).of_created().sample(data);
                whole[member] = fields;
                whole
            }
            None => fields,
        })
    }

    fn find(&self, id: &str) -> Result<&Item, Rejection> {
        let item = self.store.collection(&self.path).and_then(|it| it.get(id));
        item.ok_or_else(|| self.not_found())
    }

    /// The id that the path names, or the body where the path does not.
    fn id(&self) -> &str {
        let Some(name) = self.resource.id_parameter() else { return "" };
        let in_path = Some(self.call.path(name)).filter(|id| !id.is_empty());
        in_path.or_else(|| self.call.text(name)).unwrap_or_default()
    }

    fn not_found(&self) -> Rejection {
        self.not_found_by(self.id())
    }

    fn not_found_by(&self, id: &str) -> Rejection {
        let parameter = self.resource.id_parameter().unwrap_or_default();
        rejections::not_found(self.operation, parameter, id)
    }

    /// Those in this collection.
    fn all(&self) -> impl Iterator<Item = &Item> {
        let collection = self.store.collection(&self.path).into_iter();
        collection.flat_map(|it| it.iter()).map(|(_, item)| item)
    }

    fn respond(&self, data: Option<Value>) -> Response {
        match (self.operation.outcome, data) {
            (Outcome::Flat(_), Some(Value::Object(fields))) => Response::top_level(fields),
            (_, data) => Response::success(data),
        }
    }
}

/// A scalar as it stands in a path or a query.
fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The name of the parameter that a segment of a path is.
fn parameter_in(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// A path with the parameters of a call.
fn path_of(template: &str, call: &Call) -> String {
    let segment = |part: &str| match parameter_in(part) {
        Some(name) => call.path(name).to_owned(),
        None => part.to_owned(),
    };
    template.split('/').map(segment).collect::<Vec<_>>().join("/")
}
