//! Twenty seconds of a busy bot on a paused clock: 10,000 events at 500 a second, each delivered
//! three times in any order, handlers that sleep and handlers that panic. `benches/` has the same
//! over real connections.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lark_core::http::StatusCode;
use lark_core::{Acknowledge, Event, EventRouter};
use lark_im::v1::event::MessageReceive;
use lark_push::message;
use lark_push::random::Random;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::support::{Log, build, builder};

const EVENTS: usize = 10_000;
const CHATS: usize = 2_000;
const BETWEEN: Duration = Duration::from_millis(2);

/// What happened to the events, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    Arrived(usize),
    Done(usize),
    Panicked(usize),
}

fn number(event_id: &str) -> usize {
    event_id.trim_start_matches("ev").parse().expect("a number")
}

fn chat(event: usize) -> usize {
    // Neighbours are in different chats, and each chat has some of both kinds.
    (event * 7919) % CHATS
}

/// One in 20 sleeps for long, one in 100 panics the first time.
fn busy(acknowledge: Acknowledge) -> (EventRouter, Log<Entry>) {
    let log = Log::new();
    let done = log.clone();
    let panicked: Arc<Vec<AtomicBool>> =
        Arc::new((0..EVENTS).map(|_| AtomicBool::default()).collect());
    let router =
        build(builder().acknowledge(acknowledge).on(move |event: Event<MessageReceive>| {
            let (done, panicked) = (done.clone(), panicked.clone());
            async move {
                let event = number(&event.header.event_id);
                if event % 20 == 3 {
                    sleep(Duration::from_secs(10)).await;
                }
                if event % 100 == 7 && !panicked[event].swap(true, Ordering::SeqCst) {
                    done.push(Entry::Panicked(event));
                    // A panic without its report, which would take most of the time.
                    resume_unwind(Box::new("as one in a hundred does"));
                }
                done.push(Entry::Done(event));
                Ok(())
            }
        }));
    (router, log)
}

/// The deliveries with their times: each event three times within a second, in any order.
fn plan(copies: usize) -> Vec<(Duration, usize)> {
    let mut random = Random::new(7);
    let times = |event: usize| {
        let due = BETWEEN * u32::try_from(event).expect("small");
        let mut late = || Duration::from_micros(random.below(1_000_000) as u64);
        (0..copies).map(|_| (due + late(), event)).collect::<Vec<_>>()
    };
    let mut plan: Vec<_> = (0..EVENTS).flat_map(times).collect();
    plan.sort_unstable();
    plan
}

/// An answer: to which event, after how long, and whether it was acknowledged.
type Answer = (usize, Duration, bool);

async fn deliver(router: EventRouter, log: Log<Entry>, event: usize) -> Answer {
    log.push(Entry::Arrived(event));
    let start = Instant::now();
    let [event_id, message_id, chat_id] =
        [format!("ev{event}"), format!("om_{event}"), format!("oc_{}", chat(event))];
    // Without the cryptography, which would be most of the work and is the same each time.
    let reply = router.handle_trusted(message(&event_id, &message_id, &chat_id, "hello")).await;
    (event, start.elapsed(), reply.status == StatusCode::OK)
}

/// Makes the deliveries, those after `until` not any more, and waits for their answers.
async fn run(
    router: &EventRouter,
    log: &Log<Entry>,
    plan: &[(Duration, usize)],
    until: Duration,
) -> Vec<Answer> {
    let start = Instant::now();
    let mut answers = JoinSet::new();
    for (due, event) in plan.iter().take_while(|(due, _)| *due <= until) {
        sleep_until(start + *due).await;
        answers.spawn(deliver(router.clone(), log.clone(), *event));
    }
    answers.join_all().await
}

/// Each event is done once, after at most one panic.
fn check_once(log: &[Entry]) {
    let mut done = HashMap::new();
    for entry in log {
        if let Entry::Done(event) = entry {
            *done.entry(*event).or_insert(0) += 1;
        }
    }
    assert_eq!(done.len(), EVENTS, "none is lost");
    assert!(done.values().all(|times| *times == 1), "none is done twice");
}

/// Events of a chat are done in the order of their arrival. Those that panicked are done when they
/// come again, whenever that is.
fn check_order(log: &[Entry]) {
    let panicked: HashSet<_> = log
        .iter()
        .filter_map(|entry| match entry {
            Entry::Panicked(event) => Some(*event),
            _ => None,
        })
        .collect();
    assert_eq!(panicked.len(), EVENTS / 100);
    let mut arrivals: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut seen = HashSet::new();
    let mut done: HashMap<usize, Vec<usize>> = HashMap::new();
    for entry in log {
        match entry {
            Entry::Arrived(event) if !panicked.contains(event) && seen.insert(*event) => {
                arrivals.entry(chat(*event)).or_default().push(*event);
            }
            Entry::Done(event) if !panicked.contains(event) => {
                done.entry(chat(*event)).or_default().push(*event);
            }
            _ => {}
        }
    }
    assert_eq!(arrivals, done);
}

fn p99(answers: &[Answer]) -> Duration {
    let mut times: Vec<_> = answers.iter().map(|(_, time, _)| *time).collect();
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

#[tokio::test(start_paused = true)]
async fn each_event_is_handled_once_and_in_order() {
    let (router, log) = busy(Acknowledge::First);
    let answers = run(&router, &log, &plan(3), Duration::MAX).await;
    assert!(answers.iter().all(|(_, _, is_acknowledged)| *is_acknowledged));
    assert!(p99(&answers) < Duration::from_secs(1), "{:?}", p99(&answers));
    let drained = router.shutdown(Duration::from_secs(120)).await;
    assert!(drained.stopped.is_empty());
    let log = log.all();
    check_once(&log);
    check_order(&log);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_at_a_shutdown_in_the_middle() {
    let (router, log) = busy(Acknowledge::AfterHandler);
    let plan = plan(1);
    let middle = Duration::from_secs(10);
    let pushing = run(&router, &log, &plan, middle);
    let (answers, drained) = tokio::join!(pushing, async {
        sleep(middle - Duration::from_secs(1)).await;
        router.shutdown(Duration::from_secs(2)).await
    });
    assert!(!drained.stopped.is_empty(), "or there was nothing to stop");
    let done = |log: &[Entry]| -> HashSet<usize> {
        log.iter()
            .filter_map(|it| match it {
                Entry::Done(event) => Some(*event),
                _ => None,
            })
            .collect()
    };
    // What was acknowledged is done, and what was stopped was not acknowledged.
    let before = done(&log.all());
    let acknowledged: HashSet<_> =
        answers.iter().filter(|(_, _, is_acknowledged)| *is_acknowledged).map(|it| it.0).collect();
    assert!(acknowledged.len() > 3000 && acknowledged.is_subset(&before));
    for header in &drained.stopped {
        let event = number(&header.event_id);
        assert!(!acknowledged.contains(&event) && !before.contains(&event));
    }
    // The platform pushes the others again, to the next process; those that panic once more.
    let (next, log) = busy(Acknowledge::AfterHandler);
    let mut left: Vec<_> = (0..EVENTS).filter(|event| !acknowledged.contains(event)).collect();
    while !left.is_empty() {
        sleep(Duration::from_secs(15)).await;
        let mut answers = JoinSet::new();
        for event in left.drain(..) {
            answers.spawn(deliver(next.clone(), log.clone(), event));
        }
        let answers = answers.join_all().await;
        left = answers.iter().filter(|it| !it.2).map(|it| it.0).collect();
    }
    let after = done(&log.all());
    assert_eq!(before.union(&after).count(), EVENTS);
}
