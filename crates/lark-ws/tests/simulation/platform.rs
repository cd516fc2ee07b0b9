//! The platform, reached without a socket: discovery, upgrade, and connections that receive events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lark_core::http::{HeaderMap, Request, Response, StatusCode};
use lark_core::{
    Body, Transport, TransportError, TransportErrorKind, TransportFuture, Upgrade, UpgradeFuture,
};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};
use tokio::io::duplex;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::link::{Fate, Link};
use crate::random::Random;
use crate::server::{self, Order};

/// How long the platform waits for an acknowledgement.
pub(crate) const ACK_WINDOW: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub(crate) struct Platform(Arc<Shared>);

struct Shared {
    inner: Mutex<Inner>,
    drip: Arc<AtomicBool>,
}

pub(crate) struct Inner {
    pub(crate) random: Random,
    /// What happens to a discovery, and to an upgrade.
    pub(crate) discovery: Trouble,
    pub(crate) upgrade: Trouble,
    pub(crate) server: ServerTrouble,
    pub(crate) config: Value,
    pub(crate) connections: BTreeMap<u64, Connection>,
    pub(crate) discoveries: usize,
    pub(crate) upgrades: usize,
    pub(crate) events: BTreeMap<String, EventState>,
    next_connection: u64,
    next_event: u64,
    /// Everything that happened, to compare two runs of a seed.
    pub(crate) trace: Vec<(Duration, String)>,
    pub(crate) start: Instant,
    pub(crate) tasks: JoinSet<()>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    None,
    /// No answer, ever.
    Hang,
    /// No connection.
    Connect,
    /// The connection breaks.
    Interrupted,
    /// A code of the platform; in the handshake its status and error code.
    Code(i64),
    Status(u16),
    Garbage,
    Slow(Duration),
}

/// What is wrong with servers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ServerTrouble {
    None,
    /// They take frames and send nothing.
    Deaf,
    /// They read nothing.
    NotReading,
    LatePongs(Duration),
    /// They close a connection a second after its first ping.
    ShortLives,
    /// They send what nobody should send.
    WrongFrames,
}

pub(crate) struct Connection {
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) fate: Arc<Fate>,
    /// Whether the client has sent a ping.
    pub(crate) is_proven: bool,
}

#[derive(Debug, Default)]
pub(crate) struct EventState {
    pub(crate) pushed: Option<Instant>,
    pub(crate) pushes: u32,
    pub(crate) is_acknowledged: bool,
    pub(crate) reply: Option<Value>,
}

