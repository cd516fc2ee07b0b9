//! Pages of lists that nobody keeps: made from the response schema, each item unlike the others.

use serde_json::{Value, json};

use crate::http::Rejection;
use crate::platform::Call;
use crate::services::ids::{hash, mix};
use crate::spec::{Paging, Sampler, Schema};

/// The number of pages, whatever their size.
const PAGES: u64 = 3;
/// Items on a page unless the call says how many.
const DEFAULT_SIZE: u64 = 2;
/// More than the largest page of any operation would be a mistake in the request.
const LARGEST: u64 = 2000;

/// What is done about a page token that is none of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForeignToken {
    /// The call is rejected.
    Reject,
    /// The list begins anew: only what the spec says is checked, and it says nothing about tokens.
    Ignore,
}

/// Where a page begins, and where the list ends.
#[derive(Clone, Copy)]
struct Position {
    start: u64,
    end: u64,
}

/// The page that a call asks for. A page that is not one list counts as one item.
pub(super) fn page(
    operation: &str,
    paging: Paging,
    schema: Schema,
    call: &Call,
    tokens: ForeignToken,
) -> Result<Value, Rejection> {
    let items = paging.items.and_then(|name| Some((name, schema.property(name)?.items()?)));
    let size = if items.is_some() { size(call)? } else { 1 };
    let here = position(operation, call, tokens)?;
    let Position { start, end } = here.unwrap_or(Position { start: 0, end: size * PAGES });
    let next = end.min(start + size);
    let mut data = Sampler::numbered(start).of_success().sample(schema);
    if let Some((name, item)) = items {
        let sample = |number| Sampler::numbered(number).of_success().sample(item);
        data[name] = (start..next).map(sample).collect();
    }
    if let Some(has_more) = paging.has_more {
        data[has_more] = json!(next < end);
    }
    let token = (next < end).then(|| token(operation, Position { start: next, end }));
    data[paging.page_token] = json!(token.unwrap_or_default());
    Ok(data)
}

fn size(call: &Call) -> Result<u64, Rejection> {
    let body = &call.body["page_size"];
    let text = match (call.query("page_size"), body.as_str()) {
        (Some(text), _) | (None, Some(text)) => text.to_owned(),
        (None, None) if body.is_number() => body.to_string(),
        (None, None) => return Ok(DEFAULT_SIZE),
    };
    let size = text.parse().ok().filter(|size| (1..=LARGEST).contains(size));
    size.ok_or_else(|| {
        let description = format!("the value must be between 1 and {LARGEST}");
        Rejection::of_field("page_size", &text, &description)
    })
}

fn position(
    operation: &str,
    call: &Call,
    tokens: ForeignToken,
) -> Result<Option<Position>, Rejection> {
    let text = call.query("page_token").or_else(|| call.text("page_token"));
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = |index| text.split([' ', '/']).nth(index)?.parse().ok();
    let found = number(0).zip(number(1)).map(|(start, end)| Position { start, end });
    match found.filter(|found| token(operation, *found) == text) {
        None if tokens == ForeignToken::Reject => {
            Err(Rejection::of_field("page_token", text, "not a token of this list"))
        }
        found => Ok(found),
    }
}

/// A token with everything that has to be escaped somewhere.
fn token(operation: &str, Position { start, end }: Position) -> String {
    let check = mix(hash(operation) ^ start ^ end.rotate_left(32));
    format!("{start} {end}/{check:016x}+=")
}
