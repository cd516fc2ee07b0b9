//! Commands.

use super::arguments::{Argument, Arguments};
use super::{Failure, FromReply, Multiplexed};

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

    /// Sends it and waits for the reply.
    pub(crate) async fn query<T: FromReply>(self, connection: &Multiplexed) -> Result<T, Failure> {
        T::from_reply(connection.send(Arguments::command(&[&self.0])).await?)
    }
}
