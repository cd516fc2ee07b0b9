//! `x-lark-pagination` has to name fields that exist.

use super::operations::{answer_fields, is_list};
use super::types::Types;
use crate::load::spec::{self, PageTokenPlace};
use crate::model::{Answer, Input, Place};

/// What the page token is called in every request of the platform.
const REQUEST_TOKEN: &str = "page_token";

/// Notes every field that is named but not there.
pub(crate) fn check(
    types: &mut Types<'_>,
    operation: &spec::Operation,
    inputs: &[Input],
    answer: Answer,
) {
    let Some(pagination) = &operation.pagination else { return };
    let data = answer_fields(types, answer);
    let has = |name: &str| data.iter().any(|field| field.wire == name);
    let lists = |name: &str| data.iter().any(|field| field.wire == name && is_list(field));
    let mut wrong = Vec::new();
    if !lists(&pagination.items) {
        wrong.push(("items", "a list in the data of the answer", &pagination.items));
    }
    if !has(&pagination.page_token) {
        wrong.push(("page_token", "a field in the data of the answer", &pagination.page_token));
    }
    if let Some(name) = pagination.has_more.as_ref().filter(|name| !has(name)) {
        wrong.push(("has_more", "a field in the data of the answer", name));
    }
    for (key, expected, found) in wrong {
        let pointer = format!("{}/{key}", pagination.pointer);
        types.wrong(&pointer, expected, &format!("`{found}`"));
    }
    let place = match pagination.place {
        PageTokenPlace::Query => Place::Query,
        PageTokenPlace::Body => Place::Body,
    };
    if !inputs.iter().any(|it| it.place == place && it.field.wire == REQUEST_TOKEN) {
        let pointer = format!("{}/in", pagination.pointer);
        types.wrong(&pointer, "the place of the input `page_token`", "no such input there");
    }
}
