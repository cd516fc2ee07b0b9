//! The server's side of one connection.

use std::sync::Arc;
use std::time::Duration;

use lark_ws::__private::{Frame, Header, METHOD_CONTROL, METHOD_DATA};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_websockets::Message;

use crate::link::Fate;
use crate::platform::{Platform, ServerTrouble};
use crate::random::Random;
use crate::socket::ServerSocket;

/// How long a server takes a client for alive that sends nothing.
const IDLE_TIMEOUT: Duration = Duration::from_secs(400);

#[derive(Clone, Debug)]
pub(crate) enum Order {
    Send(Vec<u8>),
    Text,
    Ping,
    /// Closes in order.
    Close,
    /// Goes away in the middle of a frame.
    Tear,
    /// Goes away.
    Drop,
}

/// Serves a connection until one of the sides goes away.
pub(crate) async fn serve(
    platform: &Platform,
    id: u64,
    stream: DuplexStream,
    mut orders: mpsc::UnboundedReceiver<Order>,
    fate: &Arc<Fate>,
) {
    let mut socket = ServerSocket::new(stream);
    let mut idle_at = Instant::now() + IDLE_TIMEOUT;
    let mut ends_at = None;
    loop {
        let trouble = platform.lock().server;
        let reads = trouble != ServerTrouble::NotReading;
        let end = ends_at.unwrap_or(idle_at);
        tokio::select! {
            biased;
            () = sleep_until(end) => return,
            order = orders.recv() => {
                let Some(order) = order else { return };
                if trouble == ServerTrouble::Deaf && matches!(order, Order::Send(_)) {
                    continue;
                }
                if !obey(&mut socket, order).await {
                    return;
                }
            }
            message = socket.next(), if reads => {
                let Some(Ok(message)) = message else { return };
                idle_at = Instant::now() + IDLE_TIMEOUT;
                if fate.is_dead() || !message.is_binary() {
                    continue;
                }
                if receive(platform, id, message.as_payload()) && trouble == ServerTrouble::ShortLives {
                    ends_at.get_or_insert(Instant::now() + Duration::from_secs(1));
                }
            }
            // Asks again what is wrong.
            () = sleep(Duration::from_secs(1)), if !reads => {}
        }
    }
}

/// Whether the connection goes on.
async fn obey(socket: &mut ServerSocket, order: Order) -> bool {
    // A client that does not read does not stop the server.
    let limit = Duration::from_secs(20);
    let message = match order {
        Order::Send(frame) => Message::binary(frame),
        Order::Text => Message::text("hello"),
        Order::Ping => Message::ping("hello"),
        Order::Close => Message::close(None, "bye"),
        Order::Drop => return false,
        Order::Tear => {
            socket.tear().await;
            return false;
        }
    };
    matches!(timeout(limit, socket.send(message)).await, Ok(Ok(())))
}

/// Handles a frame of the client; whether it was a ping.
fn receive(platform: &Platform, id: u64, message: &[u8]) -> bool {
    let frame = Frame::decode(message).expect("clients send frames");
    assert_eq!(frame.service, 7);
    if frame.method == METHOD_DATA {
        let payload = frame.payload.expect("an acknowledgement has a payload");
        let payload: Value = serde_json::from_slice(payload).expect("JSON");
        let event = frame.header("event_id").expect("headers come back");
        platform.acknowledged(event, &payload);
        return false;
    }
    assert_eq!((frame.method, frame.header("type")), (METHOD_CONTROL, Some("ping")));
    let mut inner = platform.lock();
    inner.note(format!("ping on {id}"));
    let trouble = inner.server;
    let config = inner.random.one_in(2).then(|| inner.config.to_string());
    let wrong = (trouble == ServerTrouble::WrongFrames).then(|| wrong_frame(&mut inner.random));
    let Some(connection) = inner.connections.get_mut(&id) else { return true };
    connection.is_proven = true;
    let orders = connection.orders.clone();
    let pong = Order::Send(pong(config.as_deref()));
    match trouble {
        ServerTrouble::Deaf => {}
        ServerTrouble::LatePongs(delay) => {
            _ = inner.tasks.spawn(async move {
                sleep(delay).await;
                _ = orders.send(pong);
            });
        }
        _ => _ = orders.send(pong),
    }
    if let Some(wrong) = wrong {
        _ = inner.connections[&id].orders.send(wrong);
    }
    true
}

fn pong(config: Option<&str>) -> Vec<u8> {
    let headers = vec![Header { key: "type", value: "pong" }];
    let payload = config.map(str::as_bytes);
    Frame { service: 7, method: METHOD_CONTROL, headers, payload, ..Frame::default() }.encode()
}

/// What nobody should send, and no client may stumble over.
fn wrong_frame(random: &mut Random) -> Order {
    let data = |kind: &str, sum: &str, seq: &str| {
        let headers = [("type", kind), ("message_id", "wrong"), ("sum", sum), ("seq", seq)];
        let headers = headers.map(|(key, value)| Header { key, value }).to_vec();
        let payload = Some(&b"{"[..]);
        Frame { service: 7, method: METHOD_DATA, headers, payload, ..Frame::default() }.encode()
    };
    match random.within(0..=9) {
        0 => Order::Text,
        1 => Order::Ping,
        2 => Order::Send(vec![]),
        3 => Order::Send(vec![0xff; 40]),
        4 => Order::Send(data("card", "1", "0")),
        5 => Order::Send(data("event", "5", "7")),
        6 => Order::Send(data("event", "2", "0")),
        7 => Order::Send(data("event", "x", "0")),
        8 => Order::Send(data("what", "1", "0")),
        _ => Order::Send(pong(Some(r#"{"PingInterval":0,"ReconnectCount":"never"}"#))),
    }
}

/// The frames of a push, at times in several parts, out of order and twice.
pub(crate) fn frames(id: &str, pushes: u32, random: &mut Random) -> Vec<Vec<u8>> {
    let event_type = id.split('/').next().unwrap_or_default();
    let chat = id.len() % 3;
    let body = json!({
        "schema": "2.0",
        "header": { "event_id": id, "event_type": event_type, "app_id": "cli_a", "token": "v" },
        "event": { "chat": format!("oc_{chat}"), "token": "c-1", "action": { "tag": "button", "value": {} } },
    });
    let body = body.to_string().into_bytes();
    let sum = if random.one_in(4) { random.within(2..=4) } else { 1 };
    let size = body.len().div_ceil(usize::try_from(sum).expect("small"));
    let message_id = format!("{id}/{}", if random.one_in(2) { 0 } else { pushes });
    let mut frames: Vec<_> = body
        .chunks(size)
        .enumerate()
        .map(|(seq, part)| {
            let (sum, seq) = (sum.to_string(), seq.to_string());
            let headers = [
                ("type", "event"),
                ("message_id", &message_id),
                ("sum", &sum),
                ("seq", &seq),
                ("event_id", id),
            ];
            let headers = headers.map(|(key, value)| Header { key, value }).to_vec();
            Frame {
                seq_id: u64::from(pushes),
                log_id: u64::MAX - 1,
                service: 7,
                method: METHOD_DATA,
                headers,
                payload: Some(part),
                log_id_new: Some("log"),
                ..Frame::default()
            }
            .encode()
        })
        .collect();
    if sum > 1 && random.one_in(2) {
        frames.reverse();
    }
    if sum > 1 && random.one_in(4) {
        frames.insert(0, frames[0].clone());
    }
    frames
}
