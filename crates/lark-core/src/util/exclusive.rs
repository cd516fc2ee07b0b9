//! Values that are used only through `&mut`.

use std::sync::{Mutex, PoisonError};

/// Makes a value `Sync` that need not be, as `std::sync::Exclusive` will: nothing ever waits for
/// the lock, because there is no access through a shared reference.
pub(crate) struct Exclusive<T>(Mutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}
