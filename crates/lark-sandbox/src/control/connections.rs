//! Long connections.

use serde_json::{Value, json};

use super::Arguments;
use super::command::{Command, Outcome, data};
use crate::long_connection::{ClientConfig, OpenConnection};
use crate::sandbox::Instance;

/// The connections that are open.
pub(crate) struct ListConnections;

impl Command for ListConnections {
    type Output = Vec<OpenConnection>;

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) -> Self::Output {
        instance.connections.open()
    }

    fn render(open: Self::Output) -> Outcome {
        let connection = |it: &OpenConnection| {
            let OpenConnection { id, app_id, at, pings, sent, stray_acks } = it;
            let at = at.as_secs_f64();
            json!({
                "connection_id": id, "app_id": app_id, "at": at, "pings": pings, "sent": sent,
                "stray_acks": stray_acks,
            })
        };
        data(json!({ "connections": open.iter().map(connection).collect::<Vec<Value>>() }))
    }
}

/// Open connections are closed: all, or those of an app, or the one with an id.
#[derive(Default)]
pub(crate) struct CloseConnections {
    pub(crate) app_id: Option<String>,
    pub(crate) id: Option<String>,
}

impl Command for CloseConnections {
    /// The number that was open.
    type Output = usize;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let text = |name| Ok::<_, String>(arguments.optional_text(name)?.map(str::to_owned));
        Ok(Self { app_id: text("app_id")?, id: text("connection_id")? })
    }

    fn run(self, instance: &Instance) -> usize {
        instance.connections.close(self.app_id.as_deref(), self.id.as_deref())
    }

    fn render(closed: usize) -> Outcome {
        data(json!({ "closed": closed }))
    }
}

/// What discovery and pongs tell clients from now on. What is not named is as on the platform.
pub(crate) struct SetClientConfig {
    pub(crate) config: ClientConfig,
}

impl Command for SetClientConfig {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let known = ClientConfig::default();
        let number = |name, default| match arguments.get(name) {
            None => Ok(default),
            Some(_) => arguments.need_integer(name),
        };
        let config = ClientConfig {
            reconnect_count: number("reconnect_count", known.reconnect_count)?,
            reconnect_interval: number("reconnect_interval", known.reconnect_interval)?,
            reconnect_nonce: number("reconnect_nonce", known.reconnect_nonce)?,
            ping_interval: number("ping_interval", known.ping_interval)?,
        };
        Ok(Self { config })
    }

    fn run(self, instance: &Instance) {
        instance.connections.set_config(self.config);
    }
}
