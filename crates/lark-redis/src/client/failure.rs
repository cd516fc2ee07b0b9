//! What went wrong between this program and a server.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;

/// A failure of a connection, of a server, or of our own.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The connection cannot be made, or broke.
    Io(Arc<io::Error>),
    /// No answer came in time.
    Timeout,
    /// The server does not let us in: what it said.
    Login(String),
    /// The server answered with an error: its code, such as `READONLY`, and the rest of it.
    Server { code: String, text: String },
    /// A reply that the command cannot have, or a failure of our own.
    Own(String),
}

/// What servers write before they quote arguments of a command that they do not know.
const ARGUMENTS: &str = ", with args beginning with";

impl Failure {
    pub(crate) fn own(what: impl Into<String>) -> Self {
        Self::Own(what.into())
    }

    /// What the server wrote behind `-`.
    pub(super) fn from_server(line: &str) -> Self {
        // Secrets may be among the arguments.
        let line = line.split_once(ARGUMENTS).map_or(line, |(before, _)| before);
        let line = of_script(line).unwrap_or(line);
        let (code, text) = line.split_once(' ').unwrap_or((line, ""));
        match code.bytes().all(|it| it.is_ascii_uppercase()) {
            true => Self::Server { code: code.to_owned(), text: text.to_owned() },
            false => Self::Server { code: String::new(), text: line.to_owned() },
        }
    }

    /// The code of the server's error; empty if it is not one.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Server { code, .. } => code,
            _ => "",
        }
    }

    /// Whether the server was not reached, or did not answer.
    pub(crate) fn is_io(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Timeout)
    }

    /// Whether the other end hung up without a word.
    pub(crate) fn is_hung_up(&self) -> bool {
        let silent = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof];
        self.io_kind().is_some_and(|kind| silent.contains(&kind))
    }

    /// Whether the connection ended, as opposed to one that never answers or that speaks another protocol.
    pub(crate) fn is_ended(&self) -> bool {
        self.io_kind()
            .is_some_and(|kind| !matches!(kind, ErrorKind::InvalidData | ErrorKind::TimedOut))
    }

    /// With the place where it happened, which is not the one that was configured.
    pub(crate) fn at(self, place: impl fmt::Display) -> Self {
        match &self {
            Self::Io(error) if !error.to_string().contains(&place.to_string()) => {
                io::Error::new(error.kind(), format!("{place}: {error}")).into()
            }
            _ => self,
        }
    }

    /// Whether the server takes nobody, whatever was asked, and hangs up.
    pub(crate) fn is_closed_door(&self) -> bool {
        match self {
            Self::Server { code, text } => {
                code == "DENIED" || text.contains("max number of clients")
            }
            _ => false,
        }
    }

    fn io_kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Io(error) => Some(error.kind()),
            _ => None,
        }
    }

    /// The address that `MOVED 3999 127.0.0.1:6381` or `ASK 3999 127.0.0.1:6381` names.
    pub(crate) fn redirection(&self) -> Option<&str> {
        match self {
            Self::Server { code, text } if code == "MOVED" || code == "ASK" => {
                text.split(' ').nth(1)
            }
            _ => None,
        }
    }
}

/// The error of the command that a script ran, which servers before version 7 write into one of their own:
/// `ERR Error running script (call to f_6b1b): @user_script:2: @user_script: 2: -READONLY You can't write`.
fn of_script(line: &str) -> Option<&str> {
    line.strip_prefix("ERR Error running script")?.split_once(": -").map(|(_, error)| error)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Login(text) | Self::Own(text) => f.write_str(text),
            Self::Server { code, text } if code.is_empty() && text.is_empty() => {
                f.write_str("an error without a text")
            }
            Self::Server { code, text } if code.is_empty() => f.write_str(text),
            Self::Server { code, text } if text.is_empty() => f.write_str(code),
            Self::Server { code, text } => write!(f, "{code} {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_error_is_its_first_word() {
        let cases = [
            ("ERR unknown command 'X'", "ERR", "ERR unknown command 'X'"),
            ("NOAUTH Authentication required.", "NOAUTH", "NOAUTH Authentication required."),
            ("no code", "", "no code"),
            ("LOADING", "LOADING", "LOADING"),
            ("", "", "an error without a text"),
            (
                "ERR unknown command 'AUTH', with args beginning with: 'bot' 'hush' ",
                "ERR",
                "ERR unknown command 'AUTH'",
            ),
            (
                "ERR Error running script (call to f_6b): @user_script:2: @user_script: 2: -READONLY You can't write",
                "READONLY",
                "READONLY You can't write",
            ),
        ];
        for (line, code, text) in cases {
            let failure = Failure::from_server(line);
            assert_eq!((failure.code(), &*failure.to_string()), (code, text));
        }
    }

    #[test]
    fn a_place_is_named_once() {
        let failure = Failure::from(io::Error::new(ErrorKind::ConnectionRefused, "refused"));
        let failure = failure.at("h:1").at("h:1");
        assert_eq!(failure.to_string(), "h:1: refused");
        assert!(failure.is_ended(), "its kind stays");
        assert_eq!(Failure::own("no").at("h:1").to_string(), "no");
    }

    #[test]
    fn redirections_name_a_node() {
        let node = |line| Failure::from_server(line).redirection().map(str::to_owned);
        assert_eq!(node("MOVED 3999 127.0.0.1:6381").as_deref(), Some("127.0.0.1:6381"));
        assert_eq!(node("ASK 1 :7000").as_deref(), Some(":7000"));
        assert_eq!(node("MOVED"), None);
        assert_eq!(node("ERR 3999 127.0.0.1:6381"), None);
    }
}
