//! A server of its own: the socket, the connections, and how they end.

mod accept;
mod builder;
mod connection;
mod ending;
mod error;
mod listener;
mod pace;
mod signal;
mod site;

use std::fmt::Debug;

use lark_core::EventRouter;
use tokio::net::ToSocketAddrs;

pub use self::builder::ServerBuilder;
pub use self::ending::{AppDrained, Ended};
pub use self::error::ServeError;
pub use self::listener::Server;

/// Serves one app at every path but `/healthz`, until the process is asked to stop (SIGTERM or
/// SIGINT; Ctrl-C on Windows). Then what is under way is answered, within 8 s.
///
/// The settings are those of [`Server::builder`].
///
/// # Errors
/// The address cannot be listened on, or signals cannot be received.
///
/// ```no_run
/// # async fn run(router: lark_webhook::EventRouter) -> lark_webhook::Result<()> {
/// let ended = lark_webhook::serve("0.0.0.0:8080", router).await?;
/// println!("{} events were stopped", ended.stopped().count());
/// # Ok(()) }
/// ```
pub async fn serve(
    address: impl ToSocketAddrs + Debug,
    router: EventRouter,
) -> Result<Ended, ServeError> {
    Server::builder().any_path(router).bind(address).await?.run().await
}
