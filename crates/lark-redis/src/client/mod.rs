//! One connection to a server: commands and scripts out, replies in, in RESP, version 2.
//!
//! Not a client crate, because each of them brings the parser of URLs and its tables of all scripts of
//! the world, a third of what this crate cost to build. What is hard about Redis, finding the server
//! and going on when it fails, is the job of [`route`](crate::route) and
//! [`connection`](crate::connection) anyway.

mod arguments;
mod command;
mod decoder;
mod driver;
mod failure;
mod multiplexed;
mod reply;
mod script;

pub(crate) use self::command::Command;
pub(crate) use self::failure::Failure;
pub(crate) use self::multiplexed::{Duplex, Multiplexed, Sent};
pub(crate) use self::reply::{FromReply, Reply};
pub(crate) use self::script::{Invocation, Script};
