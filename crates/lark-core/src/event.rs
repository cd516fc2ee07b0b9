//! Event payloads.

use crate::wire::Decode;

/// The payload of one type of event. Implemented by generated code.
pub trait EventPayload: Decode + Default + Send + Sync + 'static {
    /// The type as the platform names it: `im.message.receive_v1`.
    const EVENT_TYPE: &'static str;

    /// What the event is about: the chat, the user, the task. Events of one subject are handled in
    /// the order of their arrival. `None`: the event has no order to keep.
    fn subject(&self) -> Option<&str> {
        None
    }

    /// An id that a redelivery shares even under another event id, such as the message id. `None`:
    /// only the event id tells a redelivery.
    fn identity(&self) -> Option<&str> {
        None
    }
}

/// The payload of a callback: an event that the platform waits for an answer to.
pub trait CallbackPayload: EventPayload {
    /// What its handler answers.
    type Reply: CallbackReply;
}

/// The answer to a callback.
pub trait CallbackReply: Send + 'static {
    /// The answer as JSON text. One that changes nothing is `{}`.
    fn to_body(&self) -> String;
}
