//! The app's own bot: `bot.v3.bot.get`.

use serde_json::{Map, json};

use super::{Call, Checks, Part};
use crate::http::{Rejection, Response};
use crate::services::Services;
use crate::services::ids::{hash, wide};

/// The name of every bot.
pub(super) const BOT_NAME: &str = "Sandbox bot";

/// The open id of an app's bot, by which messages mention it.
pub(crate) fn bot_open_id(app_id: &str) -> String {
    wide("ou_", hash(&format!("bot of {app_id}")))
}

/// What an app asks for its own bot; it remembers nothing.
pub(super) struct Bot;

impl Part for Bot {
    fn checks(&self) -> Checks {
        Checks::Admission
    }

    /// The bot is active, status 2.
    fn respond(&self, _: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let bot = json!({
            "activate_status": 2,
            "app_name": BOT_NAME,
            "avatar_url": "",
            "ip_white_list": [],
            "open_id": bot_open_id(call.caller.app()),
        });
        Some(Ok(Response::top_level(Map::from_iter([("bot".to_owned(), bot)]))))
    }
}
