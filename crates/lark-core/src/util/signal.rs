//! The signals that ask the process to stop.

use std::io;

/// Resolves at SIGTERM or SIGINT. Signals are caught from the call on, not from the first poll.
///
/// # Errors
/// Signals cannot be caught.
#[cfg(unix)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!(target: "lark_core", "SIGTERM"),
            _ = interrupt.recv() => tracing::info!(target: "lark_core", "SIGINT"),
        }
    })
}

/// Resolves at Ctrl-C. It is caught from the call on, not from the first poll.
///
/// # Errors
/// Ctrl-C cannot be caught.
#[cfg(windows)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        tracing::info!(target: "lark_core", "Ctrl-C");
    })
}
