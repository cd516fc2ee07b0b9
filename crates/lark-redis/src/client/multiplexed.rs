//! A connection that many calls use at once.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};

use super::driver::{Driver, Request};
use super::{Failure, FromReply, Reply};

/// Requests that wait to be written.
const QUEUE: usize = 64;

/// A stream of any kind.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection. Clones share it; it ends with the last of them.
#[derive(Clone)]
pub(crate) struct Multiplexed {
    requests: mpsc::Sender<Request>,
    /// Why it ended.
    end: Arc<OnceLock<Failure>>,
    response_timeout: Duration,
    _driver: Arc<Task>,
}

/// A task that ends with this value: one that waits for a server would not notice that nobody waits for it.
struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Multiplexed {
    /// Over `stream`, with so much time for each command.
    pub(crate) fn new(stream: Box<dyn Duplex>, response_timeout: Duration) -> Self {
        let (requests, received) = mpsc::channel(QUEUE);
        let end = Arc::default();
        let driver = tokio::spawn(Driver::new(stream, received, Arc::clone(&end)));
        let driver = Arc::new(Task(driver.abort_handle()));
        Self { requests, end, response_timeout, _driver: driver }
    }

    /// The same connection, with so much time for each command.
    pub(crate) fn response_timeout(self, response_timeout: Duration) -> Self {
        Self { response_timeout, ..self }
    }

    /// The time for each command.
    pub(super) fn time(&self) -> Duration {
        self.response_timeout
    }

    /// Sends a command. Its reply comes behind those of the commands before it.
    ///
    /// # Errors
    /// The connection ended, or it takes no command in time.
    pub(super) async fn send(&self, command: Vec<u8>) -> Result<Sent<'_>, Failure> {
        let deadline = Instant::now() + self.response_timeout;
        let (answer, answered) = oneshot::channel();
        match timeout_at(deadline, self.requests.send(Request { command, answer })).await {
            Ok(Ok(())) => Ok(Sent { connection: self, answered, deadline }),
            Ok(Err(_)) => Err(self.ended()),
            Err(_) => Err(Failure::Timeout),
        }
    }

    fn ended(&self) -> Failure {
        // Another runtime may go on.
        let shutdown = || {
            let why = "the runtime that had the connection has ended";
            io::Error::new(io::ErrorKind::ConnectionAborted, why).into()
        };
        self.end.get().cloned().unwrap_or_else(shutdown)
    }
}

/// A command that was sent. A caller that drops it leaves the others their replies.
pub(crate) struct Sent<'a> {
    connection: &'a Multiplexed,
    answered: oneshot::Receiver<Result<Reply, Failure>>,
    deadline: Instant,
}

