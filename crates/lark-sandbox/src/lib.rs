#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// What a test holds, and what it has the sandbox do, in Rust and over HTTP.
mod sandbox;

mod control;

// The way of a request.
mod http;

mod gateway;

mod platform;

// What the platform sends by itself, over what, and the people who make it do so.
mod long_connection;

mod push;

mod people;

// What all of them use.
pub mod guide;
mod services;
pub mod spec;
#[rustfmt::skip]
mod generated;

pub use gateway::{Fault, RecordedCall, ScriptedResponse, UnknownInput, UnlistedValue};
pub use long_connection::{ClientConfig, ConnectionFault, OpenConnection, WrongFrame};
pub use people::Press;
pub use platform::{BaseLimits, Hook, RefreshReuse};
pub use push::{CallbackResult, Forgery, PushAttempt, PushError, PushFailure, PushState, Receipt};
pub use sandbox::{Builder, Pushes, Sandbox, User};
pub use services::{App, Clock, RateLimit, StoredFile, SystemClock, Times};
pub use spec::token_kind::TokenKind;
pub use spec::violation::{InputPlace, Violation};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a panic elsewhere: no critical section leaves its data half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
