//! Polling futures by hand.

use std::future::poll_fn;
#[cfg(feature = "events")]
use std::pin::Pin;
use std::pin::pin;
use std::task::Poll;

/// Polls a future a single time. Most of those that may take long end at once and need no timer.
#[cfg(feature = "events")]
pub async fn poll_once<F: Future + ?Sized>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// Waits for `work`; `None` if `end` comes before.
pub(crate) async fn unless<T>(
    work: impl Future<Output = T>,
    end: impl Future<Output = ()>,
) -> Option<T> {
    let (mut work, mut end) = (pin!(work), pin!(end));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => end.as_mut().poll(cx).map(|()| None),
    })
    .await
}
