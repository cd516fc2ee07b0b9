//! The clock of the wall jumps; nothing is lost, doubled, early or taken over.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use lark_core::inbox::{Appended, Lease, Limits, NewEvent, Position, Step, Store as _};
use lark_inbox::{Clocks, FileInbox};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TTL: Duration = Duration::from_secs(10);
const LIMITS: Limits =
    Limits { capacity: 1000, remember: HOUR.saturating_mul(8), keep: HOUR, keep_bytes: 1 << 30 };

/// The clocks of a machine that stand still unless the test moves them. Its processes share it.
#[derive(Clone)]
struct Machine(Arc<Mutex<Readings>>);

struct Readings {
    wall: SystemTime,
    since_boot: Duration,
    boot: u32,
    has_uptime: bool,
}

impl Machine {
    fn new(has_uptime: bool) -> Self {
        let (wall, since_boot) = (SystemTime::now(), HOUR);
        Self(Arc::new(Mutex::new(Readings { wall, since_boot, boot: 1, has_uptime })))
    }

    fn change(&self, change: impl FnOnce(&mut Readings)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Time passes.
    fn pass(&self, time: Duration) {
        self.change(|it| (it.wall, it.since_boot) = (it.wall + time, it.since_boot + time));
    }

    /// The clock of the wall is set.
    fn jump(&self, time: Duration) {
        self.change(|it| it.wall += time);
    }

    fn restart(&self) {
        self.change(|it| (it.boot, it.since_boot) = (it.boot + 1, MINUTE));
    }
}

impl Clocks for Machine {
    fn wall(&self) -> SystemTime {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wall
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).since_boot
    }

    fn uptime(&self) -> Option<(String, Duration)> {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readings.has_uptime.then(|| (readings.boot.to_string(), readings.since_boot))
    }
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn open(&self, machine: &Machine) -> FileInbox {
        FileInbox::open_by_clocks(self.0.path().join("inbox"), machine.clone()).expect("a file")
    }
}

fn event(id: &str, delay: Option<Duration>) -> NewEvent {
    NewEvent {
        partition: 0,
        ordering_key: id.to_owned(),
        keys: vec![id.to_owned()],
        event_id: id.to_owned(),
        event_type: "t".to_owned(),
        body: "{}".into(),
        delay,
        reception: None,
    }
}

async fn append(store: &FileInbox, id: &str, delay: Option<Duration>) -> Appended {
    store.append(&[event(id, delay)], &LIMITS).await.expect("a store")[0]
}

async fn acquire(store: &FileInbox, owner: &str) -> Option<Lease> {
    store.acquire(owner, 0, TTL).await.expect("a store")
}

async fn ids(store: &FileInbox, lease: &Lease) -> Vec<String> {
    store.news(&[(0, Position::default())]).await.expect("a store");
    let read = store.read(lease, Position::default(), 100).await.expect("a store");
    read.expect("it is ours").into_iter().map(|it| it.event_id).collect()
}

/// What holds whether the system tells how long it runs or not: whoever is alive has noticed the jump.
async fn nothing_comes_early(has_uptime: bool) {
    let (place, machine) = (Place::new(), Machine::new(has_uptime));
    let one = place.open(&machine);
    let lease = acquire(&one, "one").await.expect("it is free");
    for (id, delay) in [("e1", None), ("later", Some(10 * MINUTE))] {
        assert_eq!(append(&one, id, delay).await, Appended::Stored);
    }
    let first = one.read(&lease, Position::default(), 1).await.expect("a store").expect("ours");
    let done = Step::Done { position: first[0].position };
    assert!(one.settle(&lease, &[done]).await.expect("a store"));
    machine.jump(24 * HOUR);
    one.beat("one", std::slice::from_ref(&lease), TTL).await.expect("a store");

    let two = place.open(&machine);
    assert_eq!(acquire(&two, "two").await, None, "the first one lives");
    let beat = two.beat("two", &[], TTL).await.expect("a store");
    assert_eq!((beat.processes, beat.free.contains(&0)), (2, false));
    for store in [&one, &two] {
        assert_eq!(append(store, "e1", None).await, Appended::Known, "it is remembered");
        store.sweep(0, &LIMITS).await.expect("a store");
        assert_eq!(store.gauges().await.expect("gauges").kept, 1);
    }
    assert_eq!(ids(&one, &lease).await, [""; 0], "it is not later yet");
    machine.pass(10 * MINUTE);
    assert_eq!(ids(&one, &lease).await, ["later"]);
    // Nothing is early, and nothing lasts for ever.
    assert!(acquire(&two, "two").await.is_some(), "the first one has died");
    machine.pass(HOUR);
    two.sweep(0, &LIMITS).await.expect("a store");
    assert_eq!(two.gauges().await.expect("gauges").kept, 0);
}

