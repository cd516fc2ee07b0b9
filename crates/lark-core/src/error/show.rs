//! How errors are displayed.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use super::{Cause, Error, Inner, Quote};
use crate::util::OneLine;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, stage, cause, status, log_id, attempts, tenant_key, .. } = &*self.0;
        // Whatever the parts contain.
        let f = &mut OneLine(f);
        write!(f, "{operation}: {stage}: {cause}")?;
        let mut facts = Vec::new();
        facts.extend(status.map(|status| format!("HTTP {}", status.as_u16())));
        facts.extend(log_id.as_ref().map(|log_id| format!("log id {}", Quote(log_id))));
        facts.extend(tenant_key.as_ref().map(|key| format!("tenant {}", Quote(key))));
        facts.extend((*attempts > 1).then(|| format!("{attempts} attempts")));
        let is_limited = matches!(cause, Cause::Api(api) if api.is_rate_limited());
        let wait = self.0.pushback.wait.filter(|_| is_limited);
        facts.extend(wait.map(|wait| format!("retry after {wait:?}")));
        facts.extend(self.0.consumed.as_ref().map(|file| {
            format!("not repeated, because {file:?} is a stream, which can be read once")
        }));
        match facts.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", facts.join(", ")),
        }
    }
}

/// The line of `Display`, because `main` and `unwrap` print this; with `{:#?}` its parts.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        let Inner { operation, stage, cause, status, log_id, pushback, attempts, .. } = &*self.0;
        f.debug_struct("Error")
            .field("operation", operation)
            .field("stage", stage)
            .field("cause", cause)
            .field("status", status)
            .field("log_id", log_id)
            .field("retry_after", &pushback.wait)
            .field("attempts", attempts)
            .field("idempotency_key", &self.0.idempotency_key)
            .field("tenant_key", &self.0.tenant_key)
            .finish()
    }
}

/// Without a source: the text has all of it, and whoever shows the whole chain would show it twice.
impl StdError for Error {}

impl Error {
    /// The error of another library that caused this one, to look at its type: of the HTTP stack, the
    /// file system, or a store. It is not in the chain of [`source`](StdError::source), because the text
    /// of this one has it.
    #[must_use]
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        match &self.0.cause {
            Cause::Transport(error) => Some(error.get_ref()),
            Cause::File(file) => Some(&*file.error),
            Cause::Store(error) => error.get_ref(),
            _ => None,
        }
    }
}
