//! Rate limits and faults, by command.

use std::time::Duration;

use super::{Sandbox, known};
use crate::control::{ClearFaults, Command, InjectFault, LiftRateLimit, SetRateLimit};
use crate::gateway::Fault;
use crate::platform::{BaseLimits, EVERY_KIND, LIBRARY_SPACE};
use crate::services::{RateLimit, Times};

impl Sandbox {
    /// The id of a document that every tenant has: with a block of each kind, and one of a kind that
    /// nobody knows yet.
    pub const EVERY_KIND_OF_BLOCK: &str = EVERY_KIND;

    /// The id of a wiki space that every tenant has: a page, below it that document, below that a shortcut
    /// back to the first.
    pub const WIKI_SPACE: &str = LIBRARY_SPACE;

    /// Makes a wiki space with so many nodes on so many levels in the first app's tenant; its id. Twice as many
    /// are on each level as on the one above, and some have more children than a page holds.
    ///
    /// # Panics
    /// If the sandbox is stateless.
    pub fn grow_wiki(&self, nodes: usize, levels: usize) -> String {
        let (platform, services) = (&self.instance.platform, &self.instance.services);
        let space = platform.wiki.grow(services, self.tenant_key(), nodes, levels);
        space.expect("a stateless sandbox remembers no wiki")
    }

    /// Refuses calls for what their caller may not do with a document, file or folder that was made here: 1770032 for
    /// documents, 1061004 and 1069902 for files and exports, 1063002 for members. What an app makes belongs to
    /// the app, and other users and apps may open it once they are members, or by its link. Without this call
    /// nothing is refused. `drive.v1.permission.member.auth` tells the truth in either case.
    pub fn enforce_permissions(&self, is_enforced: bool) {
        self.instance.platform.drive.enforce_permissions(is_enforced);
    }

    /// How long exports and imports of Drive take from now on, by the sandbox's clock; 2 s by default.
    pub fn conversion_time(&self, time: Duration) {
        self.instance.platform.drive.set_conversion_time(time);
    }

    /// How long `wiki.v2.space.node.move_docs_to_wiki` takes from now on, by the sandbox's clock. By default a document
    /// is moved at once, and the response has its node; otherwise it has a `task_id` for `wiki.v2.task.get`.
    pub fn wiki_move_time(&self, time: Duration) {
        self.instance.platform.wiki.set_move_time(time);
    }

    /// Limits the rate at which each app may call this operation in each tenant. Calls are counted once
    /// their token was found valid; rejected calls are not executed. An operation that takes no token
    /// counts all its callers together.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn rate_limit(&self, operation_id: &str, limit: RateLimit) {
        SetRateLimit { operation_id: known(operation_id), limit }.run(&self.instance);
    }

    /// Takes the limit of an operation away.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn lift_rate_limit(&self, operation_id: &str) {
        LiftRateLimit { operation_id: known(operation_id) }.run(&self.instance);
    }

    /// Limits the rate at which a chat takes messages, of all apps together; None lifts the limit. More are
    /// rejected with 230020, whatever status the limit names. The platform's own is 5 a second.
    pub fn chat_rate_limit(&self, limit: Option<RateLimit>) {
        self.instance.platform.im.chat_limit.set(limit);
    }

    /// Limits the rate at which a document takes edits, of all apps together; None lifts the limit. The
    /// platform's own is 3 a second.
    pub fn document_rate_limit(&self, limit: Option<RateLimit>) {
        self.instance.platform.documents.limit_edits(limit);
    }

    /// Sets what tables of Bases take that were made here: records of a table and of a call, and how long a
    /// write keeps a table for itself.
    pub fn base_limits(&self, limits: BaseLimits) {
        self.instance.platform.bases.set_limits(limits);
    }

    /// The number of calls of an operation that its limit has rejected. [`calls_of`](Self::calls_of) says
    /// when.
    pub fn rate_limited(&self, operation_id: &str) -> u64 {
        self.instance.gateway.limits.rejected(operation_id)
    }

    /// Injects a fault into the next requests to an operation. Faults of one operation come
    /// in the order they were given, after what [`respond_with`](Self::respond_with) has scripted and
    /// before those for any operation.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn fault(&self, operation_id: &str, times: Times, fault: Fault) {
        let operation_id = Some(known(operation_id));
        InjectFault { operation_id, times, fault }.run(&self.instance);
    }

    /// Injects a fault into the next requests to any operation; requests for tokens
    /// are among them.
    pub fn fault_any(&self, times: Times, fault: Fault) {
        InjectFault { operation_id: None, times, fault }.run(&self.instance);
    }

    /// Drops the faults that have not come yet.
    pub fn clear_faults(&self) {
        ClearFaults.run(&self.instance);
    }

    /// The number of requests that had a fault.
    pub fn faults_served(&self) -> u64 {
        self.instance.gateway.faults.served()
    }
}
