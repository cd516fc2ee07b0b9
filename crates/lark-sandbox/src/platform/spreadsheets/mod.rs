//! Spreadsheets: their sheets, rows and columns, and the values of cells.
//!
//! Spreadsheets that were made here are kept. Tokens without capitals are taken as those of spreadsheets that
//! were there before, and answered from the schema; so are styles, filters and protections. Formulas
//! are kept as their texts: nothing is computed.

mod append;
mod book;
mod cells;
mod dimensions;
mod limits;
mod rect;
mod render;
mod sheets;
mod values;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::files::Files;
use super::part::{data, is_of_a_platform};
use super::tenants::Tenants;
use super::{Call, Part, Seed};
use crate::http::{Rejection, Response};
use crate::services::Services;
use book::Book;
use limits::{BOOK_NOT_FOUND, BOOK_NOT_FOUND_V3};

/// The spreadsheets of each tenant.
pub(crate) struct Spreadsheets {
    stores: Tenants<Store>,
    files: Arc<Files>,
}

#[derive(Default)]
struct Store {
    by_token: HashMap<String, Book>,
}

impl Spreadsheets {
    pub(super) fn new(seed: Option<Seed>, files: Arc<Files>) -> Self {
        Self { stores: Tenants::new(seed), files }
    }

    /// The `data` of a response; None for what there is no state for.
    fn answer(
        &self,
        services: &Services,
        book: &mut Book,
        call: &Call,
    ) -> Option<Result<Option<Value>, Rejection>> {
        let operation = call.operation_id.strip_prefix("sheets.")?;
        let result = match operation {
            "v3.spreadsheet.get" => Ok(json!({ "spreadsheet": book.shown(&call.caller) })),
            "v3.spreadsheet.patch" => {
                book.rename(call.text("title"));
                return Some(Ok(None));
            }
            "v3.spreadsheet.sheet.query" => Ok(json!({ "sheets": sheets::query(book) })),
            "v3.spreadsheet.sheet.get" => sheets::get(book, call.path("sheet_id")),
            "v2.spreadsheet.properties.update" => {
                book.rename(call.body["properties"]["title"].as_str());
                Ok(json!({ "spreadsheetToken": book.token, "title": book.title }))
            }
            "v2.spreadsheet.metainfo.get" => Ok(sheets::metainfo(book, &call.caller)),
            "v2.spreadsheet.sheet.batch_update" => sheets::batch_update(services, book, call),
            "v2.spreadsheet.dimension.add" => dimensions::add(book, call),
            "v2.spreadsheet.dimension.delete" => dimensions::delete(book, call),
            "v2.spreadsheet.dimension.insert" => {
                return Some(dimensions::insert(book, call).map(|()| None));
            }
            "v2.spreadsheet.dimension.update" => {
                return Some(dimensions::update(book, call).map(|()| None));
            }
            "v2.spreadsheet.values.get" => values::get(book, call),
            "v2.spreadsheet.values.batch_get" => values::batch_get(book, call),
            "v2.spreadsheet.values.update" => values::update(book, call),
            "v2.spreadsheet.values.batch_update" => values::batch_update(book, call),
            "v2.spreadsheet.values.append" => append::append(book, call),
            "v2.spreadsheet.values.prepend" => append::prepend(book, call),
            "v2.spreadsheet.values.image" => values::image(&self.files, services, book, call),
            _ => return None,
        };
        Some(result.map(Some))
    }
}

impl Part for Spreadsheets {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let store = self.stores.of(call.tenant_key())?;
        let store = &mut *crate::lock(&store);
        if call.operation_id == "sheets.v3.spreadsheet.create" {
            let book = Book::new(services, call.text("title"), call.text("folder_token"));
            let response = book.head();
            store.by_token.insert(book.token.clone(), book);
            return data(Ok(json!({ "spreadsheet": response })));
        }
        let is_v2 = call.operation_id.starts_with("sheets.v2.");
        let token = call.path(if is_v2 { "spreadsheetToken" } else { "spreadsheet_token" });
        let Some(book) = store.by_token.get_mut(token) else {
            let code = if is_v2 { BOOK_NOT_FOUND } else { BOOK_NOT_FOUND_V3 };
            return is_of_a_platform(token)
                .then(|| Err(code.because(format!("no spreadsheet {token}"))));
        };
        self.answer(services, book, call).map(|it| it.map(Response::success))
    }
}
