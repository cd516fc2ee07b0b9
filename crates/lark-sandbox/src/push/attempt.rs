//! Events on their way to an app.

use std::pin::pin;
use std::sync::Arc;

use super::delivery_log::Attempted;
use super::event::Event;
use super::receipt::{PushFailure, Receipt};
use super::{PushError, Pusher};

/// Why an attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttemptKind {
    /// It is one of those that every event has: if it fails, the next one follows in its time.
    Scheduled,
    /// By command, besides those: it uses up no retry.
    Extra,
}

impl Pusher {
    /// Puts an event on its way without waiting for it. Nothing happens if its app has not
    /// subscribed.
    pub(crate) fn publish(&self, event: Event) {
        if self.takes_events(&event.to.app_id) {
            self.log().add(Arc::new(event), Some(self.services.now()));
            self.wake();
        }
    }

    /// Pushes an event and waits for the response to the first attempt. Returns its id.
    pub(crate) async fn push(&self, event: Event) -> Result<String, PushError> {
        let event = self.add(event)?;
        self.attempt(&event, AttemptKind::Scheduled).await;
        Ok(event.id.clone())
    }

    /// Takes an event in, to be sent by [`attempt`](Self::attempt).
    pub(super) fn add(&self, event: Event) -> Result<Arc<Event>, PushError> {
        let app_id = &event.to.app_id;
        if !self.takes_events(app_id) {
            return Err(PushError::new(format!(
                "app {app_id} has neither an event URL nor a long connection"
            )));
        }
        let event = Arc::new(event);
        self.log().add(Arc::clone(&event), None);
        Ok(event)
    }

    /// Sends an event once more under its own id.
    pub(crate) async fn redeliver(&self, event_id: &str) -> Result<(), PushError> {
        let event = self.find(event_id)?;
        self.attempt(&event, AttemptKind::Extra).await;
        Ok(())
    }

    /// Pushes the content of an event under another id, which is given.
    pub(crate) async fn push_as_new(&self, event_id: &str) -> Result<String, PushError> {
        let event = self.find(event_id)?;
        self.push(event.renamed(&self.services.ids)).await
    }

    fn find(&self, event_id: &str) -> Result<Arc<Event>, PushError> {
        let event = self.log().event(event_id);
        event.ok_or_else(|| PushError::new(format!("there is no event {event_id}")))
    }

    /// One attempt, now.
    pub(super) async fn attempt(&self, event: &Arc<Event>, kind: AttemptKind) -> Receipt {
        self.log().claim(&event.id);
        self.attempt_claimed(event, kind).await
    }

    /// One attempt of an event that was claimed.
    pub(super) async fn attempt_claimed(&self, event: &Event, kind: AttemptKind) -> Receipt {
        let mut claim = Claim { pusher: self, event, ended: false };
        let (at, now) = (self.services.uptime(), self.services.now());
        let subscription = self.subscriptions.of(&event.to.app_id);
        let receipt = match &subscription.events {
            Some(mode) => {
                let body = event.body(subscription.token());
                self.send(mode, (&subscription, &event.to.app_id), &body).await
            }
            // The app has unsubscribed meanwhile.
            None => Receipt::failed(PushFailure::Connect),
        };
        claim.ended = true;
        self.log().end(event, Attempted { kind, at, now, receipt: &receipt });
        drop(claim);
        receipt
    }

    /// Waits until every push that is due by now was delivered or has failed.
    pub(crate) async fn settle(&self) {
        loop {
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            if self.is_settled(self.services.now()) {
                return;
            }
            self.wake();
            ended.await;
        }
    }
}

/// Sees to it that an attempt which is dropped half way is made again.
struct Claim<'a> {
    pusher: &'a Pusher,
    event: &'a Event,
    ended: bool,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.pusher.log().release(&self.event.id, self.pusher.services.now());
        }
        self.pusher.wake();
        self.pusher.ended.notify_waiters();
    }
}
