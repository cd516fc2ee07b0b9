//! Errors of Redis, with what to do about them.

use std::fmt::Display;

use lark_core::StoreError;

use crate::client::Failure;

/// `failure` as an error of a store: where, what, and what helps. No password is in it.
pub(crate) fn store_error(place: impl Display, failure: &Failure) -> StoreError {
    StoreError::new(format!("{place}: {failure}{}", advice(failure)))
}

const RIGHTS: &str = "; the README of lark-redis has the commands that its ACL user needs";

/// What helps, beginning with a separator; empty if nothing is known to.
fn advice(failure: &Failure) -> &'static str {
    match (failure, failure.code()) {
        (Failure::Login(_), _) | (_, "NOAUTH" | "WRONGPASS") => {
            "; check the user and the password in the address"
        }
        (_, "READONLY") => "; it is a replica: connect to the primary, or through Sentinel",
        (_, "LOADING") => "; it is still loading its data",
        (_, "TRYAGAIN") => "; the cluster is moving the keys",
        (_, "CLUSTERDOWN") => "; the cluster has no quorum",
        (_, "MOVED" | "ASK") => "; it belongs to a cluster: use Redis::builder(..).cluster()",
        (_, "NOPERM") => RIGHTS,
        (_, "NOREPLICAS") => "; fewer replicas are connected than min-replicas-to-write asks for",
        (_, "OOM") => "; raise maxmemory, and set maxmemory-policy to noeviction",
        (_, "BUSY") => "; a script of another program takes too long",
        (_, "MISCONF") => "; Redis cannot write to its disk",
        (Failure::Io(_) | Failure::Server { .. }, _) => advice_by_text(&failure.to_string()),
        _ => "",
    }
}

/// For what has no code of its own.
fn advice_by_text(text: &str) -> &'static str {
    let text = text.to_lowercase();
    let advice = [
        ("unknown command", "; Redis 6 or later is needed"),
        ("unknown redis command", "; Redis 6 or later is needed"),
        // Within a script, Redis 7 has no code for it.
        ("can't run this command", RIGHTS),
        ("connection refused", "; is it running, and at this port?"),
        ("max number of clients", "; raise maxclients, or close connections of others"),
        ("unknownissuer", "; name the authority of its certificate with root_certificates"),
        ("certificate not valid for name", "; its certificate is for another name"),
        ("certificaterequired", "; it wants a client_certificate"),
        ("certificate required", "; it wants a client_certificate"),
    ];
    advice.iter().find(|(part, _)| text.contains(part)).map_or("", |(_, advice)| advice)
}
