//! Custom bots of chats, by command.

use super::Sandbox;
use crate::control::{Command, OpenHook};
use crate::platform::Hook;

impl Sandbox {
    /// Adds a custom bot to a chat, and returns the URL to post to.
    ///
    /// # Panics
    /// If the chat id does not begin with `oc_`, or there are more than 10 keywords or addresses.
    pub fn add_hook(&self, hook: Hook) -> String {
        OpenHook { hook }.run(&self.instance).unwrap_or_else(|reason| panic!("{reason}"))
    }
}
