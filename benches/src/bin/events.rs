//! Receiving `im.message.receive_v1`, encrypted and signed: the router against the same by hand.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use lark_benches::event::{MessageReceive as ByHand, Receiver};
use lark_benches::stats::Pair;
use lark_benches::{args, cpu};
use lark_core::{DecodeMode, Event, EventKeys, EventOutcome, EventRouter, MemoryDedup};
use lark_im::v1::event::MessageReceive;
use lark_push::{KEY, TOKEN, event, message_payload, seal};
use tokio::runtime::{Builder, Runtime};

type Pushes = Vec<(HeaderMap, Bytes)>;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = args::number("--rounds", 31)?;
    let events = args::number("--events", 5000)?;
    let pushes: Pushes = (0..events).map(push).collect();
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let (router, receiver) = (router(events)?, Receiver::new(KEY, TOKEN)?);
    match args::names().first().map(String::as_str) {
        Some("sdk") => return alone(rounds, || route_all(&runtime, &router, &pushes)),
        Some("bare") => return alone(rounds, || by_hand_all(&runtime, &receiver, &pushes)),
        _ => {}
    }
    println!("{events} events of {} bytes, {rounds} rounds, CPU us an event", pushes[0].1.len());
    let pair = Pair::measure(
        rounds,
        || route_all(&runtime, &router, &pushes),
        || by_hand_all(&runtime, &receiver, &pushes),
    )?;
    println!("verify, decrypt, decode, dispatch: {pair}");
    Ok(())
}

/// One side only, for a profiler.
fn alone(
    rounds: usize,
    mut side: impl FnMut() -> Result<f64, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    (0..rounds).try_for_each(|_| side().map(drop))
}

/// One message of a group, each with ids of its own so that none is a duplicate.
fn push(number: usize) -> (HeaderMap, Bytes) {
    let ids =
        [format!("ev{number:030}"), format!("om_{number:029}"), format!("oc_{:029}", number % 50)];
    let text = "@_user_1 早上好,请把昨天的会议纪要发给大家。 Please send the minutes of yesterday's meeting.";
    let mut payload = message_payload(&ids[1], &ids[2], text);
    payload["message"]["mentions"] = serde_json::json!([{
        "key": "@_user_1",
        "id": {"union_id": "on_8ed6aa67826108097d9ee143816345", "user_id": "e33ggbyz",
               "open_id": "ou_84aad35d084aa403a838cf73ee18467"},
        "name": "Tom",
        "tenant_key": "736588c9260f175e",
    }]);
    let (headers, body) = seal(event("im.message.receive_v1", &ids[0], &payload));
    (headers, body.into())
}

async fn look(payload: &MessageReceive) {
    black_box(payload);
}

async fn look_by_hand(payload: &ByHand) {
    black_box(payload);
}

/// One that has forgotten an event when it comes again in the next round.
fn router(events: usize) -> Result<EventRouter, Box<dyn Error>> {
    let keys = EventKeys::new().encrypt_key(KEY).verification_token(TOKEN);
    let router = EventRouter::builder(keys)
        .dedup(MemoryDedup::new(events / 2, Duration::from_secs(8 * 60 * 60)))
        .decode_mode(DecodeMode::Strict)
        .on(|event: Event<MessageReceive>| async move {
            look(&event.payload).await;
            Ok(())
        })
        .build()?;
    Ok(router)
}

fn route_all(
    runtime: &Runtime,
    router: &EventRouter,
    pushes: &Pushes,
) -> Result<f64, Box<dyn Error>> {
    let handled = router.count(EventOutcome::Handled);
    let before = cpu::own().cpu;
    runtime.block_on(async {
        for (headers, body) in pushes {
            let reply = router.handle(headers, body.clone()).await;
            assert_eq!(reply.status, StatusCode::OK);
        }
    });
    let spent = cpu::own().cpu - before;
    if router.count(EventOutcome::Handled) - handled != pushes.len() as u64 {
        return Err("not all were handled".into());
    }
    Ok(each(spent, pushes))
}

fn by_hand_all(
    runtime: &Runtime,
    receiver: &Receiver,
    pushes: &Pushes,
) -> Result<f64, Box<dyn Error>> {
    let before = cpu::own().cpu;
    runtime.block_on(async {
        for (headers, body) in pushes {
            let push = receiver.receive(headers, body)?;
            look_by_hand(&push.event).await;
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    Ok(each(cpu::own().cpu - before, pushes))
}

#[expect(clippy::cast_precision_loss, reason = "a count of events")]
fn each(spent: Duration, pushes: &Pushes) -> f64 {
    spent.as_secs_f64() * 1e6 / pushes.len() as f64
}
