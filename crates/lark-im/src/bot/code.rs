//! What custom bots answer when they refuse a message, all in HTTP 200.

use lark_core::__private::codes;

/// The body is not one the bot understands.
///
/// This and the other codes here: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
pub const CODE_BAD_REQUEST: i64 = codes::BOT_BAD_REQUEST;

/// There is no bot with this webhook: the URL is wrong, or the bot was removed from its group.
pub const CODE_INVALID_WEBHOOK: i64 = codes::BOT_WEBHOOK_INVALID;

/// The signature is wrong, or its time is more than an hour off: look at the secret, and at this
/// machine's clock. Also for a message without a signature to a bot that asks for one.
pub const CODE_SIGN_MISMATCH: i64 = codes::BOT_SIGN_MISMATCH;

/// The bot's security settings list addresses, and this machine's is not one of them.
pub const CODE_IP_NOT_ALLOWED: i64 = codes::BOT_IP_NOT_ALLOWED;

/// The bot's security settings list keywords, and the message has none of them.
pub const CODE_KEYWORD_NOT_FOUND: i64 = codes::BOT_KEYWORD_NOT_FOUND;

/// Too many messages: a bot may send 100 a minute and 5 a second. Nothing was sent.
/// [`Error::is_rate_limited`](lark_core::Error::is_rate_limited) is true for it.
pub const CODE_FLOW_CONTROL: i64 = codes::BOT_RATE_LIMIT;
