//! Pushes, by command.

use serde_json::Value;

use super::{Instance, Sandbox};
use crate::control::{
    AsyncCommand, Command, Deliveries, Forge, PushEvents, Redeliver, Settle, Subscribe,
    Unsubscribe, sample,
};
use crate::platform::bot_open_id;
use crate::push::{
    Event, Forgery, Keys, Purpose, PushAttempt, PushError, PushState, Receipt, Recipient,
};
use crate::spec::Envelope;

/// The pushes to one app. See [`Sandbox::pushes`].
#[derive(Clone, Copy)]
pub struct Pushes<'a> {
    pub(super) instance: &'a Instance,
    pub(super) app_id: &'a str,
    tenant_key: &'a str,
}

impl Sandbox {
    /// The pushes to the first app.
    pub fn pushes(&self) -> Pushes<'_> {
        self.pushes_to(self.app_id())
    }

    /// The pushes to this app, of its tenant; of the first tenant, if it is of the marketplace.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn pushes_to(&self, app_id: &str) -> Pushes<'_> {
        let app = self.known_app(app_id);
        Pushes { instance: &self.instance, app_id: &app.id, tenant_key: app.home() }
    }

    /// Waits until every push that is due by the sandbox's clock was delivered or has failed. Times of
    /// responses are those of the computer's clock, so do not call it with a paused one.
    pub async fn settle(&self) {
        Settle.run(&self.instance).await;
    }

    /// Every attempt to deliver an event, in the order in which they ended; the last 100,000 of them.
    /// Callbacks and forgeries are not among them.
    pub fn deliveries(&self) -> Vec<PushAttempt> {
        let all = Deliveries.run(&self.instance).into_iter();
        all.map(|(attempt, _)| attempt).collect()
    }

    /// The delivery state of an event; None if it was never pushed.
    pub fn push_state(&self, event_id: &str) -> Option<PushState> {
        self.instance.pusher.state(event_id)
    }

    /// The open id of an app's bot, by which messages mention it.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn bot_open_id(&self, app_id: &str) -> String {
        bot_open_id(&self.known_app(app_id).id)
    }
}

impl<'a> Pushes<'a> {
    /// Names the tenant in which the events happen.
    pub fn in_tenant(self, tenant_key: &'a str) -> Self {
        Self { tenant_key, ..self }
    }

    /// Encrypts and signs what follows with this key; without one if it is empty.
    pub fn encrypt_key(self, key: &str) -> Self {
        let keys = Keys { encrypt_key: Some(key.to_owned()), ..Keys::default() };
        self.instance.pusher.set_keys(self.app_id, keys);
        self
    }

    /// The token that what follows carries, and that signs old card callbacks; none if it is empty.
    pub fn verification_token(self, token: &str) -> Self {
        let keys = Keys { verification_token: Some(token.to_owned()), ..Keys::default() };
        self.instance.pusher.set_keys(self.app_id, keys);
        self
    }

    /// Pushes events to this URL from now on. It is asked for an echo first: encrypted if there is a
    /// key, and never signed. A marketplace app gets its ticket every hour, the first in an hour.
    ///
    /// # Errors
    /// If the URL is neither http nor https, or does not echo with status 200 within a second.
    pub async fn subscribe(&self, url: &str) -> Result<(), PushError> {
        self.send_to(Purpose::Events, url).await
    }

