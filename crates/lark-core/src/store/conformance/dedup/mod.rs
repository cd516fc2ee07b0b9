//! The rules of `Dedup`.

mod claims;
mod fixtures;
mod lifetimes;
mod time;

pub(super) use self::fixtures::Case;
pub use self::time::Time;

use super::rule::Rule;

pub(super) const RULES: &[&[Rule<Case>]] = &[claims::RULES, lifetimes::RULES];
