//! What is to happen to the next requests or connections, in order.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

/// The number of requests, or of long connections, to which something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The next request only.
    Once,
    /// The next requests, as many as this.
    Next(u32),
    /// All requests, until it is cleared.
    Always,
}

/// Queues by name.
pub(crate) struct Script<T> {
    queues: Mutex<HashMap<&'static str, VecDeque<(Times, T)>>>,
}

impl<T> Default for Script<T> {
    fn default() -> Self {
        Self { queues: Mutex::default() }
    }
}

impl<T: Clone> Script<T> {
    pub(crate) fn add(&self, name: &'static str, times: Times, item: T) {
        crate::lock(&self.queues).entry(name).or_default().push_back((times, item));
    }

    pub(crate) fn clear(&self, name: &str) {
        crate::lock(&self.queues).remove(name);
    }

    pub(crate) fn clear_all(&self) {
        crate::lock(&self.queues).clear();
    }

    /// What happens now, if anything.
    pub(crate) fn next(&self, name: &str) -> Option<T> {
        let mut queues = crate::lock(&self.queues);
        let queue = queues.get_mut(name)?;
        while queue.front().is_some_and(|(times, _)| *times == Times::Next(0)) {
            queue.pop_front();
        }
        let (times, item) = queue.front_mut()?;
        let item = item.clone();
        match times {
            Times::Always => {}
            Times::Next(left) => *left -= 1,
            Times::Once => drop(queue.pop_front()),
        }
        Some(item)
    }
}
