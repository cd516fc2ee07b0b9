//! Where the `data` of a response goes.

use std::any::Any;

use crate::wire::Decode;

/// A value that can be handed to another thread, to be decoded there, and back.
pub(crate) trait Target: Decode {
    /// The value, which leaves an empty one behind.
    fn take(&mut self) -> Box<dyn Target>;

    /// Puts back what was taken.
    fn put(&mut self, taken: Box<dyn Target>);

    fn into_any(self: Box<Self>) -> Box<dyn Any>;

    fn as_decode(&mut self) -> &mut dyn Decode;
}

impl<T: Decode + Default + 'static> Target for T {
    fn take(&mut self) -> Box<dyn Target> {
        Box::new(std::mem::take(self))
    }

    fn put(&mut self, taken: Box<dyn Target>) {
        // It is what `take` has made.
        if let Ok(taken) = taken.into_any().downcast() {
            *self = *taken;
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn as_decode(&mut self) -> &mut dyn Decode {
        self
    }
}
