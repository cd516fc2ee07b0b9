//! The socket: accepts connections, reads requests, writes answers.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::response_body::{Content, HyperBody};
use crate::control;
use crate::gateway::GatewayResponse;
use crate::http::Response;
use crate::http::{RequestBody, receive};
use crate::platform::Platform;

/// Where a request comes from.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Serves until dropped; open connections end with it.
pub(crate) async fn serve(listener: TcpListener, platform: Arc<Platform>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A failed accept concerns one client that is gone already.
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, Arc::clone(&platform)));
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, platform: Arc<Platform>) {
    // Best effort: without it answers are slower, not wrong.
    let _ = stream.set_nodelay(true);
    // Only group hooks look at it.
    let peer = stream.peer_addr().ok().map(Peer);
    let service = service_fn(|mut request| {
        peer.map(|peer| request.extensions_mut().insert(peer));
        exchange(&platform, request)
    });
    let mut http = http1::Builder::new();
    let mut connection =
        http.title_case_headers(true).serve_connection(TokioIo::new(stream), service);
    // A client that goes away, and a body shorter than declared, end here as errors too.
    let Err(error) = (&mut connection).await else { return };
    if error.source().is_some_and(|source| source.is::<Dropped>()) {
        // Best effort: without it the client sees an orderly end in place of a reset.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

async fn exchange(
    platform: &Platform,
    request: Request<Incoming>,
) -> Result<http::Response<HyperBody>, Box<dyn Error + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let body = receive(&platform.disk, &parts, body).await?;
    Ok(respond(platform, &parts, body).await?.map(HyperBody::from))
}

/// The answer to a request, whichever way it came: commands to the sandbox itself, then the platform.
pub(crate) async fn respond(
    platform: &Platform,
    parts: &Parts,
    body: RequestBody,
) -> Result<http::Response<Content>, Dropped> {
    if let Some(answer) = control::answer(platform, parts, body.bytes()).await {
        return Ok(response(answer, None, Duration::ZERO));
    }
    let GatewayResponse { answer, log_id, delay, pace } = platform.answer(parts, body);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    Ok(response(answer.ok_or(Dropped)?, log_id, pace))
}

/// A connection that ends without an answer because a test wants it so.
#[derive(Debug)]
pub(crate) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped by command")
    }
}

impl Error for Dropped {}

fn response(answer: Response, log_id: Option<String>, pace: Duration) -> http::Response<Content> {
    let length = answer.declared_length;
    let body = Content { body: answer.body, declared_length: length, pace };
    let mut response = http::Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("statuses are checked");
    let headers = response.headers_mut();
    let log_id = log_id.map(|log_id| ("X-Tt-Logid".to_owned(), log_id));
    for (name, value) in answer.headers.into_iter().chain(log_id) {
        let name = HeaderName::try_from(name).expect("header names are checked");
        headers.append(name, HeaderValue::try_from(value).expect("header values are checked"));
    }
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
