//! Events are stored once, whole and in order.

use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use super::super::rule::{Outcome, Rule, expect, expect_eq, rules};
use super::super::similar_keys;
use super::Handles;
use super::fixtures::{LONG, SHORT, acquire, append, event, ids, limits, read, take_over};
use crate::event::inbox::{Appended, NewEvent, Position, Step, StoredEvent};

pub(super) const RULES: &[Rule<Handles>] = rules![
    keeps_the_order,
    keeps_events_as_they_are,
    reads_in_pages,
    loads_by_position,
    drops_copies,
    drops_copies_by_any_key,
    keeps_similar_keys_apart,
    refuses_what_is_too_much,
    shows_news_to_others,
    tells_what_is_stored,
    keeps_how_it_was_received,
    tells_what_was_begun,
];

async fn keeps_the_order([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    append(&*other, &["e3"]).await?;
    append(&*one, &["e4"]).await?;
    let lease = acquire(&*other, "p", LONG).await?;
    let found = ids(&*other, &lease).await?;
    expect_eq("the events", &found, &["e1", "e2", "e3", "e4"].map(str::to_owned).to_vec())
}

async fn keeps_events_as_they_are([one, other]: Handles) -> Outcome {
    let bodies = [String::new(), "\r\n\t\"\u{0}\u{1f600}|,;:".to_owned(), "x".repeat(300_000)];
    for (number, body) in bodies.iter().enumerate() {
        let mut event = event(&format!("e{number}"));
        event.ordering_key = format!("会话 {number}\n'\"%{{}}");
        event.event_type = "im.message.receive_v1".to_owned();
        event.body = body.clone().into();
        one.append(&[event], &limits()).await?;
    }
    let lease = acquire(&*other, "p", LONG).await?;
    let found = read(&*other, &lease).await?;
    expect_eq("their number", &found.len(), &bodies.len())?;
    for (number, (event, body)) in found.iter().zip(&bodies).enumerate() {
        expect(event.body == *body, format!("body {number} has changed"))?;
        let key = format!("会话 {number}\n'\"%{{}}");
        expect_eq("the ordering key", &event.ordering_key, &key)?;
        expect_eq("the type", &&*event.event_type, &"im.message.receive_v1")?;
        expect_eq("attempts of a new event", &event.attempts, &0)?;
        expect(event.wait.is_zero(), "a new event waits")?;
    }
    Ok(())
}

async fn reads_in_pages([one, _]: Handles) -> Outcome {
    append(&*one, &["e1", "e2", "e3"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let (mut after, mut found) = (Position::default(), Vec::new());
    loop {
        let page = one.read(&lease, after, 2).await?.unwrap_or_default();
        expect(page.len() <= 2, "a page is longer than its limit")?;
        let is_last = page.len() < 2;
        for event in page {
            expect(event.position > after, "a page has an event that is not behind the position")?;
            after = event.position;
            found.push(event.event_id);
        }
        if is_last {
            break;
        }
    }
    expect_eq("the events", &found, &["e1", "e2", "e3"].map(str::to_owned).to_vec())?;
    append(&*one, &["e4"]).await?;
    let page = one.read(&lease, after, 2).await?.unwrap_or_default();
    expect_eq("those that came since", &page.len(), &1)
}

async fn loads_by_position([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2", "e3"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let all = read(&*one, &lease).await?;
    let positions = [all[0].position, all[2].position];
    let loaded = other.load(&lease, &positions).await?.unwrap_or_default();
    let found: Vec<&str> = loaded.iter().map(|it| &*it.event_id).collect();
    expect_eq("the events", &found, &vec!["e1", "e3"])
}

async fn drops_copies([one, other]: Handles) -> Outcome {
    let appended = append(&*one, &["e1", "e1", "e2"]).await?;
    let expected = vec![Appended::Stored, Appended::Known, Appended::Stored];
    expect_eq("a copy in the same call", &appended, &expected)?;
    let appended = append(&*other, &["e2", "e3"]).await?;
    expect_eq("a copy later", &appended, &vec![Appended::Known, Appended::Stored])?;
    let lease = acquire(&*one, "p", LONG).await?;
    expect_eq("the number of events", &ids(&*one, &lease).await?.len(), &3)
}

async fn drops_copies_by_any_key([one, _]: Handles) -> Outcome {
    let with = |keys: [&str; 2]| {
        let mut event = event(keys[0]);
        event.keys = keys.map(str::to_owned).to_vec();
        event
    };
    let events = [with(["e1", "m1"]), with(["e2", "m1"]), with(["e1", "m2"]), with(["e3", "m3"])];
    let appended = one.append(&events, &limits()).await?;
    let expected = vec![Appended::Stored, Appended::Known, Appended::Known, Appended::Stored];
    expect_eq("events that share a key", &appended, &expected)
}

async fn keeps_similar_keys_apart([one, _]: Handles) -> Outcome {
    let keys = similar_keys();
    for key in &keys {
        let appended = append(&*one, &[key]).await?;
        expect(appended == [Appended::Stored], format!("{key:?} was taken for another key"))?;
    }
    for key in &keys {
        expect(append(&*one, &[key]).await? == [Appended::Known], format!("{key:?} is forgotten"))?;
    }
    Ok(())
}

async fn refuses_what_is_too_much([one, _]: Handles) -> Outcome {
    let mut limits = limits();
    limits.capacity = 2;
    let events = ["e1", "e2", "e3"].map(event);
    let appended = one.append(&events, &limits).await?;
    let expected = vec![Appended::Stored, Appended::Stored, Appended::Full];
    expect_eq("more than the capacity", &appended, &expected)?;
    let appended = one.append(&events[..1], &limits).await?;
    expect_eq("a copy while it is full", &appended, &vec![Appended::Known])?;
    limits.capacity = 3;
    let appended = one.append(&events[2..], &limits).await?;
    expect_eq("what was refused, sent again", &appended, &vec![Appended::Stored])
}

async fn shows_news_to_others([one, other]: Handles) -> Outcome {
    let lease = acquire(&*one, "p", LONG).await?;
    let nothing = one.news(&[(0, Position::default()), (1, Position::default())]).await?;
    expect_eq("news of an empty inbox", &nothing, &Vec::new())?;
    append(&*other, &["e1"]).await?;
    let news = one.news(&[(0, Position::default()), (1, Position::default())]).await?;
    expect_eq("news", &news, &vec![1])?;
    let read_to = read(&*one, &lease).await?.last().map(|it| it.position).unwrap_or_default();
    expect_eq("news behind it", &one.news(&[(1, read_to)]).await?, &Vec::new())
}

/// If it can.
async fn tells_what_is_stored([one, other]: Handles) -> Outcome {
    let (told, listens) = (Notify::new(), Notify::new());
    let hear = |partitions: &[u32]| {
        listens.notify_one();
        if partitions.contains(&1) {
            told.notify_one();
        }
    };
    let storing = async {
        listens.notified().await;
        append(&*other, &["e1"]).await?;
        told.notified().await;
        Ok(())
    };
    tokio::select! {
        ended = one.listen(&hear) => Ok(ended?),
        stored = storing => stored,
    }
}

async fn keeps_how_it_was_received([one, other]: Handles) -> Outcome {
    let received = |id: &str, reception: &str, delay: Option<Duration>| {
        let reception = (!reception.is_empty()).then(|| reception.to_owned());
        NewEvent { reception, delay, ..event(id) }
    };
    let events = [
        received("e1", "00-会话\n'-01", None),
        received("e2", "", None),
        received("e3", "late", Some(SHORT)),
    ];
    one.append(&events, &limits()).await?;
    let lease = acquire(&*other, "p", LONG).await?;
    while ids(&*other, &lease).await?.len() < 3 {
        other.news(&[(1, Position::default())]).await?;
        tokio::task::yield_now().await;
    }
    let found = read(&*other, &lease).await?;
    let receptions = |events: &[StoredEvent]| -> Vec<Option<String>> {
        events.iter().map(|it| it.reception.clone()).collect()
    };
    let expected = [Some("00-会话\n'-01"), None, Some("late")].map(|it| it.map(str::to_owned));
    expect_eq("how they were received", &receptions(&found), &expected.to_vec())?;
    // One is set aside and comes back, the others are replayed.
    let dead = Step::Dead { position: found[0].position, reason: "r".to_owned() };
    let done = found[1..].iter().map(|it| Step::Done { position: it.position });
    let steps: Vec<Step> = std::iter::once(dead).chain(done).collect();
    expect(other.settle(&lease, &steps).await?, "a lease is not valid")?;
    for letter in one.dead_letters(None, 10).await? {
        one.retry(&letter.id).await?;
    }
    one.replay(SystemTime::UNIX_EPOCH).await?;
    let again = receptions(&read(&*other, &lease).await?);
    expect_eq("how they were received, once more", &again, &expected.to_vec())
}

/// Some, or all, or none, but nothing else.
async fn tells_what_was_begun([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2", "e3", "e4", "e5"]).await?;
    let lease = acquire(&*one, "p", SHORT).await?;
    let found = read(&*one, &lease).await?;
    let position = |number: usize| found[number].position;
    let begin = |number| Step::Begin { position: position(number), attempt: 1 };
    let after = Duration::ZERO;
    let steps = [
        begin(0),
        begin(1),
        begin(2),
        begin(3),
        Step::Done { position: position(0) },
        Step::Retry { position: position(2), after, reason: "r".to_owned() },
        Step::Dead { position: position(3), reason: "r".to_owned() },
    ];
    expect(one.settle(&lease, &steps).await?, "a lease is not valid")?;
    let second = take_over(&other, "q").await?;
    expect(
        one.begun(&lease).await?.is_none_or(|it| it.is_empty()),
        "a lease that was lost counts",
    )?;
    let begun = other.begun(&second).await?.unwrap_or_default();
    let ids: Vec<(&str, u32)> = begun.iter().map(|it| (&*it.event_id, it.attempts)).collect();
    expect(ids.iter().all(|it| *it == ("e2", 1)), format!("{ids:?} were begun and did not end"))?;
    // They are read as well.
    let read: Vec<String> =
        read(&*other, &second).await?.into_iter().map(|it| it.event_id).collect();
    expect_eq("what is read", &read, &["e2", "e3", "e5"].map(str::to_owned).to_vec())
}
