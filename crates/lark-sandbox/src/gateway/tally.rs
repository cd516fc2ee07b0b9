//! How many times each of many things came.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// More different things are not counted.
const MOST: usize = 10_000;

/// The number of times that each thing came.
pub(super) struct Tally<T>(Mutex<BTreeMap<T, u64>>);

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Ord> Tally<T> {
    pub(super) fn count(&self, things: impl IntoIterator<Item = T>) {
        let mut times = crate::lock(&self.0);
        for thing in things {
            if times.len() < MOST || times.contains_key(&thing) {
                *times.entry(thing).or_default() += 1;
            }
        }
    }

    /// What `show` makes of each thing and its number, in the order of the things.
    pub(super) fn all<R>(&self, show: impl Fn(&T, u64) -> R) -> Vec<R> {
        crate::lock(&self.0).iter().map(|(thing, times)| show(thing, *times)).collect()
    }
}
