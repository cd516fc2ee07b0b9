//! Operations that say something of a resource which is kept in the collection of another path.

use serde_json::{Value, json};

use super::entity::{ListOf, data};
use super::store::{Collection, Item};
use super::{Memory, from_schema, operation_of, render};
use crate::http::{Rejection, Response};
use crate::platform::Call;
use crate::platform::page::List;
use crate::spec::{Operation, Resource, resources};

type Outcome = Option<Result<Response, Rejection>>;

/// Lists of tasks: the operation, and the member of a task's `tasklists` that its path names.
const TASKS: [(&str, &str); 2] =
    [("task.v2.tasklist.tasks", "tasklist_guid"), ("task.v2.section.tasks", "section_guid")];

impl Memory {
    /// Responds to one of them. None if nothing is known of what it asks for.
    pub(super) fn related(&self, call: &Call) -> Outcome {
        match call.operation_id {
            "task.v2.task.tasklists" => self.tasklists(call),
            id => self.tasks(call, TASKS.iter().find(|(known, _)| *known == id)?.1),
        }
    }

    /// The lists that a task is in.
    fn tasklists(&self, call: &Call) -> Outcome {
        let tasks = resource("task.v2.task")?;
        let store = self.stores.of(call.tenant_key())?;
        let store = crate::lock(&store);
        let task = store.collection(tasks.collection())?.get(call.path("task_guid"))?;
        let lists = task.said("tasklists").cloned().unwrap_or_else(|| json!([]));
        Some(Ok(Response::success(Some(json!({ "tasklists": lists })))))
    }

    /// The tasks in a list, or in a section of one.
    fn tasks(&self, call: &Call, member: &str) -> Outcome {
        let (operation, tasks) = (operation_of(call.operation_id)?, resource("task.v2.task")?);
        let store = self.stores.of(call.tenant_key())?;
        let store = crate::lock(&store);
        let collection = store.collection(tasks.collection())?;
        let wanted = json!(call.path(member));
        let is_in = |item: &Item| {
            let lists = item.said("tasklists").and_then(Value::as_array);
            lists.into_iter().flatten().any(|list| list.get(member) == Some(&wanted))
        };
        let found: Vec<_> = collection.iter().filter(|(_, item)| is_in(item)).collect();
        Some(page(operation, tasks, collection, found, call))
    }
}

fn page(
    operation: &'static Operation,
    resource: &Resource,
    collection: &Collection,
    found: Vec<(u64, &Item)>,
    call: &Call,
) -> Result<Response, Rejection> {
    let schema = data(operation);
    let list = schema.and_then(|it| ListOf::of(resource, operation, it));
    let Some((list, schema)) = list.zip(schema) else { return Ok(Response::success(None)) };
    let show = |item: &Item| match list.item {
        Some(entity) => render::resource(&entity, item, Some(collection), &[]),
        None => json!(item.id),
    };
    let pages = List { scope: operation.id, key: "items", default_size: 50, largest: 100 };
    let mut page = pages.page(call, found.into_iter(), show)?;
    let mut whole = from_schema::sample(schema);
    whole[list.member] = page["items"].take();
    for name in ["page_token", "has_more"] {
        whole[name] = page[name].take();
    }
    Ok(Response::success(Some(whole)))
}

fn resource(name: &str) -> Option<&'static Resource> {
    resources().find(|it| it.name() == name)
}
