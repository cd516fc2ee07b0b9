//! Scripts, which the server knows by their hash once it has seen them.

use std::sync::OnceLock;

use super::arguments::{Argument, Arguments};
use super::{Command, Failure, FromReply, Multiplexed};

/// A script in Lua.
pub(crate) struct Script {
    code: &'static str,
    /// Its hash, as a server named it. It is the same everywhere.
    hash: OnceLock<String>,
}

/// A script with keys and arguments.
pub(crate) struct Invocation<'a> {
    script: &'a Script,
    keys: Arguments,
    arguments: Arguments,
}

impl Script {
    pub(crate) const fn new(code: &'static str) -> Self {
        Self { code, hash: OnceLock::new() }
    }

    pub(crate) fn invocation(&self) -> Invocation<'_> {
        Invocation { script: self, keys: Arguments::default(), arguments: Arguments::default() }
    }

    /// Has the server keep it.
    async fn load(&self, connection: &Multiplexed) -> Result<&str, Failure> {
        let hash = Command::new("SCRIPT").arg("LOAD").arg(self.code).query(connection).await?;
        Ok(self.hash.get_or_init(|| hash))
    }
}

impl Invocation<'_> {
    pub(crate) fn key(&mut self, key: impl Argument) -> &mut Self {
        self.keys.push(key);
        self
    }

    pub(crate) fn arg(&mut self, argument: impl Argument) -> &mut Self {
        self.arguments.push(argument);
        self
    }

    /// Runs it on a server that may not know the script yet.
    pub(crate) async fn run<T: FromReply>(&self, connection: &Multiplexed) -> Result<T, Failure> {
        if let Some(hash) = self.script.hash.get() {
            match self.run_known(hash, connection).await {
                Err(failure) if failure.code() == "NOSCRIPT" => {}
                done => return done,
            }
        }
        self.load_and_run(connection, None).await
    }

    /// Has the server keep the script, then runs it, behind another command if there is one.
    pub(crate) async fn load_and_run<T: FromReply>(
        &self,
        connection: &Multiplexed,
        before: Option<Command>,
    ) -> Result<T, Failure> {
        let hash = self.script.load(connection).await?;
        if let Some(before) = before {
            before.query::<()>(connection).await?;
        }
        self.run_known(hash, connection).await
    }

    async fn run_known<T: FromReply>(
        &self,
        hash: &str,
        connection: &Multiplexed,
    ) -> Result<T, Failure> {
        let mut head = Arguments::default();
        head.push("EVALSHA");
        head.push(hash);
        head.push(self.keys.count);
        let command = Arguments::command(&[&head, &self.keys, &self.arguments]);
        T::from_reply(connection.send(command).await?)
    }
}
