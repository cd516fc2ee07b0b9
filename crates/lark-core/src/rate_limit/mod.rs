//! When a call has to wait before it is made, because of a rate limit.

mod limiter;
mod limiters;
mod passes;
mod rate;
mod window;

pub(crate) use self::limiters::{Admission, ConfiguredRates, Limited, RateLimiters};
pub(crate) use self::rate::Pushback;
pub use self::rate::Rate;
