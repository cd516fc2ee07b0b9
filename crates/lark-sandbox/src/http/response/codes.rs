//! Every rejection of the sandbox: HTTP status, code and message, in one table.
//!
//! Where the platform's own behaviour is not settled, the choice is noted.

use super::Rejection;

/// One way to reject a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorCode {
    pub(crate) status: u16,
    pub(crate) code: i64,
    pub(crate) msg: &'static str,
}

impl ErrorCode {
    /// The rejection, with a reason after its message.
    pub(crate) fn because(self, reason: impl AsRef<str>) -> Rejection {
        Rejection::of(self).with_reason(reason.as_ref())
    }
}

/// One way to reject a request to the OAuth endpoints, in the form of RFC 6749.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OAuthError {
    pub(crate) status: u16,
    /// None where the documents name none.
    pub(crate) code: Option<i64>,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

/// A code, also of a part that keeps its own.
pub(crate) const fn code(status: u16, code: i64, msg: &'static str) -> ErrorCode {
    ErrorCode { status, code, msg }
}

// Token endpoints answer 200 whatever the code.
pub(crate) const TOKEN_PARAM: ErrorCode = code(200, 10003, "invalid param");
pub(crate) const APP_SECRET_INVALID: ErrorCode = code(200, 10014, "app secret invalid");
pub(crate) const APP_TICKET_INVALID: ErrorCode = code(200, 10012, "app ticket invalid");
// A kind of app that an endpoint is not for, and a tenant that is not there, have no code of their
// own in the documents; both are TOKEN_PARAM.
pub(crate) const APP_TOKEN_INVALID_FOR_TENANT: ErrorCode = code(200, 99991664, INVALID);

pub(crate) const TOKEN_MISSING: ErrorCode = code(
    400,
    99991661,
    "Missing access token for authorization. Please make a request with token attached.",
);
const INVALID: &str =
    "Invalid access token for authorization. Please make a test attempt with the correct token.";
// Unknown and expired are one code for tenant and app tokens; a client fetches a new one on both.
pub(crate) const TENANT_TOKEN_INVALID: ErrorCode = code(400, 99991663, INVALID);
pub(crate) const APP_TOKEN_INVALID: ErrorCode = code(400, 99991664, INVALID);
// The platform documents 400 and 401 for user tokens. 401 here, so that clients meet both.
pub(crate) const USER_TOKEN_INVALID: ErrorCode = code(401, 99991668, INVALID);
pub(crate) const USER_TOKEN_EXPIRED: ErrorCode =
    code(401, 99991677, "The user access token expired.");
// A token that begins like none of the three kinds.
pub(crate) const TOKEN_ILL_FORMED: ErrorCode = code(400, 99991671, "Invalid access token format.");
// A good token of a kind the operation does not take. The documents name no code of its own for
// this; 99991676 says what is wrong, and no client fetches a new token on it, which would not help.
pub(crate) const TOKEN_OF_WRONG_KIND: ErrorCode =
    code(400, 99991676, "The token has no permission to call this API.");

// The status is that of most operations; old ones use 400.
pub(crate) const RATE_LIMIT: ErrorCode = code(429, 99991400, "request trigger frequency limit");

// The code of the operations of help desks for what the caller may not do; its text is a choice.
pub(crate) const HELPDESK_CREDENTIALS: ErrorCode =
    code(401, 154001, "The help desk does not accept these credentials.");

pub(crate) const FIELDS: ErrorCode = code(400, 99992402, "field validation failed");

pub(crate) const USER_ID_INVALID: ErrorCode = code(400, 99992351, "The user_id is invalid.");
pub(crate) const OPEN_ID_INVALID: ErrorCode = code(400, 99992352, "The open_id is invalid.");
pub(crate) const UNION_ID_INVALID: ErrorCode = code(400, 99992353, "The union_id is invalid.");

// Messages, people and departments: the codes of the official page of each operation. An unknown
// message has none there, so it is an invalid parameter.
pub(crate) const MESSAGE_PARAM: ErrorCode =
    code(400, 230001, "Your request contains an invalid request parameter");
pub(crate) const MESSAGE_RECALLED: ErrorCode = code(400, 230011, "The message is recalled.");
// Of operations that do not reply to it or change it.
pub(crate) const MESSAGE_DELETED: ErrorCode =
    code(400, 230110, "Action unavailable as the message has been deleted.");
