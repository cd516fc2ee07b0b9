//! When a call has to wait before it is made, because of a rate limit.

mod fleet;
mod limiter;
mod limiters;
mod passes;
mod rate;
mod shared;
mod window;

pub(crate) use self::limiters::{Admission, ConfiguredRates, Limited, RateLimiters};
pub(crate) use self::rate::Pushback;
pub use self::rate::Rate;
pub use self::shared::{PermitRequest, Permits, Refusal, SharedRateLimits};
