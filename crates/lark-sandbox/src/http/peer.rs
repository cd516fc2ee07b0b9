//! The address that a request comes from.

use std::net::SocketAddr;

/// Where a request comes from, in its extensions.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);
