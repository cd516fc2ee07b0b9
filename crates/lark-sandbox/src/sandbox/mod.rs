//! A running sandbox, as a test holds it.

mod builder;
mod instance;

// What a test does with it.
mod connections;
mod faults;
mod hooks;
mod in_process;
mod pushes;
mod report;
mod sign_in;
mod tokens;
mod user;

pub use builder::Builder;
pub(crate) use instance::Instance;
pub use pushes::Pushes;
pub use user::User;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::control::{Advance, ClearResponses, Command, OpenIds, ScriptResponse};
use crate::gateway::{ScriptedResponse, route};
use crate::http::serve;
use crate::services::{Timeline, Times};
use builder::Config;

/// A local platform on a port of 127.0.0.1. It stops when dropped; what was uploaded to it goes too.
pub struct Sandbox {
    instance: Arc<Instance>,
    address: SocketAddr,
    server: JoinHandle<()>,
    pusher: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox with the default settings, on the current tokio runtime.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Settings first.
    pub fn builder() -> Builder {
        Builder::default()
    }

    async fn listen(address: SocketAddr, config: Config, timeline: Timeline) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        #[cfg(feature = "tls")]
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        let base_url = format!("{scheme}://{address}");
        let instance = Arc::new(Instance::new(base_url, config, timeline));
        let server = tokio::spawn(serve(listener, Arc::clone(&instance)));
        let pusher = tokio::spawn(Arc::clone(&instance).push_when_due());
        Ok(Self { instance, address, server, pusher })
    }

    /// The certificate, in PEM, of the authority that has signed the sandbox's own: who trusts it, trusts the
    /// sandbox. None if it does not speak TLS.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn certificate(&self) -> Option<&str> {
        self.instance.tls.as_ref().map(|tls| tls.authority.as_str())
    }

    /// `http://127.0.0.1:<port>`, to be used in place of `https://open.feishu.cn`.
    pub fn base_url(&self) -> String {
        self.instance.services.base_url.clone()
    }

    /// The id of its first app, which is self-built.
    pub fn app_id(&self) -> &str {
        &self.instance.services.apps.first().id
    }

    /// The secret of that app.
    pub fn app_secret(&self) -> &str {
        &self.instance.services.apps.first().secret
    }

    /// The tenant of that app.
    pub fn tenant_key(&self) -> &str {
        self.instance.services.apps.first().home()
    }

    /// The id of the help desk, which operations of `helpdesk` take beside the token.
    pub fn helpdesk_id(&self) -> &str {
        &self.instance.gateway.helpdesk.id
    }

    /// The token of the help desk.
    pub fn helpdesk_token(&self) -> &str {
        &self.instance.gateway.helpdesk.token
    }

    /// The `open_id` of everyone in the tenant of the first app; nobody if the sandbox is stateless.
    pub fn open_ids(&self) -> Vec<String> {
        self.open_ids_of(self.tenant_key())
    }

    /// The `open_id` of everyone in this tenant. No two tenants have people in common.
    pub fn open_ids_of(&self, tenant_key: &str) -> Vec<String> {
        OpenIds { tenant_key: tenant_key.to_owned() }.run(&self.instance)
    }

    /// Moves the clock forward, 100 years in all at most. Pushes that become due are sent; [`settle`](Self::settle) waits for them.
    pub fn advance(&self, by: Duration) {
        Advance { by }.run(&self.instance);
    }

    /// Responds to the next requests to an operation with `response`, before any check. Responses to one
    /// operation are sent in the order they were given.
    ///
    /// # Panics
    /// If there is no such operation.
    pub fn respond_with(&self, operation_id: &str, times: Times, response: ScriptedResponse) {
        let operation_id = known(operation_id);
        ScriptResponse { operation_id, times, response }.run(&self.instance);
    }

    /// Drops what [`Self::respond_with`] has left for an operation.
    pub fn stop_responding(&self, operation_id: &str) {
        ClearResponses { operation_id: operation_id.to_owned() }.run(&self.instance);
    }

    /// Stops, and returns when the port is free again.
    pub async fn shutdown(mut self) {
        self.server.abort();
        self.pusher.abort();
        // The error says that the task was aborted, which it was.
        let _ = (&mut self.server).await;
    }
}

/// An operation that a test names: one of the specs, or of the OAuth endpoints beside them.
fn known(operation_id: &str) -> &'static str {
    let id = route::operation_id(operation_id);
    id.unwrap_or_else(|| panic!("there is no operation {operation_id}"))
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
        self.pusher.abort();
        self.instance.services.disk.remove();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}
