//! What simulated people do in the app's chats, and the pushes that follow from it.

mod message;

mod press;

mod card_elements;

mod preview;

pub(crate) use message::send;
pub use press::Press;
pub(crate) use press::press;
pub(crate) use preview::preview;

use crate::http::Rejection;
use crate::push::PushError;

/// Who acts, and toward which app.
#[derive(Clone)]
pub(crate) struct Actor {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    pub(crate) open_id: String,
}

impl From<Rejection> for PushError {
    fn from(rejection: Rejection) -> Self {
        Self::new(rejection.reason())
    }
}
