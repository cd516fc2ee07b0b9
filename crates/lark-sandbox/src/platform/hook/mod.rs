//! Custom bots: a hook into one chat, for programs without an app.

mod content;
mod limit;
mod sign;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::im::{HookPost, Im};
use super::{Call, Checks, Part};
use crate::http::{ErrorCode, Rejection, Response, codes};
use crate::services::Services;
use limit::HookLimit;

/// The largest body. Source: the platform's page on custom bots.
const BODY_LIMIT: usize = 20 * 1024;

/// A custom bot of a chat, in the tenant of the first app. It has no limits of its own but what is
/// set here, and those of the platform: 100 messages a minute, 5 a second, 20 KB each.
#[derive(Clone, Debug, Default)]
pub struct Hook {
    chat_id: String,
    secret: Option<String>,
    keywords: Vec<String>,
    ips: Vec<IpAddr>,
}

impl Hook {
    /// A hook into this chat, open to everybody who knows its URL.
    pub fn new(chat_id: impl Into<String>) -> Self {
        Self { chat_id: chat_id.into(), ..Self::default() }
    }

    /// Requests must be signed with this secret.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Messages must hold this word, or another one that was named; 10 at most.
    pub fn keyword(mut self, word: impl Into<String>) -> Self {
        self.keywords.push(word.into());
        self
    }

    /// Requests must come from this address, or another one that was named; 10 at most.
    pub fn allow_ip(mut self, address: IpAddr) -> Self {
        self.ips.push(address);
        self
    }

    /// What the platform would not let one configure.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !self.chat_id.starts_with("oc_") {
            return Err(format!("{:?} is not the id of a chat", self.chat_id));
        }
        if self.keywords.len() > 10 || self.ips.len() > 10 {
            return Err("a hook has at most 10 key words and 10 addresses".to_owned());
        }
        Ok(())
    }
}

struct Open {
    hook: Hook,
    limit: HookLimit,
}

/// The hooks of one sandbox, by id.
pub(crate) struct Hooks {
    im: Arc<Im>,
    open: Mutex<HashMap<String, Open>>,
}

impl Hooks {
    pub(super) fn new(im: Arc<Im>) -> Self {
        Self { im, open: Mutex::default() }
    }

    /// Opens a hook; the URL to post to.
    pub(crate) fn open(&self, services: &Services, hook: Hook) -> String {
        let id = services.ids.next("");
        let url = format!("{}/open-apis/bot/v2/hook/{id}", services.base_url);
        crate::lock(&self.open).insert(id, Open { hook, limit: HookLimit::default() });
        url
    }

    fn post(&self, services: &Services, call: &Call) -> Result<(), ErrorCode> {
        let hook_id = call.path("hook_id");
        let mut hooks = crate::lock(&self.open);
        let Open { hook, limit } = hooks.get_mut(hook_id).ok_or(codes::HOOK_UNKNOWN)?;
        let now = services.now();
        // Without a socket it is this computer.
        let address = call.raw.peer.unwrap_or(IpAddr::from([127, 0, 0, 1]));
        if !hook.ips.is_empty() && !hook.ips.contains(&address) {
            return Err(codes::HOOK_IP);
        }
        let body = &call.raw.body;
        if body.len() > BODY_LIMIT {
            return Err(codes::HOOK_BODY);
        }
        let fields: Value = serde_json::from_slice(body).map_err(|_| codes::HOOK_BODY)?;
        if let Some(secret) = &hook.secret
            && !sign::fits(secret, &fields, now)
        {
            return Err(codes::HOOK_SIGN);
        }
        let message = content::read(&fields).ok_or(codes::HOOK_BODY)?;
        let holds = |word: &String| message.content.contains(word.as_str());
        if !hook.keywords.is_empty() && !hook.keywords.iter().any(holds) {
            return Err(codes::HOOK_KEY_WORDS);
        }
        if !limit.admit(now) {
            return Err(codes::HOOK_LIMIT);
        }
        let content::Posted { msg_type, content } = message;
        let post = HookPost { hook_id, chat_id: &hook.chat_id, msg_type, content };
        self.im.post(services, services.apps.first().home(), post);
        Ok(())
    }
}

impl Part for Hooks {
    fn checks(&self) -> Checks {
        Checks::Nothing
    }

    /// Responds to a post to a hook. Every rejection has status 200.
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        Some(Ok(match self.post(services, call) {
            Ok(()) => Response::hook_done(),
            Err(code) => Response::hook_rejected(code),
        }))
    }
}
