//! What the platform has clients of long connections do.

use serde_json::{Value, json};

/// How often clients ping and when they reconnect: what discovery and each pong say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// How often a client tries to reconnect; -1 for ever.
    pub reconnect_count: i64,
    /// Seconds between two tries.
    pub reconnect_interval: i64,
    /// The first try comes after a random time of up to this many seconds.
    pub reconnect_nonce: i64,
    /// Seconds between two pings.
    pub ping_interval: i64,
}

impl Default for ClientConfig {
    /// Those of the platform: -1, 120 s, 30 s, 120 s.
    fn default() -> Self {
        Self {
            reconnect_count: -1,
            reconnect_interval: 120,
            reconnect_nonce: 30,
            ping_interval: 120,
        }
    }
}

impl ClientConfig {
    /// `ClientConfig` of discovery.
    pub(crate) fn to_value(self) -> Value {
        json!({
            "ReconnectCount": self.reconnect_count,
            "ReconnectInterval": self.reconnect_interval,
            "ReconnectNonce": self.reconnect_nonce,
            "PingInterval": self.ping_interval,
        })
    }

    /// The payload of a pong, in the platform's order.
    pub(crate) fn to_json(self) -> String {
        let Self { reconnect_count, reconnect_interval, reconnect_nonce, ping_interval } = self;
        format!(
            "{{\"ReconnectCount\":{reconnect_count},\"ReconnectInterval\":{reconnect_interval},\
             \"ReconnectNonce\":{reconnect_nonce},\"PingInterval\":{ping_interval}}}"
        )
    }
}
