//! Events over the long connection: `lark-ws` against the same WebSocket library, frames and serde by
//! hand. And the memory of idle connections.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::future::poll_fn;
use std::hint::black_box;
use std::net::TcpStream as StdStream;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use futures_sink::Sink;
use lark_benches::event::{MessageReceive as ByHand, Push};
use lark_benches::long_connection::{Server, Work, serve};
use lark_benches::stats::Pair;
use lark_benches::{args, cpu};
use lark_core::{Client, Event, EventKeys, EventOutcome, EventRouter, MemoryDedup};
use lark_im::v1::event::MessageReceive;
use lark_push::{event, message_payload};
use lark_ws::__private::{Frame, Header, METHOD_DATA};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio_websockets::{ClientBuilder, Message};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    if args::flag("--serve") {
        return serve(|address| println!("{address}"));
    }
    if let Some(idle) = Some(args::number("--idle", 0)?).filter(|idle| *idle > 0) {
        return measure_memory(idle);
    }
    let (rounds, events) = (args::number("--rounds", 31)?, args::number("--events", 4000)?);
    let frames: Arc<Vec<Vec<u8>>> = Arc::new((0..events).map(frame).collect());
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let router = router(events)?;
    // One side only, for a profiler.
    if let Some(side) = args::names().first() {
        let work = Work { frames, window: args::number("--window", 1)? };
        return (0..rounds).try_for_each(|_| match side.as_str() {
            "sdk" => with_sdk(&runtime, &router, work.clone()).map(drop),
            _ => by_hand(&runtime, work.clone()).map(drop),
        });
    }
    println!("{events} events of {} bytes, {rounds} rounds, CPU us an event", frames[0].len());
    for (name, window) in [("one at a time", 1), ("64 on their way", 64)] {
        let work = Work { frames: Arc::clone(&frames), window };
        let pair = Pair::measure(
            rounds,
            || with_sdk(&runtime, &router, work.clone()),
            || by_hand(&runtime, work.clone()),
        )?;
        println!("{name}: {pair}");
    }
    Ok(())
}

fn frame(number: usize) -> Vec<u8> {
    let ids =
        [format!("ev{number:030}"), format!("om_{number:029}"), format!("oc_{:029}", number % 50)];
    let text = "@_user_1 早上好,请把昨天的会议纪要发给大家。 Please send the minutes of yesterday's meeting.";
    let payload = event("im.message.receive_v1", &ids[0], &message_payload(&ids[1], &ids[2], text));
    let headers = [
        ("type", "event"),
        ("message_id", &ids[0]),
        ("sum", "1"),
        ("seq", "0"),
        ("trace_id", "trace-000000000001"),
        ("timestamp", "1720000000456"),
    ];
    let frame = Frame {
        seq_id: number as u64,
        log_id: 7_391_234_567_890_123_456,
        service: 33_554_678,
        method: METHOD_DATA,
        headers: headers.map(|(key, value)| Header { key, value }).to_vec(),
        payload: Some(payload.as_bytes()),
        log_id_new: Some("20240703160000ABCDEF0123456789AB"),
        ..Frame::default()
    };
    frame.encode()
}

async fn look(payload: &MessageReceive) {
    black_box(payload);
}

async fn look_by_hand(payload: &ByHand) {
    black_box(payload);
}

/// The CPU time of this thread between the first event and the last acknowledgement, each.
#[expect(clippy::cast_precision_loss, reason = "a count of events")]
fn each(spent: Duration, work: &Work) -> f64 {
    spent.as_secs_f64() * 1e6 / work.frames.len() as f64
}

/// One that has forgotten an event when it comes again in the next round.
fn router(events: usize) -> Result<EventRouter> {
    let router = EventRouter::builder(EventKeys::none())
        .dedup(MemoryDedup::new(events / 2, Duration::from_secs(8 * 60 * 60)))
        .on(|event: Event<MessageReceive>| async move {
            look(&event.payload).await;
            Ok(())
        })
        .build()?;
    Ok(router)
}

fn with_sdk(runtime: &Runtime, router: &EventRouter, work: Work) -> Result<f64> {
    let (server, address, done) = Server::start(work.clone())?;
    let handled = router.count(EventOutcome::Handled);
    let client = Client::builder("cli_bench", "secret").base_url(format!("http://{address}"));
    let client = client.build()?;
    let spent = runtime.block_on(async {
        let connection = lark_ws::connect(&client, router.clone()).keep_router();
        let mut state = connection.handle().watch();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(connection.run(async { _ = stopped.await }));
        state.wait_for(lark_ws::State::is_connected).await?;
        let before = cpu::thread().cpu;
        server.go();
        done.await?;
        let spent = cpu::thread().cpu - before;
        drop(stop);
        running.await??;
        Ok::<_, Box<dyn Error>>(spent)
    })?;
    if router.count(EventOutcome::Handled) - handled != work.frames.len() as u64 {
        return Err("not all were handled".into());
    }
    Ok(each(spent, &work))
}

fn by_hand(runtime: &Runtime, work: Work) -> Result<f64> {
    let (server, address, mut done) = Server::start(work.clone())?;
    let stream = server.open_by_hand(StdStream::connect(address)?)?;
    let spent = runtime.block_on(async {
        stream.set_nonblocking(true)?;
        let stream = tokio::net::TcpStream::from_std(stream)?;
        let mut socket = ClientBuilder::new().take_over(stream);
        let before = cpu::thread().cpu;
        server.go();
        loop {
            let message = tokio::select! {
                biased;
                _ = &mut done => break,
                message = poll_fn(|cx| Pin::new(&mut socket).poll_next(cx)) => message,
            };
            let message = message.ok_or("the end")??;
            let mut frame = Frame::decode(message.as_payload())?;
            if frame.method != METHOD_DATA {
                continue;
            }
            let push: Push = serde_json::from_slice(frame.payload.unwrap_or_default())?;
            if push.header.event_type == "im.message.receive_v1" {
                look_by_hand(&push.event).await;
            }
            frame.headers.push(Header { key: "biz_rt", value: "0" });
            frame.payload = Some(br#"{"code":200}"#);
            let sent = Message::binary(frame.encode());
            poll_fn(|cx| Pin::new(&mut socket).poll_ready(cx)).await?;
            Pin::new(&mut socket).start_send(sent)?;
            poll_fn(|cx| Pin::new(&mut socket).poll_flush(cx)).await?;
        }
        Ok::<_, Box<dyn Error>>(cpu::thread().cpu - before)
    })?;
    Ok(each(spent, &work))
}

/// The memory of idle connections of as many apps, in this process without the server.
#[expect(clippy::cast_precision_loss, reason = "a number of connections")]
fn measure_memory(count: usize) -> Result<()> {
    let (server, address) = Server::child()?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let before = cpu::resident_kib()?;
    runtime.block_on(async {
        for number in 0..count {
            let builder = Client::builder(format!("cli_{number}"), "secret");
            let client = builder.base_url(format!("http://{address}")).build()?;
            let router = EventRouter::builder(EventKeys::none())
                .on(|event: Event<MessageReceive>| async move {
                    look(&event.payload).await;
                    Ok(())
                })
                .build()?;
            let connection = lark_ws::connect(&client, router);
            let mut state = connection.handle().watch();
            tokio::spawn(connection.run(std::future::pending()));
            state.wait_for(lark_ws::State::is_connected).await?;
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    let kib = cpu::resident_kib()? - before;
    println!("{count} idle connections: {:.1} KiB each", kib as f64 / count as f64);
    drop(server);
    Ok(())
}
