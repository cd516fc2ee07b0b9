//! Fetches one page, here or in a separate task.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tracing::{Instrument, Span};

use crate::error::Result;
use crate::util::{BoxFuture, Task, spawn_with_output};

/// A page that is being fetched.
pub(super) enum PageFetch<T> {
    /// Makes progress when it is polled.
    Here(BoxFuture<'static, Result<T>>),
    /// Makes progress by itself.
    Away(AbortOnDrop<T>),
}

/// A task that ends with its owner.
pub(super) struct AbortOnDrop<T>(Task<Result<T>>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> PageFetch<T> {
    pub(super) fn away(fetch: BoxFuture<'static, Result<T>>) -> Self {
        Self::Away(AbortOnDrop(spawn_with_output(fetch.instrument(Span::current()))))
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
