//! The way out: one POST, no redirects, no proxies.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;

use super::PushError;
use super::receipt::{PushFailure, Receipt};
use super::sign::PushRequest;

/// How much of a response is read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Made when they are first needed: a sandbox without pushes starts without them.
#[derive(Default)]
pub(super) struct Clients {
    plain: OnceLock<Client>,
    secure: OnceLock<Client>,
}

impl Clients {
    fn of(&self, url: &Url) -> Result<&Client, PushError> {
        let is_secure = url.scheme() == "https";
        let kept = if is_secure { &self.secure } else { &self.plain };
        if let Some(client) = kept.get() {
            return Ok(client);
        }
        let client = if is_secure { secure() } else { plain() };
        let client = client.map_err(|error| PushError::new(error.to_string()))?;
        Ok(kept.get_or_init(|| client))
    }

    /// Whether there is a way to this URL at all.
    pub(super) fn check(&self, url: &str) -> Result<(), PushError> {
        self.of(&check_url(url)?).map(drop)
    }

    /// Posts a push and waits for its response, at most for `limit`.
    pub(super) async fn post(&self, url: &str, push: PushRequest, limit: Duration) -> Receipt {
        let began = Instant::now();
        let response = async {
            let url = check_url(url).map_err(|_| PushFailure::Connect)?;
            let client = self.of(&url).map_err(|_| PushFailure::Connect)?;
            let mut request =
                client.post(url).header("Content-Type", "application/json; charset=utf-8");
            for (name, value) in push.headers {
                request = request.header(name, value);
            }
            let mut response = request.body(push.body).send().await.map_err(|e| failure(&e))?;
            let body = read(&mut response).await.map_err(|error| failure(&error))?;
            Ok(Receipt {
                status: Some(response.status().as_u16()),
                headers: headers(&response),
                body,
                connection_id: None,
                latency: Duration::ZERO,
                failure: None,
            })
        };
        let response = tokio::time::timeout(limit, response).await;
        let receipt = response.unwrap_or(Err(PushFailure::Timeout)).unwrap_or_else(Receipt::failed);
        Receipt { latency: began.elapsed(), ..receipt }
    }
}

/// A URL that can be pushed to.
fn check_url(url: &str) -> Result<Url, PushError> {
    let parsed = Url::parse(url).map_err(|error| PushError::new(format!("{url:?}: {error}")))?;
    match parsed.scheme() {
        "http" | "https" => Ok(parsed),
        other => Err(PushError::new(format!("{url:?}: {other} is neither http nor https"))),
    }
}

/// Those that are text.
fn headers(response: &Response) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
    let headers = response.headers().iter();
    headers.filter_map(|(name, value)| Some((name.to_string(), text(value)?))).collect()
}

async fn read(response: &mut Response) -> reqwest::Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        let room = ANSWER_LIMIT.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(body.freeze())
}

fn failure(error: &reqwest::Error) -> PushFailure {
    if !error.is_connect() {
        return PushFailure::Broken;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        // The only trace that hyper leaves of where connecting failed.
        if error.to_string().contains("dns error") {
            return PushFailure::Dns;
        }
        cause = error.source();
    }
    PushFailure::Connect
}

/// For http. No certificates are read, which would take milliseconds.
fn plain() -> Result<Client, Box<dyn Error>> {
    let tls = tls(provider())?.with_root_certificates(RootCertStore::empty());
    client(tls.with_no_client_auth())
}

/// For https, with the certificates of the system.
fn secure() -> Result<Client, Box<dyn Error>> {
    let verifier = Arc::new(Verifier::new(provider())?);
    let tls = tls(provider())?.dangerous().with_custom_certificate_verifier(verifier);
    client(tls.with_no_client_auth())
}

/// The provider is named here instead of installed for the process.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn tls(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn client(tls: ClientConfig) -> Result<Client, Box<dyn Error>> {
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(Policy::none())
        .tcp_nodelay(true);
    Ok(client.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_without_an_address_is_told_from_one_that_refuses() {
        let post = async |url: &str| {
            let push = PushRequest { headers: Vec::new(), body: Vec::new() };
            Clients::default().post(url, push, Duration::from_secs(30)).await.failure
        };
        // Reserved for names that do not exist (RFC 6761), and a port that nobody listens on.
        assert_eq!(post("http://nobody.invalid/").await, Some(PushFailure::Dns));
        assert_eq!(post("http://127.0.0.1:1/").await, Some(PushFailure::Connect));
    }
}
