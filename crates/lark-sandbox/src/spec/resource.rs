//! Resources: things that some operations create, show, list, change and delete. A rule finds them
//! by paths and names: `POST ../events` is `create`, `GET ../events/{event_id}` is `get`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::generated::ROUTES;

/// The operations of one resource, such as `calendar.v4.calendar.event`.
#[derive(Clone, Debug)]
pub struct Resource {
    name: &'static str,
    collection: &'static str,
    id_parameter: Option<&'static str>,
    operations: Vec<(&'static str, Action)>,
}

/// What an operation does with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Makes one.
    Create,
    /// Shows one.
    Get,
    /// Shows all.
    List,
    /// Changes one, by PATCH or PUT.
    Change,
    /// Deletes one.
    Delete,
    /// Shows those that a search finds.
    Search,
    /// Makes each in a list.
    CreateEach,
    /// Shows those whose ids are listed.
    GetEach,
    /// Changes each in a list.
    ChangeEach,
    /// Deletes those whose ids are listed.
    DeleteEach,
    /// Adds something to one, such as members.
    Add,
    /// Takes something from one.
    Remove,
}

impl Resource {
    /// The beginning of the ids of its operations: `calendar.v4.calendar.event`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its operations by id, and what each does.
    pub fn operations(&self) -> impl Iterator<Item = (&'static str, Action)> {
        self.operations.iter().copied()
    }

    /// The ids of the operations that do this.
    pub fn operations_that(&self, action: Action) -> impl Iterator<Item = &'static str> {
        self.operations().filter(move |(_, it)| *it == action).map(|(id, _)| id)
    }

    /// The first of its operations that does this.
    pub(crate) fn first(&self, action: Action) -> Option<&'static str> {
        self.operations_that(action).next()
    }

    /// The path of all of them.
    pub(crate) fn collection(&self) -> &'static str {
        self.collection
    }

    /// The path parameter that names one; None if no operation is about a single one.
    pub(crate) fn id_parameter(&self) -> Option<&'static str> {
        self.id_parameter
    }

    /// The last word of its name: `event`.
    pub(crate) fn kind(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// What the field with its id may be called, the likeliest first: as the parameter, or a part of it,
    /// or after the resource, or just `id`.
    /// After the resource first if the parameter has a word only.
    pub(crate) fn id_names(&self) -> Vec<String> {
        let parameter = self.id_parameter.unwrap_or_default();
        let parts = parameter.match_indices('_').map(|(at, _)| &parameter[at + 1..]);
        let parts = parts.filter(|part| part.contains('_'));
        let kind = self.kind();
        let after_kind = ["id", "guid", "token", "code"].map(|word| format!("{kind}_{word}"));
        let last = parameter.rsplit('_').next().unwrap_or_default();
        // Where the path says just `id`, what has an id of its own name is known by that, and its `id` is
        // another one.
        let own = (!parameter.contains('_')).then(|| format!("{kind}_{last}"));
        let mut names: Vec<_> = own.into_iter().chain([parameter.to_owned()]).collect();
        names.extend(parts.map(str::to_owned));
        names.extend([format!("{kind}_{last}"), last.to_owned()]);
        names.extend(after_kind);
        names.extend(["id", "guid", kind].map(str::to_owned));
        names
    }
}

/// Every resource that can be created, and then got or listed.
pub fn resources() -> impl Iterator<Item = &'static Resource> {
    RESOURCES.iter()
}

/// The resource of an operation, and what the operation does with it.
pub(crate) fn resource_of(operation_id: &str) -> Option<(&'static Resource, Action)> {
    static INDEX: LazyLock<HashMap<&'static str, (usize, Action)>> = LazyLock::new(|| {
        let all = RESOURCES.iter().enumerate();
        all.flat_map(|(index, it)| it.operations().map(move |(id, action)| (id, (index, action))))
            .collect()
    });
    let (index, action) = INDEX.get(operation_id)?;
    Some((&RESOURCES[*index], *action))
}

static RESOURCES: LazyLock<Vec<Resource>> = LazyLock::new(find);

