//! Custom bots: a hook into one chat, for programs without an app.

mod content;
mod pace;
mod sign;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use http::request::Parts;
use serde_json::Value;

use crate::http::Peer;
use crate::http::{ErrorCode, Response, codes};
use crate::platform::Platform;
use pace::Pace;

/// The largest body. Source: the platform's page on custom bots.
const BODY_LIMIT: usize = 20 * 1024;

/// A custom bot of a chat, in the tenant of the first app. It has no limits of its own but what is
/// set here, and those of the platform: 100 messages a minute, 5 a second, 20 KB each.
#[derive(Clone, Debug, Default)]
pub struct Hook {
    chat_id: String,
    secret: Option<String>,
    key_words: Vec<String>,
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
    pub fn key_word(mut self, word: impl Into<String>) -> Self {
        self.key_words.push(word.into());
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
        if self.key_words.len() > 10 || self.ips.len() > 10 {
            return Err("a hook has at most 10 key words and 10 addresses".to_owned());
        }
        Ok(())
    }
}

struct Open {
    hook: Hook,
    pace: Pace,
}

/// The hooks of one sandbox, by id.
#[derive(Default)]
pub(crate) struct Hooks(Mutex<HashMap<String, Open>>);

impl Hooks {
    /// Opens a hook; the URL to post to.
    pub(crate) fn open(&self, platform: &Platform, hook: Hook) -> String {
        let id = platform.ids.next("");
        let url = format!("{}/open-apis/bot/v2/hook/{id}", platform.base_url);
        crate::lock(&self.0).insert(id, Open { hook, pace: Pace::default() });
        url
    }
}

/// Answers a post to a hook. Every refusal has status 200.
pub(crate) fn answer(platform: &Platform, id: &str, parts: &Parts, body: &[u8]) -> Response {
    match post(platform, id, parts, body) {
        Ok(()) => Response::hook_done(),
        Err(code) => Response::hook_refused(code),
    }
}

fn post(platform: &Platform, id: &str, parts: &Parts, body: &[u8]) -> Result<(), ErrorCode> {
    let mut hooks = crate::lock(&platform.hooks.0);
    let Open { hook, pace } = hooks.get_mut(id).ok_or(codes::HOOK_UNKNOWN)?;
    let now = platform.timeline.now();
    // Without a socket it is this computer.
    let address =
        parts.extensions.get::<Peer>().map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0.ip());
    if !hook.ips.is_empty() && !hook.ips.contains(&address) {
        return Err(codes::HOOK_IP);
    }
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
    if !hook.key_words.is_empty() && !hook.key_words.iter().any(holds) {
        return Err(codes::HOOK_KEY_WORDS);
    }
    if !pace.admit(now) {
        return Err(codes::HOOK_LIMIT);
    }
    let tenant = platform.config.apps.first().home();
    platform.world.post(platform, tenant, id, &hook.chat_id, message.msg_type, message.content);
    Ok(())
}
