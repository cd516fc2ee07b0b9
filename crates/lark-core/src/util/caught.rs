//! Code of the user that may panic.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that was made or polled has panicked. The panic itself was reported where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Makes a future and awaits it. It is dropped at once if it panics, and a panic of its `Drop` ends
/// nothing, also if it is given up.
///
/// # Errors
/// It panicked.
pub fn caught<F: Future + ?Sized>(make: impl FnOnce() -> Pin<Box<F>>) -> Caught<F> {
    Caught(try_run(make).ok())
}

/// A future that may panic, also when its fields are dropped. `None` if it has panicked.
pub struct Caught<F: ?Sized>(Option<Pin<Box<F>>>);

impl<F: Future + ?Sized> Future for Caught<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.0 else { return Poll::Ready(Err(Panicked)) };
        match try_run(|| future.as_mut().poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(Panicked) => {
                self.end();
                Poll::Ready(Err(Panicked))
            }
        }
    }
}

impl<F: ?Sized> Caught<F> {
    fn end(&mut self) {
        if let Some(future) = self.0.take()
            && try_run(|| drop(future)).is_err()
        {
            tracing::error!("a future panicked when it was dropped");
        }
    }
}

impl<F: ?Sized> Drop for Caught<F> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs code of the user.
///
/// # Errors
/// It panicked.
pub fn try_run<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(run)).map_err(discard)
}

/// What it panicked with may panic when it is dropped. That one is not dropped any more.
fn discard(payload: Box<dyn Any + Send>) -> Panicked {
    catch_unwind(AssertUnwindSafe(|| drop(payload))).unwrap_or_else(std::mem::forget);
    Panicked
}

/// Runs a hook of the user. What it is told about has happened, so its panic must not undo that.
pub fn run_hook(name: &str, hook: impl FnOnce()) {
    if try_run(hook).is_err() {
        tracing::error!(hook = name, "a hook panicked");
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_result_wherever_it_happens() {
        let boxed = |panics: bool| async move { if panics { panic!("on purpose") } else { 7 } };
        assert_eq!(caught(|| Box::pin(boxed(false))).await, Ok(7));
        assert_eq!(caught(|| Box::pin(boxed(true))).await, Err(Panicked));
        let made = caught(|| -> Pin<Box<dyn Future<Output = ()>>> { panic!("on purpose") });
        assert_eq!(made.await, Err(Panicked));
    }

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose, in Drop");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_in_drop_ends_nothing() {
        let boxed = |ends: bool| {
            let bomb = Bomb;
            Box::pin(poll_fn(move |_| {
                let _kept = &bomb;
                if ends { Poll::Ready(7) } else { Poll::Pending }
            }))
        };
        assert_eq!(caught(|| boxed(true)).await, Ok(7));
        assert!(timeout(Duration::from_secs(1), caught(|| boxed(false))).await.is_err());
    }
}
