//! Operations on several resources at once: a list of their ids, or of what changes, is in the body.

use serde_json::{Value, json};

use super::entity::{Entity, ListOf, data, list_of_records, lists_of_ids};
use super::{Ctx, change, from_schema, id_of, text_of};
use crate::http::Rejection;
use crate::spec::Kind;

type Outcome = Result<Option<Value>, Rejection>;

impl Ctx<'_> {
    /// Those that are asked for and were created here. None if none of them was.
    pub(super) fn get_each(&self) -> Option<Outcome> {
        let asked = self.asked_ids();
        let (known, rest): (Vec<_>, Vec<_>) =
            asked.into_iter().partition(|id| self.find(id).is_ok());
        if known.is_empty() && !rest.iter().any(|id| self.store.is_deleted(&self.path, id)) {
            return None;
        }
        let mut shown = self.show_each(&known);
        if let Ok(Some(whole)) = &mut shown {
            self.say_absent(whole, &rest);
        }
        Some(shown)
    }

    /// Names those that are not there, where the response has a list for that.
    fn say_absent(&self, whole: &mut Value, absent: &[String]) {
        let lists = data(self.operation).into_iter().flat_map(|it| it.properties());
        let is_of_ids = |kind| matches!(kind, Some(Kind::Text | Kind::Integer | Kind::TextInteger));
        for (name, list) in lists.filter(|(name, _)| name.starts_with("absent_")) {
            if is_of_ids(list.items().map(|it| it.kind())) {
                whole[name] = json!(absent);
            }
        }
    }

    /// Changes those that are named. None if none was created here.
    pub(super) fn change_each(&mut self) -> Option<Outcome> {
        let (member, element) = list_of_records(self.operation)?;
        let id_name = Entity::of(self.resource, element).id?;
        let all = self.call.body[member].as_array().cloned().unwrap_or_default();
        let id = |change: &Value| change.get(id_name).map(text_of).unwrap_or_default();
        if !all.iter().any(|change| self.find(&id(change)).is_ok()) {
            return None;
        }
        Some(self.change_those(all.into_iter().map(|change| (id(&change), change)).collect()))
    }

    fn change_those(&mut self, changes: Vec<(String, Value)>) -> Outcome {
        let gone = changes.iter().find(|(id, _)| self.find(id).is_err());
        if let Some((id, _)) = gone {
            return Err(self.not_found_by(id));
        }
        let (id_name, _) = id_of(self.resource).expect("it is kept");
        let now = self.services.now_ms();
        let mut ids = Vec::new();
        for (id, change) in changes {
            let item = self.store.collection_mut(&self.path).and_then(|it| it.get_mut(&id));
            let item = item.expect("it was found");
            item.updated_ms = now;
            let mut said = change.as_object().cloned().unwrap_or_default();
            said.retain(|name, value| name != id_name && !value.is_null());
            change::apply(self.operation.id, &mut item.fields, said, None);
            ids.push(id);
        }
        self.show_each(&ids)
    }

    /// Deletes those that are named, also what was there before.
    pub(super) fn delete_each(&mut self) -> Outcome {
        let ids = self.asked_ids();
        for id in &ids {
            self.store.delete(&self.path, id);
        }
        let Some(data) = data(self.operation) else { return Ok(None) };
        let mut whole = from_schema::sample(data);
        if let Some(list) = ListOf::of(self.resource, self.operation, data) {
            let item = data.property(list.member).and_then(|it| it.items());
            let one = |id: &String| match list.item.and_then(|entity| entity.id).zip(item) {
                Some((name, item)) => {
                    let mut gone = from_schema::sample(item);
                    gone[name] = json!(id);
                    gone
                }
                None => json!(id),
            };
            // What the list has then: what is left where it has whole resources, what is gone elsewhere.
            whole[list.member] = match list.item.filter(|it| it.schema.properties().count() > 3) {
                Some(_) => self.all().map(|it| self.show_in(&list, it)).collect(),
                None => ids.iter().map(one).collect(),
            };
        }
        Ok(Some(whole))
    }

    /// The ids in the lists of a request, each once.
    fn asked_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for (member, id) in lists_of_ids(self.resource, self.operation) {
            let elements = match self.call.body[member].as_array() {
                Some(elements) => elements.clone(),
                None => self.call.list(member).iter().map(|text| json!(text)).collect(),
            };
            let id_in = |element: &Value| match id {
                Some(name) => element.get(name).map(text_of),
                None => Some(text_of(element)),
            };
            ids.extend(elements.iter().filter_map(id_in));
        }
        let mut seen = std::collections::HashSet::new();
        ids.retain(|id| !id.is_empty() && seen.insert(id.clone()));
        ids
    }
}
