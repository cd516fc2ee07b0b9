//! The rules of `TokenStore`.

mod changes;
mod entries;
mod fixtures;
mod locks;

use self::fixtures::Handles;
use super::rule::Rule;

pub(super) const RULES: &[&[Rule<Handles>]] = &[entries::RULES, changes::RULES, locks::RULES];
