//! Links the traces of an event's handling to that of its reception.

use crate::util::{random, try_run};

/// The longest context that is stored.
const LONGEST: usize = 1024;

type Capture = Box<dyn Fn() -> Option<String> + Send + Sync>;
type Link = Box<dyn Fn(&str) + Send + Sync>;

/// Where the context of a reception comes from, and where it goes. By default it is a random number, if
/// anybody reads traces.
#[derive(Default)]
pub(super) struct Traces(Option<(Capture, Link)>);

impl Traces {
    pub(super) fn new(capture: Capture, link: Link) -> Self {
        Self(Some((capture, link)))
    }

    /// The context of what is received now.
    pub(super) fn capture(&self) -> Option<String> {
        let context = match &self.0 {
            None if tracing::Span::current().is_disabled() => None,
            None => Some(format!("{:016x}", random::number())),
            Some((capture, _)) => try_run(capture).unwrap_or_else(|_| {
                tracing::error!(target: "lark_core::event", "the context of a trace panicked");
                None
            }),
        };
        context.filter(|it| it.len() <= LONGEST)
    }

    /// Links the current span to a reception.
    pub(super) fn link(&self, context: &str) {
        let Some((_, link)) = &self.0 else { return };
        if try_run(|| link(context)).is_err() {
            tracing::error!(target: "lark_core::event", "the link of a trace panicked");
        }
    }
}
