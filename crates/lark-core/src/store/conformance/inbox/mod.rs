//! The rules of the store of an inbox.

mod fixtures;
mod leases;
mod order;
mod settling;
mod upkeep;

use std::sync::Arc;

use super::rule::Rule;
use crate::event::inbox::Store;

/// Two handles on the same data.
pub(super) type Handles = [Arc<dyn Store>; 2];

pub(super) const RULES: &[&[Rule<Handles>]] =
    &[order::RULES, leases::RULES, settling::RULES, upkeep::RULES];
