//! The way to Redis.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lark_core::StoreError;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, FromRedisValue, RedisError, Script,
    ScriptInvocation,
};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::store_error;

/// Longer than any script takes, shorter than the 2 s for which a client waits for a token.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(1500);
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1000);
/// For so long a failed attempt to connect stands for those that come after it: many calls that wait for
/// Redis at once must not wait one after the other.
const FAILURE_STANDS: Duration = Duration::from_millis(250);

/// A Redis server, and the namespace in it that the stores of an app use. Clones share one connection.
///
/// The connection is opened when it is needed, and anew when it broke: a server that is away, that is
/// starting or that refuses the password fails calls of the stores, with an error that says so, until it
/// is well again. Each call is answered or has failed within about 3 s.
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
    namespace: Arc<str>,
}

struct Shared {
    client: Client,
    /// Host and port, or the path of the socket.
    place: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<MultiplexedConnection>,
    /// When the last attempt to connect failed, and how.
    failed: Option<(Instant, RedisError)>,
    /// How often it connected. A call that finds its connection broken must not close the next one.
    generation: u64,
}

impl Redis {
    /// The server at `url`, with the namespace `lark`:
    /// `redis://[user][:password@]host[:port][/database]`, `redis+unix:///path?db=0`, or with the feature
    /// `tls` `rediss://..`. Redis 6 or later, or Valkey.
    ///
    /// # Errors
    /// The address cannot be read. The server is not asked.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let client =
            Client::open(url).map_err(|error| store_error("the address of Redis", error))?;
        let place = match client.get_connection_info().addr() {
            ConnectionAddr::Tcp(host, port) => format!("Redis at {host}:{port}"),
            ConnectionAddr::TcpTls { host, port, .. } => format!("Redis at {host}:{port}"),
            ConnectionAddr::Unix(path) => format!("Redis at {}", path.display()),
            _ => "Redis".to_owned(),
        };
        let shared = Shared { client, place, state: Mutex::default() };
        Ok(Self { shared: Arc::new(shared), namespace: "lark".into() })
    }

    /// The same server with another namespace. All processes of a fleet need the same one; apps need
    /// none of their own, because keys contain the app. Its keys begin with `{namespace}:`, so that a
    /// cluster keeps them in one slot.
    #[must_use]
    pub fn namespace(self, namespace: &str) -> Self {
        Self { namespace: namespace.into(), ..self }
    }

    /// Asks the server whether it can be used: reached, signed in to, written to. For the start of a
    /// program that would rather not run without it; the stores do not need it.
    ///
    /// # Errors
    /// It cannot, and why.
    pub async fn check(&self) -> Result<(), StoreError> {
        let key = self.key("check", "");
        let put = |call: &mut ScriptInvocation<'_>| _ = call.key(&key).arg("\n").arg("1");
        self.run::<()>(&crate::script::PUT, put).await
    }

    pub(crate) fn key(&self, kind: &str, name: &str) -> String {
        format!("{{{}}}:{kind}:{name}", self.namespace)
    }

    /// Runs a script, a second time if the connection was found broken: idle connections die, and a
    /// server that comes back has forgotten them.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        fill: impl Fn(&mut ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        self.run_twice(script, |call, _| fill(call)).await
    }

    /// As [`run`](Self::run); `fill` is told whether it is the second time.
    pub(crate) async fn run_twice<T: FromRedisValue>(
        &self,
        script: &Script,
        fill: impl Fn(&mut ScriptInvocation<'_>, bool),
    ) -> Result<T, StoreError> {
        let failed = |error| store_error(&self.shared.place, error);
        let mut is_second = false;
        loop {
            let (mut link, generation) = self.shared.link().await.map_err(failed)?;
            let mut call = script.prepare_invoke();
            fill(&mut call, is_second);
            let error = match call.invoke_async(&mut link).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if error.is_unrecoverable_error() || error.is_timeout() {
                self.shared.close(generation).await;
            }
            if is_second || !error.is_connection_dropped() {
                return Err(failed(error));
            }
            is_second = true;
        }
    }
}

impl Shared {
    /// The connection and its number; opens it if there is none.
    async fn link(&self) -> Result<(MultiplexedConnection, u64), RedisError> {
        let mut state = self.state.lock().await;
        if let Some(link) = &state.link {
            return Ok((link.clone(), state.generation));
        }
        if let Some((when, error)) = &state.failed
            && when.elapsed() < FAILURE_STANDS
        {
            return Err(error.clone());
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        match self.client.get_multiplexed_async_connection_with_config(&config).await {
            Ok(link) => {
                state.generation += 1;
                state.failed = None;
                state.link = Some(link.clone());
                Ok((link, state.generation))
            }
            Err(error) => {
                state.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Forgets the connection of that number.
    async fn close(&self, generation: u64) {
        let mut state = self.state.lock().await;
        if state.generation == generation {
            state.link = None;
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("place", &self.shared.place)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
