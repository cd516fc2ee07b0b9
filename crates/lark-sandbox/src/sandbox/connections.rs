//! Long connections, by command.

use super::{Pushes, Sandbox};
use crate::control::{CloseConnections, Command, ListConnections, SetClientConfig};
use crate::long_connection::{ClientConfig, OpenConnection};

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
}

impl Pushes<'_> {
    /// Sends events and callbacks over the long connections of the app from now on, whether or not it
    /// has one: an event that finds none is sent again later. Without this and without URLs, that begins
    /// with the first connection of the app.
    pub fn use_long_connection(&self) {
        self.instance.pusher.use_long_connection(self.app_id);
    }
}
