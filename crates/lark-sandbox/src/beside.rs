//! Routes that the specs do not describe, apart from those that sign users in: group hooks, and the
//! delayed update of cards. Their operation ids are made up in the same manner.

use std::sync::LazyLock;

use http::request::Parts;
use serde_json::Value;

use crate::answer::{Answer, Refusal, faults};
use crate::auth::{self, Caller, TokenKind};
use crate::hook;
use crate::platform::Platform;
use crate::spec::{BodyFormat, Operation, Outcome};

const HOOK: &str = "bot.v2.hook";
const CARD_UPDATE: &str = "interactive.v1.card.update";
const HOOK_PATH: &str = "/open-apis/bot/v2/hook/";

/// What is at a method and path.
pub(crate) enum Beside {
    /// A group hook, by its id.
    Hook(String),
    CardUpdate,
}

impl Beside {
    pub(crate) fn find(method: &str, path: &str) -> Option<Self> {
        if method != "POST" {
            return None;
        }
        if path == "/open-apis/interactive/v1/card/update" {
            return Some(Self::CardUpdate);
        }
        path.strip_prefix(HOOK_PATH).map(|id| Self::Hook(id.to_owned()))
    }

    /// The id itself, if there is such an operation.
    pub(crate) fn of(id: &str) -> Option<&'static str> {
        [HOOK, CARD_UPDATE].into_iter().find(|known| *known == id)
    }

    pub(crate) fn operation_id(&self) -> &'static str {
        match self {
            Self::Hook(_) => HOOK,
            Self::CardUpdate => CARD_UPDATE,
        }
    }
}

pub(crate) fn answer(
    platform: &Platform,
    route: &Beside,
    parts: &Parts,
    body: &[u8],
    caller: &mut Caller,
) -> Result<Answer, Refusal> {
    match route {
        Beside::Hook(id) => Ok(hook::answer(platform, id, parts, body)),
        Beside::CardUpdate => {
            let operation = &*CARD_OPERATION;
            *caller = auth::authorize(platform, operation, &parts.headers)?;
            platform.limits.admit(operation.id, caller, platform.timeline.now())?;
            update_card(platform, body, caller)?;
            Ok(Answer::success(None))
        }
    }
}

static CARD_OPERATION: LazyLock<Operation> = LazyLock::new(|| Operation {
    id: CARD_UPDATE,
    tokens: vec![TokenKind::Tenant],
    parameters: Vec::new(),
    body: BodyFormat::None,
    outcome: Outcome::Json(None),
    paging: None,
});

/// `{"token":"c-…","card":{…}}`. `open_ids` in the card says who sees the change; here everybody does.
fn update_card(platform: &Platform, body: &[u8], caller: &Caller) -> Result<(), Refusal> {
    let refuse = |reason: &str| faults::CARD_TOKEN.because(reason);
    let body: Value = serde_json::from_slice(body).map_err(|_| refuse("the body is not JSON"))?;
    let token = body["token"].as_str().ok_or_else(|| refuse("token is required"))?;
    let mut card = body["card"].clone();
    let fields = card.as_object_mut().ok_or_else(|| refuse("card is required, an object"))?;
    fields.remove("open_ids");
    let now = platform.timeline.now();
    let target = platform.outbox.book().card_tokens.redeem(token, caller.app(), now);
    let target = target.map_err(refuse)?;
    platform.world.replace_card(platform, &target.tenant_key, &target.message_id, &card)
}
