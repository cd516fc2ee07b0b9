//! Errors of Redis, with what to do about them.

use std::fmt::Display;

use lark_core::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// `error` as one of a store: where, what, and what helps. No password is in it.
pub(crate) fn store_error(place: impl Display, error: &RedisError) -> StoreError {
    let advice = advice(error);
    let what = match error.detail() {
        // Our own.
        Some(detail) if error.kind() == ErrorKind::Client => detail.to_owned(),
        Some(detail) => format!("{}: {detail}", error.category()),
        None => error.to_string(),
    };
    StoreError::new(format!("{place}: {what}{advice}"))
}

/// What helps, beginning with a separator; empty if nothing is known to.
fn advice(error: &RedisError) -> &'static str {
    match error.kind() {
        ErrorKind::AuthenticationFailed => "; check the user and the password in the address",
        ErrorKind::Server(ServerErrorKind::ReadOnly) => {
            "; it is a replica: connect to the primary, or through Sentinel"
        }
        ErrorKind::Server(ServerErrorKind::BusyLoading) => "; it is still loading its data",
        ErrorKind::Server(ServerErrorKind::TryAgain) => "; the cluster is moving the keys",
        ErrorKind::Server(ServerErrorKind::ClusterDown) => "; the cluster has no quorum",
        ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask) => {
            "; it belongs to a cluster: use Redis::builder(..).cluster()"
        }
        ErrorKind::Server(ServerErrorKind::NoPerm) => {
            "; the README of lark-redis has the commands that its ACL user needs"
        }
        ErrorKind::Io | ErrorKind::Server(ServerErrorKind::ResponseError) => {
            advice_by_text(&error.to_string())
        }
        _ => advice_by_code(error.code().unwrap_or_default()),
    }
}

/// For what has no code of its own.
fn advice_by_text(text: &str) -> &'static str {
    let text = text.to_lowercase();
    let advice = [
        ("unknown command", "; Redis 6 or later is needed"),
        ("unknown redis command", "; Redis 6 or later is needed"),
        ("unknownissuer", "; name the authority of its certificate with root_certificates"),
        ("certificate not valid for name", "; its certificate is for another name"),
        ("certificaterequired", "; it wants a client_certificate"),
        ("certificate required", "; it wants a client_certificate"),
    ];
    advice.iter().find(|(part, _)| text.contains(part)).map_or("", |(_, advice)| advice)
}

fn advice_by_code(code: &str) -> &'static str {
    match code {
        "OOM" => "; raise maxmemory, and set maxmemory-policy to noeviction",
        "NOAUTH" | "WRONGPASS" => "; check the user and the password in the address",
        "BUSY" => "; a script of another program takes too long",
        "MISCONF" => "; Redis cannot write to its disk",
        _ => "",
    }
}
