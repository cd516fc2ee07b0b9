//! What sends pushes: who has subscribed, what was sent, and the way out.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;

use super::client::Clients;
use super::delivery_log::{DeliveryLog, PushAttempt, PushState};
use super::receipt::Receipt;
use super::sign::PushRequest;
use super::subscription::{Mode, Subscription, Subscriptions};
use super::ticket_schedule::TicketSchedule;
use crate::long_connection::Connections;
use crate::services::Services;

/// Everything about pushes that one sandbox has.
pub(crate) struct Pusher {
    pub(super) services: Arc<Services>,
    /// How soon an app must answer a push.
    pub(super) timeout: Duration,
    pub(super) subscriptions: Subscriptions,
    pub(super) tickets: TicketSchedule,
    pub(super) clients: Clients,
    connections: Arc<Connections>,
    /// A push has ended.
    pub(super) ended: Notify,
    /// Something may be due.
    wake: Notify,
    log: Mutex<DeliveryLog>,
}

impl Pusher {
    pub(crate) fn new(
        services: Arc<Services>,
        connections: Arc<Connections>,
        timeout: Duration,
    ) -> Self {
        Self {
            services,
            timeout,
            subscriptions: Subscriptions::default(),
            tickets: TicketSchedule::default(),
            clients: Clients::default(),
            connections,
            ended: Notify::new(),
            wake: Notify::new(),
            log: Mutex::default(),
        }
    }

    pub(super) fn log(&self) -> MutexGuard<'_, DeliveryLog> {
        crate::lock(&self.log)
    }

    /// Sends an event or a new callback in this mode, and waits for the response to it.
    pub(super) async fn send(
        &self,
        mode: &Mode,
        (subscription, app_id): (&Subscription, &str),
        body: &str,
    ) -> Receipt {
        match mode {
            Mode::Webhook(url) => {
                let now = self.services.now();
                self.post(url, PushRequest::event(subscription, body, now)).await
            }
            // Neither encrypted nor signed, whatever the keys.
            Mode::LongConnection => {
                let began = Instant::now();
                let (id, ack) = self.connections.deliver(app_id, body, self.timeout).await;
                Receipt::acknowledged(id, ack, began.elapsed())
            }
        }
    }

    /// Posts a push and waits for the response to it.
    pub(super) async fn post(&self, url: &str, push: PushRequest) -> Receipt {
        self.clients.post(url, push, self.timeout).await
    }

    /// Has the worker look at the clock.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until something may be due that was not.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// When something is to be done next.
    pub(super) fn next_due(&self) -> Option<SystemTime> {
        let event = self.log().next_due();
        event.into_iter().chain(self.tickets.next_due()).min()
    }

    /// Whether nothing is on its way and nothing is due.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        let log = self.log();
        log.is_settled(now) && self.tickets.next_due().is_none_or(|due| due > now)
    }

    /// Every attempt so far, in the order in which they ended.
    pub(crate) fn attempts(&self) -> Vec<PushAttempt> {
        self.log().attempts()
    }

    /// The delivery state of an event; None if it was never pushed.
    pub(crate) fn state(&self, event_id: &str) -> Option<PushState> {
        self.log().state(event_id)
    }
}
