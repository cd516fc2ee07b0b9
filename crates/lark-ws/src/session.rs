//! One open connection: what arrives, what is sent, and when it counts as dead.

mod inbound;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use lark_core::__private::lock;
use lark_core::UpgradedStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep};

use crate::clock::{TICK, Watch};
use crate::discovery::Found;
use crate::dispatcher::{Inbound, Link};
use crate::fragments::Fragments;
use crate::frame::Frame;
use crate::report::{Discarded, Report};
use crate::shared::{PHASE_TIMEOUT, Shared, count};
use crate::socket::{Received, Socket};
use crate::state::Reason;

/// Silence beyond the ping interval after which a connection counts as dead.
const GRACE: Duration = Duration::from_secs(30);
/// How long a connection may take to show that it has survived a suspension.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);
/// After a suspension, what goes wrong for this long goes wrong because of it.
const AFTERMATH: Duration = Duration::from_secs(15);
/// How long the server may take to confirm the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What a session is told.
pub(crate) enum Command {
    /// Send the acknowledgement of an event.
    Acknowledge(Vec<u8>),
    /// Accept no more events.
    Drain,
    /// Close once all events are acknowledged, at the latest after this time.
    Close(Duration),
}

/// The end of a session.
#[derive(Debug)]
pub(crate) struct SessionEnd {
    pub(crate) reason: Reason,
    pub(crate) detail: String,
    pub(crate) lived: Duration,
}

/// A session in its task, which ends when this is dropped.
pub(crate) struct Live {
    task: JoinSet<SessionEnd>,
    commands: mpsc::UnboundedSender<Command>,
    pub(crate) connection_id: Arc<str>,
    pub(crate) opened: Instant,
}

impl Live {
    /// Waits for the end.
    pub(crate) async fn ended(&mut self) -> SessionEnd {
        match self.task.join_next().await {
            Some(Ok(end)) => end,
            // Nothing of the user's runs in it. The next connection is a new start.
            _ => SessionEnd {
                reason: Reason::Broken,
                detail: "its task has panicked".to_owned(),
                lived: self.opened.elapsed(),
            },
        }
    }

    /// Tells the session something; one that has ended needs nothing.
    pub(crate) fn tell(&self, command: Command) {
        _ = self.commands.send(command);
    }

    /// Closes the session once its events are acknowledged, at the latest after `limit`.
    pub(crate) async fn close(&mut self, limit: Duration) {
        self.tell(Command::Close(limit));
        let limit = limit + CLOSE_TIMEOUT + Duration::from_secs(1);
        _ = tokio::time::timeout(limit, self.ended()).await;
        self.task.shutdown().await;
    }
}

struct Session {
    shared: Arc<Shared>,
    socket: Socket,
    service: i32,
    commands: mpsc::UnboundedReceiver<Command>,
    /// For the acknowledgements of its events.
    link: Arc<Link>,
    /// Where events go; `None` once they are not accepted any more.
    events: Option<mpsc::Sender<Inbound>>,
    in_flight: usize,
    fragments: Fragments,
    /// Told when the first frame has arrived.
    proven: Option<oneshot::Sender<()>>,
    opened: Instant,
    last_frame: Instant,
    deadlines: Deadlines,
    watch: Watch,
    timer: Pin<Box<Sleep>>,
}

/// What happens when, besides what depends on the last frame.
struct Deadlines {
    ping: Instant,
    /// Set while it is doubtful that the connection has survived a suspension.
    probe: Option<Instant>,
    /// When the process was last found to have been suspended.
    woke: Option<Instant>,
    /// When it closes even if events are not acknowledged.
    close: Option<Instant>,
    /// When it ends even if the server does not confirm.
    closed: Option<Instant>,
    /// What the timer is set to.
    tick: Instant,
}

enum Step {
    Received(Received),
    Tick,
}

/// Starts a session on an open WebSocket. The receiver is told when the first frame arrives.
pub(crate) fn start(
    shared: Arc<Shared>,
    found: Found,
    stream: UpgradedStream,
    events: mpsc::Sender<Inbound>,
) -> (Live, oneshot::Receiver<()>) {
    let (sender, commands) = mpsc::unbounded_channel();
    let (proven, first_frame) = oneshot::channel();
    let now = Instant::now();
    let connection_id: Arc<str> = found.connection_id.into();
    let session = Session {
        watch: shared.watch(),
        shared,
        socket: Socket::new(stream),
        service: found.service,
        commands,
        link: Arc::new(Link {
            connection_id: Arc::clone(&connection_id),
            commands: sender.clone(),
        }),
        events: Some(events),
        in_flight: 0,
        fragments: Fragments::default(),
        proven: Some(proven),
        opened: now,
        last_frame: now,
        deadlines: Deadlines {
            ping: now,
            probe: None,
            woke: None,
            close: None,
            closed: None,
            tick: now,
        },
        timer: Box::pin(sleep(Duration::ZERO)),
    };
    let mut task = JoinSet::new();
    task.spawn(session.run());
    (Live { task, commands: sender, connection_id, opened: now }, first_frame)
}

impl Session {
    async fn run(mut self) -> SessionEnd {
        let (reason, detail) = self.live().await;
        let now = Instant::now();
        let reason = self.because_of_a_suspension(reason, now);
        let lived = now.saturating_duration_since(self.opened);
        let silence = now.saturating_duration_since(self.last_frame);
        let connection_id = &*self.link.connection_id;
        tracing::debug!(
            target: "lark_ws", connection_id, %reason, detail, ?lived, ?silence, "connection ended"
        );
        self.shared.report(&Report::Lost { reason, lived, silence });
        SessionEnd { reason, detail, lived }
    }

