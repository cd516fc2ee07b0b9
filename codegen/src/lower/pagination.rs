//! `x-lark-pagination` in Rust names. It has to name fields that exist and have the types of pages.

use super::operations::answer_fields;
use super::types::Types;
use crate::load::spec::{self, PageTokenPlace, Pagination};
use crate::model::{Answer, Field, Input, ModelId, Pages, Paging, Place, Type};

/// What the page token is called in every request of the platform.
pub(crate) const REQUEST_TOKEN: &str = "page_token";

/// What it is called in answers.
pub(crate) const ANSWER_TOKENS: [&str; 2] = ["page_token", "next_page_token"];

/// Finds out how an operation is paged; notes every field that is named but not there.
pub(crate) fn lower(
    types: &mut Types<'_>,
    operation: &spec::Operation,
    inputs: &[Input],
    answer: Answer,
) -> Paging {
    let data = answer_fields(types, answer);
    let in_request =
        inputs.iter().any(|it| it.place != Place::Path && it.field.wire == REQUEST_TOKEN);
    let in_answer = data.iter().any(|field| ANSWER_TOKENS.contains(&field.wire.as_str()));
    let mut paging = Paging { pages: None, why_not: None, in_request, in_answer };
    match &operation.pagination {
        Some(pagination) => paging.pages = pages(types, pagination, inputs, answer),
        None if in_request || in_answer => {
            paging.why_not = types.namer.names.why_not_paged(&operation.id).map(str::to_owned);
        }
        None => {}
    }
    paging
}

fn pages(
    types: &mut Types<'_>,
    pagination: &Pagination,
    inputs: &[Input],
    answer: Answer,
) -> Option<Pages> {
    let mut wrong = Vec::new();
    let data = answer_fields(types, answer);
    let token = text(data, &pagination.page_token);
    if token.is_none() {
        wrong.push(("page_token", "a string in the data of the answer", &pagination.page_token));
    }
    let items = pagination.items.as_ref().map(|name| (name, list(data, name)));
    if let Some((name, None)) = items {
        wrong.push(("items", "a list in the data of the answer", name));
    }
    let has_more = pagination.has_more.as_ref().map(|name| (name, flag(data, name)));
    if let Some((name, None)) = has_more {
        wrong.push(("has_more", "a boolean in the data of the answer", name));
    }
    let place = match pagination.place {
        PageTokenPlace::Query => Place::Query,
        PageTokenPlace::Body => Place::Body,
    };
    let inputs = inputs.iter().filter(|it| it.place == place).map(|it| &it.field);
    let input = inputs.filter(|it| it.ty == Type::String).find(|it| it.wire == REQUEST_TOKEN);
    let pages = Pages {
        input: input.map(|it| it.name.clone()).unwrap_or_default(),
        token: token.unwrap_or_default(),
        has_more: has_more.and_then(|(_, field)| field),
        items: items.and_then(|(_, list)| list),
    };
    if input.is_none() {
        let pointer = format!("{}/in", pagination.pointer);
        types.wrong(&pointer, "the place of the input `page_token`", "no such string there");
    }
    if let (Answer::Model(model), Some(has_more)) = (answer, &pages.has_more) {
        tell_absence(types, model, has_more);
    }
    for (key, expected, found) in &wrong {
        let pointer = format!("{}/{key}", pagination.pointer);
        types.wrong(&pointer, expected, &format!("`{found}`"));
    }
    (input.is_some() && wrong.is_empty()).then_some(pages)
}

fn text(data: &[Field], name: &str) -> Option<String> {
    let field = data.iter().find(|field| field.wire == name && field.ty == Type::String);
    field.map(|field| field.name.clone())
}

fn flag(data: &[Field], name: &str) -> Option<String> {
    let field = data.iter().find(|field| field.wire == name && field.ty == Type::Bool);
    field.map(|field| field.name.clone())
}

fn list(data: &[Field], name: &str) -> Option<(String, Type)> {
    let field = data.iter().find(|field| field.wire == name)?;
    match &field.ty {
        Type::List(items) => Some((field.name.clone(), Type::clone(items))),
        _ => None,
    }
}

/// A stream goes on by its token when the answer does not say whether there is more, which therefore
/// has to look different from a no.
fn tell_absence(types: &mut Types<'_>, ModelId(model): ModelId, has_more: &str) {
    let mut fields = types.models[model].fields.iter_mut();
    if let Some(field) = fields.find(|field| field.name == has_more) {
        field.telling = true;
    }
}
