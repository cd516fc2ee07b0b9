//! The fake platform.

use lark_core::{Client, ClientBuilder, RetryPolicy};

use crate::transport::in_order;
use crate::{FakeResponse, FakeTransport, RecordedRequest, client_builder};

/// A [`FakeTransport`] that answers requests for tokens by itself, with the tenant tokens `t-1`,
/// `t-2` ..., and whose responses all have the log id `log-1`.
#[derive(Clone)]
pub struct FakePlatform(FakeTransport);

impl FakePlatform {
    /// Answers calls as `answer` says.
    #[must_use]
    pub fn answering<R: Into<FakeResponse>>(
        answer: impl FnMut(&RecordedRequest) -> R + Send + 'static,
    ) -> Self {
        let mut count = 0;
        Self::with_token_endpoint(answer, move |_| {
            count += 1;
            FakeResponse::tenant_token(&format!("t-{count}"))
        })
    }

    /// Answers calls with these responses in order. A call after the last one fails the test.
    #[must_use]
    pub fn scripted<I>(responses: I) -> Self
    where
        I: IntoIterator<Item: Into<FakeResponse>, IntoIter: Send + 'static>,
    {
        Self::answering(in_order(responses))
    }

    /// For tests that make no call: one fails the test.
    #[must_use]
    pub fn unused() -> Self {
        Self::scripted::<[FakeResponse; 0]>([])
    }

    /// Answers calls as `answer` says, and requests for tokens and app tickets as `token_endpoint`
    /// says.
    #[must_use]
    pub fn with_token_endpoint<R: Into<FakeResponse>, T: Into<FakeResponse>>(
        mut answer: impl FnMut(&RecordedRequest) -> R + Send + 'static,
        mut token_endpoint: impl FnMut(&RecordedRequest) -> T + Send + 'static,
    ) -> Self {
        Self(FakeTransport::answering(move |request| {
            let response: FakeResponse = match request.is_for_token() {
                true => token_endpoint(request).into(),
                false => answer(request).into(),
            };
            response.header("x-tt-logid", "log-1")
        }))
    }

    /// The way to this platform, for a client with other options.
    #[must_use]
    pub fn transport(&self) -> FakeTransport {
        self.0.clone()
    }

    /// A client of this platform, to be finished.
    pub fn builder(&self) -> ClientBuilder {
        client_builder(self.transport())
    }

    /// A client of this platform.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().build().expect("the options are fine")
    }

    /// A client of this platform that makes one attempt a call.
    #[must_use]
    pub fn client_without_retries(&self) -> Client {
        self.builder().retry(RetryPolicy::none()).build().expect("the options are fine")
    }

    /// All requests.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.0.requests()
    }

    /// The requests that were not for tokens.
    #[must_use]
    pub fn calls(&self) -> Vec<RecordedRequest> {
        self.requests().into_iter().filter(|request| !request.is_for_token()).collect()
    }

    /// The requests for tokens and app tickets.
    #[must_use]
    pub fn token_requests(&self) -> Vec<RecordedRequest> {
        self.requests().into_iter().filter(RecordedRequest::is_for_token).collect()
    }
}
