//! Files of any size to Drive and back, through the sandbox: both sides, and the platform.

pub mod bare;
pub mod sdk;

use std::future::pending;

use lark_sandbox::Sandbox;

use crate::files::Failure;

/// The app of both sides.
pub const APP: &str = "cli_bench";
/// Its secret, which opens nothing but a sandbox.
pub const SECRET: &str = "bench-secret";

/// How many parts are on their way at once: the default of the SDK.
const PARALLEL: usize = 3;

/// Runs a sandbox until the process is killed. Tells its URL first. It keeps files in the directory
/// for temporary files.
///
/// # Errors
/// There is no port.
pub async fn serve(tell: impl FnOnce(String)) -> Result<(), Failure> {
    let sandbox = Sandbox::builder().app(APP, SECRET).start().await?;
    tell(sandbox.base_url());
    pending().await
}
