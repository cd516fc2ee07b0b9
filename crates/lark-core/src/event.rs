//! Event payloads.

use crate::wire::Decode;

/// The payload of one type of event. Implemented by generated code.
pub trait EventPayload: Decode + Default {
    /// The type as the platform names it: `im.message.receive_v1`.
    const EVENT_TYPE: &'static str;
}
