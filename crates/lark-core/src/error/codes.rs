//! The table of the platform's error codes that the SDK acts on.
//!
//! The [`Meaning`] of a code decides what the SDK does. A new code with an existing meaning needs
//! only a row.

/// What a code means to the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The limit of an operation for an app and a tenant: all its calls wait.
    OperationRateLimit,
    /// The limit of a single object, such as a chat: only the call that met it waits.
    RateLimit,
    /// The token is not valid: a token that the SDK fetched is replaced, once per call.
    Token,
    /// The app ticket is not valid: the platform is asked for another.
    AppTicket,
    /// The refresh token is no longer valid: the user must sign in.
    SignIn,
    /// The user has not decided yet: a device flow asks again.
    Pending,
    /// Another attempt may succeed. Whether there is one is up to the crate that makes the call:
    /// `lark-bitable` for tables, `lark-drive` for uploads, `lark-oauth` for tokens.
    Transient,
    /// The caller may not do this: a wrong signature, address or keyword.
    Permission,
    /// The app has not been granted a scope that the call needs.
    AppScope,
    /// The user has not granted a scope that the call needs.
    UserScope,
    /// The object of the request does not exist, or no longer does.
    NotFound,
    /// The request is wrong.
    Invalid,
}

/// A code, its name in this table, and its meaning.
pub type Row = (i64, &'static str, Meaning);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $meaning:ident;)*) => {
        $($(#[$doc])* pub const $name: i64 = $code;)*

        /// All rows.
        pub const CODES: &[Row] = &[$(($name, stringify!($name), Meaning::$meaning)),*];
    };
}

codes! {
    /// In HTTP 429, or 400 from older operations.
    OPERATION_RATE_LIMIT = 99_991_400, OperationRateLimit;
    /// Of a chat (im), also in HTTP 429.
    CHAT_RATE_LIMIT = 230_020, RateLimit;
    /// Of the message service; a custom bot may send 100 messages a minute and 5 a second.
    BOT_RATE_LIMIT = 11_232, RateLimit;
    /// Of a spreadsheet: nothing was done.
    SHEETS_RATE_LIMIT = 90_217, RateLimit;
    /// The same, of its newer operations.
    SHEETS_RATE_LIMIT_V3 = 1_310_217, RateLimit;
    /// A spreadsheet that is not ready yet: nothing was done.
    SHEETS_NOT_READY = 90_235, RateLimit;

    /// There is no `Authorization` header.
    TOKEN_MISSING = 99_991_661, Token;
    /// No tenant token, or one that has expired or was revoked.
    TENANT_TOKEN_INVALID = 99_991_663, Token;
    /// No app token, or one that has expired or was revoked.
    APP_TOKEN_INVALID = 99_991_664, Token;
    /// No user token, or one that was revoked.
    USER_TOKEN_INVALID = 99_991_668, Token;
    /// Not in the form of a token.
    TOKEN_MALFORMED = 99_991_671, Token;
    /// A user token that has expired.
    USER_TOKEN_EXPIRED = 99_991_677, Token;
    /// Not, or no longer, valid.
    APP_TICKET_INVALID = 10_012, AppTicket;

    // Source: the general error codes.
    /// The app has none of the scopes of the operation.
    APP_SCOPE_MISSING = 99_991_672, AppScope;
    /// The user has granted none of the scopes of the operation.
    USER_SCOPE_MISSING = 99_991_679, UserScope;
    /// The same as `APP_SCOPE_MISSING`, of older services.
    APP_SCOPE_MISSING_OLD = 10_023, AppScope;
    /// The same, of the message service.
    MESSAGE_SCOPE_MISSING = 11_241, AppScope;
    /// The same, of drive.
    DRIVE_SCOPE_MISSING = 1_061_073, AppScope;

    // Source: the error codes of "refresh user_access_token".
    /// Not a refresh token of this app.
    REFRESH_TOKEN_UNKNOWN = 20_026, SignIn;
    /// Too old.
    REFRESH_TOKEN_EXPIRED = 20_037, SignIn;
    /// Revoked.
    REFRESH_TOKEN_REVOKED = 20_064, SignIn;
    /// Already used: a refresh token can be used only once.
    REFRESH_TOKEN_USED = 20_073, SignIn;
    /// The platform failed and asks to repeat the request once.
    OAUTH_SERVER_ERROR = 20_050, Transient;
    /// The user of a device flow has not decided yet.
    AUTHORIZATION_PENDING = 20_094, Pending;

    /// Too many calls, or several parts at a time where the platform accepts one.
    UPLOAD_TRY_AGAIN = 1_061_045, Transient;
    /// The content that arrived differs from the content that was sent.
    UPLOAD_CHECKSUM_MISMATCH = 1_062_008, Transient;
    /// The upload is too old, or already finished.
    UPLOAD_EXPIRED = 1_061_021, NotFound;

    /// Another write to the table of a Base is going on.
    BASE_WRITE_CONFLICT = 1_254_291, Transient;
    /// The data of a Base is not ready yet.
    BASE_NOT_READY = 1_254_607, Transient;
    /// The Base is being copied.
    BASE_IS_COPIED = 1_254_036, Transient;
    /// Of a Base.
    BASE_TOO_MANY_REQUESTS = 1_254_290, RateLimit;
    /// More records of a table than a call takes.
    BASE_TOO_MANY_RECORDS = 1_254_104, Invalid;

    // Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
    /// The bot does not understand the body.
    BOT_BAD_REQUEST = 9_499, Invalid;
    /// There is no bot with this webhook.
    BOT_WEBHOOK_INVALID = 19_001, NotFound;
    /// The signature is wrong, missing, or too old.
    BOT_SIGN_MISMATCH = 19_021, Permission;
    /// The address is not in the list of the bot.
    BOT_IP_NOT_ALLOWED = 19_022, Permission;
    /// The message has none of the keywords of the bot.
    BOT_KEYWORD_NOT_FOUND = 19_024, Permission;
}

/// What `code` means, if the SDK acts on it.
#[must_use]
pub fn meaning(code: i64) -> Option<Meaning> {
    CODES.iter().find(|(known, ..)| *known == code).map(|(.., meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_has_one_row() {
        let distinct: HashSet<_> = CODES.iter().map(|(code, ..)| code).collect();
        assert_eq!(distinct.len(), CODES.len());
        assert_eq!(meaning(OPERATION_RATE_LIMIT), Some(Meaning::OperationRateLimit));
        assert_eq!(meaning(0), None);
    }
}
