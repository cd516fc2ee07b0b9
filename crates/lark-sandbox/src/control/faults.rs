//! Rate limits, faults and dictated answers.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::{Arguments, Outcome};
use crate::gateway::Fault;
use crate::gateway::RateLimit;
use crate::gateway::ScriptedResponse;
use crate::platform::Platform;

pub(super) fn limit(platform: &Platform, arguments: &Arguments) -> Outcome {
    let operation = arguments.need_operation()?;
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
    platform.limits.set(operation, Some(limit));
    Ok(Value::Null)
}

pub(super) fn lift_limit(platform: &Platform, arguments: &Arguments) -> Outcome {
    platform.limits.set(arguments.need_operation()?, None);
    Ok(Value::Null)
}

pub(super) fn fault(platform: &Platform, arguments: &Arguments) -> Outcome {
    let fault = match arguments.need_text("fault")? {
        "status" => Fault::status(arguments.need_status("status")?),
        "latency" => Fault::latency(Duration::from_millis(arguments.need_count("milliseconds")?)),
        "slow_body" => {
            Fault::slow_body(Duration::from_millis(arguments.need_count("milliseconds")?))
        }
        "reset" => Fault::reset(),
        "reset_after_execution" => Fault::reset_after_execution(),
        "reset_mid_body" => Fault::reset_mid_body(),
        "truncated_json" => Fault::truncated_json(),
        "drifted_types" => Fault::drifted_types(),
        "wrong_content_type" => Fault::wrong_content_type(),
        "rate_limited" => Fault::rate_limited(arguments.need_count("reset")?),
        "token_invalid" => {
            let code = arguments.need_integer("code")?;
            Fault::token_invalid(code, arguments.need_status("status")?)
        }
        other => return Err(format!("there is no fault {other}")),
    };
    platform.faults.add(arguments.operation()?, arguments.times()?, fault);
    Ok(Value::Null)
}

pub(super) fn clear_faults(platform: &Platform, _: &Arguments) -> Outcome {
    platform.faults.clear();
    Ok(Value::Null)
}

/// A body that is a string is sent as it is, any other as JSON.
pub(super) fn reply(platform: &Platform, arguments: &Arguments) -> Outcome {
    let status = arguments.need_status("status")?;
    let mut reply = match arguments.get("body") {
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
        reply = reply.header(name, value);
    }
    platform.script.add(arguments.need_operation()?, arguments.times()?, reply);
    Ok(Value::Null)
}

pub(super) fn clear_replies(platform: &Platform, arguments: &Arguments) -> Outcome {
    platform.script.clear(arguments.need_operation()?);
    Ok(Value::Null)
}
