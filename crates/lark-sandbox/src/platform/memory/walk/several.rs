//! Operations on several: searches, and batches.

use serde_json::{Value, json};

use super::super::entity::{Entity, list_of_records, lists_of_ids};
use super::super::list::is_text;
use super::super::operation_of;
use super::Walk;
use crate::spec::{Action, Operation, resource_of};

/// What every sample has somewhere in its texts.
pub(super) const IN_ALL: &str = "-";

impl Walk<'_> {
    /// Puts the id where the body of this operation has it, and looks for everything.
    pub(super) fn name_ids(&self, operation: &Operation, id: &str, body: &mut Value) {
        let Some((_, action)) = resource_of(operation.id).filter(|_| !id.is_empty()) else {
            return;
        };
        match action {
            Action::GetEach | Action::DeleteEach => {
                for (member, id_name) in lists_of_ids(self.resource, operation) {
                    body[member] =
                        id_name.map_or_else(|| json!([id]), |name| json!([{ name: id }]));
                }
            }
            Action::ChangeEach => {
                let list = list_of_records(operation);
                let named =
                    list.and_then(|(member, it)| Some((member, Entity::of(self.resource, it).id?)));
                let Some((member, name)) = named else { return };
                body[member]
                    .as_array_mut()
                    .into_iter()
                    .flatten()
                    .for_each(|it| it[name] = json!(id));
            }
            Action::Delete => {
                let name = self.resource.id_parameter().unwrap_or_default();
                if body.get(name).is_some() {
                    body[name] = json!(id);
                }
            }
            Action::Search => {
                body.as_object_mut().and_then(|it| it.remove("filter"));
                if body["page_size"].is_number() {
                    body["page_size"] = json!(10);
                }
                for (_, text) in
                    body.as_object_mut().into_iter().flatten().filter(|it| is_text(it.0))
                {
                    *text = json!(IN_ALL);
                }
            }
            _ => {}
        }
    }

    /// What finds, gets and changes several; of these two, and of one that is made by a batch.
    pub(super) async fn several(&mut self, first: &str, second: &str) {
        let of = |action| self.resource.operations_that(action).filter_map(operation_of);
        let (find, get): (Vec<_>, Vec<_>) =
            (of(Action::Search).collect(), of(Action::GetEach).collect());
        let change: Vec<_> = of(Action::ChangeEach).collect();
        let (make, end): (Vec<_>, Vec<_>) =
            (of(Action::CreateEach).collect(), of(Action::DeleteEach).collect());
        for operation in find {
            let found = self.succeed(operation, first, 1, "").await;
            let all = [first, second].map(str::to_owned);
            match self.shown_ids(operation, &found) {
                Some(ids) if ids == all => {}
                found => self.note(operation, format!("found {found:?}")),
            }
        }
        for operation in get.into_iter().chain(change) {
            let got = self.succeed(operation, first, 5, "").await;
            let ids = self.shown_ids(operation, &got);
            if ids.as_ref().is_some_and(|ids| *ids != [first]) {
                self.note(operation, format!("got {ids:?}"));
            }
        }
        for operation in make.into_iter().filter(|it| list_of_records(it).is_some()) {
            self.batch(operation, end.first().copied(), first).await;
        }
    }

    /// What is created by a batch is listed, and then deleted by another one.
    async fn batch(&mut self, make: &Operation, end: Option<&'static Operation>, first: &str) {
        let before = self.ids().await;
        let made = self.succeed(make, first, 7, "").await;
        let shown = self.shown_ids(make, &made);
        let after = self.ids().await;
        let new = |all: &Vec<String>| {
            let known = before.clone().unwrap_or_default();
            all.iter().filter(|id| !known.contains(id)).cloned().collect::<Vec<_>>()
        };
        let listed = after.as_ref().map(new);
        if shown.as_ref().zip(listed.as_ref()).is_some_and(|(shown, listed)| shown != listed) {
            self.note(make, format!("made {shown:?}, listed {listed:?}"));
        }
        let Some(end) = end else { return };
        for id in shown.or(listed).unwrap_or_default() {
            self.succeed(end, &id, 1, "").await;
        }
        let left = self.ids().await;
        if left != before {
            self.note(end, format!("left {left:?}, not {before:?}"));
        }
    }
}
