//! Commands.

use super::arguments::{Argument, Arguments};
use super::{Failure, FromReply, Multiplexed, Sent};

/// A command and its arguments.
pub(crate) struct Command(Arguments);

impl Command {
    pub(crate) fn new(name: &str) -> Self {
        Self(Arguments::default()).arg(name)
    }

    pub(crate) fn arg(mut self, argument: impl Argument) -> Self {
        self.0.push(argument);
        self
    }

    /// Sends it; the reply can be waited for later.
    pub(crate) async fn send(self, connection: &Multiplexed) -> Result<Sent<'_>, Failure> {
        connection.send(Arguments::command(&[&self.0])).await
    }

    /// As [`send`](Self::send), if there is one.
    pub(crate) async fn send_some(
        command: Option<Self>,
        connection: &Multiplexed,
    ) -> Result<Option<Sent<'_>>, Failure> {
        match command {
            Some(command) => command.send(connection).await.map(Some),
            None => Ok(None),
        }
    }

    /// Sends it and waits for the reply.
    pub(crate) async fn query<T: FromReply>(self, connection: &Multiplexed) -> Result<T, Failure> {
        self.send(connection).await?.reply().await
    }
}
