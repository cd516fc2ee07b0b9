#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// In the order in which a connection lives.

// What the user sets, sees and gets.
mod connection;
mod ended;
mod error;
mod handle;
mod report;
mod state;

// Where the server is, and how it wants to be treated.
mod discovery;
mod handshake;
mod settings;

// The loop that keeps a connection open.
mod backoff;
mod clock;
mod failure;
mod opener;
mod run;
mod shared;

// One connection.
mod session;
mod socket;

// What travels on it.
mod acknowledgement;
mod fragments;
mod frame;

// From an event to its acknowledgement.
mod dispatcher;

pub use self::connection::{Connection, connect};
pub use self::ended::Ended;
pub use self::error::Error;
pub use self::handle::{Handle, Health};
pub use self::report::{Discarded, Report};
#[cfg(feature = "signal")]
pub use self::run::serve;
pub use self::run::serve_until;
pub use self::state::{Reason, State};

/// For the fuzz targets and the simulation of this project. The items here may change in any release
/// without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::acknowledgement::{Outcome, Receipt};
    pub use crate::fragments::{FragmentError, Fragments};
    pub use crate::frame::{Frame, FrameError, Header, METHOD_CONTROL, METHOD_DATA};
}
