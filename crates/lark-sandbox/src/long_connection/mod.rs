//! The long connection: a WebSocket that an app opens itself, over which it gets its events and
//! callbacks.
//!
//! Discovery gives an app a URL with a ticket ([`Connections::endpoint`]), the upgrade turns the
//! ticket into a [`Connection`] ([`Connections::admit`]), which [`Upgrade::run`] serves. Pushes go to
//! one connection of the app at random ([`Connections::deliver`]).

mod connections;

#[cfg(test)]
mod tests;

// One connection.
mod connection;
mod upgrade;

// What goes wrong by command.
mod fault;
mod holes;
mod line;
mod wrong_frame;

// What goes over it.
mod ack;
mod client_config;
mod frame;
mod protobuf;

pub(crate) use ack::{Ack, Lost};
pub use client_config::ClientConfig;
pub use connection::OpenConnection;
pub(crate) use connections::{Connections, PART_SIZE, Refusal};
pub use fault::ConnectionFault;
pub(crate) use frame::Frame;
pub(crate) use upgrade::Upgrade;
pub use wrong_frame::WrongFrame;
