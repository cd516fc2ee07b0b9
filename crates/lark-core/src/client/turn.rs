//! Objects that take one change at a time, such as the tables of a Base.

use super::Client;
use crate::util::KeyGuard;

/// Keeps an object to its holder until it is dropped.
#[must_use = "the turn ends when it is dropped"]
pub struct Turn {
    _guard: KeyGuard,
}

/// Waits for a turn at an object: one holder at a time among all copies of a client, in the order of
/// asking.
pub async fn turn(client: &Client, object: &str) -> Turn {
    let turns = &client.core.turns;
    Turn { _guard: turns.lock(turns.key(object)).await }
}
