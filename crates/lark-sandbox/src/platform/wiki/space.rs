//! Wiki spaces.

use serde_json::{Value, json};

use super::Ctx;
use crate::http::Rejection;
use crate::platform::page::List;
use crate::services::Services;

/// A space.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) open_sharing: String,
}

/// An id of 19 digits, like the platform's.
pub(super) fn new_id(services: &Services) -> String {
    let number = services.ids.number() % 1_000_000_000_000_000_000;
    format!("7{number:018}")
}

impl Space {
    /// A space without a description.
    pub(super) fn named(id: &str, name: &str) -> Self {
        let (description, open_sharing) = (String::new(), "closed".to_owned());
        Self { id: id.to_owned(), name: name.to_owned(), description, open_sharing }
    }

    fn render(&self) -> Value {
        json!({
            "space_id": self.id,
            "name": self.name,
            "description": self.description,
            "space_type": "team",
            "visibility": "private",
            "open_sharing": self.open_sharing,
        })
    }
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Value {
    let text = |name: &str| ctx.call.text(name).unwrap_or_default().to_owned();
    let (name, description) = (text("name"), text("description"));
    let id = new_id(ctx.services);
    let open_sharing = ctx.call.text("open_sharing").unwrap_or("closed").to_owned();
    let space = Space { id, name, description, open_sharing };
    let rendered = space.render();
    ctx.store.spaces.insert(ctx.services.ids.serial(), space);
    json!({ "space": rendered })
}

pub(super) fn list(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let list = List { scope: "wiki spaces", key: "items", default_size: 20, largest: 50 };
    let spaces = ctx.store.spaces.iter().map(|(serial, space)| (*serial, space));
    list.page(ctx.call, spaces, Space::render)
}

pub(super) fn get(ctx: &Ctx<'_>) -> Option<Value> {
    let id = ctx.call.path("space_id");
    let space = ctx.store.spaces.values().find(|it| it.id == id)?;
    Some(json!({ "space": space.render() }))
}
