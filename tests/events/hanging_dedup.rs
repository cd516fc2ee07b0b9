//! Dedup stores that give no answer or panic: no place, no reply and no shutdown depends on them.

use std::future::pending;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use lark_core::{
    Acknowledge, Claim, Dedup, Event, EventOutcome, EventRouter, MemoryDedup, StoreFuture,
};
use lark_im::callback::{CardAction, CardReply};
use lark_im::v1::event::MessageReceive;
use lark_push::event;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::{build, builder, send};

const SECOND: Duration = Duration::from_secs(1);

/// A method of a store.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    Claim,
    Finish,
    Release,
}

/// What it does instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Hangs,
    Panics,
    /// Hangs, and panics when it is given up.
    PanicsInDrop,
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "a store of the user, in Drop");
    }
}

/// A store in memory, one of whose methods may be broken for a while.
#[derive(Clone, Default)]
struct Breakable {
    broken: Arc<Mutex<Option<(Method, Fault)>>>,
    memory: Arc<MemoryDedup>,
}

impl Breakable {
    fn set(&self, broken: Option<(Method, Fault)>) {
        *self.broken.lock().expect("no panic") = broken;
    }

    fn or_broken<'a, T: 'a>(&self, method: Method, well: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        let broken = *self.broken.lock().expect("no panic");
        match broken {
            Some((it, Fault::Hangs)) if it == method => Box::pin(pending()),
            Some((it, Fault::Panics)) if it == method => panic!("a store of the user"),
            Some((it, Fault::PanicsInDrop)) if it == method => {
                let bomb = Bomb;
                Box::pin(async move {
                    pending::<()>().await;
                    drop(bomb);
                    well.await
                })
            }
            _ => well,
        }
    }
}

impl Dedup for Breakable {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        self.or_broken(Method::Claim, self.memory.claim(keys))
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        self.or_broken(Method::Finish, self.memory.finish(keys))
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        self.or_broken(Method::Release, self.memory.release(keys))
    }
}

/// A router of capacity 20 whose handlers fail for events called `bad..`.
fn router(store: &Breakable) -> EventRouter {
    let builder = builder().capacity(20).dedup(store.clone());
    build(builder.on(|event: Event<MessageReceive>| async move {
        match event.header.event_id.starts_with("bad") {
            true => Err("the database is away".into()),
            false => Ok(()),
        }
    }))
}

async fn send_20(router: &EventRouter, name: &'static str) -> Vec<EventOutcome> {
    let pushes = (0..20).map(|number| {
        let router = router.clone();
        tokio::spawn(async move {
            send(&router, &format!("{name}{number}"), &format!("oc_{number}")).await.outcome
        })
    });
    let mut outcomes = Vec::new();
    for push in pushes.collect::<Vec<_>>() {
        outcomes.push(push.await.expect("no panic"));
    }
    outcomes
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hung_gives_its_places_back() {
    for fault in [Fault::Hangs, Fault::Panics, Fault::PanicsInDrop] {
        for (method, name, expected) in [
            (Method::Claim, "c", EventOutcome::StoreFailed),
            (Method::Finish, "f", EventOutcome::Handled),
            (Method::Release, "bad", EventOutcome::Failed),
        ] {
            let store = Breakable::default();
            let router = router(&store);
            store.set(Some((method, fault)));
            let outcomes = send_20(&router, name).await;
            // A release that hangs delays the reply: what fails is to be pushed again in any case.
            let expected = match (method, fault) {
                (Method::Release, Fault::Hangs | Fault::PanicsInDrop) => EventOutcome::StillRunning,
                _ => expected,
            };
            assert!(outcomes.iter().all(|it| *it == expected), "{method:?} {fault:?} {outcomes:?}");
            store.set(None);
            sleep(SECOND * 6).await;
            assert_eq!(router.in_flight(), 0, "{method:?} {fault:?}");
            let outcomes = send_20(&router, "later").await;
            assert!(outcomes.iter().all(|it| *it == EventOutcome::Handled), "{outcomes:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_stops_what_waits_for_the_store() {
    for (method, name, stopped) in
        [(Method::Claim, "c", 1), (Method::Finish, "f", 0), (Method::Release, "bad", 0)]
    {
        let store = Breakable::default();
        let router = router(&store);
        store.set(Some((method, Fault::Hangs)));
        let push = {
            let router = router.clone();
            tokio::spawn(async move { send(&router, name, "oc_1").await.outcome })
        };
        tokio::task::yield_now().await;
        let start = Instant::now();
        let report = router.shutdown(SECOND / 4).await;
        assert!(start.elapsed() < SECOND, "{method:?}: {:?}", start.elapsed());
        assert_eq!((report.stopped.len(), router.in_flight()), (stopped, 0), "{method:?}");
        push.await.expect("no panic");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_gets_the_reply_of_a_callback_in_time() {
    for method in [Method::Claim, Method::Finish] {
        let store = Breakable::default();
        let router = build(
            builder()
                .dedup(store.clone())
                .on_callback(|_: Event<CardAction>| async { Ok(CardReply::none()) }),
        );
        store.set(Some((method, Fault::Hangs)));
        let payload = json!({"operator": {"open_id": "ou_1"}, "action": {"tag": "button"}});
        let reply = router.handle_trusted(event("card.action.trigger", "e1", &payload)).await;
        assert_eq!(reply.outcome, EventOutcome::Handled, "{method:?}");
    }
}

/// An event that was answered with 200 is not pushed again, so no panic may end its handling.
#[tokio::test(start_paused = true)]
async fn an_accepted_event_survives_a_store_that_panics_in_drop() {
    let store = Breakable::default();
    store.set(Some((Method::Claim, Fault::PanicsInDrop)));
    let router = build(
        builder()
            .dedup(store.clone())
            .acknowledge(Acknowledge::First)
            .on(|_: Event<MessageReceive>| async { Ok(()) }),
    );
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Accepted);
    sleep(SECOND * 3).await;
    assert_eq!((router.count(EventOutcome::Handled), router.in_flight()), (1, 0));
}
