//! Long connections, by command.

use std::time::Duration;

use super::{Pushes, Sandbox};
use crate::control::{
    BreakConnections, ClearConnectionFaults, CloseConnections, Command, InjectConnectionFault,
    ListConnections, Restart, SetClientConfig,
};
use crate::long_connection::{ClientConfig, ConnectionFault, OpenConnection};
use crate::services::Times;

impl Sandbox {
    /// The long connections that are open, of all apps, the oldest first.
    pub fn connections(&self) -> Vec<OpenConnection> {
        ListConnections.run(&self.instance)
    }

    /// The number of long connections that were opened so far.
    pub fn connections_opened(&self) -> u64 {
        self.instance.connections.opened()
    }

    /// Closes every long connection, as the platform does when it wants clients to reconnect. Returns
    /// the number of connections.
    pub fn close_connections(&self) -> usize {
        CloseConnections::default().run(&self.instance)
    }

    /// Closes one long connection. Returns whether it was open.
    pub fn close_connection(&self, id: &str) -> bool {
        CloseConnections { app_id: None, id: Some(id.to_owned()) }.run(&self.instance) > 0
    }

    /// What discovery and pongs tell clients of long connections from now on.
    pub fn client_config(&self, config: ClientConfig) {
        SetClientConfig { config }.run(&self.instance);
    }

    /// Has something go wrong with the next long connections, one fault each, in the order they were
    /// given. What goes wrong with discovery and the upgrade is a [`fault`](Self::fault) of
    /// `callback.ws.endpoint` and `callback.ws.connect`.
    pub fn connection_fault(&self, times: Times, fault: ConnectionFault) {
        InjectConnectionFault { times, fault }.run(&self.instance);
    }

    /// Has something go wrong with every long connection that is open. Returns the number of
    /// connections.
    ///
    /// # Panics
    /// If it is a hole, which only a connection that is not open yet can fall into.
    pub fn break_connections(&self, fault: ConnectionFault) -> usize {
        assert!(!fault.is_of_urls(), "{fault:?} is for connections that are not open yet");
        BreakConnections { fault }.run(&self.instance)
    }

    /// Drops the faults of connections that have not come yet.
    pub fn clear_connection_faults(&self) {
        ClearConnectionFaults.run(&self.instance);
    }

    /// Has the platform go away and come back after this time, which is tokio's: every connection ends,
    /// requests in flight among them, none is accepted meanwhile, and no URL for long connections that was
    /// given before is good. Nothing else is forgotten.
    pub fn restart(&self, down: Duration) {
        Restart { down }.run(&self.instance);
    }
}

impl Pushes<'_> {
    /// Sends events and callbacks over the long connections of the app from now on, whether or not it
    /// has one: an event that finds none is sent again later. Without this and without URLs, that begins
    /// with the first connection of the app.
    pub fn use_long_connection(&self) {
        self.instance.pusher.use_long_connection(self.app_id);
    }
}
