//! What a program warns of.

use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::Field;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

struct Warnings(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() > Level::WARN {
            return;
        }
        event.record(&mut |field: &Field, value: &dyn fmt::Debug| {
            if field.name() == "message" {
                self.0.lock().expect("no panic").push(format!("{value:?}"));
            }
        });
    }
}

/// The messages of warnings and errors that `run` logs on this thread, and what it returns.
pub fn warnings<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let subscriber = tracing_subscriber::registry().with(Warnings(seen.clone()));
    let returned = {
        let _subscribed = crate::subscribe(subscriber);
        run()
    };
    let seen = seen.lock().expect("no panic").clone();
    (returned, seen)
}
