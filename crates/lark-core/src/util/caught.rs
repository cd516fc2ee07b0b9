//! Code of the user that may panic.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// A future that was made or polled has panicked. The panic itself was reported where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Makes and awaits a future. It is dropped at once if it panics.
///
/// # Errors
/// It panicked.
pub async fn caught<F: Future + ?Sized>(
    make: impl FnOnce() -> Pin<Box<F>>,
) -> Result<F::Output, Panicked> {
    let (mut make, mut future) = (Some(make), None);
    poll_fn(move |cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            if let Some(make) = make.take() {
                future = Some(make());
            }
            future.as_mut().map_or(Poll::Pending, |future| future.as_mut().poll(cx))
        }));
        polled.map_or_else(
            |_| {
                // Its fields may panic, too.
                _ = catch_unwind(AssertUnwindSafe(|| future = None));
                Poll::Ready(Err(Panicked))
            },
            |poll| poll.map(Ok),
        )
    })
    .await
}

/// Runs a hook of the user. What it is told about has happened, so its panic must not undo that.
pub fn run_hook(name: &str, hook: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(hook)).is_err() {
        tracing::error!(hook = name, "a hook panicked");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_result_wherever_it_happens() {
        let boxed = |panics: bool| async move { if panics { panic!("on purpose") } else { 7 } };
        assert_eq!(caught(|| Box::pin(boxed(false))).await, Ok(7));
        assert_eq!(caught(|| Box::pin(boxed(true))).await, Err(Panicked));
        let made = caught(|| -> Pin<Box<dyn Future<Output = ()>>> { panic!("on purpose") });
        assert_eq!(made.await, Err(Panicked));
    }
}
