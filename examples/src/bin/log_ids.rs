//! Wraps the transport: counts the requests, and prints the path of each, the HTTP status of its
//! response and the log id, which the platform's support asks for.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lark_contact::v3::{department, user};
use lark_core::http::Request;
use lark_core::{Body, HttpTransport, Transport, TransportFuture};
use lark_examples::{Platform, println, start};

/// The default transport, observed.
struct LogIds {
    inner: HttpTransport,
    requests: AtomicUsize,
}

impl Transport for LogIds {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
            let call = format!("{number} {} {}", request.method(), request.uri().path());
            let result = self.inner.send(request).await;
            match &result {
                Ok(response) => {
                    let log_id = response.headers().get("x-tt-logid");
                    let log_id = log_id.and_then(|it| it.to_str().ok()).unwrap_or("(none)");
                    println!("{call}\n    HTTP {}, log id {log_id}", response.status());
                }
                Err(error) => println!("{call}\n    {error}"),
            }
            result
        })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("log_ids.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let inner = HttpTransport::builder().build()?;
    let transport = Arc::new(LogIds { inner, requests: AtomicUsize::new(0) });
    let shared = Arc::clone(&transport);
    let Platform { client, sandbox } = Platform::connect_with(|it| it.transport(shared)).await?;

    client.send(department::children("0").page_size(1)).await?;
    client.send(user::find_by_department().department_id("0").page_size(10)).await?;
    // A failed call has a log id too; the error also contains it.
    if let Err(error) = client.send(user::get("ou_nobody")).await {
        println!("\n{error}");
    }
    let requests = transport.requests.load(Ordering::Relaxed);
    println!("\n{requests} requests, the first of them for a token.");
    drop(sandbox);
    Ok(())
}
