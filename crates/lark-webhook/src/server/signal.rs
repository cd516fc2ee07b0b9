//! The signals that ask the process to stop.

use std::io;

/// Resolves at SIGTERM or SIGINT. Signals are caught from the call on, not from the first poll.
#[cfg(unix)]
pub(super) fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!(target: "lark_webhook", "SIGTERM"),
            _ = interrupt.recv() => tracing::info!(target: "lark_webhook", "SIGINT"),
        }
    })
}

/// Resolves at Ctrl-C. It is caught from the call on, not from the first poll.
#[cfg(windows)]
pub(super) fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        tracing::info!(target: "lark_webhook", "Ctrl-C");
    })
}
