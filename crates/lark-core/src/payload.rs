//! The traits of event and callback payloads.

use crate::wire::Decode;

/// The payload of one type of event. Implemented by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the payload of an event",
    note = "callbacks, such as `lark_im::callback::CardAction`, are handled by `on_callback`, and \
            JSON by `on_raw`"
)]
pub trait EventPayload: Decode + Default + Send + Sync + 'static {
    /// The type as the platform names it: `im.message.receive_v1`.
    const EVENT_TYPE: &'static str;

    /// The id of what the event is about: the chat, the user, the task. Events with the same ordering
    /// key are handled one at a time, in the order of their arrival. `None`: in any order.
    fn ordering_key(&self) -> Option<&str> {
        None
    }

    /// An id that a redelivery keeps even under another event id, such as the message id. `None`:
    /// only the event id identifies a redelivery.
    fn identity(&self) -> Option<&str> {
        None
    }
}

/// The payload of a callback: an event for whose reply a user is waiting. It is not an
/// [`EventPayload`], so that a handler without a reply does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the payload of a callback",
    note = "events, which nobody waits for, are handled by `on`"
)]
pub trait CallbackPayload: Decode + Default + Send + Sync + 'static {
    /// The type as the platform names it: `card.action.trigger`.
    const EVENT_TYPE: &'static str;

    /// What its handlers must return.
    type Reply: CallbackReply;
}

/// The reply to a callback.
pub trait CallbackReply: Send + 'static {
    /// The JSON body; `{}` is the reply that changes nothing.
    fn to_body(&self) -> String;
}
