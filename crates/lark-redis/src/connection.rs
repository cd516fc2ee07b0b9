//! The way to Redis.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lark_core::StoreError;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout};

use crate::address::Address;
use crate::builder::RedisBuilder;
use crate::client::{Command, Failure, FromReply, Invocation, Multiplexed, Script};
use crate::error::store_error;
use crate::route::{Link, Route, disagreement, redirection};

/// Longer than any script takes, shorter than the 2 s for which a client waits for a token.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(1500);
/// For so long a failed attempt to connect stands for those that come after it: many calls that wait for
/// Redis at once must not wait one after the other.
const FAILURE_STANDS: Duration = Duration::from_millis(250);
/// Pause before a second attempt while a cluster moves the keys of a call.
const MOVE_PAUSE: Duration = Duration::from_millis(100);

/// A Redis server, or several that act as one, and the namespace in it that the stores of an app use.
/// Clones share one connection.
///
/// The connection is opened when it is needed, and anew when it broke, or when the server is the primary no
/// more: a server that is away, that is starting or that refuses the password fails calls of the stores,
/// with an error that says so, until it is well again. Each call is answered or has failed within about 3 s
/// for each address.
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
    namespace: Arc<str>,
    response_timeout: Duration,
    /// Whether a script may run where a cluster moves its keys to, before all of them are there.
    follows_keys: bool,
}

struct Shared {
    route: Arc<Route>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<Link>,
    /// The node that another one has named.
    hint: Option<Address>,
    /// When the last attempt to connect failed, and how.
    failed: Option<(Instant, Failure)>,
    /// How often it connected. A call that finds its connection broken must not close the next one.
    generation: u64,
}

