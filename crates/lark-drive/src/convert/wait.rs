//! Waiting for a task.

use std::time::Duration;

use lark_core::Result;
use tokio::time::{Instant, sleep};

use super::ConvertError;

/// Between two questions, at first and at most.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(5);
/// How long a task may take.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(300);

/// What a task says of itself.
pub(super) enum State<T> {
    Running,
    Done(T),
    /// The platform's number and text.
    Failed(i64, String),
}

/// Asks for the state of a task until it has ended.
pub(super) async fn wait<T, F: Future<Output = Result<State<T>>>>(
    ticket: &str,
    time_limit: Duration,
    ask: impl Fn() -> F,
) -> std::result::Result<T, ConvertError> {
    let started = Instant::now();
    let mut pause = FIRST;
    loop {
        let call = |error| ConvertError::Call { ticket: Some(ticket.to_owned()), error };
        let asked = ask().await;
        let waited = started.elapsed();
        let is_over = waited + pause > time_limit;
        match asked {
            Ok(State::Done(done)) => return Ok(done),
            Ok(State::Failed(status, message)) => {
                return Err(ConvertError::Failed { ticket: ticket.to_owned(), status, message });
            }
            Ok(State::Running) if is_over => {
                return Err(ConvertError::Unfinished { ticket: ticket.to_owned(), waited });
            }
            // The task goes on, whatever becomes of a question about it.
            Err(error) if is_over || !error.is_transient() => return Err(call(error)),
            Ok(State::Running) | Err(_) => sleep(pause).await,
        }
        pause = (pause * 3 / 2).min(LONGEST);
    }
}
