//! What the chain of an error says.

use std::error::Error;

/// Fails if a cause of `error` says what the text above it has said already: whoever prints the chain, as anyhow's
/// `{:#}` does, would read it twice.
pub fn says_things_once(error: &dyn Error) {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(cause) = next {
        assert!(!text.contains(&cause.to_string()), "{text}: {cause}");
        (text, next) = (cause.to_string(), cause.source());
    }
}
