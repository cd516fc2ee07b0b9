//! Lists, and what a search finds.

use serde_json::{Value, json};

use super::entity::{Entity, ListOf, body, data};
use super::filter::{Filter, has_text};
use super::store::Item;
use super::{Ctx, LARGEST_PAGE, PAGE_SIZE, base_filter, operation_of, render};
use crate::http::Rejection;
use crate::platform::from_schema;
use crate::platform::page::List;
use crate::spec::{Action, Place};

/// Inputs of searches with the text to look for.
const TEXTS: [&str; 5] = ["query", "keyword", "word", "group_name", "name"];

/// Whether an input of a search has the text to look for.
#[cfg(test)]
pub(super) fn is_text(name: &str) -> bool {
    TEXTS.contains(&name)
}

impl Ctx<'_> {
    /// A page of those that have what the query asks for.
    pub(super) fn list(&self) -> Result<Option<Value>, Rejection> {
        let Some(data) = data(self.operation) else { return Ok(None) };
        let Some(list) = ListOf::of(self.resource, self.operation, data) else {
            return Ok(Some(from_schema::sample(data)));
        };
        let collection = self.store.collection(&self.path);
        let items: Vec<_> = collection.into_iter().flat_map(|it| it.iter()).collect();
        let filters = self.filters();
        let text = self.text();
        let is_asked = |item: &Item| {
            filters.iter().all(|filter| filter.fits(item, collection))
                && text.as_ref().is_none_or(|text| has_text(&item.fields, text))
                && self.fits_filter(item)
        };
        let fitting: Vec<_> = items.into_iter().filter(|(_, item)| is_asked(item)).collect();
        let total = fitting.len();
        let show = |item: &Item| self.show_in(&list, item);
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

    /// One as an element of a list.
    pub(super) fn show_in(&self, list: &ListOf, item: &Item) -> Value {
        let Some(entity) = list.item else { return json!(item.id) };
        let collection = self.store.collection(&self.path);
        let fields = render::resource(&entity, item, collection, &self.settable());
        entity.member.map_or_else(|| fields.clone(), |name| json!({ name: fields }))
    }

    /// Whether a record of Base fits the filter of a search.
    fn fits_filter(&self, item: &Item) -> bool {
        let is_of_base = self.resource.name() == "bitable.v1.app.table.record";
        let cells = item.fields.get("fields").and_then(Value::as_object);
        let is_asked = is_of_base && self.action == Action::Search;
        !is_asked || cells.is_none_or(|cells| base_filter::fits(&self.call.body["filter"], cells))
    }

    /// What a search looks for, in lower case; None for a list and for a search of everything.
    fn text(&self) -> Option<String> {
        let said =
            || TEXTS.iter().find_map(|it| self.call.text(it).or_else(|| self.call.query(it)));
        let text = said().filter(|text| self.action == Action::Search && !text.is_empty());
        text.map(str::to_lowercase)
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
        let found = create.and_then(|it| Some(Filter::all(self.operation, it, sent(it)?, self)));
        found.unwrap_or_default()
    }
}