impl Platform {
    pub(crate) fn new(random: Random, config: Value) -> Self {
        let inner = Inner {
            random,
            discovery: Trouble::None,
            upgrade: Trouble::None,
            server: ServerTrouble::None,
            config,
            connections: BTreeMap::new(),
            discoveries: 0,
            upgrades: 0,
            events: BTreeMap::new(),
            next_connection: 1,
            next_event: 1,
            trace: Vec::new(),
            start: Instant::now(),
            tasks: JoinSet::new(),
        };
        Self(Arc::new(Shared { inner: Mutex::new(inner), drip: Arc::default() }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().expect("no panic")
    }

    pub(crate) fn drip(&self, drip: bool) {
        self.0.drip.store(drip, Ordering::SeqCst);
    }

    pub(crate) fn note(&self, what: impl Into<String>) {
        self.lock().note(what);
    }

    /// A new event, which is pushed until it is acknowledged.
    pub(crate) fn create_event(&self, event_type: &str) -> String {
        let mut inner = self.lock();
        let id = format!("{event_type}/{}", inner.next_event);
        inner.next_event += 1;
        inner.events.insert(id.clone(), EventState::default());
        let platform = self.clone();
        let event = id.clone();
        inner.tasks.spawn(async move { platform.deliver(&event).await });
        id
    }

    /// Pushes an event until it is acknowledged: after 15 s, then every minute.
    async fn deliver(&self, id: &str) {
        let mut wait = Duration::from_secs(15);
        loop {
            self.push(id);
            sleep(wait).await;
            if self.lock().events[id].is_acknowledged {
                return;
            }
            wait = Duration::from_secs(60);
        }
    }

    /// Pushes an event to one of the connections, at random.
    pub(crate) fn push(&self, id: &str) {
        let mut inner = self.lock();
        let proven: Vec<_> =
            inner.connections.iter().filter(|(_, it)| it.is_proven).map(|(id, _)| *id).collect();
        let state = inner.events.get_mut(id).expect("the event");
        state.pushed = Some(Instant::now());
        state.pushes += 1;
        let pushes = state.pushes;
        if proven.is_empty() {
            return;
        }
        let to = *inner.random.pick(&proven);
        inner.note(format!("push {id} to {to}"));
        let frames = server::frames(id, pushes, &mut inner.random);
        let connection = &inner.connections[&to];
        for frame in frames {
            _ = connection.orders.send(Order::Send(frame));
        }
    }

    /// An acknowledgement has arrived.
    pub(crate) fn acknowledged(&self, id: &str, payload: &Value) {
        let mut inner = self.lock();
        inner.note(format!("ack {id}: {}", payload["code"]));
        let Some(state) = inner.events.get_mut(id) else { return };
        let in_time = state.pushed.is_some_and(|pushed| pushed.elapsed() <= ACK_WINDOW);
        if payload["code"] == 200 && in_time {
            state.is_acknowledged = true;
            state.reply = payload["data"].as_str().map(|data| {
                let data = BASE64_STANDARD.decode(data).expect("Base64");
                serde_json::from_slice(&data).expect("JSON")
            });
        }
    }

    fn discover(&self) -> Result<(StatusCode, Value), Trouble> {
        let mut inner = self.lock();
        inner.discoveries += 1;
        let trouble = inner.discovery.clone();
        inner.note(format!("discovery: {trouble:?}"));
        match trouble {
            Trouble::None | Trouble::Slow(_) => {}
            Trouble::Code(code) => {
                return Ok((StatusCode::OK, json!({ "code": code, "msg": "no" })));
            }
            Trouble::Status(status) => {
                let status = StatusCode::from_u16(status).expect("a status");
                return Ok((status, json!({ "code": 1, "msg": "no" })));
            }
            trouble => return Err(trouble),
        }
        let id = inner.next_connection;
        inner.next_connection += 1;
        let url = format!("ws://127.0.0.1:9/ws?device_id={id}&service_id=7&ticket=hush");
        let data = json!({ "URL": url, "ClientConfig": inner.config });
        Ok((StatusCode::OK, json!({ "code": 0, "msg": "", "data": data })))
    }

    /// Lets a client in.
    fn accept(&self, id: u64, key: &str) -> Upgrade {
        let mut inner = self.lock();
        inner.upgrades += 1;
        let capacity = *inner.random.pick(&[128, 512, 64 * 1024]);
        let (client, server) = duplex(capacity);
        let fate = Arc::new(Fate::default());
        let (orders, inbox) = mpsc::unbounded_channel();
        let connection = Connection { orders, fate: Arc::clone(&fate), is_proven: false };
        inner.connections.insert(id, connection);
        inner.note(format!("connection {id}"));
        let platform = self.clone();
        let of_server = Arc::clone(&fate);
        inner.tasks.spawn(async move {
            server::serve(&platform, id, server, inbox, &of_server).await;
            let mut inner = platform.lock();
            inner.connections.remove(&id);
            inner.note(format!("connection {id} is gone"));
        });
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let accept = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept = BASE64_STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, accept.as_bytes()));
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert("upgrade", "websocket".parse().expect("a value"));
        headers.insert("connection", "Upgrade".parse().expect("a value"));
        headers.insert("sec-websocket-accept", accept.parse().expect("a value"));
        Upgrade::switched(response, Link::new(client, fate, Arc::clone(&self.0.drip)))
    }

