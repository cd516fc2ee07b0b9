//! A process of the fleet: pushes come in on its standard input, acknowledgements go out.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::inbox::{Inbox, InboxBuilder, InboxChange, InboxReport};
use lark_core::{Event, EventKeys, EventRouter};
use lark_im::v1::event::MessageReceive;
use lark_inbox::FileInbox;
use lark_redis::{Redis, RedisInbox};
use tokio::sync::mpsc;

/// Runs until its input ends. A line of the input is an event id and a push; a line of the output is an event id and a
/// status.
pub fn worker(place: &str, log: &str, lease: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let lease = Duration::from_millis(lease.parse().expect("milliseconds"));
    let (place, log) = (place.to_owned(), log.to_owned());
    runtime.block_on(serve(place, log, lease));
}

async fn builder(place: &str) -> InboxBuilder {
    if !place.starts_with("redis:") {
        return Inbox::builder(FileInbox::open(place).expect("a file"));
    }
    let redis = Redis::open(place).expect("an address");
    loop {
        // It may be starting again.
        if let Ok(store) = RedisInbox::open(&redis, "chaos").await {
            return Inbox::builder(store);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn serve(place: String, log: String, lease: Duration) {
    let log = OpenOptions::new().append(true).create(true).open(log).expect("a log");
    let log = Arc::new(log);
    let of_reports = Arc::clone(&log);
    let inbox = builder(&place).await.lease(lease).poll(Duration::from_millis(20));
    let inbox = inbox.backoff(Duration::from_millis(20), Duration::from_secs(1)).max_attempts(50);
    let inbox = inbox.on_report(move |report| match report {
        InboxReport::Event { event_id, change: InboxChange::Committed { .. }, .. } => {
            note(&of_reports, 'c', event_id);
        }
        InboxReport::Event { event_id, change: InboxChange::Lost, .. } => {
            note(&of_reports, 'l', event_id);
        }
        _ => {}
    });
    let inbox = inbox.build();
    let handler = move |event: Event<MessageReceive>| {
        let log = Arc::clone(&log);
        async move {
            let id = &*event.header.event_id;
            note(&log, 's', id);
            let number = id.bytes().map(u64::from).sum::<u64>();
            if id.starts_with("slow") {
                // So long that it is stopped meanwhile, without a point at which it could be given up.
                tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(700)));
            } else if number.is_multiple_of(3) {
                tokio::time::sleep(Duration::from_millis(number % 7)).await;
            }
            if number.is_multiple_of(41) && now().is_multiple_of(2) {
                return Err("bad luck".into());
            }
            note(&log, 'e', id);
            Ok(())
        }
    };
    let router = EventRouter::builder(EventKeys::none())
        .inbox(&inbox)
        .on(handler)
        .build()
        .expect("a router");
    answer(router).await;
}

async fn answer(router: EventRouter) {
    let (sender, mut lines) = mpsc::channel::<String>(256);
    std::thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let mut running = tokio::task::JoinSet::new();
    while let Some(line) = lines.recv().await {
        let router = router.clone();
        running.spawn(async move {
            let (id, push) = line.split_once(' ').expect("an id and a push");
            let reply = router.handle_trusted(push.to_owned()).await;
            let text = format!("{id} {}\n", reply.status.as_u16());
            // The other end is the test, which may have ended.
            _ = stdout().lock().write_all(text.as_bytes());
        });
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
    router.shutdown(Duration::from_secs(5)).await;
}

/// One call of the system, so lines of several processes do not mix, and what is written outlives the
/// process.
fn note(log: &File, what: char, id: &str) {
    let line = format!("{what} {id} {} {}\n", now(), std::process::id());
    let mut log = log;
    log.write_all(line.as_bytes()).expect("a line");
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