pub(crate) const RECALL_FORBIDDEN: ErrorCode =
    code(400, 230026, "No permission to recall this message.");
// Who is in a chat: of sending, and of operations on the chat.
pub(crate) const BOT_NOT_IN_CHAT: ErrorCode =
    code(400, 230002, "Bot/User can NOT be out of the chat.");
pub(crate) const CHAT_DISSOLVED: ErrorCode = code(400, 232009, "The chat has been dissolved.");
pub(crate) const OPERATE_DISSOLVED_CHAT: ErrorCode =
    code(400, 232009, "Operator can NOT operate on a dissolved chat.");
pub(crate) const OPERATOR_NOT_IN_CHAT: ErrorCode =
    code(400, 232011, "Operator can NOT be out of the chat.");
// Of the whole chat, not of one app. The status is a choice.
pub(crate) const CHAT_LIMIT: ErrorCode =
    code(400, 230020, "This operation triggers the frequency limit.");
pub(crate) const MESSAGE_TOO_LONG: ErrorCode =
    code(400, 230025, "The length of the message content reaches its limit.");
pub(crate) const MESSAGE_TOO_OLD: ErrorCode = code(
    400,
    230031,
    "The message was sent more than 14 days ago, so it can no longer be changed.",
);
pub(crate) const MESSAGE_KIND: ErrorCode =
    code(400, 230054, "This operation is not supported for this message type.");
pub(crate) const MESSAGE_OF_ANOTHER: ErrorCode =
    code(400, 230071, "The operator is not the sender of the message.");

pub(crate) const DEPARTMENT_IS_ROOT: ErrorCode = code(400, 40002, "process root dept error");
pub(crate) const DEPARTMENT_UNKNOWN: ErrorCode = code(400, 40015, "department not exist");
pub(crate) const DEPARTMENT_NAMELESS: ErrorCode =
    code(400, 40016, "dept name can not be null error");
pub(crate) const DEPARTMENT_ID_TAKEN: ErrorCode =
    code(400, 43007, "duplicated department custom id error");
pub(crate) const DEPARTMENT_ID_INVALID: ErrorCode =
    code(400, 43008, "custom dept id invalid error");
pub(crate) const DEPARTMENT_HAS_USERS: ErrorCode = code(400, 43011, "delete has member dept error");
pub(crate) const DEPARTMENT_HAS_CHILDREN: ErrorCode =
    code(400, 43012, "delete has sub dept department error");
pub(crate) const DEPARTMENT_PARENTLESS: ErrorCode =
    code(400, 44101, "miss parent department id error");
pub(crate) const MOBILE_TAKEN: ErrorCode = code(400, 41001, "mobile has already exist error");
pub(crate) const EMAIL_TAKEN: ErrorCode = code(400, 41002, "email has already exist error");
pub(crate) const USER_NAMELESS: ErrorCode = code(400, 41006, "no user name error");
pub(crate) const USER_WITHOUT_MOBILE: ErrorCode = code(400, 41010, "no mobile error");
pub(crate) const USER_ID_TAKEN: ErrorCode = code(400, 41011, "user id already exist error");
pub(crate) const LEADER_INVALID: ErrorCode = code(400, 41012, "user id invalid error");
pub(crate) const USER_WITHOUT_DEPARTMENT: ErrorCode =
    code(400, 41017, "department is required error");

// Files and images of messages: the platform's range of codes, with numbers and texts from memory,
// since no page on them was at hand. An unknown key is a choice: an invalid parameter.
pub(crate) const FILE_PARAM: ErrorCode = code(400, 234001, "Invalid request param.");
pub(crate) const FILE_NOT_IN_MESSAGE: ErrorCode = code(400, 234003, "File not in msg.");
pub(crate) const FILE_TOO_LARGE: ErrorCode =
    code(400, 234006, "The file size exceed the max value.");
pub(crate) const FILE_OF_ANOTHER_APP: ErrorCode =
    code(400, 234008, "The app is not the resource sender.");
pub(crate) const FILE_EMPTY: ErrorCode = code(400, 234010, "File's size can't be 0.");

