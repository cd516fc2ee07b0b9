//! Commands: what a test has a sandbox do. Each is a value, which methods of
//! [`Sandbox`](crate::Sandbox) make of their parameters and HTTP requests of their arguments.

use super::Arguments;
use crate::http::Response;
use crate::sandbox::Instance;

/// The response to a command by HTTP, or what is wrong with it.
pub(super) type Outcome = Result<Response, String>;

/// A command that is done at once.
pub(crate) trait Command: Sized {
    type Output;

    /// The command that an HTTP request describes.
    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String>;

    fn run(self, instance: &Instance) -> Self::Output;

    /// What the HTTP request is answered: nothing, unless the command has a result.
    fn render(_: Self::Output) -> Outcome {
        done()
    }
}

/// A command that waits for an app.
pub(crate) trait AsyncCommand: Sized {
    type Output;

    /// The command that an HTTP request describes.
    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String>;

    fn run(self, instance: &Instance) -> impl Future<Output = Self::Output> + Send;

    /// What the HTTP request is answered: nothing, unless the command has a result.
    fn render(_: Self::Output) -> Outcome {
        done()
    }
}

/// The response to a command without a result.
pub(super) fn done() -> Outcome {
    data(serde_json::json!({}))
}

/// The response to a command with a result.
pub(super) fn data(data: serde_json::Value) -> Outcome {
    Ok(Response::success(Some(data)))
}
