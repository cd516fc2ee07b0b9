//! Addresses of servers.

use std::fmt;
use std::path::PathBuf;

use lark_core::StoreError;
use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, RedisConnectionInfo};

use crate::error::store_error;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
}

/// A URL, taken apart.
pub(crate) struct Parsed {
    pub(crate) address: Address,
    /// User, password and database.
    pub(crate) settings: RedisConnectionInfo,
    pub(crate) uses_tls: bool,
}

/// Schemes with TLS, and what they are without. The client crate knows them only with a TLS of its own.
const TLS_SCHEMES: [(&str, &str); 2] = [("rediss://", "redis://"), ("valkeys://", "valkey://")];

/// # Errors
/// It is no address of Redis. The text does not quote it, because it may have a password.
pub(crate) fn parse(url: &str) -> Result<Parsed, StoreError> {
    let failed = |error| store_error("the address of Redis", &error);
    let with_tls = TLS_SCHEMES
        .iter()
        .find_map(|(scheme, plain)| Some(format!("{plain}{}", url.strip_prefix(scheme)?)));
    if with_tls.is_some() && url.contains('#') {
        return Err(StoreError::new(
            "the address of Redis: certificates are always checked, so nothing may follow `#`; trust \
             your own authority with root_certificates",
        ));
    }
    let info: ConnectionInfo =
        with_tls.as_deref().unwrap_or(url).into_connection_info().map_err(failed)?;
    let address = match info.addr() {
        ConnectionAddr::Tcp(host, port) => Address::Tcp(host.clone(), *port),
        ConnectionAddr::Unix(path) => Address::Unix(path.clone()),
        _ => return Err(StoreError::new("the address of Redis: its kind is not known")),
    };
    Ok(Parsed { address, settings: info.redis_settings().clone(), uses_tls: with_tls.is_some() })
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}