impl Redis {
    /// The server at `url`, with the namespace `lark`:
    /// `redis://[user][:password@]host[:port][/database]`, `rediss://..` for TLS, or
    /// `redis+unix:///path?db=0`. Redis 6 or later, or Valkey. Other servers and certificates need
    /// [`builder`](Self::builder).
    ///
    /// # Errors
    /// The address cannot be read. The server is not asked.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        Self::builder([url]).open()
    }

    /// Starts with the addresses of a server, of the nodes of a cluster, or of sentinels.
    pub fn builder(urls: impl IntoIterator<Item = impl Into<String>>) -> RedisBuilder {
        RedisBuilder::new(urls.into_iter().map(Into::into).collect())
    }

    pub(crate) fn on(route: Arc<Route>) -> Self {
        let shared = Shared::new(route);
        Self {
            shared: Arc::new(shared),
            namespace: "lark".into(),
            response_timeout: RESPONSE_TIMEOUT,
            follows_keys: true,
        }
    }

    /// The same server, with so much time for each answer.
    pub(crate) fn response_timeout(self, response_timeout: Duration) -> Self {
        Self { response_timeout, ..self }
    }

    /// The same server, for scripts that use more keys than they name. While a cluster moves their slot, none of
    /// its two nodes has all of them, so they fail until it is done.
    #[cfg(feature = "inbox")]
    pub(crate) fn unless_moving(self) -> Self {
        Self { follows_keys: false, ..self }
    }

    /// The same server with another namespace. All processes of a fleet need the same one. Keys of tokens,
    /// limits and handled events contain the app, so apps may share one; inboxes have names, and each app
    /// needs one of its own. Its keys begin with `{namespace}:`, so that a
    /// cluster keeps them in one slot; there each namespace has a connection of its own. Braces in it are
    /// escaped.
    #[must_use]
    pub fn namespace(self, namespace: &str) -> Self {
        // A cluster takes what is between the first braces, unless that is nothing.
        let escaped = namespace.replace('%', "%25").replace('{', "%7b").replace('}', "%7d");
        let namespace = if escaped.is_empty() { "%" } else { &escaped };
        let shared = match self.shared.route.is_cluster() {
            true => Arc::new(Shared::new(Arc::clone(&self.shared.route))),
            false => self.shared,
        };
        Self { shared, namespace: namespace.into(), ..self }
    }

    /// Asks the server whether it can be used: reached, signed in to, new enough, written to. For the start
    /// of a program that would rather not run without it; the stores do not need it.
    ///
    /// # Errors
    /// It cannot, and why.
    pub async fn check(&self) -> Result<(), StoreError> {
        let key = self.key("check", "");
        let put = |call: &mut Invocation<'_>| _ = call.key(&key).arg("\n").arg("1");
        self.run::<()>(&crate::script::PUT, put).await?;
        let failed = |error| store_error(&self.shared.route, &error);
        let connection = self.connection(&key).await.map_err(failed)?;
        let greeting = Command::new("HELLO").query::<()>(&connection).await;
        match greeting.map_err(failed) {
            Err(error) if error.to_string().to_lowercase().contains("unknown command") => {
                Err(error)
            }
            // The user may have no right to it.
            _ => Ok(()),
        }
    }

    pub(crate) fn key(&self, kind: &str, name: &str) -> String {
        format!("{{{}}}:{kind}:{name}", self.namespace)
    }

    pub(crate) fn error(&self, error: &Failure) -> StoreError {
        let route = &self.shared.route;
        match error.redirection() {
            Some(_) if route.is_cluster() => store_error(route, &disagreement()),
            _ => store_error(route, error),
        }
    }

    /// The connection for commands that are no scripts. `key` is any key of the namespace.
    pub(crate) async fn connection(&self, key: &str) -> Result<Multiplexed, Failure> {
        Ok(self.shared.link(key).await?.0.connection)
    }

    /// A connection for commands that wait, with so much time for each.
    pub(crate) async fn waiting_link(&self, limit: Duration) -> Result<Link, Failure> {
        let hint = self.shared.state().await?.hint.clone();
        self.shared.route.open(&self.key("check", ""), hint.as_ref(), limit).await
    }

    /// Runs a script, a second time if the connection was found broken or led to the wrong server: idle
    /// connections die, and a server that comes back has forgotten them.
    pub(crate) async fn run<T: FromReply>(
        &self,
        script: &Script,
        fill: impl Fn(&mut Invocation<'_>),
    ) -> Result<T, StoreError> {
        self.run_twice(script, |call, _| fill(call)).await
    }

    /// As [`run`](Self::run); `fill` is told whether it may have run already.
    pub(crate) async fn run_twice<T: FromReply>(
        &self,
        script: &Script,
        fill: impl Fn(&mut Invocation<'_>, bool),
    ) -> Result<T, StoreError> {
        let probe = self.key("check", "");
        let (mut is_second, mut may_have_run) = (false, false);
        loop {
            let (link, generation) =
                self.shared.link(&probe).await.map_err(|error| self.error(&error))?;
            let connection = link.connection.clone().response_timeout(self.response_timeout);
            let mut call = script.invocation();
            fill(&mut call, may_have_run);
            let done = match call.run(&connection).await {
                Err(error) if error.code() == "ASK" => match self.follows_keys {
                    true => self.ask(&link, &error, &call).await,
                    false => Err(Failure::own(
                        "the cluster is moving the keys; it is away until they are moved",
                    )),
                },
                done => done,
            };
            let error = match done {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let next = Next::after(&error);
            match next {
                Next::Again => sleep(MOVE_PAUSE).await,
                Next::Reconnect | Next::Fail { closes: true } => {
                    let other = redirection(&error, &link.address);
                    self.shared.close(generation, other).await;
                }
                Next::Fail { closes: false } => {}
            }
            if is_second || matches!(next, Next::Fail { .. }) {
                return Err(self.error(&error));
            }
            may_have_run |= error.is_ended();
            is_second = true;
        }
    }

    /// Runs a call on the node to which the cluster is moving its keys.
    async fn ask<T: FromReply>(
        &self,
        link: &Link,
        error: &Failure,
        call: &Invocation<'_>,
    ) -> Result<T, Failure> {
        let Some(node) = redirection(error, &link.address) else { return Err(error.clone()) };
        let link = self.shared.route.connect(&node, RESPONSE_TIMEOUT).await;
        let link = link.map_err(|failure| failure.at(&node))?;
        call.load_and_run(&link.connection, Some(Command::new("ASKING"))).await
    }
}

/// What to do after a failure.
#[derive(Clone, Copy)]
enum Next {
    /// The connection is of no use: another one may be.
    Reconnect,
    /// The keys are on their way to another node.
    Again,
    Fail {
        closes: bool,
    },
}

impl Next {
    fn after(error: &Failure) -> Self {
        match error.code() {
            "TRYAGAIN" => Self::Again,
            // It was the primary, and another one is now.
            "MOVED" | "READONLY" | "MASTERDOWN" => Self::Reconnect,
            _ if error.is_ended() => Self::Reconnect,
            _ => Self::Fail { closes: error.is_io() },
        }
    }
}

impl Shared {
    fn new(route: Arc<Route>) -> Self {
        Self { route, state: Mutex::default() }
    }

    /// The state. Who opens a connection has it meanwhile, for ever if nobody drives its runtime any more.
    async fn state(&self) -> Result<MutexGuard<'_, State>, Failure> {
        let state = timeout(self.route.time_to_open(), self.state.lock()).await;
        state.map_err(|_| Failure::Timeout)
    }

    /// The connection and its number; opens it if there is none. `key` is any key of the namespace.
    ///
    /// It is opened in a task of its own: callers that have less time than that takes would never get one.
    async fn link(self: &Arc<Self>, key: &str) -> Result<(Link, u64), Failure> {
        let state = self.state().await?;
        if let Some(link) = &state.link {
            return Ok((link.clone(), state.generation));
        }
        drop(state);
        let (shared, key) = (Arc::clone(self), key.to_owned());
        let opening = tokio::spawn(async move { shared.open(&key).await });
        opening.await.unwrap_or_else(|_| Err(Failure::own("the runtime shuts down")))
    }

    async fn open(&self, key: &str) -> Result<(Link, u64), Failure> {
        let mut state = self.state().await?;
        if let Some(link) = &state.link {
            return Ok((link.clone(), state.generation));
        }
        if let Some((when, error)) = &state.failed
            && when.elapsed() < FAILURE_STANDS
        {
            return Err(error.clone());
        }
        let hint = state.hint.take();
        match self.route.open(key, hint.as_ref(), RESPONSE_TIMEOUT).await {
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

    /// Forgets the connection of that number. `other` is the server to ask next.
    async fn close(&self, generation: u64, other: Option<Address>) {
        if let Ok(mut state) = self.state().await
            && state.generation == generation
        {
            state.link = None;
            state.hint = other;
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("route", &format_args!("{}", self.shared.route))
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_is_advice_outside_of_a_cluster_only() {
        let moved = Failure::Server { code: "MOVED".to_owned(), text: "7 h:2".to_owned() };
        let text = |builder: RedisBuilder| builder.open().expect("fits").error(&moved).to_string();
        assert!(text(Redis::builder(["redis://h"])).ends_with("use Redis::builder(..).cluster()"));
        let text = text(Redis::builder(["redis://h"]).cluster());
        assert!(
            text.ends_with("the nodes of the cluster do not agree on who has the keys"),
            "{text}"
        );
    }

    #[test]
    fn a_runtime_that_nobody_drives_holds_up_no_other_one() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("redis://{}", silent.local_addr().expect("an address"));
        let redis = Redis::open(&url).expect("an address");
        let runtime = |is_paused| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_all().start_paused(is_paused).build().expect("a runtime")
        };
        let (one, other) = (runtime(false), runtime(true));
        let check = async |limit| timeout(limit, redis.check()).await;
        one.block_on(check(Duration::from_millis(1))).expect_err("it is silent");
        let waited = other.block_on(check(Duration::from_secs(60)));
        let error = waited.expect("it does not wait for ever").expect_err("it is silent");
        assert!(error.to_string().ends_with("no answer in time"), "{error}");
        drop(one);
    }
}
