//! Operations: plain request values with a constant description.

mod facts;
mod ids;
mod meta;
mod tokens;

pub use self::facts::{FactTexts, OperationFacts, Risk};
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

    /// What the platform's documentation says about it: summary, scopes, rate limits, risk, codes.
    const FACTS: OperationFacts = OperationFacts::new(Self::META);
}

impl<T: Operation> Operation for &T {
    type Response = T::Response;
    const META: &'static Meta = T::META;
}
