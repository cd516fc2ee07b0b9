//! Errors of Redis, with what to do about them.

use lark_core::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// `error` as one of a store: where, what, and what helps. No password is in it.
pub(crate) fn store_error(place: &str, error: RedisError) -> StoreError {
    let advice = advice(&error);
    let what = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.category()),
        None => error.to_string(),
    };
    let what = format!("{place}: {what}{advice}");
    StoreError::new(what).with_source(error)
}

/// What helps, beginning with a separator; empty if nothing is known to.
fn advice(error: &RedisError) -> &'static str {
    match error.kind() {
        ErrorKind::AuthenticationFailed => "; check the user and the password in the address",
        ErrorKind::Server(ServerErrorKind::ReadOnly) => {
            "; it is a replica: connect to the primary, or through Sentinel"
        }
        ErrorKind::Server(ServerErrorKind::BusyLoading) => "; it is still loading its data",
        ErrorKind::Server(ServerErrorKind::ClusterDown) => "; the cluster has no quorum",
        ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask) => {
            "; it belongs to a cluster: use Redis::cluster"
        }
        ErrorKind::Server(ServerErrorKind::NoPerm) => {
            "; the ACL user needs the commands get, set, del, pexpire, pexpireat, eval, evalsha and \
             script|load on the keys of the namespace"
        }
        _ => advice_by_code(error.code().unwrap_or_default()),
    }
}

fn advice_by_code(code: &str) -> &'static str {
    match code {
        "OOM" => "; raise maxmemory, and set maxmemory-policy to noeviction",
        "NOAUTH" | "WRONGPASS" => "; check the user and the password in the address",
        "MISCONF" => "; Redis cannot write to its disk",
        _ => "",
    }
}
