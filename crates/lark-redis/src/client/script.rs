//! Scripts, which the server knows by their hash once it has seen them.

use std::sync::OnceLock;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::time::{Instant, timeout_at};

use super::arguments::{Argument, Arguments};
use super::{Command, Failure, FromReply, Multiplexed, Sent};

/// Times that a script is loaded for a server that forgets it.
const LOADS: usize = 3;

/// A script in Lua.
pub(crate) struct Script {
    code: &'static str,
    /// By which servers know it.
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

    fn hash(&self) -> &str {
        self.hash.get_or_init(|| {
            let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, self.code.as_bytes());
            digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        })
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

    /// Runs it on a server that may not know the script yet, or forget it at any time. All of it has the
    /// time of one command.
    pub(crate) async fn run<T: FromReply>(&self, connection: &Multiplexed) -> Result<T, Failure> {
        let end = Instant::now() + connection.time();
        match self.send(connection).await?.reply().await {
            Err(failure) if failure.code() == "NOSCRIPT" => {
                let done = timeout_at(end, self.load_until_it_runs(connection)).await;
                done.unwrap_or(Err(Failure::Timeout))
            }
            done => done,
        }
    }

    async fn load_until_it_runs<T: FromReply>(
        &self,
        connection: &Multiplexed,
    ) -> Result<T, Failure> {
        for _ in 1..LOADS {
            match self.load_and_run(connection, None).await {
                Err(failure) if failure.code() == "NOSCRIPT" => {}
                done => return done,
            }
        }
        self.load_and_run(connection, None).await
    }

    /// Has the server keep the script, then runs it, behind another command if there is one. All of it is
    /// sent at once: a server may forget the script in between, but seldom does.
    pub(crate) async fn load_and_run<T: FromReply>(
        &self,
        connection: &Multiplexed,
        before: Option<Command>,
    ) -> Result<T, Failure> {
        let load = Command::new("SCRIPT").arg("LOAD").arg(self.script.code);
        let load = load.send(connection).await?;
        let before = Command::send_some(before, connection).await?;
        let run = self.send(connection).await?;
        load.reply::<()>().await?;
        if let Some(before) = before {
            before.reply::<()>().await?;
        }
        run.reply().await
    }

    async fn send<'c>(&self, connection: &'c Multiplexed) -> Result<Sent<'c>, Failure> {
        let mut head = Arguments::default();
        head.push("EVALSHA");
        head.push(self.script.hash());
        head.push(self.keys.count);
        let command = Arguments::command(&[&head, &self.keys, &self.arguments]);
        connection.send(command).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::join;
    use tokio::time::sleep;

    use super::*;

    static SCRIPT: Script = Script::new("return KEYS[1]");

    #[tokio::test]
    async fn a_script_that_is_forgotten_is_loaded_and_run_at_once() {
        let (ours, mut server) = duplex(1024);
        let connection = Multiplexed::new(Box::new(ours), Duration::from_secs(1));
        let run = "*4\r\n$7\r\nEVALSHA\r\n$40\r\n4a2267357833227dd98abdedb8cf24b15a986445\r\n\
            $1\r\n1\r\n$5\r\ndummy\r\n";
        let load = "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$14\r\nreturn KEYS[1]\r\n";
        let serving = async {
            for (commands, replies) in [
                (run.to_owned(), "-NOSCRIPT No matching script.\r\n"),
                // It forgets the script in between.
                (format!("{load}{run}"), "$1\r\nx\r\n-NOSCRIPT No matching script.\r\n"),
                (format!("{load}{run}"), "$1\r\nx\r\n$5\r\ndummy\r\n"),
            ] {
                let mut heard = vec![0; commands.len()];
                server.read_exact(&mut heard).await.expect("commands");
                assert_eq!(String::from_utf8_lossy(&heard), commands);
                server.write_all(replies.as_bytes()).await.expect("they are read");
            }
        };
        let mut call = SCRIPT.invocation();
        call.key("dummy");
        let (reply, ()) = join!(call.run::<String>(&connection), serving);
        assert_eq!(reply.expect("a reply"), "dummy");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_server_that_forgets_scripts_has_the_time_of_one_command() {
        let (ours, mut server) = duplex(1024);
        let connection = Multiplexed::new(Box::new(ours), Duration::from_secs(1));
        tokio::spawn(async move {
            let mut heard = [0; 1024];
            for replies in ["-NOSCRIPT x\r\n", "$1\r\nx\r\n-NOSCRIPT x\r\n"].iter().cycle() {
                assert_ne!(server.read(&mut heard).await.expect("commands"), 0);
                sleep(Duration::from_millis(900)).await;
                server.write_all(replies.as_bytes()).await.expect("they are read");
            }
        });
        let begin = Instant::now();
        let failure = SCRIPT.invocation().run::<()>(&connection).await.expect_err("too slow");
        assert!(matches!(failure, Failure::Timeout), "{failure:?}");
        assert_eq!(begin.elapsed().as_secs(), 1);
    }
}
