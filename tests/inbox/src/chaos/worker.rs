//! A process of the fleet: pushes come in on its standard input, acknowledgements go out.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lark_core::inbox::{Inbox, InboxBuilder, InboxChange, InboxReport, PartitionChange, Store};
use lark_core::{Event, EventKeys, EventRouter};
use lark_im::v1::event::MessageReceive;
use lark_inbox::FileInbox;
use lark_redis::{Redis, RedisInbox};
use tokio::sync::mpsc;

use super::machine::watch;

/// Runs until its input ends. A line of the input is an event id and a push; a line of the output is an event id, a
/// status, and the microseconds since the push was read.
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

/// The store at a place.
pub(super) enum Opened {
    File(FileInbox),
    Redis(RedisInbox),
}

impl Opened {
    pub(super) fn store(self) -> Box<dyn Store> {
        match self {
            Self::File(store) => Box::new(store),
            Self::Redis(store) => Box::new(store),
        }
    }

    fn builder(self) -> InboxBuilder {
        match self {
            Self::File(store) => Inbox::builder(store),
            Self::Redis(store) => Inbox::builder(store),
        }
    }
}

/// Opens what is at a place: a file, or Redis.
pub(super) async fn open(place: &str) -> Opened {
    if !place.starts_with("redis:") {
        return Opened::File(FileInbox::open(place).expect("a file"));
    }
    let redis = Redis::open(place).expect("an address");
    loop {
        // It may be starting again.
        if let Ok(store) = RedisInbox::open(&redis, "chaos").await {
            return Opened::Redis(store);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn serve(place: String, log: String, lease: Duration) {
    let log = OpenOptions::new().append(true).create(true).open(log).expect("a log");
    let log = Arc::new(log);
    let of_reports = Arc::clone(&log);
    watch_stalls(&log);
    let inbox = open(&place).await.builder().lease(lease).poll(Duration::from_millis(20));
    let inbox =
        inbox.backoff(Duration::from_millis(20), Duration::from_millis(100)).max_attempts(50);
    let inbox = inbox.on_report(move |report| match report {
        InboxReport::Event { event_id, partition, change: InboxChange::Begun { .. }, .. } => {
            note_more(&of_reports, 'b', event_id, *partition);
        }
        InboxReport::Event { event_id, change: InboxChange::Committed { .. }, .. } => {
            note(&of_reports, 'c', event_id);
        }
        InboxReport::Partition { partition, change } => {
            let what = match change {
                PartitionChange::Acquired => 'A',
                PartitionChange::GivenBack => 'G',
                _ => 'L',
            };
            note(&of_reports, what, &partition.to_string());
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
                note(&log, 'f', id);
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
    let (sender, mut lines) = mpsc::channel::<(String, Instant)>(256);
    std::thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send((line, Instant::now())).is_err() {
                return;
            }
        }
    });
    let mut running = tokio::task::JoinSet::new();
    while let Some((line, read)) = lines.recv().await {
        let router = router.clone();
        running.spawn(async move {
            let (id, push) = line.split_once(' ').expect("an id and a push");
            let reply = router.handle_trusted(push.to_owned()).await;
            let text = format!("{id} {} {}\n", reply.status.as_u16(), read.elapsed().as_micros());
            // The other end is the test, which may have ended.
            _ = stdout().lock().write_all(text.as_bytes());
        });
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
    router.shutdown(Duration::from_secs(5)).await;
}

/// Notes when the machine keeps this process from running.
fn watch_stalls(log: &Arc<File>) {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        watch(
            |_| {},
            |millis| {
                if millis > 0 {
                    note(&log, 'k', &millis.to_string());
                }
                true
            },
        );
    });
}

/// One call of the system, so lines of several processes do not mix, and what is written outlives the
/// process.
fn note(log: &File, what: char, id: &str) {
    write(log, &format!("{what} {id} {} {}\n", now(), std::process::id()));
}

fn note_more(log: &File, what: char, id: &str, more: u32) {
    write(log, &format!("{what} {id} {} {} {more}\n", now(), std::process::id()));
}

fn write(mut log: &File, line: &str) {
    log.write_all(line.as_bytes()).expect("a line");
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
