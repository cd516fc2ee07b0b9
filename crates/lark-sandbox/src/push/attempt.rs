//! Events on their way to an app.

use std::pin::pin;
use std::sync::Arc;

use super::PushError;
use super::event::Event;
use super::receipt::{PushFailure, Receipt};
use super::sign::PushRequest;
use crate::platform::Platform;

/// Puts an event on its way without waiting for it. Nothing happens if its app has not subscribed.
pub(crate) fn publish(platform: &Platform, event: Event) {
    let mut book = platform.outbox.book();
    if book.of(&event.app_id).event_url.is_none() {
        return;
    }
    book.add(Arc::new(event), Some(platform.timeline.now()));
    drop(book);
    platform.outbox.wake();
}

/// Pushes an event and waits for the answer to the first attempt. Gives its id.
pub(crate) async fn push(platform: &Platform, event: Event) -> Result<String, PushError> {
    let event = add(platform, event)?;
    attempt(platform, &event, false).await;
    Ok(event.id.clone())
}

/// Takes an event in, to be sent by [`attempt`].
pub(super) fn add(platform: &Platform, event: Event) -> Result<Arc<Event>, PushError> {
    let mut book = platform.outbox.book();
    if book.of(&event.app_id).event_url.is_none() {
        return Err(PushError::new(format!("app {} has no event URL", event.app_id)));
    }
    let event = Arc::new(event);
    book.add(Arc::clone(&event), None);
    Ok(event)
}

/// Sends an event once more: under its own id, or the same under another one.
pub(crate) async fn redeliver(
    platform: &Platform,
    event_id: &str,
    under_new_id: bool,
) -> Result<String, PushError> {
    let known = platform.outbox.book().event(event_id);
    let event = known.ok_or_else(|| PushError::new(format!("there is no event {event_id}")))?;
    if under_new_id {
        return push(platform, event.renamed(platform)).await;
    }
    attempt(platform, &event, true).await;
    Ok(event.id.clone())
}

/// One attempt, now.
pub(super) async fn attempt(platform: &Platform, event: &Arc<Event>, by_command: bool) -> Receipt {
    platform.outbox.book().claim(&event.id);
    claimed(platform, event, by_command).await
}

/// One attempt of an event that was claimed.
pub(super) async fn claimed(platform: &Platform, event: &Arc<Event>, by_command: bool) -> Receipt {
    let mut claim = Claim { platform, event, ended: false };
    let now = platform.timeline.now();
    let at = platform.uptime();
    let settings = platform.outbox.book().of(&event.app_id);
    let receipt = match &settings.event_url {
        Some(url) => {
            let push = PushRequest::event(&settings, &event.body(settings.token()), now);
            platform.outbox.clients.post(url, push, platform.config.push_timeout).await
        }
        // The app has unsubscribed meanwhile.
        None => Receipt::failed(PushFailure::Connect),
    };
    claim.ended = true;
    platform.outbox.book().end(event, &receipt, at, now, by_command);
    drop(claim);
    receipt
}

/// Sees to it that an attempt which is dropped half way is made again.
struct Claim<'a> {
    platform: &'a Platform,
    event: &'a Event,
    ended: bool,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let outbox = &self.platform.outbox;
        if !self.ended {
            outbox.book().release(&self.event.id, self.platform.timeline.now());
        }
        outbox.wake();
        outbox.ended.notify_waiters();
    }
}

/// Waits until every push that is due by now was answered or has failed.
pub(crate) async fn settle(platform: &Platform) {
    loop {
        let mut ended = pin!(platform.outbox.ended.notified());
        ended.as_mut().enable();
        if platform.outbox.book().is_settled(platform.timeline.now()) {
            return;
        }
        platform.outbox.wake();
        ended.await;
    }
}
