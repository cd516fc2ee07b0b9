//! One connection of an app.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::fault::{ConnectionFault, Kind, PartsFault};
use super::frame::{CONTROL, DATA};
use super::line::Line;
use super::{Ack, ClientConfig, Frame, Lost};

/// The service that every connection belongs to: the one in the URLs of the platform.
pub(super) const SERVICE: i32 = 33_554_678;

/// What is to be sent.
pub(super) enum Outgoing {
    Frame(Frame),
    /// These bytes, whatever they are.
    Raw(Vec<u8>),
    /// The connection is closed in order.
    Close,
}

/// What commands say of a connection that is open.
pub(super) enum Order {
    CloseAfter(Duration),
    Reset,
}

/// A message to the app, which goes out in parts if it is large.
pub(super) struct Message<'a> {
    /// Of the message, not of the event in it: each attempt is a message.
    pub(super) id: String,
    pub(super) trace_id: String,
    pub(super) log_id: u64,
    pub(super) timestamp_ms: u64,
    pub(super) payload: &'a [u8],
    pub(super) part_size: usize,
}

impl Message<'_> {
    fn parts(&self) -> Vec<Frame> {
        let chunks: Vec<&[u8]> = self.payload.chunks(self.part_size.max(1)).collect();
        let sum = chunks.len().to_string();
        let part = |(seq, chunk): (usize, &[u8])| {
            let headers = [
                ("type", "event"),
                ("message_id", &self.id),
                ("sum", &sum),
                ("seq", &seq.to_string()),
                ("trace_id", &self.trace_id),
                ("timestamp", &self.timestamp_ms.to_string()),
            ];
            let headers = headers.map(|(key, value)| (key.to_owned(), value.to_owned()));
            Frame {
                log_id: self.log_id,
                service: SERVICE,
                method: DATA,
                headers: headers.into(),
                payload: Some(chunk.to_vec()),
                log_id_new: Some(self.trace_id.clone()),
                ..Frame::default()
            }
        };
        chunks.into_iter().enumerate().map(part).collect()
    }
}

/// A long connection, as [`Sandbox::connections`](crate::Sandbox::connections) shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenConnection {
    /// `device_id` in its URL.
    pub id: String,
    /// The app that has opened it.
    pub app_id: String,
    /// When it was opened, by the sandbox's clock, since the sandbox was started.
    pub at: Duration,
    /// The pings that have come.
    pub pings: u64,
    /// Events and callbacks that were sent over it.
    pub sent: u64,
    /// Acknowledgements that nobody waited for: too late, doubled, or of a message it never had.
    pub stray_acks: u64,
}

/// A connection that was let in.
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) app_id: String,
    /// When it was let in, since the sandbox was started.
    at: Duration,
    pub(super) line: Arc<Line>,
    outgoing: UnboundedSender<Outgoing>,
    orders: UnboundedSender<Order>,
    state: Mutex<State>,
}

/// What a connection is told, by whoever has it.
pub(super) type Receivers = (UnboundedReceiver<Outgoing>, UnboundedReceiver<Order>);

#[derive(Default)]
struct State {
    late_pong: Duration,
    bare_pong: bool,
    parts_fault: Option<PartsFault>,
    /// The parts sent so far.
    parts: u64,
    sent: u64,
    pings: u64,
    stray_acks: u64,
    /// Who waits for the acknowledgement of which message.
    waiting: HashMap<String, oneshot::Sender<Option<Ack>>>,
    /// Nothing comes any more.
    ended: bool,
}

impl Connection {
    pub(super) fn new(id: String, app_id: String, at: Duration) -> (Self, Receivers) {
        let (outgoing, frames) = unbounded_channel();
        let (orders, commands) = unbounded_channel();
        let (line, state) = (Arc::default(), Mutex::default());
        (Self { id, app_id, at, line, outgoing, orders, state }, (frames, commands))
    }

    pub(super) fn snapshot(&self) -> OpenConnection {
        let state = crate::lock(&self.state);
        OpenConnection {
            id: self.id.clone(),
            app_id: self.app_id.clone(),
            at: self.at,
            pings: state.pings,
            sent: state.sent,
            stray_acks: state.stray_acks,
        }
    }