/// The paths of creations first, then what else is done on the same path or one step below.
fn find() -> Vec<Resource> {
    let mut found: HashMap<&'static str, Resource> = HashMap::new();
    for (method, path, id, _) in ROUTES {
        let name = id.strip_suffix(".create").filter(|_| *method == "POST");
        let Some(name) = name.filter(|_| !path.ends_with('}')) else { continue };
        let operations = vec![(*id, Action::Create)];
        let resource = Resource { name, collection: path, id_parameter: None, operations };
        found.insert(path, resource);
    }
    for (method, path, id, _) in ROUTES {
        let (collection, parameter) = split(path);
        let Some(resource) = found.get_mut(collection) else {
            add_by_word(&mut found, method, path, id);
            continue;
        };
        let verb = id.strip_prefix(resource.name).unwrap_or_default();
        let action = match (*method, verb, parameter) {
            ("GET", ".list", None) => Action::List,
            ("GET", ".get", Some(_)) => Action::Get,
            ("PATCH", ".patch", Some(_)) | ("PUT", ".update", Some(_)) => Action::Change,
            ("DELETE", ".delete", Some(_)) => Action::Delete,
            _ => continue,
        };
        resource.operations.push((id, action));
        resource.id_parameter = resource.id_parameter.or(parameter);
    }
    let is_seen = |it: &Resource| {
        it.operations().any(|(_, action)| matches!(action, Action::Get | Action::List))
    };
    let mut found: Vec<_> = found.into_values().filter(is_seen).collect();
    found.sort_by_key(Resource::name);
    found
}

/// What a word at the end of a path does: with the collection before it, or with one of it.
fn add_by_word(
    found: &mut HashMap<&'static str, Resource>,
    method: &str,
    path: &'static str,
    id: &'static str,
) {
    let Some((above, word)) = path.rsplit_once('/') else { return };
    let (collection, parameter) = split(above);
    let of_one = parameter.is_some();
    let Some(resource) = found.get_mut(collection) else { return };
    let action = match (method, word) {
        ("POST", _) if of_one && word.starts_with("add_") => Action::Add,
        ("POST", _) if of_one && word.starts_with("remove_") => Action::Remove,
        _ if of_one => return,
        ("GET", "simplelist" | "query" | "list_tabs") => Action::List,
        ("GET" | "POST", "search") => Action::Search,
        ("POST", "batch_create") => Action::CreateEach,
        ("GET" | "POST", "mget" | "batch_get" | "batch_query") => Action::GetEach,
        ("PATCH" | "POST" | "PUT", "batch_update" | "update_tabs") => Action::ChangeEach,
        ("DELETE" | "POST", "batch_delete" | "delete_tabs") => Action::DeleteEach,
        ("POST", "del") => Action::Delete,
        _ => return,
    };
    resource.operations.push((id, action));
    resource.id_parameter = resource.id_parameter.or(parameter);
}

/// The path of the collection, and the parameter at its end if there is one.
fn split(path: &'static str) -> (&'static str, Option<&'static str>) {
    let last = path.rsplit_once("/{").filter(|_| path.ends_with('}'));
    match last.and_then(|(collection, rest)| Some((collection, rest.strip_suffix('}')?))) {
        Some((collection, parameter)) if !parameter.contains('/') => (collection, Some(parameter)),
        _ => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_operations_of_a_resource() {
        let (event, action) = resource_of("calendar.v4.calendar.event.patch").expect("a resource");
        assert_eq!((event.name(), action), ("calendar.v4.calendar.event", Action::Change));
        let actions: Vec<_> = event.operations().map(|(_, action)| action).collect();
        assert_eq!(actions.len(), 6, "{actions:?}");
        assert_eq!(event.id_parameter(), Some("event_id"));
        assert_eq!(event.id_names()[..2], ["event_id", "event_id"]);
        let action = |id| resource_of(id).map(|(_, action)| action);
        assert_eq!(action("calendar.v4.calendar.event.search"), Some(Action::Search));
        assert_eq!(action("contact.v3.group.simplelist"), Some(Action::List));
        assert_eq!(action("bitable.v1.app.table.record.batch_get"), Some(Action::GetEach));
        assert_eq!(action("task.v2.task.add_members"), Some(Action::Add));
        assert!(resource_of("im.v1.message.resource.get").is_none());
    }
}
