//! What was asked so far, who there is, and the clock.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Arguments;
use super::command::{Command, Outcome, data};
use crate::gateway::{RecordedCall, UnknownInput, UnlistedValue};
use crate::http::Response;
use crate::sandbox::Instance;
use crate::services::StoredFile;

/// Every number there is. In Rust each has a method of its own.
pub(super) struct Stats;

impl Command for Stats {
    type Output = Value;

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) -> Value {
        let Instance { services, connections, gateway, platform, .. } = instance;
        let tickets = &platform.auth.tickets;
        let apps = services.apps.all().iter();
        let resends: Map<_, _> =
            apps.map(|app| (app.id.clone(), json!(tickets.resends(&app.id)))).collect();
        json!({
            "requests": gateway.counts.all(),
            "token_requests": gateway.counts.tokens(),
            "requests_of": gateway.counts.by_operation(),
            "rate_limited": gateway.limits.all_rejected(),
            "faults_served": gateway.faults.served(),
            "connections_opened": connections.opened(),
            "messages_sent": platform.im.messages_sent(),
            "parts_received": platform.files.parts_received(),
            "refreshes": platform.oauth.refreshes(),
            "refresh_reuses": platform.oauth.reuses(),
            "ticket_resends": resends,
        })
    }

    fn render(stats: Value) -> Outcome {
        data(stats)
    }
}

/// The calls so far, of one operation or of all.
pub(crate) struct Calls {
    pub(crate) operation_id: Option<String>,
}

impl Command for Calls {
    type Output = Vec<RecordedCall>;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { operation_id: arguments.operation()?.map(str::to_owned) })
    }

    fn run(self, instance: &Instance) -> Vec<RecordedCall> {
        let calls = &instance.gateway.calls;
        self.operation_id.map_or_else(|| calls.all(), |id| calls.of(&id))
    }

    fn render(calls: Vec<RecordedCall>) -> Outcome {
        data(json!({ "calls": calls.iter().map(call).collect::<Vec<_>>() }))
    }
}

fn call(call: &RecordedCall) -> Value {
    json!({
        "at": call.at.as_secs_f64(),
        "method": call.method,
        "path": call.path,
        "operation_id": call.operation_id,
        "token_kind": call.token_kind.map(|kind| format!("{kind:?}").to_lowercase()),
        "app_id": call.app_id,
        "tenant_key": call.tenant_key,
        "open_id": call.open_id,
        "status": call.status,
        "code": call.code,
        "log_id": call.log_id,
    })
}

/// The inputs that are in no spec.
pub(crate) struct UnknownInputList;

impl Command for UnknownInputList {
    type Output = Vec<UnknownInput>;

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) -> Vec<UnknownInput> {
        instance.gateway.unknown_inputs.all()
    }

    fn render(inputs: Vec<UnknownInput>) -> Outcome {
        let input = |it: &UnknownInput| {
            let UnknownInput { operation_id, place, name, times } = it;
            json!({ "operation_id": operation_id, "place": place.name(), "name": name, "times": times })
        };
        data(json!({ "unknown_inputs": inputs.iter().map(input).collect::<Vec<_>>() }))
    }
}

/// The values that are in no enum of a spec.
pub(crate) struct UnlistedValueList;

impl Command for UnlistedValueList {
    type Output = Vec<UnlistedValue>;

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) -> Vec<UnlistedValue> {
        instance.gateway.unlisted_values.all()
    }

    fn render(values: Vec<UnlistedValue>) -> Outcome {
        let value = |it: &UnlistedValue| {
            let UnlistedValue { operation_id, place, name, value, times } = it;
            json!({
                "operation_id": operation_id, "place": place.name(), "name": name, "value": value,
                "times": times,
            })
        };
        data(json!({ "unlisted_values": values.iter().map(value).collect::<Vec<_>>() }))
    }
}

/// Everyone in a tenant.
pub(crate) struct OpenIds {
    pub(crate) tenant_key: String,
}

impl Command for OpenIds {
    type Output = Vec<String>;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let home = instance.services.apps.first().home();
        Ok(Self { tenant_key: arguments.text("tenant_key").unwrap_or(home).to_owned() })
    }

    fn run(self, instance: &Instance) -> Vec<String> {
        instance.platform.contact.open_ids(&self.tenant_key)
    }

    fn render(open_ids: Vec<String>) -> Outcome {
        data(json!({ "open_ids": open_ids }))
    }
}

/// A file that was uploaded, by its key. The response is the file itself.
pub(crate) struct FindFile {
    pub(crate) key: String,
}

impl Command for FindFile {
    type Output = Option<StoredFile>;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { key: arguments.need_text("key")?.to_owned() })
    }

    fn run(self, instance: &Instance) -> Option<StoredFile> {
        instance.platform.files.stored_file(&self.key)
    }

    fn render(file: Option<StoredFile>) -> Outcome {
        let file = file.ok_or("there is no such file")?;
        Ok(Response::file(&file.name, file.content.whole()))
    }
}

/// The clock moves forward.
pub(crate) struct Advance {
    pub(crate) by: Duration,
}

impl Command for Advance {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { by: arguments.seconds()? })
    }

    fn run(self, instance: &Instance) {
        instance.advance(self.by);
    }
}