// Drive: codes, texts and statuses of the official pages on uploads. They do not say which code
// an empty file has, nor an upload id that never was or has been finished: these are a parameter
// error and an expired id here.
pub(crate) const DRIVE_PARAM: ErrorCode = code(400, 1061002, "params error.");
pub(crate) const DRIVE_NOT_FOUND: ErrorCode = code(404, 1061003, "not found.");
pub(crate) const UPLOAD_EXPIRED: ErrorCode = code(400, 1061021, "upload id expire.");
pub(crate) const DRIVE_FILE_TOO_LARGE: ErrorCode = code(400, 1061043, "file size beyond limit.");
pub(crate) const UPLOAD_OF_ANOTHER: ErrorCode = code(400, 1062007, "upload user not match.");
pub(crate) const CHECKSUM_WRONG: ErrorCode = code(400, 1062008, "checksum param Invalid.");
pub(crate) const SIZE_DIFFERS: ErrorCode =
    code(400, 1062009, "the actual size is inconsistent with the parameter declaration size.");
pub(crate) const BLOCK_MISSING: ErrorCode =
    code(400, 1062010, "block missing, please upload all blocks.");
pub(crate) const BLOCK_OUT_OF_BOUNDS: ErrorCode = code(400, 1062011, "block num out of bounds.");
// In the list of metas that failed, not a rejection: a file that is not there. The code is a choice.
pub(crate) const META_UNKNOWN: i64 = 970005;

// Attachments of tasks. The pages say in which cases, not in which words.
pub(crate) const ATTACHMENT_PARAM: ErrorCode = code(400, 1470400, "invalid params");
pub(crate) const ATTACHMENT_UNKNOWN: ErrorCode = code(404, 1470404, "the resource does not exist");

const fn oauth(code: i64, error: &'static str, description: &'static str) -> OAuthError {
    OAuthError { status: 400, code: Some(code), error, description }
}

// Codes and texts are those of the official pages on the v2 token endpoint. They show an `error` of
// RFC 6749 for one code only; those here are a choice.
pub(crate) const OAUTH_PARAM_MISSING: OAuthError =
    oauth(20001, "invalid_request", "The request is missing a required parameter.");
pub(crate) const OAUTH_SECRET: OAuthError =
    oauth(20002, "invalid_client", "The client secret is invalid.");
pub(crate) const OAUTH_CODE_UNKNOWN: OAuthError = oauth(
    20003,
    "invalid_grant",
    "The authorization code is not found. Please note that an \
     authorization code can only be used once.",
);
pub(crate) const OAUTH_CODE_EXPIRED: OAuthError =
    oauth(20004, "invalid_grant", "The authorization code has expired.");
pub(crate) const OAUTH_OF_ANOTHER_CLIENT: OAuthError = oauth(
    20024,
    "invalid_grant",
    "The provided authorization code or refresh token does not \
     match the provided client ID.",
);
pub(crate) const OAUTH_REFRESH_INVALID: OAuthError =
    oauth(20026, "invalid_grant", "The refresh token passed is invalid. Please check the value.");
pub(crate) const OAUTH_GRANT_TYPE: OAuthError =
    oauth(20036, "unsupported_grant_type", "The specified grant_type is not supported.");
pub(crate) const OAUTH_REFRESH_EXPIRED: OAuthError = oauth(
    20037,
    "invalid_grant",
    "The refresh token passed has expired. Please generate a new one.",
);
pub(crate) const OAUTH_CLIENT_UNKNOWN: OAuthError =
    oauth(20048, "invalid_client", "The specified app does not exist.");
pub(crate) const OAUTH_PKCE: OAuthError =
    oauth(20049, "invalid_grant", "PKCE code challenge failed.");
pub(crate) const OAUTH_MALFORMED: OAuthError =
    oauth(20063, "invalid_request", "The request is malformed. Please check your request.");
