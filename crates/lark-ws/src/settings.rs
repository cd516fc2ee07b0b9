//! How the platform wants its clients to behave: `ClientConfig` of the discovery and of pongs.

use std::time::Duration;

use lark_core::Value;

/// Intervals outside of this are mistakes, in seconds.
const LONGEST: u64 = 86_400;
const MAX_COUNT: i64 = 10_000;

/// Settings in force. The defaults are those of the platform's own SDKs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Failed attempts in a row before the client is to give up; `None` for any number.
    pub(crate) reconnect_count: Option<u32>,
    /// The wait between two attempts.
    pub(crate) reconnect_interval: Duration,
    /// The longest random wait before the first attempt.
    pub(crate) reconnect_nonce: Duration,
    pub(crate) ping_interval: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reconnect_count: None,
            reconnect_interval: Duration::from_secs(120),
            reconnect_nonce: Duration::from_secs(30),
            ping_interval: Duration::from_secs(120),
        }
    }
}

impl Settings {
    /// Takes over what `config` says. What is missing or makes no sense stays as it is, so that a
    /// mistake of the platform cannot silence a bot.
    pub(crate) fn update(&mut self, config: &Value) {
        let seconds = |name: &str, shortest: u64| {
            let value = config.get(name)?;
            let value = value.as_u64().filter(|it| (shortest..=LONGEST).contains(it));
            if value.is_none() {
                tracing::warn!(target: "lark_ws", name, "the platform's setting is not usable");
            }
            value.map(Duration::from_secs)
        };
        if let Some(interval) = seconds("ReconnectInterval", 1) {
            self.reconnect_interval = interval;
        }
        if let Some(nonce) = seconds("ReconnectNonce", 0) {
            self.reconnect_nonce = nonce;
        }
        if let Some(interval) = seconds("PingInterval", 1) {
            self.ping_interval = interval;
        }
        match config.get("ReconnectCount").map(Value::as_i64) {
            None => {}
            Some(Some(count @ -1..=MAX_COUNT)) => self.reconnect_count = u32::try_from(count).ok(),
            Some(_) => {
                let name = "ReconnectCount";
                tracing::warn!(target: "lark_ws", name, "the platform's setting is not usable");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_makes_sense_is_taken_over() {
        let mut settings = Settings::default();
        settings.update(&json!({
            "ReconnectCount": 7, "ReconnectInterval": 90, "ReconnectNonce": 0, "PingInterval": 60
        }));
        let expected = Settings {
            reconnect_count: Some(7),
            reconnect_interval: Duration::from_secs(90),
            reconnect_nonce: Duration::ZERO,
            ping_interval: Duration::from_secs(60),
        };
        assert_eq!(settings, expected);
        for nonsense in [
            json!({}),
            json!(null),
            json!({ "ReconnectInterval": 0, "PingInterval": 0, "ReconnectCount": -2 }),
            json!({ "ReconnectInterval": -1, "PingInterval": "90", "ReconnectNonce": null }),
            json!({ "PingInterval": 86_401, "ReconnectCount": 10_001 }),
        ] {
            settings.update(&nonsense);
            assert_eq!(settings, expected, "{nonsense}");
        }
        settings.update(&json!({ "ReconnectCount": -1 }));
        assert_eq!(settings.reconnect_count, None);
    }
}
