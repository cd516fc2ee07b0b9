//! The fake transport.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use lark_core::http::{Request, Response};
use lark_core::{Body, Transport, TransportError, TransportFuture};

use crate::{FakeResponse, RecordedRequest};

/// Answers requests without a network and records them. Clones are one transport.
#[derive(Clone)]
pub struct FakeTransport(Arc<Inner>);

struct Inner {
    handler: Handler,
    /// `None` if requests are only counted.
    requests: Option<Mutex<Vec<RecordedRequest>>>,
    request_count: AtomicUsize,
    response_count: AtomicUsize,
}

enum Handler {
    /// Answers a request that was read.
    Answer(Mutex<Box<Answer>>),
    /// Does with a request what it wants.
    Handle(Box<dyn Fn(Request<Body>) -> Handling + Send + Sync>),
}

type Answer = dyn FnMut(&RecordedRequest) -> FakeResponse + Send;
type Handling = Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send>>;

impl FakeTransport {
    /// Answers each request as `answer` says, after its body was read.
    #[must_use]
    pub fn answering<R: Into<FakeResponse>>(
        mut answer: impl FnMut(&RecordedRequest) -> R + Send + 'static,
    ) -> Self {
        Self::new(Handler::Answer(Mutex::new(Box::new(move |request| answer(request).into()))))
    }

    /// Answers all requests alike.
    #[must_use]
    pub fn always(response: impl Into<FakeResponse>) -> Self {
        let response = response.into();
        Self::answering(move |_| response.clone())
    }

    /// Answers with these responses in order. A request after the last one fails the test.
    #[must_use]
    pub fn scripted<I>(responses: I) -> Self
    where
        I: IntoIterator<Item: Into<FakeResponse>, IntoIter: Send + 'static>,
    {
        Self::answering(in_order(responses))
    }

    /// For tests that send nothing: a request fails the test.
    #[must_use]
    pub fn unused() -> Self {
        Self::scripted::<[FakeResponse; 0]>([])
    }

    /// Hands each request to `handle`, which may read its body slowly, break it off or send it on.
    /// A body that is not in memory is not recorded.
    #[must_use]
    pub fn handling<F>(handle: impl Fn(Request<Body>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Response<Body>, TransportError>> + Send + 'static,
    {
        Self::new(Handler::Handle(Box::new(move |request| Box::pin(handle(request)))))
    }

    fn new(handler: Handler) -> Self {
        let requests = Some(Mutex::default());
        let (request_count, response_count) = Default::default();
        Self(Arc::new(Inner { handler, requests, request_count, response_count }))
    }

    /// Only counts requests, for tests that send so many that their records would fill the memory.
    #[must_use]
    pub fn without_recording(mut self) -> Self {
        Arc::get_mut(&mut self.0).expect("it has no clones yet").requests = None;
        self
    }

    /// The requests so far, in the order in which they came.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(self.0.requests.as_ref().expect("requests are recorded")).clone()
    }

    /// The number of requests so far.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.0.request_count.load(Ordering::SeqCst)
    }

    /// The number of requests that were answered and not given up before.
    #[must_use]
    pub fn response_count(&self) -> usize {
        self.0.response_count.load(Ordering::SeqCst)
    }
}

impl Inner {
    fn record(&self, request: RecordedRequest) {
        if let Some(requests) = &self.requests {
            lock(requests).push(request);
        }
    }

    async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        match &self.handler {
            Handler::Answer(answer) => {
                let request = RecordedRequest::read(request).await?;
                let response = lock(answer)(&request);
                self.record(request);
                response.deliver().await
            }
            Handler::Handle(handle) => {
                self.record(RecordedRequest::without_reading(&request));
                handle(request).await
            }
        }
    }
}

impl Transport for FakeTransport {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        self.0.request_count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let response = self.0.answer(request).await?;
            self.0.response_count.fetch_add(1, Ordering::SeqCst);
            Ok(response)
        })
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic")
}

/// Gives these responses one after the other, and fails the test at the request after the last one.
pub(crate) fn in_order<I>(
    responses: I,
) -> impl FnMut(&RecordedRequest) -> FakeResponse + Send + 'static
where
    I: IntoIterator<Item: Into<FakeResponse>, IntoIter: Send + 'static>,
{
    let mut responses = responses.into_iter();
    move |request| match responses.next() {
        Some(response) => response.into(),
        None => panic!("no response to {}", request.line()),
    }
}