pub(crate) const OAUTH_REFRESH_REVOKED: OAuthError = oauth(
    20064,
    "invalid_grant",
    "The refresh token has been revoked. Please note that a \
     refresh token can only be used once.",
);
pub(crate) const OAUTH_CODE_USED: OAuthError = oauth(
    20065,
    "invalid_grant",
    "The authorization code has been used. Please note that an \
     authorization code can only be used once.",
);
pub(crate) const OAUTH_SCOPE_TWICE: OAuthError = oauth(
    20067,
    "invalid_scope",
    "The provided scope list contains duplicate scopes. Please \
     ensure all scopes are unique.",
);
pub(crate) const OAUTH_SCOPE_TOO_WIDE: OAuthError = oauth(
    20068,
    "invalid_scope",
    "The provided scope list contains scopes that are not \
     permitted. Please ensure all scopes are allowed.",
);
pub(crate) const OAUTH_TWO_METHODS: OAuthError = oauth(
    20070,
    "invalid_request",
    "Multiple authentication methods were provided. Please only \
     use one to proceed.",
);
pub(crate) const OAUTH_REDIRECT: OAuthError = oauth(
    20071,
    "invalid_grant",
    "The provided redirect URI does not match the one used during \
     authorization.",
);
pub(crate) const OAUTH_REFRESH_USED: OAuthError = oauth(
    20073,
    "invalid_grant",
    "The refresh token has been used. Please note that a refresh \
     token can only be used once.",
);

// What the platform says of client assertions is not documented.
pub(crate) const OAUTH_ASSERTION_TYPE: OAuthError =
    uncoded("invalid_request", "The client_assertion_type is not supported.");
pub(crate) const OAUTH_ASSERTION_OF_MARKETPLACE: OAuthError =
    uncoded("unauthorized_client", "Client assertions are for self-built apps only.");
pub(crate) const OAUTH_ASSERTION_SIGNATURE: OAuthError =
    uncoded("invalid_client", "The client assertion is not signed by an issuer of the app.");
pub(crate) const OAUTH_ASSERTION_EXPIRED: OAuthError =
    uncoded("invalid_client", "The client assertion has expired.");
pub(crate) const OAUTH_ASSERTION_AUDIENCE: OAuthError =
    uncoded("invalid_client", "The audience of the client assertion is another host.");
pub(crate) const OAUTH_ASSERTION_SUBJECT: OAuthError =
    uncoded("invalid_client", "The subject of the client assertion is another app.");

// The device flow: the errors of RFC 8628. A code is known of one of them only, from an SDK.
pub(crate) const DEVICE_PENDING: OAuthError =
    oauth(20094, "authorization_pending", "The user has not answered yet.");
pub(crate) const DEVICE_SLOW_DOWN: OAuthError =
    uncoded("slow_down", "The interval grows by 5 seconds.");
pub(crate) const DEVICE_DENIED: OAuthError = uncoded("access_denied", "The user said no.");
pub(crate) const DEVICE_EXPIRED: OAuthError =
    uncoded("expired_token", "The device code has expired.");

const fn uncoded(error: &'static str, description: &'static str) -> OAuthError {
    OAuthError { status: 400, code: None, error, description }
}

// The long connection. Discovery answers 200 whatever the code; in a handshake they are in headers.
pub(crate) const CONNECTION_FORBIDDEN: ErrorCode =
    code(200, 403, "long connections are for self-built apps only");
pub(crate) const CONNECTION_AUTH: ErrorCode = code(200, 514, "app_id or app_secret is invalid");
pub(crate) const CONNECTIONS_TOO_MANY: ErrorCode =
    code(200, 1_000_040_350, "the number of connections exceeded the limit");
pub(crate) const HANDSHAKE_AUTH: ErrorCode = code(403, 514, "auth failed");

// Group hooks answer 200 whatever the code. What is said of a body over 20 KB is not documented.
pub(crate) const HOOK_BODY: ErrorCode = code(200, 9499, "Bad Request");
pub(crate) const HOOK_UNKNOWN: ErrorCode =
    code(200, 19001, "param invalid: incoming webhook access token invalid");
pub(crate) const HOOK_SIGN: ErrorCode =
    code(200, 19021, "sign match fail or timestamp is not within one hour from current time");
pub(crate) const HOOK_IP: ErrorCode = code(200, 19022, "Ip Not Allowed");
pub(crate) const HOOK_KEY_WORDS: ErrorCode = code(200, 19024, "Key NewMessage Not Found");
pub(crate) const HOOK_LIMIT: ErrorCode = code(200, 11232, "frequency limited");

// A token for the delayed update of a card that is unknown, old or used up. The documents at hand name
// no code for it.
pub(crate) const CARD_CONTENT: ErrorCode = code(400, 230099, "Failed to create card content");
pub(crate) const CARD_TOKEN: ErrorCode =
    code(400, 230001, "Your request contains an invalid request parameter");
