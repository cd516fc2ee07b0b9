//! Steps on the way to a field that may not be there.

use super::Record;

/// A field of a model: there, or not.
pub trait Present {
    /// What is there.
    type Value: ?Sized;

    /// The value; `None` for a field that is absent, and for an empty text, which names nothing.
    fn present(&self) -> Option<&Self::Value>;
}

impl Present for String {
    type Value = str;

    fn present(&self) -> Option<&str> {
        (!self.is_empty()).then_some(self)
    }
}

impl<T: Record> Present for T {
    type Value = T;

    fn present(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T: Present> Present for Option<T> {
    type Value = T::Value;

    fn present(&self) -> Option<&T::Value> {
        self.as_ref()?.present()
    }
}
