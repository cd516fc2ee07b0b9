//! What the sandbox remembers: messages, people, departments.

mod contact;
mod im;
mod page;

use std::sync::Mutex;

use serde_json::Value;

use crate::answer::Refusal;
use crate::call::Call;
use crate::platform::Platform;
use contact::Directory;
pub(crate) use contact::Seed;
use im::Messages;

/// `data` of a success, none for operations that answer none; or a refusal.
pub(crate) type Data = Result<Option<Value>, Refusal>;

/// The state of one sandbox.
pub(crate) struct World {
    /// None: stateless.
    stores: Option<Stores>,
}

struct Stores {
    messages: Mutex<Messages>,
    directory: Mutex<Directory>,
}

impl World {
    pub(crate) fn new(seed: Option<Seed>) -> Self {
        let stores = seed
            .map(|seed| Stores { messages: Mutex::default(), directory: Mutex::new(seed.plant()) });
        Self { stores }
    }

    /// Answers an operation that has state. None for every other.
    pub(crate) fn answer(&self, platform: &Platform, operation: &str, call: &Call) -> Option<Data> {
        let stores = self.stores.as_ref()?;
        let directory = || crate::lock(&stores.directory);
        if let Some(method) = operation.strip_prefix("contact.v3.user.") {
            return contact::user(&mut directory(), &platform.ids, method, call);
        }
        if let Some(method) = operation.strip_prefix("contact.v3.department.") {
            return contact::department(&mut directory(), &platform.ids, method, call);
        }
        let method = operation.strip_prefix("im.v1.message.")?;
        im::answer(&mut crate::lock(&stores.messages), &directory(), platform, method, call)
    }

    pub(crate) fn open_ids(&self) -> Vec<String> {
        let Some(stores) = &self.stores else { return Vec::new() };
        crate::lock(&stores.directory).open_ids()
    }
}
