//! Pushes of `im.message.receive_v1`, encrypted and signed, and a router that takes them.

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use lark_core::{DecodeMode, Event, EventKeys, EventRouter, MemoryDedup};
use lark_im::v1::event::MessageReceive;
use lark_push::{KEY, TOKEN, event, message_payload, seal};

/// Headers and bodies of pushes.
pub type Pushes = Vec<(HeaderMap, Bytes)>;

/// One message of a group, each with ids of its own so that none is a duplicate.
#[must_use]
pub fn push(number: usize) -> (HeaderMap, Bytes) {
    let ids =
        [format!("ev{number:030}"), format!("om_{number:029}"), format!("oc_{:029}", number % 50)];
    let text = "@_user_1 早上好,请把昨天的会议纪要发给大家。 Please send the minutes of yesterday's meeting.";
    let mut payload = message_payload(&ids[1], &ids[2], text);
    payload["message"]["mentions"] = serde_json::json!([{
        "key": "@_user_1",
        "id": {"union_id": "on_8ed6aa67826108097d9ee143816345", "user_id": "e33ggbyz",
               "open_id": "ou_84aad35d084aa403a838cf73ee18467"},
        "name": "Tom",
        "tenant_key": "736588c9260f175e",
    }]);
    let (headers, body) = seal(event("im.message.receive_v1", &ids[0], &payload));
    (headers, body.into())
}

async fn look(payload: &MessageReceive) {
    black_box(payload);
}

/// One that has forgotten an event when it comes again in the next round.
///
/// # Errors
/// None in practice.
pub fn router(events: usize) -> Result<EventRouter, Box<dyn Error>> {
    let keys = EventKeys::new().encrypt_key(KEY).verification_token(TOKEN);
    let router = EventRouter::builder(keys)
        .dedup(MemoryDedup::new(events / 2, Duration::from_secs(8 * 60 * 60)))
        .decode_mode(DecodeMode::Strict)
        .on(|event: Event<MessageReceive>| async move {
            look(&event.payload).await;
            Ok(())
        })
        .build()?;
    Ok(router)
}
