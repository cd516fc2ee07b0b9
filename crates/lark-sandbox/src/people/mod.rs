//! What simulated people do in the app's chats, and the pushes that follow from it.

mod message;

mod press;

mod card_elements;

mod preview;

pub(crate) use message::send;
pub use press::Press;
pub(crate) use press::press;
pub(crate) use preview::preview;

use crate::http::Refusal;
use crate::push::PushError;

/// Who acts, and toward which app.
#[derive(Clone)]
pub(crate) struct Actor {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    pub(crate) open_id: String,
}

impl From<Refusal> for PushError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.reason())
    }
}
