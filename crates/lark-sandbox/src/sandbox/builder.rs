//! Settings of a sandbox.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::Sandbox;
use crate::RecordedCall;
use crate::gateway::{Helpdesk, Observer};
#[cfg(feature = "tls")]
use crate::http::Tls;
use crate::long_connection::PART_SIZE;
use crate::platform::auth::TicketHook;
use crate::platform::{RefreshReuse, Seed};
use crate::services::{App, Apps, Clock, LONGEST, SystemClock, Timeline};

/// How soon an app must respond to a push. Source: the platform's page on events.
const PUSH_TIMEOUT: Duration = Duration::from_secs(3);

/// What does not change while a sandbox runs.
pub(super) struct Config {
    pub(super) apps: Apps,
    pub(super) token_lifetime: Duration,
    /// None: as long as the others.
    pub(super) user_token_lifetime: Option<Duration>,
    pub(super) refresh_token_lifetime: Option<Duration>,
    pub(super) refresh_reuse: RefreshReuse,
    pub(super) observer: Option<Observer>,
    pub(super) is_strict: bool,
    pub(super) helpdesk: Helpdesk,
    pub(super) on_ticket: Option<TicketHook>,
    pub(super) push_timeout: Duration,
    pub(super) part_size: usize,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
    /// None: stateless.
    pub(super) seed: Option<Seed>,
}

/// Sets up a [`Sandbox`].
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    config: Config,
    port: u16,
    clock: Box<dyn Clock>,
}

impl Default for Builder {
    fn default() -> Self {
        let config = Config {
            apps: Apps::default(),
            token_lifetime: Duration::from_secs(7200),
            user_token_lifetime: None,
            refresh_token_lifetime: None,
            refresh_reuse: RefreshReuse::default(),
            observer: None,
            is_strict: false,
            helpdesk: Helpdesk::default(),
            on_ticket: None,
            push_timeout: PUSH_TIMEOUT,
            part_size: PART_SIZE,
            #[cfg(feature = "tls")]
            tls: None,
            seed: Some(Seed { users: 300, departments: 12 }),
        };
        Self { config, port: 0, clock: Box::new(SystemClock) }
    }
}

impl Builder {
    /// Listens on this port of 127.0.0.1. Without it, on any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The credentials of the first app, which is self-built. Some SDKs insist on an id of `cli_`
    /// and 16 hex digits.
    pub fn app(mut self, app_id: impl Into<String>, app_secret: impl Into<String>) -> Self {
        self.config.apps.name_first(app_id.into(), app_secret.into());
        self
    }

    /// Adds an app to the first.
    pub fn add_app(mut self, app: App) -> Self {
        self.config.apps.add(app);
        self
    }

    /// Adds tenants to the one that is always there, [`Sandbox::tenant_key`].
    pub fn tenants<T: Into<String>>(mut self, keys: impl IntoIterator<Item = T>) -> Self {
        keys.into_iter().for_each(|key| self.config.apps.add_tenant(key.into()));
        self
    }

    /// Called with the id of a marketplace app and its ticket, whenever the app has it sent again
    /// and whenever it is replaced.
    pub fn on_ticket(mut self, hook: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
        self.config.on_ticket = Some(Box::new(hook));
        self
    }

    /// How soon an app must respond to a push, 3 s by default and by the computer's clock. The URL check
    /// of a subscription allows a second of it at most.
    pub fn push_timeout(mut self, timeout: Duration) -> Self {
        self.config.push_timeout = timeout;
        self
    }

    /// Speaks TLS, with a certificate for 127.0.0.1 and localhost that is made now and that nobody trusts:
    /// [`Sandbox::certificate`] is what makes them.
    ///
    /// # Errors
    /// If the certificate cannot be made, for want of random numbers.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn tls(mut self) -> io::Result<Self> {
        self.config.tls = Some(Tls::generate()?);
        Ok(self)
    }

    /// The number of bytes above which an event goes over a long connection in parts, 32 KiB by default.
    ///
    /// # Panics
    /// If it is 0.
    pub fn part_size(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a part of 0 bytes carries nothing");
        self.config.part_size = bytes;
        self
    }

    /// How long tokens live, 7200 s by default and 100 years at most. Under 30 minutes, each request gets a new one.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.token_lifetime = lifetime.min(LONGEST);
        self
    }

    /// How long tokens of users live; without it, as long as the others.
    pub fn user_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.user_token_lifetime = Some(lifetime.min(LONGEST));
        self
    }

    /// How long refresh tokens live: without it, 7 days, or 30 if an endpoint of v1 issued them.
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.refresh_token_lifetime = Some(lifetime.min(LONGEST));
        self
    }

    /// What the second use of a refresh token does.
    pub fn refresh_reuse(mut self, reuse: RefreshReuse) -> Self {
        self.config.refresh_reuse = reuse;
        self
    }

    /// The number of people in the tenant, 300 by default.
    pub fn users(mut self, users: usize) -> Self {
        self.config.seed.get_or_insert_default().users = users;
        self
    }

    /// The number of departments in the tenant besides the root, 12 by default.
    pub fn departments(mut self, departments: usize) -> Self {
        self.config.seed.get_or_insert_default().departments = departments;
        self
    }

    /// Keeps no messages and no people: every operation but those that issue tokens responds
    /// with data made from its schema, whatever was sent before.
    pub fn stateless(mut self) -> Self {
        self.config.seed = None;
        self
    }

    /// Rejects inputs that are in no spec, which the platform ignores, and values that an enum of a spec
    /// does not list, which the platform may know. The response names them (99992402). Without this both
    /// are taken; [`Sandbox::unknown_inputs`] and [`Sandbox::unlisted_values`] list them either way.
    pub fn strict(mut self) -> Self {
        self.config.is_strict = true;
        self
    }

    /// The help desk of the tenant, whose operations take its id and token beside the token of the call.
    pub fn helpdesk(mut self, id: impl Into<String>, token: impl Into<String>) -> Self {
        self.config.helpdesk = Helpdesk { id: id.into(), token: token.into() };
        self
    }

    /// Where the time comes from, instead of the computer's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Called after each request, with the call and its response.
    pub fn on_request(mut self, observer: impl Fn(&RecordedCall) + Send + Sync + 'static) -> Self {
        self.config.observer = Some(Box::new(observer));
        self
    }

    /// Starts the sandbox on the current tokio runtime.
    ///
    /// # Errors
    /// If the port is taken, or two apps have the same id.
    pub async fn start(self) -> io::Result<Sandbox> {
        if let Some(id) = self.config.apps.repeated() {
            let message = format!("two apps have the id {id}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        Sandbox::listen(address, self.config, Timeline::new(self.clock)).await
    }
}
