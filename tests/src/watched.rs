//! Clients whose errors are searched for secrets.

use lark_core::ClientBuilder;

/// A client whose errors are searched, with the canary up.
pub fn watched(builder: ClientBuilder) -> ClientBuilder {
    lark_canary::up();
    builder.on_call(|report| lark_canary::check_error(&report.outcome))
}
