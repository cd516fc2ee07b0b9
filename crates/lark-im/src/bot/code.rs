//! Error codes of custom bots. All come with HTTP status 200.

use lark_core::__private::codes;

/// The body is malformed.
///
/// Source of all codes here: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
pub const CODE_BAD_REQUEST: i64 = codes::BOT_BAD_REQUEST;

/// No bot has this webhook: the URL is wrong, or the bot was removed from its group.
pub const CODE_INVALID_WEBHOOK: i64 = codes::BOT_WEBHOOK_INVALID;

/// The signature is missing or wrong, or its timestamp is more than an hour off: check the secret and
/// this machine's clock.
pub const CODE_SIGN_MISMATCH: i64 = codes::BOT_SIGN_MISMATCH;

/// The IP address of this machine is not in the allowlist of the bot's security settings.
pub const CODE_IP_NOT_ALLOWED: i64 = codes::BOT_IP_NOT_ALLOWED;

/// The message contains none of the keywords in the bot's security settings.
pub const CODE_KEYWORD_NOT_FOUND: i64 = codes::BOT_KEYWORD_NOT_FOUND;

/// The rate limit of 100 messages a minute or 5 a second is exceeded. Nothing was sent.
/// [`Error::is_rate_limited`](lark_core::Error::is_rate_limited) is true.
pub const CODE_FLOW_CONTROL: i64 = codes::BOT_RATE_LIMIT;
