//! A router with an inbox in a file of its own.

use std::sync::Arc;
use std::time::Duration;

use lark_core::inbox::{Inbox, InboxBuilder, InboxChange, InboxReport};
use lark_core::{Event, EventKeys, EventReply, EventRouter, HandlerError};
use lark_im::v1::event::MessageReceive;
use lark_inbox::FileInbox;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// What the inbox told, as `<what> <event id>`.
pub(crate) struct Told(UnboundedReceiver<String>);

impl Told {
    /// Waits until this was told; what was told before it is forgotten.
    pub(crate) async fn wait_for(&mut self, text: &str) {
        let told = async { while self.0.recv().await.expect("the inbox runs") != text {} };
        let limit = Duration::from_secs(30);
        timeout(limit, told).await.unwrap_or_else(|_| panic!("never told: {text}"));
    }

    /// What comes next of those that begin with one of `starts`.
    pub(crate) async fn next_of(&mut self, starts: &[&str]) -> String {
        loop {
            let told = timeout(Duration::from_secs(30), self.0.recv()).await.expect("in time");
            let told = told.expect("the inbox runs");
            if starts.iter().any(|start| told.starts_with(start)) {
                return told;
            }
        }
    }
}

fn tell(sender: &UnboundedSender<String>, report: &InboxReport<'_>) {
    let InboxReport::Event { event_id, change, .. } = report else { return };
    let what = match change {
        InboxChange::Stored => "stored",
        InboxChange::Begun { .. } => "begun",
        InboxChange::Committed { .. } => "committed",
        InboxChange::Retrying { .. } => "retrying",
        InboxChange::Dead { .. } => "dead",
        InboxChange::Lost => "lost",
        _ => "other",
    };
    // The test may have ended.
    _ = sender.send(format!("{what} {event_id}"));
}

/// A directory with an inbox in it.
pub(crate) struct Place(pub(crate) TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn open(&self) -> FileInbox {
        FileInbox::open(self.0.path().join("inbox")).expect("a file")
    }

    /// An inbox with short pauses, and what it tells.
    pub(crate) fn builder(&self) -> (InboxBuilder, Told) {
        told(Inbox::builder(self.open()))
    }
}

pub(crate) fn told(builder: InboxBuilder) -> (InboxBuilder, Told) {
    let (sender, receiver) = unbounded_channel();
    let builder = builder
        .backoff(Duration::from_millis(5), Duration::from_millis(20))
        .lease(Duration::from_millis(500))
        .on_report(move |report| tell(&sender, report));
    (builder, Told(receiver))
}

/// A router that calls `handler` for messages.
pub(crate) fn router<F>(
    inbox: &Inbox,
    handler: impl Fn(Event<MessageReceive>) -> F + Send + Sync + 'static,
) -> EventRouter
where
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    EventRouter::builder(EventKeys::none()).inbox(inbox).on(handler).build().expect("a router")
}

/// Has the platform send a message.
pub(crate) async fn send(router: &EventRouter, id: &str, chat: &str) -> EventReply {
    router.handle_trusted(lark_push::message(id, &format!("om_{id}"), chat, "hello")).await
}

/// What handlers did.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<std::sync::Mutex<Vec<String>>>);

impl Diary {
    pub(crate) fn note(&self, text: &str) {
        self.0.lock().expect("no panic").push(text.to_owned());
    }

    pub(crate) fn entries(&self) -> Vec<String> {
        self.0.lock().expect("no panic").clone()
    }
}