#[tokio::test]
async fn a_jump_of_a_day_changes_nothing() {
    nothing_comes_early(true).await;
}

#[tokio::test]
async fn a_jump_of_a_day_changes_nothing_without_the_time_since_the_start() {
    nothing_comes_early(false).await;
}

/// Nobody was there to notice.
#[tokio::test]
async fn a_jump_while_a_process_starts_takes_nothing_over() {
    let (place, machine) = (Place::new(), Machine::new(true));
    let one = place.open(&machine);
    acquire(&one, "one").await.expect("it is free");
    machine.jump(HOUR);
    assert_eq!(acquire(&place.open(&machine), "two").await, None);
}

#[tokio::test]
async fn a_clock_that_is_put_back_holds_nothing_up() {
    let (place, machine) = (Place::new(), Machine::new(true));
    let one = place.open(&machine);
    acquire(&one, "one").await.expect("it is free");
    append(&one, "later", Some(MINUTE)).await;
    machine.change(|it| it.wall -= 24 * HOUR);
    machine.pass(MINUTE);
    let two = place.open(&machine);
    let lease = acquire(&two, "two").await.expect("the first one has died");
    assert_eq!(ids(&two, &lease).await, ["later"]);
}

/// After a restart of the system only the clock of the wall knows how long nothing ran.
#[tokio::test]
async fn time_goes_on_while_the_machine_is_off() {
    let (place, machine) = (Place::new(), Machine::new(true));
    let one = place.open(&machine);
    append(&one, "later", Some(10 * MINUTE)).await;
    acquire(&one, "one").await.expect("it is free");
    drop(one);
    machine.pass(9 * MINUTE);
    machine.restart();
    let two = place.open(&machine);
    let lease = acquire(&two, "two").await.expect("nobody outlives the machine");
    assert_eq!(ids(&two, &lease).await, [""; 0]);
    machine.pass(MINUTE);
    assert_eq!(ids(&two, &lease).await, ["later"]);
}

/// What is asked for is a moment of the clock of the wall.
#[tokio::test]
async fn a_replay_begins_at_the_moment_that_the_clock_shows() {
    let (place, machine) = (Place::new(), Machine::new(true));
    let store = place.open(&machine);
    let lease = acquire(&store, "one").await.expect("it is free");
    for id in ["e1", "e2"] {
        append(&store, id, None).await;
        machine.pass(MINUTE);
    }
    machine.jump(24 * HOUR);
    let read = store.read(&lease, Position::default(), 10).await.expect("a store").expect("ours");
    let steps: Vec<Step> = read.iter().map(|it| Step::Done { position: it.position }).collect();
    assert!(store.settle(&lease, &steps).await.expect("a store"));
    let since = machine.wall() - MINUTE - Duration::from_secs(1);
    assert_eq!(store.replay(since).await.expect("a store"), 1);
    assert_eq!(ids(&store, &lease).await, ["e2"]);
}

/// A backlog is not looked through for it. What is to be retried has an end that is known.
#[tokio::test]
async fn what_was_begun_is_found_at_once() {
    let (place, machine) = (Place::new(), Machine::new(true));
    let store = place.open(&machine);
    let events: Vec<NewEvent> = (0..900).map(|number| event(&number.to_string(), None)).collect();
    store.append(&events, &LIMITS).await.expect("a store");
    let lease = acquire(&store, "one").await.expect("it is free");
    let read = store.read(&lease, Position::default(), 900).await.expect("a store").expect("ours");
    let [first, last] = [read[0].position, read[899].position];
    let begin = |position| Step::Begin { position, attempt: 1 };
    let retry = Step::Retry { position: first, after: MINUTE, reason: "r".to_owned() };
    let steps = [begin(first), begin(last), retry];
    assert!(store.settle(&lease, &steps).await.expect("a store"));
    machine.pass(MINUTE / 2);
    let lease = acquire(&store, "two").await.expect("the first one has died");
    let begun = store.begun(&lease).await.expect("a store").expect("ours");
    let begun: Vec<_> = begun.iter().map(|it| (&*it.event_id, it.wait)).collect();
    assert_eq!(begun, [("899", Duration::ZERO)]);
    let read = store.read(&lease, Position::default(), 1).await.expect("a store").expect("ours");
    assert_eq!(read[0].wait, MINUTE / 2);
}

/// The clocks of this machine agree with each other.
#[tokio::test]
async fn real_time_passes() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = FileInbox::open(directory.path().join("inbox")).expect("a file");
    let start = Instant::now();
    append(&store, "later", Some(Duration::from_millis(50))).await;
    let lease = acquire(&store, "one").await.expect("it is free");
    while ids(&store, &lease).await.is_empty() {}
    assert!(start.elapsed() >= Duration::from_millis(50), "{:?}", start.elapsed());
}
