//! Pages of a list.

use serde_json::{Value, json};

use crate::http::Rejection;
use crate::platform::Call;
use crate::services::ids::{hash, mix};

/// The largest page of contact and im.
pub(super) const LARGEST: u64 = 50;

/// Which list is paged, so that a token of one is rejected by another.
pub(super) struct List<'a> {
    pub(super) scope: &'a str,
    /// The name of the list in the response, such as `items`.
    pub(super) key: &'static str,
    pub(super) default_size: u64,
    pub(super) largest: u64,
}

/// The order of a list, by the keys of its items.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Ascending,
    Descending,
}

impl List<'_> {
    /// As [`page`](Self::page), in either order.
    pub(super) fn ordered_page<T>(
        &self,
        call: &Call,
        order: Order,
        items: impl DoubleEndedIterator<Item = (u64, T)>,
        render: impl Fn(T) -> Value,
    ) -> Result<Value, Rejection> {
        match order {
            Order::Ascending => self.page(call, items, render),
            Order::Descending => {
                let newest_first = items.rev().map(|(key, item)| (u64::MAX - key, item));
                self.page(call, newest_first, render)
            }
        }
    }

    /// The page that a call requests: the list, `has_more` and `page_token`. The items come with keys that
    /// ascend in the order of the list; the page token holds the last one, so that items which come
    /// and go between two calls shift nothing.
    pub(super) fn page<T>(
        &self,
        call: &Call,
        items: impl Iterator<Item = (u64, T)>,
        render: impl Fn(T) -> Value,
    ) -> Result<Value, Rejection> {
        let size = self.size(call)?;
        let after = self.after(call)?;
        let mut rest = items.filter(|(key, _)| after.is_none_or(|after| *key > after));
        let page: Vec<_> = rest.by_ref().take(size).collect();
        let has_more = rest.next().is_some();
        let token = page.last().filter(|_| has_more).map(|(key, _)| self.token(*key));
        let items: Vec<Value> = page.into_iter().map(|(_, item)| render(item)).collect();
        let page_token = token.unwrap_or_default();
        Ok(json!({ "has_more": has_more, "page_token": page_token, self.key: items }))
    }

    fn size(&self, call: &Call) -> Result<usize, Rejection> {
        let in_body = Some(&call.body["page_size"]).filter(|it| it.is_number() || it.is_string());
        let in_body = in_body.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        let Some(text) = call.query("page_size").map(str::to_owned).or(in_body) else {
            return Ok(self.default_size as usize);
        };
        let Self { largest, .. } = self;
        let size = text.parse().ok().filter(|size| (1..=*largest).contains(size));
        let size = size.ok_or_else(|| {
            let description = format!("the value must be between 1 and {largest}");
            Rejection::of_field("page_size", &text, &description)
        })?;
        Ok(size as usize)
    }

    fn after(&self, call: &Call) -> Result<Option<u64>, Rejection> {
        let in_body = || call.text("page_token").filter(|token| !token.is_empty());
        let Some(token) = call.query("page_token").or_else(in_body) else { return Ok(None) };
        let key = token.get(..16).and_then(|key| u64::from_str_radix(key, 16).ok());
        let key = key.map(|key| key ^ self.mask()).filter(|key| self.token(*key) == token);
        key.map(Some)
            .ok_or_else(|| Rejection::of_field("page_token", token, "not a token of this list"))
    }

    fn token(&self, key: u64) -> String {
        // Like the platform's, it must be encoded in a URL.
        format!("{:016x}+{:016x}/=", key ^ self.mask(), mix(key ^ hash(self.scope)))
    }

    fn mask(&self) -> u64 {
        mix(hash(self.scope))
    }
}