    /// Closes it, after what is to be sent already.
    pub(super) fn close(&self) {
        self.order(Order::CloseAfter(Duration::ZERO));
    }

    /// Has something go wrong with it from now on.
    pub(super) fn suffer(&self, fault: &ConnectionFault) {
        match fault.0 {
            // It has been reached already.
            Kind::Hole(_) => {}
            Kind::Reset => self.order(Order::Reset),
            Kind::Flow(flow) => self.line.set_flow(flow),
            Kind::Lifetime(lifetime) => self.order(Order::CloseAfter(lifetime)),
            Kind::WrongFrame(frame) => self.send(Outgoing::Raw(frame.bytes())),
            Kind::LatePong(by) => crate::lock(&self.state).late_pong = by,
            Kind::BarePong => crate::lock(&self.state).bare_pong = true,
            Kind::Parts(fault) => crate::lock(&self.state).parts_fault = Some(fault),
        }
    }

    fn order(&self, order: Order) {
        // The other end is gone if the connection has ended, which is then the same.
        let _ = self.orders.send(order);
    }

    pub(super) fn send(&self, outgoing: Outgoing) {
        // The other end is gone if the connection has ended, and then nobody is to get it.
        let _ = self.outgoing.send(outgoing);
    }

    /// Sends a message and waits for its acknowledgement.
    pub(super) async fn deliver(&self, message: Message<'_>, limit: Duration) -> Result<Ack, Lost> {
        let (sender, receiver) = oneshot::channel();
        let waiting = Waiting { connection: self, message_id: &message.id };
        {
            let mut state = crate::lock(&self.state);
            if state.ended {
                return Err(Lost::Broken);
            }
            state.waiting.insert(message.id.clone(), sender);
            // Under the lock, so that the numbers are in the order of sending.
            state.sent += 1;
            let mut parts = message.parts();
            for part in &mut parts {
                state.parts += 1;
                part.seq_id = state.parts;
            }
            if let Some(fault) = state.parts_fault {
                parts = fault.apply(parts);
            }
            parts.into_iter().for_each(|part| self.send(Outgoing::Frame(part)));
        }
        let ack = tokio::time::timeout(limit, receiver).await;
        drop(waiting);
        ack.map_err(|_| Lost::Late)?.ok().flatten().ok_or(Lost::Broken)
    }

    /// Takes what the app sends: a ping makes a pong with `config`, to be sent after this time; an
    /// acknowledgement goes to who waits for it. Everything else is ignored.
    pub(super) fn receive(&self, frame: Frame, config: ClientConfig) -> Option<(Duration, Frame)> {
        match (frame.method, frame.header("type")) {
            (CONTROL, Some("ping")) => {
                let mut state = crate::lock(&self.state);
                state.pings += 1;
                let pong = Frame {
                    service: frame.service,
                    method: CONTROL,
                    headers: vec![("type".to_owned(), "pong".to_owned())],
                    payload: (!state.bare_pong).then(|| config.to_json().into_bytes()),
                    ..Frame::default()
                };
                Some((state.late_pong, pong))
            }
            (DATA, _) => {
                let id = frame.header("message_id").unwrap_or_default();
                let mut state = crate::lock(&self.state);
                let sender = state.waiting.remove(id);
                let taken = sender.is_some_and(|sender| sender.send(Ack::read(frame)).is_ok());
                state.stray_acks += u64::from(!taken);
                None
            }
            _ => None,
        }
    }

    /// Nothing will come any more: who waits need not wait longer.
    pub(super) fn end(&self) {
        let mut state = crate::lock(&self.state);
        state.ended = true;
        state.waiting.clear();
    }
}

/// Sees to it that an acknowledgement is not waited for longer than by its message.
struct Waiting<'a> {
    connection: &'a Connection,
    message_id: &'a str,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        crate::lock(&self.connection.state).waiting.remove(self.message_id);
    }
}
