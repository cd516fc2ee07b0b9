//! Faults of long connections by command.

use std::time::Duration;

use super::line::Flow;
use super::wrong_frame::WrongFrame;

/// Something that goes wrong with a long connection. What goes wrong with the two requests before it is a
/// [`Fault`](crate::Fault) of `callback.ws.endpoint` or `callback.ws.connect`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionFault(pub(super) Kind);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Hole(Hole),
    Reset,
    Flow(Flow),
    LatePong(Duration),
    BarePong,
    Lifetime(Duration),
    WrongFrame(WrongFrame),
    Parts(PartsFault),
}

/// A port that leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hole {
    /// No connection to it is ever established.
    Connect,
    /// It never says anything.
    Silent,
}

/// What happens to the parts of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PartsFault {
    Reversed,
    Repeated,
    Lost,
}

impl ConnectionFault {
    /// The URL that discovery gives leads to a port that takes no connection: connecting never ends. On
    /// Linux.
    pub fn connect_hole() -> Self {
        Self(Kind::Hole(Hole::Connect))
    }

    /// The URL that discovery gives leads to a port that takes connections and never says anything: neither
    /// TLS nor the upgrade ends.
    pub fn silent_hole() -> Self {
        Self(Kind::Hole(Hole::Silent))
    }

    /// The connection is reset, without a word.
    pub fn reset() -> Self {
        Self(Kind::Reset)
    }

    /// The client is heard and never told anything: no pong, no event. The platform goes on sending it its
    /// share of the events, which come to nothing.
    pub fn silence() -> Self {
        Self(Kind::Flow(Flow::Silent))
    }

    /// Nothing moves any more in either direction, and nobody closes: as if the platform's machine had
    /// lost its power. What the client sends fills its buffers.
    pub fn half_open() -> Self {
        Self(Kind::Flow(Flow::HalfOpen))
    }

    /// What the platform sends comes in pieces of so many bytes, with this pause after each.
    ///
    /// # Panics
    /// If it is 0 bytes.
    pub fn drip(bytes: usize, pause: Duration) -> Self {
        assert!(bytes > 0, "a drip of 0 bytes never ends");
        Self(Kind::Flow(Flow::Drip { bytes, pause }))
    }

    /// Half of the next message comes, and then the connection ends.
    pub fn torn_frame() -> Self {
        Self(Kind::Flow(Flow::Torn))
    }

    /// Each pong comes so much later.
    pub fn late_pong(by: Duration) -> Self {
        Self(Kind::LatePong(by))
    }

    /// Pongs come without settings.
    pub fn bare_pong() -> Self {
        Self(Kind::BarePong)
    }

    /// The platform closes the connection after this time.
    pub fn lifetime(lifetime: Duration) -> Self {
        Self(Kind::Lifetime(lifetime))
    }

    /// The client gets a message that it cannot make sense of, once.
    pub fn wrong_frame(frame: WrongFrame) -> Self {
        Self(Kind::WrongFrame(frame))
    }

    /// The parts of large events come in reverse order.
    pub fn reversed_parts() -> Self {
        Self(Kind::Parts(PartsFault::Reversed))
    }

    /// Each part of an event comes twice; of a small event that is the event.
    pub fn repeated_parts() -> Self {
        Self(Kind::Parts(PartsFault::Repeated))
    }

    /// The last part of each event does not come; of a small event that is the event.
    pub fn lost_parts() -> Self {
        Self(Kind::Parts(PartsFault::Lost))
    }

    /// Whether it is of connections that are not open yet.
    pub(crate) fn is_of_urls(&self) -> bool {
        self.hole().is_some()
    }

    /// The port that the URL leads to instead; None if it leads to the platform.
    pub(super) fn hole(&self) -> Option<Hole> {
        if let Kind::Hole(hole) = self.0 { Some(hole) } else { None }
    }
}

impl PartsFault {
    pub(super) fn apply<T: Clone>(self, parts: Vec<T>) -> Vec<T> {
        match self {
            Self::Reversed => parts.into_iter().rev().collect(),
            Self::Repeated => parts.iter().flat_map(|part| [part.clone(), part.clone()]).collect(),
            Self::Lost => parts[..parts.len().saturating_sub(1)].to_vec(),
        }
    }
}
