//! The connection over real sockets, against the sandbox. What takes minutes is in
//! `benches/real_time`.
#![allow(missing_docs)]

mod bot;
mod delivery;
mod proxies;
// The proxies of the transport's own tests.
#[path = "../../../lark-core/tests/network/proxy.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod proxy;
#[path = "../../../lark-core/tests/network/server.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod server;
mod soak;
