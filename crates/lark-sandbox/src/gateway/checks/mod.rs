//! Whether a request fits the spec of its operation.

mod body;
mod form;
mod params;

pub(crate) use body::{check_body, content_type};
pub(crate) use params::check_params;
