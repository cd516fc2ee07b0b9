//! A process of a fleet with an inbox, and what it did.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lark_core::inbox::{Inbox, InboxChange, InboxReport};
use lark_core::{Event, EventKeys, EventRouter};
use lark_im::v1::event::MessageReceive;
use lark_redis::{Redis, RedisInbox};
use tokio::sync::Semaphore;

/// Ordering keys of the events.
pub(crate) const CHATS: usize = 10;

/// What all of them did.
#[derive(Default)]
pub(crate) struct Diary {
    committed: Vec<usize>,
    /// Begun after they were committed.
    again: Vec<usize>,
    /// The numbers in the order in which handlers ended.
    ended: Vec<usize>,
    /// Those whose handlers wait.
    waiting: Vec<usize>,
}

/// Several processes, whose handlers wait with the events from a number on.
#[derive(Clone)]
pub(crate) struct Fleet {
    diary: Arc<Mutex<Diary>>,
    gate: Arc<Semaphore>,
    waits_from: usize,
}

impl Fleet {
    pub(crate) fn new(waits_from: usize) -> Self {
        Self { diary: Arc::default(), gate: Arc::new(Semaphore::new(0)), waits_from }
    }

    fn note(&self, note: impl FnOnce(&mut Diary)) {
        note(&mut self.diary.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Another process.
    pub(crate) async fn start(&self, redis: &Redis) -> EventRouter {
        let store = RedisInbox::open(redis, "bot").await.expect("an inbox");
        let (of_reports, of_handler) = (self.clone(), self.clone());
        let inbox = Inbox::builder(store).lease(Duration::from_secs(1)).on_report(move |report| {
            let InboxReport::Event { event_id, change, .. } = report else { return };
            let number = event_id.parse().expect("a number");
            of_reports.note(|diary| match change {
                InboxChange::Begun { .. } if diary.committed.contains(&number) => {
                    diary.again.push(number);
                }
                InboxChange::Committed { .. } => diary.committed.push(number),
                _ => {}
            });
        });
        let handler = move |event: Event<MessageReceive>| {
            let fleet = of_handler.clone();
            async move {
                let number = event.header.event_id.parse()?;
                if number >= fleet.waits_from {
                    fleet.note(|diary| diary.waiting.push(number));
                    drop(fleet.gate.acquire().await?);
                }
                fleet.note(|diary| diary.ended.push(number));
                Ok(())
            }
        };
        let router = EventRouter::builder(EventKeys::none()).inbox(&inbox.build());
        router.on(handler).build().expect("a router")
    }

    /// Has those handlers go on that wait, and all that come.
    pub(crate) fn go_on(&self) {
        self.gate.add_permits(1_000);
    }

    /// Waits until so many events were committed, and the handlers of so many others wait.
    pub(crate) async fn reaches(&self, committed: usize, waiting: usize) {
        let reached = async {
            let is_reached = |diary: &Diary| {
                let mut found = diary.waiting.clone();
                found.sort_unstable();
                found.dedup();
                diary.committed.len() >= committed && found.len() >= waiting
            };
            while !is_reached(&self.diary.lock().unwrap_or_else(PoisonError::into_inner)) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reached).await.expect("it is reached");
    }

    /// All events were committed, once, none began after that, and each chat is in order.
    pub(crate) fn check(&self, events: usize) {
        self.note(|diary| {
            assert_eq!(diary.again, [0; 0], "after their commit");
            diary.committed.sort_unstable();
            assert_eq!(diary.committed, (0..events).collect::<Vec<_>>());
            for chat in 0..CHATS {
                let mut of_chat = diary.ended.clone();
                of_chat.retain(|it| it % CHATS == chat);
                of_chat.dedup();
                assert!(of_chat.is_sorted(), "{of_chat:?}");
            }
        });
    }
}

/// A message in one of the chats.
pub(crate) fn push(number: usize) -> String {
    let chat = format!("oc_{}", number % CHATS);
    lark_push::message(&number.to_string(), &format!("om_{number}"), &chat, "hello")
}

/// The platform sends an event until it is acknowledged.
pub(crate) async fn send(router: &EventRouter, number: usize) {
    let push = push(number);
    let sent = async {
        while router.handle_trusted(push.clone()).await.status.as_u16() != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), sent).await.expect("it is acknowledged");
}