    /// Kills all connections without a word.
    pub(crate) fn cut(&self) {
        let inner = self.lock();
        inner.connections.values().for_each(|connection| connection.fate.die());
    }

    /// Gives all servers an order.
    pub(crate) fn order(&self, order: &Order) {
        let inner = self.lock();
        for connection in inner.connections.values() {
            _ = connection.orders.send(order.clone());
        }
    }

    /// The connections over which events can arrive.
    pub(crate) fn alive(&self) -> BTreeSet<u64> {
        let inner = self.lock();
        let alive = inner.connections.iter();
        alive.filter(|(_, it)| it.is_proven && !it.fate.is_lost()).map(|(id, _)| *id).collect()
    }

    pub(crate) fn unacknowledged(&self) -> Vec<String> {
        let inner = self.lock();
        let events = inner.events.iter().filter(|(_, event)| !event.is_acknowledged);
        events.map(|(id, _)| id.clone()).collect()
    }

    /// Ends everything of the platform.
    pub(crate) async fn shutdown(&self) {
        let mut tasks = std::mem::take(&mut self.lock().tasks);
        tasks.shutdown().await;
    }
}

impl Inner {
    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.trace.push((self.start.elapsed(), what.into()));
    }
}

async fn fail<T>(trouble: Trouble) -> Result<T, TransportError> {
    let kind = match trouble {
        Trouble::Connect => TransportErrorKind::Connect,
        Trouble::Interrupted => TransportErrorKind::Interrupted,
        _ => return std::future::pending().await,
    };
    Err(TransportError::new(kind, "a fault of the simulation"))
}

impl Transport for Platform {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            assert_eq!(request.uri().path(), "/callback/ws/endpoint");
            assert_eq!(request.headers()["locale"], "zh");
            let slow = match &self.lock().discovery {
                Trouble::Slow(time) => Some(*time),
                _ => None,
            };
            if let Some(time) = slow {
                sleep(time).await;
            }
            let (status, body) = match self.discover() {
                Ok(answer) => answer,
                Err(Trouble::Garbage) => {
                    return Ok(Response::new(Body::from("<html>hello</html>")));
                }
                Err(trouble) => return fail(trouble).await,
            };
            let mut response = Response::new(Body::from(body.to_string()));
            *response.status_mut() = status;
            Ok(response)
        })
    }

    fn upgrade(&self, request: Request<()>) -> UpgradeFuture<'_> {
        Box::pin(async move {
            let trouble = self.lock().upgrade.clone();
            self.note(format!("upgrade: {trouble:?}"));
            let refuse = |status: u16, headers: &[(&'static str, String)]| {
                let mut response = Response::new(());
                *response.status_mut() = StatusCode::from_u16(status).expect("a status");
                for (name, value) in headers {
                    response.headers_mut().insert(*name, value.parse().expect("a value"));
                }
                Ok(Upgrade::refused(response))
            };
            let query = request.uri().query().unwrap_or_default();
            let id = query.split('&').find_map(|it| it.strip_prefix("device_id="));
            let id = id.and_then(|id| id.parse().ok()).expect("an id");
            let key = request.headers()["sec-websocket-key"].to_str().expect("a key").to_owned();
            match trouble {
                Trouble::None => Ok(self.accept(id, &key)),
                Trouble::Slow(time) => {
                    sleep(time).await;
                    Ok(self.accept(id, &key))
                }
                Trouble::Garbage => Ok(self.accept(id, "another key")),
                Trouble::Status(status) => refuse(status, &[]),
                Trouble::Code(403) => refuse(
                    403,
                    &[("Handshake-Status", "403".into()), ("Handshake-Msg", "forbidden".into())],
                ),
                Trouble::Code(code) => refuse(
                    400,
                    &[
                        ("Handshake-Status", "514".into()),
                        ("Handshake-Msg", "auth".into()),
                        ("Handshake-Autherrcode", code.to_string()),
                    ],
                ),
                trouble => fail(trouble).await,
            }
        })
    }
}
