//! The request of a custom bot.

use lark_core::__private::invalid_request;
use lark_core::{Error, Operation, Result, Value};

use crate::content::{Content, ContentError, MAX_CUSTOM_BOT_BODY_BYTES};

/// A message to be sent. It has no `Debug`, because it contains the secret id of the webhook.
#[derive(Default)]
pub(super) struct SendRequest {
    hook_id: Option<String>,
    timestamp: Option<String>,
    sign: Option<String>,
    msg_type: Option<String>,
    content: Option<Value>,
    card: Option<Value>,
}
lark_core::operation! { SendRequest => ();
    "bot.v2.hook" POST "/open-apis/bot/v2/hook/{hook_id}" json [];
    path hook_id: into String as secret,
    body timestamp: into String,
    body sign: into String,
    body msg_type!: into String,
    body content,
    body card,
}

/// The signature of a message.
pub(super) struct Signature {
    /// Seconds since 1970.
    pub(super) timestamp: String,
    pub(super) sign: String,
}

impl SendRequest {
    pub(super) fn new(
        webhook_id: &str,
        content: &Content,
        signature: Option<Signature>,
    ) -> Result<Self> {
        let mut body = content.to_custom_bot_body().map_err(|error| invalid(&error))?;
        content.check().map_err(|error| invalid(&error))?;
        let mut request = Self::default().hook_id(webhook_id).msg_type(content.msg_type());
        if let Some(Signature { timestamp, sign }) = signature {
            body["timestamp"] = timestamp.as_str().into();
            body["sign"] = sign.as_str().into();
            request = request.timestamp(timestamp).sign(sign);
        }
        let size = body.to_string().len();
        if size > MAX_CUSTOM_BOT_BODY_BYTES {
            let msg_type = content.msg_type().to_owned();
            let limit = MAX_CUSTOM_BOT_BODY_BYTES;
            return Err(invalid(&ContentError::TooLarge { msg_type, size, limit }));
        }
        request.content = body.get_mut("content").map(Value::take);
        request.card = body.get_mut("card").map(Value::take);
        Ok(request)
    }
}

fn invalid(error: &ContentError) -> Error {
    invalid_request(SendRequest::META.id, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> Signature {
        Signature { timestamp: "1599360473".to_owned(), sign: "s".repeat(44) }
    }

    #[test]
    fn the_limit_counts_the_signature() {
        let frame = Content::from("").to_custom_bot_body().expect("fits").to_string().len();
        let longest = Content::from("x".repeat(MAX_CUSTOM_BOT_BODY_BYTES - frame));
        assert!(SendRequest::new("h", &longest, None).is_ok());
        let Err(error) = SendRequest::new("h", &longest, Some(signature())) else {
            panic!("too long with its signature")
        };
        assert_eq!(
            error.to_string(),
            "bot.v2.hook: prepare: text: content is 20559 bytes, the limit is 20480"
        );
    }
}
