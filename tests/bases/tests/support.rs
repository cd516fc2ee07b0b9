//! A sandbox with a table.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_bitable::table::Table;
use lark_bitable::v1::{self, app, app_table};
use lark_core::http::Request;
use lark_core::{Body, Client, Json, RetryPolicy, TransportError, TransportErrorKind};
use lark_sandbox::{Clock, Sandbox};
use lark_test_support::FakeTransport;
use serde_json::{Value, json};
use tokio::time::Instant;

pub(crate) const CREATE: &str = "bitable.v1.app.table.record.batch_create";
pub(crate) const UPDATE: &str = "bitable.v1.app.table.record.batch_update";
pub(crate) const DELETE: &str = "bitable.v1.app.table.record.batch_delete";
pub(crate) const SEARCH: &str = "bitable.v1.app.table.record.search";
pub(crate) const FIELDS: &str = "bitable.v1.app.table.field.list";

/// The clock of tokio, which tests pause.
struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_795_622_400) + self.0.elapsed()
    }
}

/// A sandbox on tokio's clock, without a socket.
pub(crate) async fn start() -> Arc<Sandbox> {
    let clock = TokioClock(Instant::now());
    Arc::new(Sandbox::builder().clock(clock).start().await.expect("a free port"))
}

/// A client that retries nothing by itself, but waits for rate limits.
pub(crate) fn client(sandbox: &Arc<Sandbox>) -> Client {
    let platform = Arc::clone(sandbox);
    let transport = FakeTransport::handling(move |request| {
        let platform = Arc::clone(&platform);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            let response = platform.respond(Request::from_parts(parts, body)).await;
            let broken = |error| TransportError::new(TransportErrorKind::Interrupted, error);
            Ok(response.map_err(broken)?.map(Body::from))
        }
    });
    Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .transport(transport)
        .retry(RetryPolicy::default().max_retries(0))
        .build()
        .expect("a client")
}

/// A new table with these fields: names, types and properties.
pub(crate) async fn table(client: &Client, fields: &[(&str, i64, Value)]) -> Table {
    let base = client.send(app::create().name("Plans")).await.expect("a Base");
    let base = base.app.and_then(|it| it.app_token).expect("a token");
    let fields = fields.iter().map(|(name, kind, property)| {
        let field = json!({ "field_name": name, "type": kind, "property": property });
        v1::AppTableCreateHeader::from_json(&field.to_string()).expect("a field")
    });
    let definition = v1::ReqTable::new().name("Tasks").fields(fields);
    let made = client.send(app_table::create(&base).table(definition)).await.expect("a table");
    Table::new(client, base, made.table_id)
}

/// A table of tasks: `Task`, `Hours`, `Due`, `Done`, `Status`.
pub(crate) async fn tasks(client: &Client) -> Table {
    let status = json!({ "options": [{ "name": "Open" }, { "name": "Closed" }] });
    let none = Value::Null;
    let fields = [
        ("Task", 1, none.clone()),
        ("Hours", 2, none.clone()),
        ("Due", 5, none.clone()),
        ("Done", 7, none),
        ("Status", 3, status),
    ];
    table(client, &fields).await
}
