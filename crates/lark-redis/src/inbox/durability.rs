//! Whether a server keeps what it has acknowledged.

use lark_core::StoreError;

use crate::client::{Command, Failure};
use crate::connection::Redis;

/// Warns of settings with which what was acknowledged can be lost, once when an inbox is opened. The user may
/// have no right to ask for them.
pub(super) async fn warn_of_loss(redis: &Redis, base: &str) {
    match losses(redis, base).await {
        Ok(losses) => {
            for loss in losses {
                tracing::warn!(target: "lark_redis", inbox = base, "{loss}");
            }
        }
        Err(error) => {
            tracing::debug!(target: "lark_redis", %error, "not known whether Redis keeps what it stores");
        }
    }
}

async fn losses(redis: &Redis, key: &str) -> Result<Vec<&'static str>, StoreError> {
    let ask = async {
        let connection = redis.connection(key).await?;
        let info: String = Command::new("INFO").query(&connection).await?;
        let sync = Command::new("CONFIG").arg("GET").arg("appendfsync");
        let sync = sync.query::<Vec<String>>(&connection).await;
        Ok(losses_by(&info, sync.ok().as_deref()))
    };
    ask.await.map_err(|failure: Failure| redis.error(&failure))
}

/// By what `INFO` says, and `CONFIG GET appendfsync`.
fn losses_by(info: &str, sync: Option<&[String]>) -> Vec<&'static str> {
    let value = |name: &str| {
        let lines = info.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|line| line.0 == name).map(|line| line.1.trim()).next()
    };
    let mut losses = Vec::new();
    if value("aof_enabled") == Some("0") {
        losses.push(
            "Redis keeps no append-only file: events that were acknowledged are lost when it ends; set \
             appendonly yes and appendfsync always",
        );
    } else if let Some([_, sync]) = sync
        && sync != "always"
    {
        losses.push(
            "Redis does not write each change to the disk: a crash loses events that were acknowledged \
             just before it; set appendfsync always",
        );
    }
    let is_limited = value("maxmemory").is_some_and(|it| it != "0");
    if is_limited && value("maxmemory_policy").is_some_and(|it| it != "noeviction") {
        losses.push(
            "Redis evicts keys when its memory is full: events that were acknowledged may be among them; \
             set maxmemory-policy noeviction",
        );
    }
    losses
}
