//! What one sandbox consists of.

use std::sync::Arc;
use std::time::Duration;

use super::builder::Config;
use crate::gateway::{self, Gateway};
use crate::http::HeaderNames;
#[cfg(feature = "tls")]
use crate::http::Tls;
use crate::long_connection::Connections;
use crate::platform::{Platform, Settings, auth, oauth};
use crate::push::Pusher;
use crate::services::{Restarts, Services, Timeline};

/// Everything behind the socket. Sandboxes share nothing but the specs.
pub(crate) struct Instance {
    pub(crate) services: Arc<Services>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) pusher: Arc<Pusher>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) gateway: Gateway,
    pub(crate) restarts: Restarts,
    pub(crate) header_names: HeaderNames,
    /// None: HTTP without TLS.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Tls>,
}

impl Instance {
    pub(super) fn new(base_url: String, config: Config, timeline: Timeline) -> Self {
        let services = Arc::new(Services::new(base_url, config.apps, timeline));
        let connections = Connections::new(Arc::clone(&services), config.part_size);
        let connections = Arc::new(connections);
        let (services_too, connections_too) = (Arc::clone(&services), Arc::clone(&connections));
        let pusher = Pusher::new(services_too, connections_too, config.push_timeout);
        let pusher = Arc::new(pusher);
        let user = config.user_token_lifetime.unwrap_or(config.token_lifetime);
        let lifetimes = auth::Lifetimes { app: config.token_lifetime, user };
        let settings = Settings {
            seed: config.seed,
            auth: auth::Settings { lifetimes, on_ticket: config.on_ticket },
            oauth: oauth::Settings {
                refresh_token_lifetime: config.refresh_token_lifetime,
                refresh_reuse: config.refresh_reuse,
            },
        };
        let connections_too = Arc::clone(&connections);
        let platform = Platform::new(settings, Arc::clone(&pusher), connections_too);
        let platform = Arc::new(platform);
        let (services_too, platform_too) = (Arc::clone(&services), Arc::clone(&platform));
        let settings = gateway::Settings {
            is_strict: config.is_strict,
            helpdesk: config.helpdesk,
            observer: config.observer,
        };
        let gateway = Gateway::new(services_too, platform_too, settings);
        Self {
            services,
            connections,
            pusher,
            platform,
            gateway,
            restarts: Restarts::default(),
            header_names: HeaderNames::default(),
            #[cfg(feature = "tls")]
            tls: config.tls,
        }
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        self.services.timeline.advance(by);
        self.pusher.wake();
    }

    /// Pushes what is due, until dropped.
    pub(super) async fn push_when_due(self: Arc<Self>) {
        let push_ticket =
            |app_id: &str| self.platform.auth.push_current_ticket(&self.services, app_id);
        Arc::clone(&self.pusher).run(push_ticket).await;
    }
}

#[cfg(test)]
mod tests {
    use crate::Sandbox;
    use crate::gateway::route;
    use crate::platform::Checks;
    use crate::spec;

    #[tokio::test]
    async fn every_row_of_the_parts_has_operations_and_every_extra_route_a_part() {
        let sandbox = Sandbox::builder().strict().start().await.expect("a port is free");
        let platform = &sandbox.instance.platform;
        let extra: Vec<_> = route::extra_operation_ids().collect();
        for prefix in platform.prefixes() {
            let mut ids = spec::operation_ids().chain(extra.iter().copied());
            assert!(ids.any(|id| id.starts_with(prefix)), "no operation begins with {prefix}");
        }
        for id in extra {
            // Without a spec there is nothing to check against.
            assert_ne!(platform.checks(id), Checks::All, "{id}");
        }
    }
}