    async fn live(&mut self) -> (Reason, String) {
        loop {
            let step = match poll_fn(|cx| self.poll_step(cx)).await {
                Ok(step) => step,
                Err(end) => return end,
            };
            let now = Instant::now();
            match step {
                Step::Received(Received::Frame(message)) => {
                    self.alive(now);
                    if let Some(proven) = self.proven.take() {
                        _ = proven.send(());
                    }
                    self.receive(&message, now);
                }
                Step::Received(Received::Life) => self.alive(now),
                Step::Received(Received::End(reason, detail)) => return (reason, detail),
                Step::Tick => {}
            }
            // Also while so much arrives that the timer is never asked.
            if now >= self.deadlines.tick
                && let Err(end) = self.tick(now)
            {
                return end;
            }
        }
    }

    /// Sends what there is to send, then receives.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<Step, (Reason, String)>> {
        loop {
            let mut is_empty = false;
            // As many as there are, so that one write sends them all.
            while !is_empty && self.socket.has_room() {
                match self.commands.poll_recv(cx) {
                    Poll::Ready(Some(command)) => self.obey(command)?,
                    Poll::Ready(None) | Poll::Pending => is_empty = true,
                }
            }
            self.socket.poll_sent(cx)?;
            if is_empty || !self.socket.has_room() {
                break;
            }
        }
        if let Poll::Ready(received) = self.socket.poll_next(cx) {
            return Poll::Ready(Ok(Step::Received(received)));
        }
        self.timer.as_mut().poll(cx).map(|()| Ok(Step::Tick))
    }

    fn obey(&mut self, command: Command) -> Result<(), (Reason, String)> {
        match command {
            Command::Acknowledge(frame) => {
                self.in_flight = self.in_flight.saturating_sub(1);
                if self.deadlines.closed.is_none() {
                    self.send(frame)?;
                }
            }
            Command::Drain => self.events = None,
            Command::Close(limit) => self.deadlines.close = Some(Instant::now() + limit),
        }
        if self.in_flight == 0 && self.deadlines.close.is_some() {
            self.close(Instant::now());
        }
        Ok(())
    }

    fn send(&mut self, frame: Vec<u8>) -> Result<(), (Reason, String)> {
        count(&self.shared.status.counters.frames_sent);
        self.socket.queue(frame)
    }

    /// Announces the end.
    fn close(&mut self, now: Instant) {
        if self.deadlines.closed.is_none() {
            self.events = None;
            self.socket.queue_close();
            self.deadlines.closed = Some(now + CLOSE_TIMEOUT);
            self.arm(now);
        }
    }

    /// Something arrived.
    fn alive(&mut self, now: Instant) {
        self.last_frame = now;
        self.deadlines.probe = None;
        *lock(&self.shared.status.last_frame) = Some(now);
    }

    /// Looks at all deadlines.
    fn tick(&mut self, now: Instant) -> Result<(), (Reason, String)> {
        if let Some(gap) = self.watch.gap(now) {
            let connection_id = &*self.link.connection_id;
            tracing::info!(target: "lark_ws", connection_id, ?gap, "suspended; is it still there?");
            self.deadlines.woke = Some(now);
            self.deadlines.probe.get_or_insert(now + PROBE_TIMEOUT);
            self.deadlines.ping = now;
        }
        let has_passed = |deadline: Option<Instant>| deadline.is_some_and(|it| now >= it);
        let end = |reason, why: &str| Err((reason, why.to_owned()));
        if has_passed(self.deadlines.closed) {
            return end(Reason::Closed, "not confirmed");
        }
        if has_passed(self.socket.write_deadline()) {
            return end(Reason::WriteTimedOut, "for 10 s");
        }
        if has_passed(self.deadlines.probe) {
            return end(Reason::Suspended, "the connection did not survive it");
        }
        if has_passed(self.first_frame_deadline()) {
            return end(Reason::NoFirstFrame, "for 15 s");
        }
        if has_passed(Some(self.silence_deadline())) {
            let silence = now.saturating_duration_since(self.last_frame);
            return Err((Reason::Silent, format!("for {silence:?}")));
        }
        if has_passed(self.deadlines.close) {
            self.close(now);
        }
        if now >= self.deadlines.ping && self.deadlines.closed.is_none() {
            self.deadlines.ping = now + self.shared.settings().ping_interval;
            self.send(Frame::ping(self.service).encode())?;
        }
        for _ in 0..self.fragments.expire(now) {
            self.shared.discard(Discarded::Fragment, "the other parts did not come in time");
        }
        self.arm(now);
        Ok(())
    }

    /// Sets the timer to the next deadline. Those that begin later are longer than a tick.
    fn arm(&mut self, now: Instant) {
        let Deadlines { ping, probe, close, closed, .. } = self.deadlines;
        let is_open = closed.is_none();
        let others = [
            Some(ping).filter(|_| is_open),
            close.filter(|_| is_open),
            closed,
            probe,
            self.socket.write_deadline(),
            self.first_frame_deadline(),
            Some(self.silence_deadline()),
        ];
        let next = others.into_iter().flatten().fold(now + TICK, Instant::min);
        self.deadlines.tick = next;
        self.timer.as_mut().reset(next);
    }

    fn first_frame_deadline(&self) -> Option<Instant> {
        self.proven.is_some().then_some(self.opened + PHASE_TIMEOUT)
    }

    fn silence_deadline(&self) -> Instant {
        self.last_frame + self.shared.settings().ping_interval + GRACE
    }

    /// A connection that is lost right after a suspension was lost because of it.
    fn because_of_a_suspension(&mut self, reason: Reason, now: Instant) -> Reason {
        let just_woke = self.deadlines.woke.is_some_and(|woke| now < woke + AFTERMATH);
        match just_woke || self.watch.gap(now).is_some() {
            true => Reason::Suspended,
            false => reason,
        }
    }
}
