//! Bases that were made here: their tables, fields, records and views.
//!
//! Tokens without capitals, such as those of samples, are taken for those of Bases that were there before; their
//! records are kept without fields, by the part that keeps everything else. Other tokens are unknown.

mod field;
mod limits;
mod records;
mod search;
mod table;

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::page::List;
use super::part::{data, is_of_a_platform};
use super::tenants::Tenants;
use super::{Call, Part, Seed};
use crate::http::{Rejection, Response};
use crate::services::Services;
use crate::services::ids::hash;
use limits::{
    KEY_REUSED, NO_BASE, NO_FIELD_ID, NO_TABLE, NO_VIEW, PRIMARY_FIELD, TABLE_EXISTS,
    WRITE_CONFLICT,
};
use table::{Table, new_id};

pub use limits::BaseLimits;

/// How tokens of Bases of the sandbox begin.
const PREFIX: &str = "bascnSB";

/// The Bases of each tenant.
pub(crate) struct Bases {
    stores: Tenants<HashMap<String, Base>>,
    limits: Mutex<BaseLimits>,
}

/// A Base.
struct Base {
    token: String,
    name: String,
    tables: Vec<Table>,
    /// Responses by operation and client token, with what was asked for.
    answered: HashMap<(&'static str, String), (u64, Value)>,
}

impl Bases {
    pub(super) fn new(seed: Option<Seed>) -> Self {
        Self { stores: Tenants::new(seed), limits: Mutex::default() }
    }

    pub(crate) fn set_limits(&self, limits: BaseLimits) {
        *crate::lock(&self.limits) = limits;
    }
}

impl Part for Bases {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let store = self.stores.of(call.tenant_key())?;
        let store = &mut *crate::lock(&store);
        if call.operation_id == "bitable.v1.app.create" {
            return data(create_base(services, store, call));
        }
        let token = call.path("app_token");
        let Some(base) = store.get_mut(token) else {
            return is_of_a_platform(token).then(|| Err(NO_BASE.because(token)));
        };
        let limits = *crate::lock(&self.limits);
        let operation = call.operation_id.strip_prefix("bitable.v1.app.")?;
        data(match operation.split_once('.') {
            None => base.respond(operation, call)?,
            Some(("table", rest)) => base.respond_with_tables(services, limits, rest, call)?,
            _ => return None,
        })
    }
}

