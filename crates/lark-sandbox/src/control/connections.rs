//! Long connections.

use std::time::Duration;

use serde_json::{Value, json};

use super::Arguments;
use super::command::{Command, Outcome, data};
use crate::long_connection::{ClientConfig, ConnectionFault, OpenConnection, WrongFrame};
use crate::sandbox::Instance;
use crate::services::Times;

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

/// Something goes wrong with the next connections.
pub(crate) struct InjectConnectionFault {
    pub(crate) times: Times,
    pub(crate) fault: ConnectionFault,
}

impl Command for InjectConnectionFault {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { times: arguments.times()?, fault: fault(arguments)? })
    }

    fn run(self, instance: &Instance) {
        instance.connections.add_fault(self.times, self.fault);
    }
}

/// Something goes wrong with every connection that is open.
pub(crate) struct BreakConnections {
    pub(crate) fault: ConnectionFault,
}

impl Command for BreakConnections {
    /// The number of connections.
    type Output = usize;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let fault = fault(arguments)?;
        if fault.is_of_urls() {
            return Err("a hole is for connections that are not open yet".to_owned());
        }
        Ok(Self { fault })
    }

    fn run(self, instance: &Instance) -> usize {
        instance.connections.break_open(&self.fault)
    }

    fn render(broken: usize) -> Outcome {
        data(json!({ "broken": broken }))
    }
}

fn fault(arguments: &Arguments) -> Result<ConnectionFault, String> {
    let milliseconds = || arguments.need_count("milliseconds").map(Duration::from_millis);
    Ok(match arguments.need_text("fault")? {
        "connect_hole" => ConnectionFault::connect_hole(),
        "silent_hole" => ConnectionFault::silent_hole(),
        "reset" => ConnectionFault::reset(),
        "silence" => ConnectionFault::silence(),
        "half_open" => ConnectionFault::half_open(),
        "drip" => {
            let bytes = arguments.count_or("bytes", 1)?;
            if bytes == 0 {
                return Err("bytes is 0: the drip would never end".to_owned());
            }
            ConnectionFault::drip(bytes, milliseconds()?)
        }
        "torn_frame" => ConnectionFault::torn_frame(),
        "late_pong" => ConnectionFault::late_pong(milliseconds()?),
        "bare_pong" => ConnectionFault::bare_pong(),
        "lifetime" => ConnectionFault::lifetime(milliseconds()?),
        "wrong_frame" => {
            let name = arguments.need_text("frame")?;
            let mut all = WrongFrame::ALL.into_iter();
            let found = all.find(|(known, _)| *known == name);
            let (_, frame) = found.ok_or_else(|| format!("there is no wrong frame {name}"))?;
            ConnectionFault::wrong_frame(frame)
        }
        "reversed_parts" => ConnectionFault::reversed_parts(),
        "repeated_parts" => ConnectionFault::repeated_parts(),
        "lost_parts" => ConnectionFault::lost_parts(),
        other => return Err(format!("there is no fault {other} of connections")),
    })
}

/// The faults of connections that have not come yet are dropped.
pub(crate) struct ClearConnectionFaults;

impl Command for ClearConnectionFaults {
    type Output = ();

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) {
        instance.connections.clear_faults();
    }
}

/// The platform goes away, with every connection, and comes back after a while.
pub(crate) struct Restart {
    pub(crate) down: Duration,
}

impl Command for Restart {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { down: arguments.seconds()? })
    }

    fn run(self, instance: &Instance) {
        instance.connections.forget_tickets();
        instance.restarts.begin(self.down);
    }
}