    /// Sends callbacks to this URL from now on, which may be that of the events.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub async fn send_callbacks_to(&self, url: &str) -> Result<(), PushError> {
        self.send_to(Purpose::Callbacks, url).await
    }

    /// Sends legacy card callbacks to this URL, while there is no other for callbacks.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub async fn send_legacy_card_callbacks_to(&self, url: &str) -> Result<(), PushError> {
        self.send_to(Purpose::Cards, url).await
    }

    /// Forgets the keys and URLs of the app. What is to be pushed again fails.
    pub fn unsubscribe(&self) {
        Unsubscribe { app_id: self.app_id.to_owned() }.run(self.instance);
    }

    /// Pushes an event, in the envelope that its type has in the specs, and waits for the response to
    /// the first attempt, whatever it is. Events that are pushed one after the other come in order.
    /// Returns the id of the event.
    ///
    /// # Errors
    /// If the app has not subscribed, or the payload is no object.
    pub async fn push(&self, event_type: &str, payload: Value) -> Result<String, PushError> {
        self.push_event(self.event(event_type, payload)?).await
    }

    /// The same in this envelope.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub async fn push_in(
        &self,
        envelope: Envelope,
        event_type: &str,
        payload: Value,
    ) -> Result<String, PushError> {
        self.push_event(self.event(event_type, payload)?.in_envelope(envelope)).await
    }

    /// Pushes a sample of an event of the specs, every field filled in. The number makes its texts, ids
    /// among them, differ from those of other samples. `app_ticket` carries the ticket that is valid.
    /// Samples of the callbacks `card.action.trigger` and `url.preview.get` are sent as events are; what
    /// [people](Sandbox::user) do comes as on the platform, and its reply is read.
    ///
    /// # Errors
    /// If the specs do not have the type, or the app has not subscribed.
    pub async fn push_sample(&self, event_type: &str, number: u64) -> Result<String, PushError> {
        let to = Recipient::new(self.app_id, self.tenant_key);
        let sample = sample(self.instance, &to, event_type, number);
        let sample = sample.ok_or_else(|| PushError::new(format!("no spec has {event_type}")))?;
        self.push(event_type, sample).await
    }

    /// Pushes each event `copies` times, in an order that depends on `seed` only, one after the other.
    /// Returns the ids in the order of `events`.
    ///
    /// # Errors
    /// As [`push`](Self::push), or if `copies` is 0.
    pub async fn push_shuffled(
        &self,
        events: Vec<(&str, Value)>,
        copies: usize,
        seed: u64,
    ) -> Result<Vec<String>, PushError> {
        let events = events.into_iter().map(|(name, payload)| self.event(name, payload));
        let events = events.collect::<Result<_, _>>()?;
        PushEvents { events, copies, seed }.run(self.instance).await
    }

    /// Pushes an event once more under its own id, also after it was delivered or given up.
    ///
    /// # Errors
    /// If there is no such event.
    pub async fn redeliver(&self, event_id: &str) -> Result<(), PushError> {
        Redeliver::Same(event_id.to_owned()).run(self.instance).await.map(drop)
    }

    /// Pushes the content of an event under another id, which is given.
    ///
    /// # Errors
    /// If there is no such event, or the app has not subscribed.
    pub async fn push_again_as_new(&self, event_id: &str) -> Result<String, PushError> {
        Redeliver::AsNew(event_id.to_owned()).run(self.instance).await
    }

    /// Sends an event with something wrong about it, once, and returns the response.
    ///
    /// # Errors
    /// As [`push`](Self::push), or if the forgery needs an encrypt key and there is none.
    pub async fn forge(
        &self,
        forgery: Forgery,
        event_type: &str,
        payload: Value,
    ) -> Result<Receipt, PushError> {
        Forge { forgery, event: self.event(event_type, payload)? }.run(self.instance).await
    }

    fn event(&self, event_type: &str, payload: Value) -> Result<Event, PushError> {
        let to = Recipient::new(self.app_id, self.tenant_key);
        Event::checked(&self.instance.services, to, event_type, payload)
    }

    async fn push_event(&self, event: Event) -> Result<String, PushError> {
        let pushed = PushEvents { events: vec![event], copies: 1, seed: 0 };
        let ids = pushed.run(self.instance).await?;
        Ok(ids.into_iter().next().expect("one event has one id"))
    }

    async fn send_to(&self, purpose: Purpose, url: &str) -> Result<(), PushError> {
        let (app_id, urls) = (self.app_id.to_owned(), vec![(purpose, url.to_owned())]);
        let keys = Keys::default();
        Subscribe { app_id, keys, over_connection: false, urls }.run(self.instance).await
    }
}
