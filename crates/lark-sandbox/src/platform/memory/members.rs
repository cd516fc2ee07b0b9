//! What is added to one resource and taken from it: `add_members`, `remove_reminders`, `add_tasklist`.

use serde_json::{Map, Value, json};

use super::Ctx;
use super::entity::{body, data};
use crate::http::Rejection;
use crate::spec::Kind;

type Outcome = Result<Option<Value>, Rejection>;

/// What tells one member from another, the most telling first.
const KEYS: [&str; 4] = ["id", "task_guid", "tasklist_guid", "guid"];

impl Ctx<'_> {
    /// Adds what the request names and is not there yet. None if the resource has no list for it.
    pub(super) fn add(&mut self) -> Option<Outcome> {
        let (word, list) = (self.word("add_")?, self.list_name("add_")?);
        let mut new = match self.call.body[word].as_array() {
            Some(all) => all.clone(),
            None => vec![json!(self.element()?)],
        };
        let needs_id = data(self.operation)
            .and_then(|it| it.properties().find(|(_, it)| it.property(list.as_str()).is_some()))
            .and_then(|(_, it)| it.property(&list)?.items()?.property("id"));
        if needs_id.is_some() {
            for one in new.iter_mut().filter(|it| it["id"].as_str().is_none_or(str::is_empty)) {
                one["id"] = json!(self.services.ids.number().to_string());
            }
        }
        let members = self.members(&list);
        new.retain(|one| !members.iter().any(|known| is_same(known, one)));
        members.extend(new);
        Some(self.shown(&list))
    }

    /// Takes away what the request names.
    pub(super) fn remove(&mut self) -> Option<Outcome> {
        let list = self.list_name("remove_")?;
        let body = self.call.body.as_object()?;
        let named = body.values().find_map(Value::as_array).cloned();
        let gone = named.unwrap_or_else(|| vec![json!(self.element().unwrap_or_default())]);
        let is_gone = |known: &Value| {
            gone.iter()
                .any(|it| if it.is_object() { is_same(known, it) } else { known["id"] == *it })
        };
        self.members(&list).retain(|known| !is_gone(known));
        Some(self.shown(&list))
    }

    /// What stands behind this in the name of the operation: `members`.
    fn word(&self, verb: &str) -> Option<&'static str> {
        self.operation.id.rsplit('.').next()?.strip_prefix(verb)
    }

    /// The name of the list: the same in the plural.
    fn list_name(&self, verb: &str) -> Option<String> {
        let word = self.word(verb)?;
        Some(if word.ends_with('s') { word.to_owned() } else { format!("{word}s") })
    }

    /// The body as a member.
    fn element(&self) -> Option<Map<String, Value>> {
        let known = body(self.operation)?;
        let fields = self.call.body.as_object()?.iter();
        let is_scalar = |name: &str| known.property(name).is_some_and(|it| it.kind() == Kind::Text);
        let of_member =
            fields.filter(|(name, it)| is_scalar(name) && *name != "client_token" && !it.is_null());
        Some(of_member.map(|(name, it)| (name.clone(), it.clone())).collect())
    }

    fn members(&mut self, list: &str) -> &mut Vec<Value> {
        let (id, now) = (self.id().to_owned(), self.services.now_ms());
        let item = self.store.collection_mut(&self.path).and_then(|it| it.get_mut(&id));
        let item = item.expect("it was found");
        item.updated_ms = now;
        let members = item.fields.entry(list).or_insert_with(|| json!([]));
        if !members.is_array() {
            *members = json!([]);
        }
        members.as_array_mut().expect("it is a list")
    }

    /// The resource, or just the list where the response has nothing else.
    fn shown(&mut self, list: &str) -> Outcome {
        let Some(data) = data(self.operation) else { return Ok(None) };
        if data.property(list).is_some() {
            return Ok(Some(json!({ list: self.members(list) })));
        }
        let id = self.id().to_owned();
        Ok(self.show(self.find(&id)?))
    }
}

/// Whether these are one member. A person may be one in two roles.
fn is_same(known: &Value, other: &Value) -> bool {
    let Some(key) = KEYS.iter().find(|key| other.get(**key).is_some()) else {
        return known == other;
    };
    let role = |it: &Value| it.get("role").cloned();
    let has_same_role = role(known).zip(role(other)).is_none_or(|(one, other)| one == other);
    known.get(*key) == other.get(*key) && has_same_role
}
