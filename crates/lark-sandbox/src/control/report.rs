//! What was asked so far, who there is, and the clock.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Arguments, Outcome};
use crate::gateway::RecordedCall;
use crate::platform::Platform;

pub(super) fn stats(platform: &Platform, _: &Arguments) -> Outcome {
    let apps = platform.config.apps.all().iter();
    let resends: Map<_, _> =
        apps.map(|app| (app.id.clone(), json!(platform.tickets.resends(&app.id)))).collect();
    Ok(json!({
        "requests": platform.counts.all(),
        "token_requests": platform.counts.tokens(),
        "requests_of": platform.counts.by_operation(),
        "rate_limited": platform.limits.all_refused(),
        "faults_served": platform.faults.served(),
        "messages_sent": platform.world.messages_sent(),
        "parts_received": platform.world.parts_received(),
        "refreshes": platform.oauth.refreshes(),
        "refresh_reuses": platform.oauth.reuses(),
        "ticket_resends": resends,
    }))
}

pub(super) fn calls(platform: &Platform, arguments: &Arguments) -> Outcome {
    let records = match arguments.operation()? {
        Some(id) => platform.records.of(id),
        None => platform.records.all(),
    };
    Ok(json!({ "calls": records.iter().map(render).collect::<Vec<_>>() }))
}

fn render(record: &RecordedCall) -> Value {
    json!({
        "at": record.at.as_secs_f64(),
        "method": record.method,
        "path": record.path,
        "operation_id": record.operation_id,
        "token_kind": record.token_kind.map(|kind| format!("{kind:?}").to_lowercase()),
        "app_id": record.app_id,
        "tenant_key": record.tenant_key,
        "open_id": record.open_id,
        "status": record.status,
        "code": record.code,
        "log_id": record.log_id,
    })
}

pub(super) fn people(platform: &Platform, arguments: &Arguments) -> Outcome {
    let home = platform.config.apps.first().home();
    let tenant_key = arguments.text("tenant_key").unwrap_or(home);
    Ok(json!({ "open_ids": platform.world.open_ids(tenant_key) }))
}

pub(super) fn advance(platform: &Platform, arguments: &Arguments) -> Outcome {
    let seconds = arguments.get("seconds").and_then(Value::as_f64);
    let by = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    platform.advance(by.ok_or("seconds is required, a number that is not negative")?);
    Ok(Value::Null)
}
