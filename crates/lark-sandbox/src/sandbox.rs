//! A running sandbox, as a test holds it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::auth::Tokens;
use crate::builder::{Builder, Config};
use crate::clock::Timeline;
use crate::counts::Counts;
use crate::ids::Ids;
use crate::platform::Platform;
use crate::reply::{Reply, Script, Times};
use crate::state::{Seed, World};
use crate::{generated, server, spec};

/// A local platform on a port of 127.0.0.1. It stops when dropped.
pub struct Sandbox {
    platform: Arc<Platform>,
    address: SocketAddr,
    server: JoinHandle<()>,
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

    pub(crate) async fn listen(
        address: SocketAddr,
        config: Config,
        timeline: Timeline,
        seed: Option<Seed>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let world = World::new(seed);
        let platform = Arc::new(Platform {
            config,
            timeline,
            ids: Ids::new(),
            tokens: Tokens::default(),
            counts: Counts::default(),
            script: Script::default(),
            world,
        });
        let server = tokio::spawn(server::serve(listener, Arc::clone(&platform)));
        Ok(Self { platform, address, server })
    }

    /// `http://127.0.0.1:<port>`, to be used in place of `https://open.feishu.cn`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The id of the one app it knows.
    pub fn app_id(&self) -> &str {
        &self.platform.config.app_id
    }

    /// The secret of that app.
    pub fn app_secret(&self) -> &str {
        &self.platform.config.app_secret
    }

    /// Requests received, refused ones included.
    pub fn requests(&self) -> u64 {
        self.platform.counts.all()
    }

    /// Requests to the endpoints that issue tokens.
    pub fn token_requests(&self) -> u64 {
        self.platform.counts.tokens()
    }

    /// Requests to one operation, refused ones included.
    pub fn requests_of(&self, operation_id: &str) -> u64 {
        self.platform.counts.of(operation_id)
    }

    /// A token of a user, such as signing in would give.
    pub fn issue_user_token(&self, open_id: &str) -> String {
        let platform = &self.platform;
        let expires = platform.timeline.now() + platform.config.token_lifetime;
        platform.tokens.of_user(open_id, expires, &platform.ids)
    }

    /// The `open_id` of everyone in the tenant; nobody if the sandbox is stateless.
    pub fn open_ids(&self) -> Vec<String> {
        self.platform.world.open_ids()
    }

    /// Ends the life of every token issued so far.
    pub fn expire_tokens(&self) {
        self.platform.tokens.expire_all();
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.platform.timeline.advance(by);
    }

    /// Answers the next requests to an operation with `reply`, before any check. Replies to one
    /// operation are sent in the order they were given.
    ///
    /// # Panics
    /// If the specs have no such operation.
    pub fn respond_with(&self, operation_id: &str, times: Times, reply: Reply) {
        let index = spec::index_of(operation_id);
        let index = index.unwrap_or_else(|| panic!("the specs have no operation {operation_id}"));
        self.platform.script.add(generated::ROUTES[index].2, times, reply);
    }

    /// Drops what [`Self::respond_with`] has left for an operation.
    pub fn stop_responding(&self, operation_id: &str) {
        self.platform.script.clear(operation_id);
    }

    /// Stops, and returns when the port is free again.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The error says that the task was aborted, which it was.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}
