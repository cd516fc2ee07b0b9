//! Every resource that no other part knows: what was created is got, listed, changed and deleted. Which
//! operations do that, and where in their requests and responses a resource is, the specs say.
//!
//! A list answers from its schema, like any operation without state, until something is created in its
//! collection. From then on it has what was created, and nothing else. Ids that were not made here are
//! taken as those of things that were there before, until they are deleted.

mod change;
mod entity;
mod filter;
mod ids;
mod rejections;
mod render;
mod store;
#[cfg(test)]
mod walk;

use serde_json::{Map, Value, json};

use super::page::List;
use super::tenants::Tenants;
use super::{Call, Part, Seed, from_schema};
use crate::http::{Rejection, Response};
use crate::services::Services;
use crate::spec::{
    Action, Operation, Outcome, Place, Resource, Sampler, Schema, index_of, operation, resource_of,
};
use entity::{Entity, ListOf, body, data};
use filter::Filter;
use store::{Item, Store};

/// Resources that the rule finds and that are not kept, and why.
const EXCEPTIONS: [(&str, &str); 5] = [
    ("contact.v3.department", "a part of its own keeps them"),
    ("contact.v3.user", "a part of its own keeps them"),
    ("im.v1.file", "a part of its own keeps them"),
    ("im.v1.image", "a part of its own keeps them"),
    ("im.v1.message", "a part of its own keeps them"),
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
    let created = shown(Action::Create);
    let listed = operation(Action::List)
        .and_then(|operation| named(ListOf::of(resource, operation, data(operation)?)?.item?));
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
        let mut ctx = Ctx { services, call, operation, resource, store, path, known };
        if ctx.store.is_below_deleted(&ctx.path) {
            return Some(Err(ctx.not_found()));
        }
        run(&mut ctx, action)
    }
}

impl Part for Memory {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        self.with_ctx(services, call, |ctx, action| {
            let data = match action {
                Action::Create => ctx.create().map(|(_, data)| data),
                // Nothing was ever created here.
                Action::List if ctx.store.collection(&ctx.path).is_none() => return None,
                Action::List => ctx.list(),
                _ if ctx.store.is_deleted(&ctx.path, ctx.id()) => Err(ctx.not_found()),
                Action::Delete => ctx.delete(),
                // It was there before the sandbox was.
                _ if ctx.find(ctx.id()).is_err() => return None,
                Action::Get => ctx.get(),
                Action::Change => ctx.change(),
            };
            Some(data.map(|data| ctx.respond(data)))
        })
    }
}

impl Ctx<'_> {
    /// The id, and what the response shows.
    fn create(&mut self) -> Result<(String, Option<Value>), Rejection> {
        let (id_name, id_schema) = id_of(self.resource).expect("it is kept");
        let said = self.said();
        let key = self.retry_key();
        let before = self.store.collection(&self.path);
        if let Some(known) = before.zip(key.as_deref()).and_then(|(it, key)| it.created_under(key))
        {
            return Ok((known.id.clone(), self.show(known)));
        }
        let wanted = said.get(id_name).map(text_of).filter(|id| !id.is_empty());
        let in_path = parameter_of(self.resource).unwrap_or(id_schema);
        let id =
            wanted.unwrap_or_else(|| ids::new(&self.services.ids, id_name, [in_path, id_schema]));
        let now = self.services.now_ms();
        let number = self.store.need(&self.path).next_number();
        let item = Item {
            id: id.clone(),
            number,
            fields: said,
            scope: self.scope(),
            created_ms: now,
            updated_ms: now,
        };
        if !self.store.need(&self.path).add(item, key) {
            return Err(rejections::already_exists(self.operation, id_name, &id));
        }
        self.store.restore(&self.path, &id);
        let shown = self.show(self.find(&id)?);
        Ok((id, shown))
    }

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

    /// A page of those that have what the query asks for.
    fn list(&self) -> Result<Option<Value>, Rejection> {
        let Some(data) = data(self.operation) else { return Ok(None) };
        let Some(list) = ListOf::of(self.resource, self.operation, data) else {
            return Ok(Some(from_schema::sample(data)));
        };
        let collection = self.store.collection(&self.path);
        let items: Vec<_> = collection.into_iter().flat_map(|it| it.iter()).collect();
        let filters = self.filters();
        let is_asked = |item: &Item| filters.iter().all(|filter| filter.fits(item));
        let fitting: Vec<_> = items.into_iter().filter(|(_, item)| is_asked(item)).collect();
        let total = fitting.len();
        let settable = self.settable();
        let show = |item: &Item| match list.item {
            Some(entity) => {
                let fields = render::resource(&entity, item, collection, &settable);
                entity.member.map_or_else(|| fields.clone(), |name| json!({ name: fields }))
            }
            None => json!(item.id),
        };
        let mut page = self.pages().page(self.call, fitting.into_iter(), show)?;
        let mut whole = from_schema::sample(data);
        whole[list.member] = page["items"].take();
        for count in ["total", "total_count", "count"] {
            if whole[count].is_number() {
                whole[count] = json!(total);
            }
        }
        if let Some(paging) = self.operation.paging {
            whole[paging.page_token] = page["page_token"].take();
            if let Some(has_more) = paging.has_more {
                whole[has_more] = page["has_more"].take();
            }
        }
        Ok(Some(whole))
    }

    /// The pages of this list; one for all if it has none.
    fn pages(&self) -> List<'_> {
        let mut parameters = self.operation.parameters.iter();
        let size = parameters.find(|it| it.name == "page_size" && it.place == Place::Query);
        let largest = size.and_then(|it| it.schema.bound("maximum"));
        let default = size.and_then(|it| it.schema.default_integer());
        let (default_size, largest) = match size {
            Some(_) => (default.unwrap_or(PAGE_SIZE), largest.map_or(LARGEST_PAGE, |it| it as u64)),
            None => (u64::MAX, u64::MAX),
        };
        List { scope: &self.path, key: "items", default_size: default_size.min(largest), largest }
    }

    /// What the query asks for, of what creations say.
    fn filters(&self) -> Vec<Filter> {
        let create = self.resource.operations_that(Action::Create).find_map(operation_of);
        let sent = |create| Some(Entity::of_body(body(create)?, &self.called()).schema);
        let found =
            create.and_then(|it| Some(Filter::all(self.operation, it, sent(it)?, self.call)));
        found.unwrap_or_default()
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
        let fields = entities.flat_map(|schema| schema.properties().collect::<Vec<_>>());
        fields.filter(|(_, field)| !field.is_read_only()).map(|(name, _)| name).collect()
    }

    /// The token that repeats of one creation have in common.
    fn retry_key(&self) -> Option<String> {
        let names = ["client_token", "uuid", "idempotency_key", "idempotent_key", "request_id"];
        let texts = names.iter().find_map(|it| self.call.query(it).or_else(|| self.call.text(it)));
        texts.filter(|text| !text.is_empty()).map(str::to_owned)
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

    /// The id that the path names.
    fn id(&self) -> &str {
        self.resource.id_parameter().map_or("", |name| self.call.path(name))
    }

    fn not_found(&self) -> Rejection {
        let parameter = self.resource.id_parameter().unwrap_or_default();
        rejections::not_found(self.operation, parameter, self.id())
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
