//! The socket: accepts connections, reads requests, writes responses.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::request_body::{Failure, receive};
use super::response_body::{HyperBody, PacedBody};
use super::{Peer, Response};
use crate::control;
use crate::gateway::{GatewayResponse, Request, route};
use crate::long_connection::Upgrade;
use crate::sandbox::Instance;

/// Serves until dropped; open connections end with it.
pub(crate) async fn serve(mut listener: TcpListener, instance: Arc<Instance>) {
    let mut restarts = instance.restarts.subscribe();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A failed accept concerns one client that is gone already.
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, Arc::clone(&instance)));
            },
            Ok(()) = restarts.changed() => {
                let down = *restarts.borrow_and_update();
                listener = listen_again(listener, down).await;
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// How long to wait for a port that another program has taken meanwhile.
const PORT_TAKEN: Duration = Duration::from_millis(10);

/// Listens on the same port after a while. Until then connecting is refused, and the port stays ours.
async fn listen_again(listener: TcpListener, down: Duration) -> TcpListener {
    let address = listener.local_addr().expect("it has listened");
    drop(listener);
    let take = || {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok::<_, io::Error>(socket)
    };
    let mut socket = take();
    tokio::time::sleep(down).await;
    loop {
        match socket.and_then(|socket| socket.listen(BACKLOG)) {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(PORT_TAKEN).await,
        }
        socket = take();
    }
}

/// As many connections wait to be accepted as tokio's listeners have wait.
const BACKLOG: u32 = 1024;

async fn connection(stream: TcpStream, instance: Arc<Instance>) {
    // Best effort: without it responses are slower, not wrong.
    let _ = stream.set_nodelay(true);
    // Only group hooks look at it.
    let peer = stream.peer_addr().ok().map(Peer);
    #[cfg(feature = "tls")]
    if let Some(tls) = &instance.tls {
        // A client that does not trust it is gone.
        let Ok(stream) = tls.acceptor.accept(stream).await else { return };
        if let Some(stream) = serve_stream(stream, peer, &instance).await {
            let _ = stream.get_ref().0.set_zero_linger();
        }
        return;
    }
    if let Some(stream) = serve_stream(stream, peer, &instance).await {
        // Best effort: without it the client sees an orderly end in place of a reset.
        let _ = stream.set_zero_linger();
    }
}

/// What the requests of one connection lead to.
#[derive(Default)]
struct Exchanges {
    upgrade: Mutex<Option<Upgrade>>,
    /// One was a command to the sandbox.
    commanded: AtomicBool,
}

/// Serves the requests of one connection, and what it becomes after them, until the platform is restarted.
/// Returns the stream if it is to be reset.
pub(crate) async fn serve_stream<S>(stream: S, peer: Option<Peer>, instance: &Instance) -> Option<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut restarts = instance.restarts.subscribe();
    let exchanges = Exchanges::default();
    let mut served = pin!(serve_requests(stream, peer, instance, &exchanges));
    loop {
        tokio::select! {
            stream = &mut served => return stream,
            // Who gives commands, that one among them, gets an answer.
            Ok(()) = restarts.changed() => if !exchanges.commanded.load(Ordering::Relaxed) {
                return None;
            }
        }
    }
}

async fn serve_requests<S>(
    stream: S,
    peer: Option<Peer>,
    instance: &Instance,
    exchanges: &Exchanges,
) -> Option<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(|mut request: http::Request<Incoming>| {
        peer.map(|peer| request.extensions_mut().insert(peer));
        // Boxed, because the stream can be had back only if the future may move.
        Box::pin(exchange(instance, request, exchanges))
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Not all of its end, since the stream may live on.
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    // A client that goes away, and a body shorter than declared, end here as errors too.
    if let Err(error) = ended {
        let is_reset = error.source().is_some_and(|source| source.is::<Dropped>());
        return is_reset.then_some(stream);
    }
    let upgrade = crate::lock(&exchanges.upgrade).take();
    if let Some(upgrade) = upgrade {
        return upgrade.run(stream, parts.read_buf.into()).await;
    }
    // The client may be gone.
    let _ = stream.shutdown().await;
    None
}

async fn exchange(
    instance: &Instance,
    request: http::Request<Incoming>,
    exchanges: &Exchanges,
) -> Result<http::Response<HyperBody>, Failure> {
    if control::is_command(request.uri().path()) {
        exchanges.commanded.store(true, Ordering::Relaxed);
    }
    let (response, upgrade) = respond(instance, request).await?;
    *crate::lock(&exchanges.upgrade) = upgrade;
    let mut response = response.map(HyperBody::from);
    response.extensions_mut().extend(instance.header_names.spelling().await.clone());
    Ok(response)
}

/// Responds to a request, whichever way it came: commands to the sandbox itself, then the platform.
/// Returns what the connection becomes after the response, too.
///
/// # Errors
/// [`Dropped`], or if the body does not come in whole.
pub(crate) async fn respond<B>(
    instance: &Instance,
    request: http::Request<B>,
) -> Result<(http::Response<PacedBody>, Option<Upgrade>), Failure>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Failure>,
{
    let (parts, body) = request.into_parts();
    let route = route::find(parts.method.as_str(), parts.uri.path());
    let form = route.as_ref().and_then(route::Route::form);
    let body = receive(&instance.services.disk, &parts.headers, form, body).await?;
    if let Some(response) = control::respond(instance, &parts, body.bytes()).await {
        return Ok((with_headers(response, None, Duration::ZERO), None));
    }
    let request = Request { parts, body, route };
    let GatewayResponse { response, log_id, delay, pause } = instance.gateway.respond(request);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut response = response.ok_or(Dropped)?;
    let upgrade = response.upgrade.take();
    Ok((with_headers(response, log_id, pause), upgrade))
}

/// A connection that ends without a response because a test wants it so.
#[derive(Debug)]
pub(crate) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped by command")
    }
}

impl Error for Dropped {}

fn with_headers(
    response: Response,
    log_id: Option<String>,
    pause: Duration,
) -> http::Response<PacedBody> {
    let length = response.declared_length;
    let body = PacedBody { body: response.body, declared_length: length, pause };
    let mut built = http::Response::new(body);
    *built.status_mut() = StatusCode::from_u16(response.status).expect("statuses are checked");
    let headers = built.headers_mut();
    let log_id = log_id.map(|log_id| ("X-Tt-Logid".to_owned(), log_id));
    for (name, value) in response.headers.into_iter().chain(log_id) {
        let name = HeaderName::try_from(name).expect("header names are checked");
        headers.append(name, HeaderValue::try_from(value).expect("header values are checked"));
    }
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    built
}
