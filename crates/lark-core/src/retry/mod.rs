//! When a call is made once more, and when it has to wait before it is made at all.

mod gate;
mod gates;
mod policy;
mod rate;

pub(crate) use self::gates::{Gates, Pass};
pub(crate) use self::policy::Next;
pub use self::policy::RetryPolicy;
pub(crate) use self::rate::Pushback;
pub use self::rate::Rate;
