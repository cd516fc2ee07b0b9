//! `message/v4/send`, which guides of old SDKs call: the same as `im.v1.message.create` and `reply`, with the
//! content as an object, and the receiver in a field named after the kind of its id.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Im, data};
use crate::http::{Rejection, Response, codes};
use crate::platform::{Call, Checks, Part};
use crate::services::Services;

/// The receivers, in the order in which they count.
const RECEIVERS: [&str; 4] = ["chat_id", "open_id", "user_id", "email"];

/// Messages as `message/v4` has them.
pub(in crate::platform) struct MessageV4(pub(in crate::platform) Arc<Im>);

impl Part for MessageV4 {
    fn checks(&self) -> Checks {
        Checks::Admission
    }

    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        if let Err(rejection) = translate(call) {
            return Some(Err(rejection));
        }
        let id_of = |message: Value| message["message_id"].clone();
        let sent = self.0.send(services, call).map(|sent| sent.map(id_of));
        // A stateless sandbox forgets it.
        let sent = sent.unwrap_or_else(|| Ok(json!(services.ids.next("om_"))));
        data(sent.map(|id| json!({ "message_id": id })))
    }
}

/// Makes a call of `im.v1` of it.
fn translate(call: &mut Call) -> Result<(), Rejection> {
    let body: Value = serde_json::from_slice(&call.raw.body)
        .map_err(|_| codes::MESSAGE_PARAM.because("the body is not JSON"))?;
    let text = |name: &str| body[name].as_str().filter(|it| !it.is_empty());
    let msg_type = text("msg_type").unwrap_or_default();
    let content = match msg_type {
        "interactive" => &body["card"],
        "post" => &body["content"]["post"],
        _ => &body["content"],
    };
    let content = match msg_type {
        "share_chat" => json!({ "chat_id": content["share_chat_id"] }).to_string(),
        _ => content.to_string(),
    };
    call.body = json!({ "msg_type": msg_type, "content": content });
    if let Some(root) = text("root_id") {
        call.params.path.insert("message_id", root.to_owned());
        call.operation_id = "im.v1.message.reply";
        return Ok(());
    }
    let receiver = RECEIVERS.iter().find_map(|name| Some((*name, text(name)?)));
    let (kind, id) = receiver.ok_or_else(|| {
        codes::MESSAGE_PARAM.because(format!("one of {} is required", RECEIVERS.join(", ")))
    })?;
    call.params.query.insert("receive_id_type", vec![kind.to_owned()]);
    call.body["receive_id"] = json!(id);
    call.operation_id = "im.v1.message.create";
    Ok(())
}
