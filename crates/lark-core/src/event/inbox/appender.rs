//! Stores events many at a time: what comes while a batch is being stored is the next one.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::engine::Engine;
use super::store::{Appended, NewEvent};
use crate::store::StoreError;

/// Most events that wait to be stored. More than these are sent again by the platform.
const QUEUE: usize = 1024;
const MAX_BATCH: usize = 256;
const MAX_BATCH_BYTES: usize = 4 << 20;

pub(super) struct Pending {
    event: NewEvent,
    answer: oneshot::Sender<Result<Appended, StoreError>>,
}

/// The way to the task that stores events, in the order in which they come.
pub(super) struct Appender(mpsc::Sender<Pending>);

impl Appender {
    pub(super) fn new() -> (Self, mpsc::Receiver<Pending>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self(sender), receiver)
    }

    /// Stores an event. It has its place in the order once this was polled. Dropping the future does not
    /// stop it.
    pub(super) async fn append(&self, event: NewEvent) -> Result<Appended, StoreError> {
        let (answer, answered) = oneshot::channel();
        match self.0.try_send(Pending { event, answer }) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => return Ok(Appended::Full),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(ended()),
        }
        answered.await.unwrap_or_else(|_| Err(ended()))
    }
}

fn ended() -> StoreError {
    StoreError::new("the inbox has ended with its runtime")
}

/// Stores what comes until nobody can send any more.
pub(super) async fn run(engine: Arc<Engine>, mut queue: mpsc::Receiver<Pending>) {
    let mut came = Vec::new();
    while !came.is_empty() || queue.recv_many(&mut came, MAX_BATCH).await > 0 {
        let mut bytes = 0;
        let fits = came.iter().take_while(|it| {
            bytes += it.event.body.len();
            bytes <= MAX_BATCH_BYTES
        });
        let count = fits.count().max(1).min(came.len());
        let (events, answers): (Vec<_>, Vec<_>) =
            came.drain(..count).map(|it| (it.event, it.answer)).unzip();
        let stored = engine.ask(|| engine.store.append(&events, &engine.options.limits)).await;
        match stored {
            Ok(appended) if appended.len() == events.len() => {
                engine.appended(&events, &appended);
                for (answer, appended) in answers.into_iter().zip(appended) {
                    // Nobody waits any more: the platform sends it again, and it is known then.
                    _ = answer.send(Ok(appended));
                }
            }
            Ok(_) => fail(answers, &StoreError::new("the store did not answer for each event")),
            Err(error) => fail(answers, &error),
        }
    }
}

fn fail(answers: Vec<oneshot::Sender<Result<Appended, StoreError>>>, error: &StoreError) {
    for answer in answers {
        _ = answer.send(Err(error.clone()));
    }
}
