//! Rate limits and faults, by command.

use super::{Sandbox, known};
use crate::gateway::Fault;
use crate::gateway::RateLimit;
use crate::gateway::Times;

impl Sandbox {
    /// Limits how often each app may call this operation in each tenant. Calls are counted once
    /// their token is found good, refused ones are not executed. An operation that takes no token
    /// counts all its callers together.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn rate_limit(&self, operation_id: &str, limit: RateLimit) {
        self.platform.limits.set(known(operation_id), Some(limit));
    }

    /// Takes the limit of an operation away.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn lift_rate_limit(&self, operation_id: &str) {
        self.platform.limits.set(known(operation_id), None);
    }

    /// Limits how many messages a chat takes, of all apps together; None lifts the limit. More are
    /// refused with 230020, whatever status the limit names. The platform's own is 5 a second.
    pub fn chat_rate_limit(&self, limit: Option<RateLimit>) {
        self.platform.limits.set_chats(limit);
    }

    /// How many calls of an operation its limit has refused. [`calls_of`](Self::calls_of) says
    /// when.
    pub fn rate_limited(&self, operation_id: &str) -> u64 {
        self.platform.limits.refused(operation_id)
    }

    /// Has something go wrong with the next requests to an operation. Faults of one operation come
    /// in the order they were given, after what [`respond_with`](Self::respond_with) dictates and
    /// before those for any operation.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn fault(&self, operation_id: &str, times: Times, fault: Fault) {
        self.platform.faults.add(Some(known(operation_id)), times, fault);
    }

    /// Has something go wrong with the next requests, whatever they ask for; requests for tokens
    /// are among them.
    pub fn fault_any(&self, times: Times, fault: Fault) {
        self.platform.faults.add(None, times, fault);
    }

    /// Drops the faults that have not come yet.
    pub fn clear_faults(&self) {
        self.platform.faults.clear();
    }

    /// How many requests had a fault.
    pub fn faults_served(&self) -> u64 {
        self.platform.faults.served()
    }
}
