//! Operations: plain request values with a constant description.

mod ids;
mod meta;
mod tokens;

pub use self::ids::{DepartmentIdType, UserIdType};
pub use self::meta::{BodyFormat, Deviations, InputMeta, Inputs, Meta, Place, Role};
pub use self::tokens::{TokenKind, Tokens};

use crate::call::FromResponse;

/// A request for one operation of the platform: a plain value that can be cloned, compared and sent
/// any number of times. Implemented by generated code.
pub trait Operation: Inputs {
    /// The response.
    type Response: FromResponse;

    /// Method, path, token kinds and inputs.
    #[doc(hidden)]
    const META: &'static Meta;
}

impl<T: Operation> Operation for &T {
    type Response = T::Response;
    const META: &'static Meta = T::META;
}
