//! What answers before the platform: the route, scripted responses, faults, tokens, rate limits,
//! and the checks against the spec.

mod authorize;
mod call_log;
pub(crate) mod checks;
mod counts;
pub(crate) mod extra_routes;
mod faults;
mod gateway_response;
pub(crate) mod limits;
pub(crate) mod route;
mod script;
mod scripted_response;

pub(crate) use authorize::{authorize, bearer};
pub(crate) use call_log::CallLog;
pub use call_log::RecordedCall;
pub(crate) use counts::Counts;
pub use faults::Fault;
pub(crate) use faults::Faults;
pub(crate) use gateway_response::GatewayResponse;
pub(crate) use limits::Limits;
pub use limits::RateLimit;
pub(crate) use script::Script;
pub use script::Times;
pub use scripted_response::ScriptedResponse;