impl Sent<'_> {
    /// Waits for the reply.
    ///
    /// # Errors
    /// The connection ended, there was no reply in time, or it is an error or of another kind.
    pub(crate) async fn reply<T: FromReply>(self) -> Result<T, Failure> {
        let answer = timeout_at(self.deadline, self.answered).await;
        let answer = answer.map_err(|_| Failure::Timeout)?;
        T::from_reply(answer.unwrap_or_else(|_| Err(self.connection.ended()))?)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadBuf, duplex};
    use tokio::join;

    use super::*;
    use crate::client::Command;

    /// Shorter than a command, so that each is written and read in pieces.
    const PIPE: usize = 7;
    const ECHO: usize = b"*2\r\n$4\r\nECHO\r\n$1\r\na\r\n".len();

    fn connect() -> (Multiplexed, DuplexStream) {
        let (ours, server) = duplex(PIPE);
        (Multiplexed::new(Box::new(ours), Duration::from_secs(1)), server)
    }

    async fn echo(connection: Multiplexed, text: &str) -> Result<String, Failure> {
        Command::new("ECHO").arg(text).query(&connection).await
    }

    /// The text of the next command.
    async fn heard(server: &mut DuplexStream) -> char {
        let mut command = [0; ECHO];
        server.read_exact(&mut command).await.expect("a command");
        command[ECHO - 3].into()
    }

    async fn say(server: &mut DuplexStream, text: char) {
        server.write_all(format!("$1\r\n{text}\r\n").as_bytes()).await.expect("it is read");
    }

    #[tokio::test]
    async fn each_call_has_its_own_reply() {
        let (connection, mut server) = connect();
        let calls = ["a", "b", "c"].map(|text| tokio::spawn(echo(connection.clone(), text)));
        let serving = async {
            // All of them are on their way before the first is answered.
            let mut texts = Vec::new();
            for _ in 0..3 {
                texts.push(heard(&mut server).await);
            }
            for text in texts {
                say(&mut server, text).await;
            }
        };
        serving.await;
        for (call, text) in calls.into_iter().zip(["a", "b", "c"]) {
            assert_eq!(call.await.expect("a call").expect("a reply"), text);
        }
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_leaves_the_others_theirs() {
        let (connection, mut server) = connect();
        let gone = tokio::spawn(echo(connection.clone(), "a"));
        assert_eq!(heard(&mut server).await, 'a');
        gone.abort();
        assert!(gone.await.expect_err("aborted").is_cancelled());
        let serving = async {
            let text = heard(&mut server).await;
            say(&mut server, 'a').await;
            say(&mut server, text).await;
        };
        let (reply, ()) = join!(echo(connection.clone(), "b"), serving);
        assert_eq!(reply.expect("a reply"), "b");
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_reply_is_that_of_nobody_else() {
        let (connection, mut server) = connect();
        let (late, text) = join!(echo(connection.clone(), "a"), heard(&mut server));
        assert!(matches!(late, Err(Failure::Timeout)), "{late:?}");
        say(&mut server, text).await;
        let serving = async {
            let text = heard(&mut server).await;
            say(&mut server, text).await;
        };
        let (reply, ()) = join!(echo(connection.clone(), "b"), serving);
        assert_eq!(reply.expect("a reply"), "b");
    }

    #[tokio::test]
    async fn the_end_of_a_connection_is_that_of_all_its_calls() {
        let (connection, mut server) = connect();
        let serving = async {
            heard(&mut server).await;
            server.write_all(b"$1\r\n").await.expect("it is read");
            drop(server);
        };
        let (first, second, ()) =
            join!(echo(connection.clone(), "a"), echo(connection.clone(), "b"), serving);
        for failure in [first, second, echo(connection.clone(), "c").await] {
            let failure = failure.expect_err("the end");
            assert!(failure.is_ended() && failure.is_hung_up(), "{failure:?}");
        }
    }

    #[tokio::test]
    async fn what_was_said_before_the_end_counts() {
        let (connection, mut server) = connect();
        let serving = async {
            heard(&mut server).await;
            server.write_all(b"-ERR max number of clients reached\r\n").await.expect("it is read");
            drop(server);
        };
        let (reply, ()) = join!(echo(connection.clone(), "a"), serving);
        assert_eq!(reply.expect_err("an error").to_string(), "ERR max number of clients reached");
    }

    #[tokio::test]
    async fn a_reply_to_nothing_ends_the_connection() {
        let (connection, mut server) = connect();
        say(&mut server, 'x').await;
        server.read_u8().await.expect_err("it has ended");
        let failure = echo(connection.clone(), "a").await.expect_err("the end");
        assert!(failure.to_string().contains("a reply to nothing"), "{failure}");
    }

    #[tokio::test]
    async fn a_connection_ends_with_its_last_handle() {
        let (connection, mut server) = connect();
        drop(connection.clone());
        let serving = async {
            let text = heard(&mut server).await;
            say(&mut server, text).await;
        };
        let (reply, ()) = join!(echo(connection.clone(), "a"), serving);
        assert_eq!(reply.expect("a reply"), "a");
        drop(connection);
        server.read_u8().await.expect_err("it has ended");
    }

    #[test]
    fn a_connection_ends_with_its_runtime() {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
        let (one, other) = (runtime().expect("a runtime"), runtime().expect("a runtime"));
        let (connection, _server) = one.block_on(async { connect() });
        drop(one);
        let failure = other.block_on(echo(connection, "a")).expect_err("the end");
        assert!(failure.is_ended(), "{failure:?}");
    }

    /// A server that reads nothing and says nothing.
    struct Hole {
        _open: Arc<()>,
    }

    impl AsyncRead for Hole {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl AsyncWrite for Hole {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &[u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_reads_nothing_keeps_no_connection() {
        let open = Arc::new(());
        let hole = Box::new(Hole { _open: Arc::clone(&open) });
        let connection = Multiplexed::new(hole, Duration::from_secs(1));
        for size in [1, 1 << 20, 1] {
            let lost = echo(connection.clone(), &"x".repeat(size)).await;
            assert!(matches!(lost, Err(Failure::Timeout)), "{lost:?}");
        }
        drop(connection);
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&open), 1, "the connection is there without a handle");
    }
}
