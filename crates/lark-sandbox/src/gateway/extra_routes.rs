//! Routes that the specs do not describe, apart from those that sign users in: group hooks, the
//! delayed update of cards, and the app's own bot. Their operation ids are made up in the same manner.

use std::sync::LazyLock;

use http::request::Parts;
use serde_json::{Map, Value, json};

use crate::http::{Refusal, Response, codes};
use crate::platform::Caller;

use crate::people::bot_open_id;
use crate::platform::Platform;
use crate::platform::hook;
use crate::spec::TokenKind;
use crate::spec::{BodyFormat, Operation, Outcome};

const HOOK: &str = "bot.v2.hook";
const CARD_UPDATE: &str = "interactive.v1.card.update";
const BOT_INFO: &str = "bot.v3.info";
const HOOK_PATH: &str = "/open-apis/bot/v2/hook/";

/// What is at a method and path.
pub(crate) enum Beside {
    /// A group hook, by its id.
    Hook(String),
    CardUpdate,
    BotInfo,
}

impl Beside {
    pub(crate) fn find(method: &str, path: &str) -> Option<Self> {
        match (method, path) {
            ("POST", "/open-apis/interactive/v1/card/update") => Some(Self::CardUpdate),
            ("GET", "/open-apis/bot/v3/info" | "/open-apis/bot/v3/info/") => Some(Self::BotInfo),
            ("POST", _) => path.strip_prefix(HOOK_PATH).map(|id| Self::Hook(id.to_owned())),
            _ => None,
        }
    }

    /// The path as records may show it: the id of a hook is a secret.
    pub(crate) fn shown_path(&self) -> Option<String> {
        matches!(self, Self::Hook(_)).then(|| format!("{HOOK_PATH}{{hook_id}}"))
    }

    /// The id itself, if there is such an operation.
    pub(crate) fn of(id: &str) -> Option<&'static str> {
        [HOOK, CARD_UPDATE, BOT_INFO].into_iter().find(|known| *known == id)
    }

    pub(crate) fn operation_id(&self) -> &'static str {
        match self {
            Self::Hook(_) => HOOK,
            Self::CardUpdate => CARD_UPDATE,
            Self::BotInfo => BOT_INFO,
        }
    }
}

pub(crate) fn answer(
    platform: &Platform,
    route: &Beside,
    parts: &Parts,
    body: &[u8],
    caller: &mut Caller,
) -> Result<Response, Refusal> {
    let operation = match route {
        Beside::Hook(id) => return Ok(hook::answer(platform, id, parts, body)),
        Beside::CardUpdate => &*CARD_OPERATION,
        Beside::BotInfo => &*BOT_OPERATION,
    };
    *caller = super::authorize(platform, operation, &parts.headers)?;
    platform.limits.admit(operation.id, caller, platform.timeline.now())?;
    match route {
        Beside::BotInfo => Ok(Response::top_level(bot_info(caller))),
        _ => update_card(platform, body, caller).map(|()| Response::success(None)),
    }
}

static CARD_OPERATION: LazyLock<Operation> = LazyLock::new(|| operation(CARD_UPDATE));
static BOT_OPERATION: LazyLock<Operation> = LazyLock::new(|| operation(BOT_INFO));

fn operation(id: &'static str) -> Operation {
    Operation {
        id,
        tokens: vec![TokenKind::Tenant],
        parameters: Vec::new(),
        body: BodyFormat::None,
        outcome: Outcome::Json(None),
        paging: None,
    }
}

/// The bot of the app. It is active, status 2.
fn bot_info(caller: &Caller) -> Map<String, Value> {
    let bot = json!({
        "activate_status": 2,
        "app_name": "Sandbox bot",
        "avatar_url": "",
        "ip_white_list": [],
        "open_id": bot_open_id(caller.app()),
    });
    Map::from_iter([("bot".to_owned(), bot)])
}

/// `{"token":"c-…","card":{…}}`. `open_ids` in the card says who sees the change; here everybody does.
fn update_card(platform: &Platform, body: &[u8], caller: &Caller) -> Result<(), Refusal> {
    let refuse = |reason: &str| codes::CARD_TOKEN.because(reason);
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
