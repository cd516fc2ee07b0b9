//! Receiving `im.message.receive_v1`, encrypted and signed: the router against the same by hand.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use http::StatusCode;
use lark_benches::event::{MessageReceive as ByHand, Receiver};
use lark_benches::pushes::{Pushes, push, router};
use lark_benches::stats::Pair;
use lark_benches::{args, cpu};
use lark_core::{EventOutcome, EventRouter};
use lark_push::{KEY, TOKEN};
use tokio::runtime::{Builder, Runtime};

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

async fn look_by_hand(payload: &ByHand) {
    black_box(payload);
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
