//! What a user sees after a callback.

use serde_json::Value;

use super::{PushFailure, Receipt};

/// No callback URL is configured.
const NOT_CONFIGURED: u32 = 200_340;
const TIMEOUT: u32 = 200_341;
const CONNECT: u32 = 200_342;
const DNS: u32 = 200_343;
const STATUS: u32 = 200_671;
const FORMAT: u32 = 200_672;
const CARD: u32 = 200_673;

/// The largest card. Source: the platform's page on cards.
const CARD_LIMIT: usize = 30 * 1024;
const TOASTS: [&str; 4] = ["info", "success", "error", "warning"];

/// What a user sees after a callback, and the response that led to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallbackResult {
    /// The error that the user is shown: 200340 no callback URL, 200341 no response in time, 200342 no
    /// connection, 200343 no address, 200671 a status that is not 200, 200672 a body of another form,
    /// 200673 a bad card.
    pub code: Option<u32>,
    /// The toast, if the reply has one.
    pub toast: Option<Value>,
    /// The card that now stands in place of the one before, as the message's content.
    pub card: Option<Value>,
    /// The title and what else is shown beside a link, of `url.preview.get`.
    pub inline: Option<Value>,
    /// The response itself; None if nothing was sent.
    pub receipt: Option<Receipt>,
}

impl CallbackResult {
    pub(super) fn not_configured() -> Self {
        Self { receipt: None, ..Self::error(NOT_CONFIGURED) }
    }

    /// Reads the response to a callback of today's form.
    pub(super) fn read(receipt: Receipt) -> Self {
        Self::read_with(receipt, |body, result| {
            let toast = body.get("toast").filter(|toast| !toast.is_null());
            if toast.is_some_and(|toast| !is_toast(toast)) {
                return Err(FORMAT);
            }
            result.toast = toast.cloned();
            result.inline = body.get("inline").filter(|inline| !inline.is_null()).cloned();
            if result.inline.as_ref().is_some_and(|inline| !inline.is_object()) {
                return Err(FORMAT);
            }
            let card = body.get("card").filter(|card| !card.is_null());
            result.card = card.map(content).transpose()?;
            Ok(())
        })
    }

    /// Reads the response to an old card callback: a card, a toast, or neither.
    pub(super) fn read_old(receipt: Receipt) -> Self {
        Self::read_with(receipt, |body, result| {
            if let Some(toast) = body.get("toast") {
                result.toast = Some(toast).filter(|toast| is_toast(toast)).cloned();
                return result.toast.is_some().then_some(()).ok_or(FORMAT);
            }
            if body.as_object().is_some_and(|fields| !fields.is_empty()) {
                result.card = Some(checked(body)?);
            }
            Ok(())
        })
    }

    fn read_with(
        receipt: Receipt,
        take: impl FnOnce(&Value, &mut Self) -> Result<(), u32>,
    ) -> Self {
        let mut result = Self::empty();
        let code = match (receipt.failure, receipt.status) {
            (Some(PushFailure::Timeout), _) => Some(TIMEOUT),
            (Some(PushFailure::Dns), _) => Some(DNS),
            (Some(_), _) => Some(CONNECT),
            (None, Some(200)) => {
                let body = body(&receipt.body);
                body.and_then(|body| take(&body, &mut result)).err()
            }
            (None, _) => Some(STATUS),
        };
        if code.is_some() {
            result = Self::empty();
        }
        Self { code, receipt: Some(receipt), ..result }
    }

    fn error(code: u32) -> Self {
        Self { code: Some(code), ..Self::empty() }
    }

    fn empty() -> Self {
        Self { code: None, toast: None, card: None, inline: None, receipt: None }
    }
}

/// The fields of a response. An empty body, which Node's SDK sends for a handler that returns nothing,
/// counts as `{}`; what the platform says of it is not documented.
fn body(bytes: &[u8]) -> Result<Value, u32> {
    if bytes.is_empty() {
        return Ok(serde_json::json!({}));
    }
    let body: Value = serde_json::from_slice(bytes).map_err(|_| FORMAT)?;
    if body.is_object() { Ok(body) } else { Err(FORMAT) }
}

fn is_toast(toast: &Value) -> bool {
    let kind = toast
        .get("type")
        .is_none_or(|kind| kind.as_str().is_some_and(|kind| TOASTS.contains(&kind)));
    kind && (toast["content"].is_string() || toast["i18n"].is_object())
}

/// The content of the message after a reply with `card`.
fn content(card: &Value) -> Result<Value, u32> {
    match card["type"].as_str() {
        Some("raw") => checked(&card["data"]),
        Some("template") if card["data"]["template_id"].is_string() => Ok(card.clone()),
        _ => Err(CARD),
    }
}

/// A card in JSON: it has something to show, and is not too long.
fn checked(card: &Value) -> Result<Value, u32> {
    let parts = ["elements", "i18n_elements", "body", "header"];
    let shows = card.is_object() && parts.iter().any(|part| card.get(part).is_some());
    let fits = card.to_string().len() <= CARD_LIMIT;
    if shows && fits { Ok(card.clone()) } else { Err(CARD) }
}
