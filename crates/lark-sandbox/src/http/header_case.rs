//! The spelling of header names in responses: lower-case, but for two that the platform's Python SDK looks
//! up in capitals.
//!
//! hyper spells a name otherwise only as it has read it, and keeps that in a private type. So it reads a
//! head of these names once, and every response gets what it has kept.

use std::convert::Infallible;
use std::future::Ready;
use std::io;
use std::sync::{Arc, OnceLock};

use http::Extensions;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::sync::OnceCell;

const HEAD: &[u8] = b"GET / HTTP/1.1\r\nContent-Disposition: \r\nX-Tt-Logid: \r\n\r\n";

#[derive(Default)]
pub(crate) struct HeaderNames(OnceCell<Extensions>);

impl HeaderNames {
    /// What to add to a response whose names shall be spelled so.
    pub(super) async fn spelling(&self) -> &Extensions {
        self.0.get_or_init(|| async { read().await.unwrap_or_default() }).await
    }
}

async fn read() -> io::Result<Extensions> {
    let (mut client, server) = tokio::io::duplex(1024);
    client.write_all(HEAD).await?;
    client.shutdown().await?;
    let kept = Arc::new(OnceLock::new());
    let seen = Arc::clone(&kept);
    let service = service_fn(move |request: http::Request<_>| {
        seen.get_or_init(|| request.extensions().clone());
        let response = http::Response::new(String::new());
        std::future::ready(Ok::<_, Infallible>(response)) as Ready<_>
    });
    let mut http = http1::Builder::new();
    let connection = http
        .preserve_header_case(true)
        .half_close(true)
        .serve_connection(TokioIo::new(server), service);
    connection.await.map_err(io::Error::other)?;
    Ok(kept.get().cloned().unwrap_or_default())
}
