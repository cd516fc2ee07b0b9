#![doc = include_str!("../README.md")]

mod app;
mod builder;
mod sandbox;

mod answer;
mod auth;
mod beside;
mod check;
mod control;
mod disk;
mod fault;
mod hook;
mod limit;
mod oauth;
mod payload;
mod person;
mod platform;
mod push;
mod receive;
mod route;
mod server;
mod state;

mod call;
mod clock;
mod counts;
mod ids;
mod record;
mod reply;
mod script;

pub mod spec;
#[rustfmt::skip]
mod generated;

pub use app::App;
pub use auth::TokenKind;
pub use builder::Builder;
pub use check::Violation;
pub use clock::{Clock, SystemClock};
pub use disk::StoredFile;
pub use fault::Fault;
pub use hook::Hook;
pub use limit::RateLimit;
pub use oauth::RefreshReuse;
pub use person::Press;
pub use push::{Forgery, PushAttempt, PushError, PushFailure, PushState, Receipt, Shown};
pub use record::Record;
pub use reply::Reply;
pub use sandbox::{Pushes, Sandbox, User};
pub use script::Times;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a panic elsewhere: no critical section leaves its data half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
