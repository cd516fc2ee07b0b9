//! Tasks, and work on other threads.
//!
//! tokio compiles some 4 KB for each type that it runs, 11 KB without optimization. What runs here has one
//! type, for one more allocation a task: good for all that does not run with every call or event.

use std::any::Any;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

/// A future in memory of its own. What is seldom awaited is made so by a function that is not generic: then
/// it is compiled once here, and not with each future in other crates that awaits it.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The work of a task.
pub(crate) type Work = BoxFuture<'static, ()>;

type Output = Box<dyn Any + Send>;

/// Runs `work` in a task of its own.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    spawn_on(&Handle::current(), Box::pin(work))
}

/// Runs `work` in a task of its own on `runtime`.
pub(crate) fn spawn_on(runtime: &Handle, work: Work) -> JoinHandle<()> {
    runtime.spawn(work)
}

/// The same for work with an output.
pub(crate) fn spawn_with_output<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Task<T> {
    let work: BoxFuture<'static, Output> = Box::pin(async { Box::new(work.await) as Output });
    Task { task: tokio::spawn(work), output: PhantomData }
}

/// Runs `work` on a thread that may block. It completes even if the result is dropped.
pub(crate) fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Task<T> {
    Task { task: run_blocking(Box::new(|| Box::new(work()))), output: PhantomData }
}

fn run_blocking(work: Box<dyn FnOnce() -> Output + Send>) -> JoinHandle<Output> {
    tokio::task::spawn_blocking(work)
}

/// A task, or work on another thread. Ends with its `T`.
pub(crate) struct Task<T> {
    task: JoinHandle<Output>,
    output: PhantomData<fn() -> T>,
}

impl<T> Task<T> {
    pub(crate) fn abort(&self) {
        self.task.abort();
    }
}

impl<T: 'static> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let output = ready!(Pin::new(&mut self.task).poll(cx))?;
        Poll::Ready(Ok(*output.downcast().expect("the work ends with a T")))
    }
}
