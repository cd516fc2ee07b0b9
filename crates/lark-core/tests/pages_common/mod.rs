//! Operations with pages, and answers of theirs.
#![allow(dead_code, reason = "each test program uses a part of it")]

use serde_json::{Value, json};

/// An item.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thing {
    pub(crate) id: String,
}
lark_core::record! { Thing decode; id! }

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ListAnswer {
    pub(crate) items: Vec<Thing>,
    pub(crate) page_token: String,
    pub(crate) has_more: Option<bool>,
    pub(crate) total: Option<i64>,
}
lark_core::record! { ListAnswer decode; items!, page_token!, has_more, total }

/// The token in the query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct List {
    pub(crate) page_size: Option<i64>,
    pub(crate) page_token: Option<String>,
}
lark_core::operation! { List => ListAnswer;
    "test.v1.thing.list" GET "/open-apis/test/v1/things" [Tenant User];
    query page_size: copy i64,
    query page_token: into String,
}
lark_core::pages! { List; items: Thing }

/// The token in the body.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ByBody {
    pub(crate) query: Option<String>,
    pub(crate) page_token: Option<String>,
}
lark_core::operation! { ByBody => ListAnswer;
    "test.v1.thing.search" POST "/open-apis/test/v1/things/search" json [Tenant User];
    body query: into String,
    body page_token: into String,
}
lark_core::pages! { ByBody; items: Thing }

/// The token has to be there, and is empty for the first page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WithToken {
    pub(crate) page_token: Option<String>,
}
lark_core::operation! { WithToken => ListAnswer;
    "test.v1.thing.query" POST "/open-apis/test/v1/things/query" json [Tenant User];
    body page_token!: into String,
}
lark_core::pages! { WithToken; items: Thing }

/// The answer of an operation that is also sent, and never says whether there is more.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IdsAnswer {
    pub(crate) ids: Option<Vec<Value>>,
    pub(crate) next_page_token: Option<String>,
}
lark_core::record! { IdsAnswer decode; ids = "items", next_page_token = "page_token" }

/// No `has_more`, and other names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ById {
    pub(crate) token: Option<String>,
}
lark_core::operation! { ById => IdsAnswer;
    "test.v1.id.list" GET "/open-apis/test/v1/ids" [Tenant User];
    query token = "page_token": into String,
}
lark_core::pages! { ById; token => next_page_token; ids: Value }

pub(crate) fn ids(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({ "id": id })).collect()
}

/// The data of a page.
pub(crate) fn page(items: &[&str], has_more: bool, token: &str) -> Value {
    json!({ "items": ids(items), "has_more": has_more, "page_token": token })
}
