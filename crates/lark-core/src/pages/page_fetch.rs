//! Fetches one page, here or in a separate task.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;
use tracing::{Instrument, Span};

use crate::error::Result;

/// A page that is being fetched.
pub(super) enum PageFetch<T> {
    /// Makes progress when it is polled.
    Here(Pin<Box<dyn Future<Output = Result<T>> + Send>>),
    /// Makes progress by itself.
    Away(Task<T>),
}

/// A task that ends with its owner.
pub(super) struct Task<T>(JoinHandle<Result<T>>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> PageFetch<T> {
    pub(super) fn here(fetch: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self::Here(Box::pin(fetch))
    }

    pub(super) fn away(fetch: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self::Away(Task(tokio::spawn(fetch.instrument(Span::current()))))
    }

    /// The page; `None` if the runtime of its task was shut down.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        match self {
            Self::Here(fetch) => fetch.as_mut().poll(cx).map(Some),
            Self::Away(task) => Poll::Ready(match ready!(Pin::new(&mut task.0).poll(cx)) {
                Ok(page) => Some(page),
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                Err(_) => None,
            }),
        }
    }
}
