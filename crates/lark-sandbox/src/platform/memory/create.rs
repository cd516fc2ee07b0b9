//! Creations: of one resource, or of each in a list.

use serde_json::{Map, Value, json};

use super::entity::{Entity, ListOf, data, list_of_records};
use super::store::Item;
use super::{Ctx, id_of, ids, parameter_of, rejections, text_of};
use crate::http::Rejection;
use crate::platform::from_schema;
use crate::spec::{Action, Operation, Resource, Schema};

impl Ctx<'_> {
    /// The id, or the last of several, and what the response shows.
    pub(super) fn create(&mut self) -> Result<(String, Option<Value>), Rejection> {
        match self.list_of_new() {
            Some(list) => self.create_each(list),
            None => {
                let key = self.retry_key();
                let id = self.create_one(self.said(), key)?;
                let shown = self.show(self.find(&id)?);
                Ok((id, shown))
            }
        }
    }

    /// The list of what is to be created, and its items; None if it is one thing.
    fn list_of_new(&self) -> Option<(&'static str, Schema)> {
        let list = list_of_records(self.operation)?;
        let is_batch = matches!(self.action, Action::CreateEach);
        (is_batch || creates_a_list(self.resource, self.operation)).then_some(list)
    }

    fn create_each(
        &mut self,
        (member, element): (&'static str, Schema),
    ) -> Result<(String, Option<Value>), Rejection> {
        let key = self.retry_key();
        let all = self.call.body[member].as_array().cloned().unwrap_or_default();
        let (id_name, _) = id_of(self.resource).expect("it is kept");
        let called = Entity::of(self.resource, element).id;
        let mut ids = Vec::new();
        for (index, one) in all.into_iter().enumerate() {
            let mut said = one.as_object().cloned().unwrap_or_default();
            // A batch may call the id by another name.
            let id = called.and_then(|name| said.remove(name));
            said.extend(id.map(|id| (id_name.to_owned(), id)));
            let key = key.as_ref().map(|key| format!("{key} {index}"));
            ids.push(self.create_one(without_null(said), key)?);
        }
        let shown = self.show_each(&ids)?;
        Ok((ids.pop().unwrap_or_default(), shown))
    }

    /// The id of one that has what is said of it.
    fn create_one(
        &mut self,
        said: Map<String, Value>,
        key: Option<String>,
    ) -> Result<String, Rejection> {
        let (id_name, id_schema) = id_of(self.resource).expect("it is kept");
        let before = self.store.collection(&self.path);
        if let Some(known) = before.zip(key.as_deref()).and_then(|(it, key)| it.created_under(key))
        {
            return Ok(known.id.clone());
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
        Ok(id)
    }

    /// The token that repeats of one creation have in common.
    fn retry_key(&self) -> Option<String> {
        let names = ["client_token", "uuid", "idempotency_key", "idempotent_key", "request_id"];
        let texts = names.iter().find_map(|it| self.call.query(it).or_else(|| self.call.text(it)));
        texts.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// These in the list of the response.
    pub(super) fn show_each(&self, ids: &[String]) -> Result<Option<Value>, Rejection> {
        let Some(data) = data(self.operation) else { return Ok(None) };
        let mut whole = from_schema::sample(data);
        if let Some(list) = ListOf::of(self.resource, self.operation, data) {
            let items: Result<Vec<_>, _> = ids.iter().map(|id| self.find(id)).collect();
            whole[list.member] = items?.into_iter().map(|it| self.show_in(&list, it)).collect();
        }
        Ok(Some(whole))
    }
}

/// Whether a creation takes and returns a list: of what is created, or of its ids.
pub(super) fn creates_a_list(resource: &Resource, create: &Operation) -> bool {
    let shown = data(create).filter(|it| Entity::of(resource, *it).id.is_none());
    let listed = shown.and_then(|it| ListOf::of(resource, create, it));
    let sent = list_of_records(create);
    sent.zip(listed).is_some_and(|((member, _), listed)| match listed.item {
        Some(item) => item.id.is_some() && member == listed.member,
        None => listed.member.ends_with("ids"),
    })
}

/// Null is absent.
fn without_null(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().filter(|(_, it)| *it != json!(null)).collect()
}
