//! Rate limits, faults and scripted responses.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::Arguments;
use super::command::Command;
use crate::gateway::{Fault, ScriptedResponse};
use crate::sandbox::Instance;
use crate::services::{RateLimit, Times};

/// An operation gets a rate limit.
pub(crate) struct SetRateLimit {
    pub(crate) operation_id: &'static str,
    pub(crate) limit: RateLimit,
}

impl Command for SetRateLimit {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let operation_id = arguments.need_operation()?;
        let mut limit = match arguments.get("per_minute") {
            Some(_) => RateLimit::per_minute(arguments.need_count("per_minute")?),
            None => RateLimit::per_second(arguments.need_count("per_second")?),
        };
        if arguments.get("status").is_some() {
            limit = limit.in_status(arguments.need_status("status")?);
        }
        if arguments.is_true("without_reset") {
            limit = limit.without_reset();
        }
        Ok(Self { operation_id, limit })
    }

    fn run(self, instance: &Instance) {
        instance.gateway.limits.set(self.operation_id, Some(self.limit));
    }
}

/// An operation loses its rate limit.
pub(crate) struct LiftRateLimit {
    pub(crate) operation_id: &'static str,
}

impl Command for LiftRateLimit {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { operation_id: arguments.need_operation()? })
    }

    fn run(self, instance: &Instance) {
        instance.gateway.limits.set(self.operation_id, None);
    }
}

/// Something goes wrong with the next requests to an operation, or with any.
pub(crate) struct InjectFault {
    pub(crate) operation_id: Option<&'static str>,
    pub(crate) times: Times,
    pub(crate) fault: Fault,
}

impl Command for InjectFault {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let fault = fault(arguments)?;
        Ok(Self { operation_id: arguments.operation()?, times: arguments.times()?, fault })
    }

    fn run(self, instance: &Instance) {
        instance.gateway.faults.add(self.operation_id, self.times, self.fault);
    }
}

/// The names of the faults.
const FAULTS: [&str; 12] = [
    "status",
    "latency",
    "slow_body",
    "reset",
    "reset_after_execution",
    "reset_mid_body",
    "truncated_json",
    "drifted_types",
    "wrong_content_type",
    "rate_limited",
    "code",
    "token_invalid",
];

fn fault(arguments: &Arguments) -> Result<Fault, String> {
    let milliseconds = || arguments.need_count("milliseconds").map(Duration::from_millis);
    Ok(match arguments.need_text("fault")? {
        "status" => Fault::status(arguments.need_status("status")?),
        "latency" => Fault::latency(milliseconds()?),
        "slow_body" => Fault::slow_body(milliseconds()?),
        "hang" => Fault::hang(),
        "refused_upgrade" => {
            let code = arguments.get("code").map(|_| arguments.need_integer("code")).transpose()?;
            Fault::refused_upgrade(arguments.need_integer("handshake_status")?, code)
        }
        "reset" => Fault::reset(),
        "reset_after_execution" => Fault::reset_after_execution(),
        "reset_mid_body" => Fault::reset_mid_body(),
        "truncated_json" => Fault::truncated_json(),
        "drifted_types" => Fault::drifted_types(),
        "wrong_content_type" => Fault::wrong_content_type(),
        "rate_limited" => Fault::rate_limited(arguments.need_count("reset")?),
        "code" => {
            let code = arguments.need_integer("code")?;
            Fault::code(code, arguments.need_status("status")?)
        }
        "token_invalid" => {
            let code = arguments.need_integer("code")?;
            Fault::token_invalid(code, arguments.need_status("status")?)
        }
        other => return Err(format!("there is no fault {other}, but {}", FAULTS.join(", "))),
    })
}

/// The faults that have not come yet are dropped.
pub(crate) struct ClearFaults;

impl Command for ClearFaults {
    type Output = ();

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) {
        instance.gateway.faults.clear();
    }
}

/// The next requests to an operation get this response.
pub(crate) struct ScriptResponse {
    pub(crate) operation_id: &'static str,
    pub(crate) times: Times,
    pub(crate) response: ScriptedResponse,
}

impl Command for ScriptResponse {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let response = response(arguments)?;
        let operation_id = arguments.need_operation()?;
        Ok(Self { operation_id, times: arguments.times()?, response })
    }

    fn run(self, instance: &Instance) {
        instance.gateway.script.add(self.operation_id, self.times, self.response);
    }
}

/// A body that is a string is sent as it is, any other as JSON.
fn response(arguments: &Arguments) -> Result<ScriptedResponse, String> {
    let status = arguments.need_status("status")?;
    let mut response = match arguments.get("body") {
        None => ScriptedResponse::new(status),
        Some(Value::String(text)) => ScriptedResponse::new(status).body(text.clone()),
        Some(body) => ScriptedResponse::json(status, body),
    };
    let headers = arguments.get("headers").and_then(Value::as_object);
    for (name, value) in headers.into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
            return Err(format!("{name} is not an HTTP header"));
        }
        response = response.header(name, value);
    }
    Ok(response)
}

/// The scripted responses that are left for an operation are dropped.
pub(crate) struct ClearResponses {
    pub(crate) operation_id: String,
}

impl Command for ClearResponses {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { operation_id: arguments.need_operation()?.to_owned() })
    }

    fn run(self, instance: &Instance) {
        instance.gateway.script.clear(&self.operation_id);
    }
}
