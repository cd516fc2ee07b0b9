//! When an event is acknowledged.

/// When the router replies 200 to an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acknowledge {
    /// When its handler returned `Ok`. A handler that exceeds `ack_timeout` keeps running, and the
    /// reply to the platform's next push says how it ended. The default.
    #[default]
    AfterHandler,
    /// As soon as the router has capacity for it. For handlers that often exceed the timeout and
    /// whose events may be lost: the platform does not push an event again whose handler fails.
    First,
}