fn create_base(
    services: &Services,
    store: &mut HashMap<String, Base>,
    call: &Call,
) -> Result<Value, Rejection> {
    let id = services.ids.next("");
    let token = format!("{PREFIX}{}", &id[id.len() - 20..]);
    let name = call.text("name").unwrap_or_default().to_owned();
    let tables = vec![Table::new(services, "Table", &[])?];
    let base = Base { token: token.clone(), name, tables, answered: HashMap::new() };
    let mut app = base.render();
    app["default_table_id"] = base.tables[0].id.as_str().into();
    app["folder_token"] = call.text("folder_token").unwrap_or_default().into();
    app["url"] = format!("https://example.feishu.cn/base/{token}").into();
    store.insert(token, base);
    Ok(json!({ "app": app }))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Base {
    fn render(&self) -> Value {
        json!({ "app_token": self.token, "name": self.name, "revision": 1, "is_advanced": false,
            "time_zone": "Asia/Shanghai" })
    }

    fn respond(&mut self, operation: &str, call: &Call) -> Option<Result<Value, Rejection>> {
        match operation {
            "get" => {}
            "update" => {
                if let Some(name) = call.text("name") {
                    name.clone_into(&mut self.name);
                }
            }
            _ => return None,
        }
        Some(Ok(json!({ "app": self.render() })))
    }

    fn respond_with_tables(
        &mut self,
        services: &Services,
        limits: BaseLimits,
        operation: &str,
        call: &Call,
    ) -> Option<Result<Value, Rejection>> {
        let result = match operation {
            "create" => self.add_table(services, &call.body["table"]),
            "batch_create" => self.add_tables(services, list(&call.body["tables"])),
            "list" => page(
                call,
                &self.token,
                self.tables.iter(),
                |it| json!({ "table_id": it.id, "name": it.name, "revision": 1 }),
            ),
            "batch_delete" => {
                let ids: Vec<&str> =
                    list(&call.body["table_ids"]).iter().filter_map(Value::as_str).collect();
                self.tables.retain(|it| !ids.contains(&it.id.as_str()));
                Ok(Value::Null)
            }
            _ => {
                let id = call.path("table_id").to_owned();
                let Some(at) = self.tables.iter().position(|it| it.id == id) else {
                    return Some(Err(NO_TABLE.because(id)));
                };
                match operation {
                    "delete" => {
                        self.tables.remove(at);
                        Ok(Value::Null)
                    }
                    "patch" => {
                        text(&call.body, "name").clone_into(&mut self.tables[at].name);
                        Ok(json!({ "name": self.tables[at].name }))
                    }
                    _ => return self.respond_in_table(services, limits, at, operation, call),
                }
            }
        };
        Some(result)
    }

    fn respond_in_table(
        &mut self,
        services: &Services,
        limits: BaseLimits,
        at: usize,
        operation: &str,
        call: &Call,
    ) -> Option<Result<Value, Rejection>> {
        let table = &mut self.tables[at];
        let is_write = |it: &str| !matches!(it, "list" | "get" | "search" | "batch_get");
        let edit: Edit = match operation.split_once('.')? {
            ("record", operation) => match records::read(table, call, services.now_ms()) {
                Some(read) => return Some(read),
                None if is_write(operation) => records::write,
                None => return None,
            },
            ("field", "list") => {
                return Some(page(call, &table.id, table.fields.iter(), |it| it.render()));
            }
            ("field", "create" | "update" | "delete") => edit_fields,
            ("view", "list") => {
                return Some(page(call, &table.id, table.views.iter(), Value::clone));
            }
            ("view", "get") => return Some(view(table, call).map(|it| json!({ "view": it }))),
            ("view", "create" | "delete") => edit_views,
            _ => return None,
        };
        Some(self.write_once(services, limits, at, call, edit))
    }

    /// A write, once for each client token and only while no other one keeps the table.
    fn write_once(
        &mut self,
        services: &Services,
        limits: BaseLimits,
        at: usize,
        call: &Call,
        edit: Edit,
    ) -> Result<Value, Rejection> {
        let table = &mut self.tables[at];
        let key = call.query("client_token").map(|it| (call.operation_id, it.to_owned()));
        let asked = hash(&json!([table.id, call.path("record_id"), call.body]).to_string());
        if let Some((before, response)) = key.as_ref().and_then(|it| self.answered.get(it)) {
            return match *before == asked {
                true => Ok(response.clone()),
                false => Err(KEY_REUSED.because("client_token was used for another write")),
            };
        }
        let now = services.now_ms();
        if now < table.busy_until {
            return Err(Rejection::of(WRITE_CONFLICT));
        }
        let write_time = u64::try_from(limits.write_time.as_millis()).unwrap_or(u64::MAX);
        table.busy_until = now.saturating_add(write_time);
        let response = edit(services, limits, table, call)?;
        if let Some(key) = key {
            self.answered.insert(key, (asked, response.clone()));
        }
        Ok(response)
    }

    fn add_table(&mut self, services: &Services, definition: &Value) -> Result<Value, Rejection> {
        let name = text(definition, "name");
        if self.tables.iter().any(|it| it.name == name) {
            return Err(TABLE_EXISTS.because(name));
        }
        let mut table = Table::new(services, name, list(&definition["fields"]))?;
        if let Some(name) = definition["default_view_name"].as_str() {
            table.views[0]["view_name"] = name.into();
        }
        let fields: Vec<&String> = table.fields.iter().map(|it| &it.id).collect();
        let response = json!({ "table_id": table.id, "field_id_list": fields,
            "default_view_id": table.views[0]["view_id"] });
        self.tables.push(table);
        Ok(response)
    }

    fn add_tables(&mut self, services: &Services, all: &[Value]) -> Result<Value, Rejection> {
        let mut ids = Vec::new();
        for definition in all {
            ids.push(self.add_table(services, definition)?["table_id"].clone());
        }
        Ok(json!({ "table_ids": ids }))
    }
}

type Edit = fn(&Services, BaseLimits, &mut Table, &Call) -> Result<Value, Rejection>;

fn edit_fields(
    services: &Services,
    _: BaseLimits,
    table: &mut Table,
    call: &Call,
) -> Result<Value, Rejection> {
    if call.operation_id.ends_with("create") {
        return Ok(json!({ "field": table.add_field(services, &call.body)?.render() }));
    }
    let id = call.path("field_id");
    let at = table.fields.iter().position(|it| it.id == id);
    let at = at.ok_or_else(|| NO_FIELD_ID.because(id))?;
    if call.operation_id.ends_with("update") {
        let field = &mut table.fields[at];
        *field = field::Field::new(field.id.clone(), &call.body, field.is_primary);
        return Ok(json!({ "field": field.render() }));
    }
    if table.fields[at].is_primary {
        return Err(Rejection::of(PRIMARY_FIELD));
    }
    let field = table.fields.remove(at);
    table.records.values_mut().for_each(|it| drop(it.cells.remove(&field.id)));
    Ok(json!({ "field_id": field.id, "deleted": true }))
}

fn view<'a>(table: &'a Table, call: &Call) -> Result<&'a Value, Rejection> {
    let id = call.path("view_id");
    table.views.iter().find(|it| it["view_id"] == id).ok_or_else(|| NO_VIEW.because(id))
}

fn edit_views(
    services: &Services,
    _: BaseLimits,
    table: &mut Table,
    call: &Call,
) -> Result<Value, Rejection> {
    if call.operation_id.ends_with("create") {
        let view = json!({ "view_id": new_id(services, "vew"),
            "view_name": text(&call.body, "view_name"),
            "view_type": call.text("view_type").unwrap_or("grid") });
        table.views.push(view.clone());
        return Ok(json!({ "view": view }));
    }
    let id = view(table, call)?["view_id"].clone();
    table.views.retain(|it| it["view_id"] != id);
    Ok(Value::Null)
}

fn page<'a, T: 'a>(
    call: &Call,
    scope: &str,
    items: impl Iterator<Item = &'a T>,
    render: impl Fn(&T) -> Value,
) -> Result<Value, Rejection> {
    let scope = format!("{} {scope}", call.operation_id);
    let list = List { scope: &scope, key: "items", default_size: 20, largest: 100 };
    let items: Vec<&T> = items.collect();
    let total = items.len();
    let mut page = list.page(call, (1..).zip(items), render)?;
    page["total"] = total.into();
    Ok(page)
}
