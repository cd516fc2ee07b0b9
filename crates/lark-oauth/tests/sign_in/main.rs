//! Signing in and staying signed in, against platforms in memory. The clocks are tokio's, paused.
#![allow(missing_docs)]

mod canned;
mod clock;
mod crashes;
mod device;
mod endpoints;
mod failures;
mod files;
mod platform;
mod processes;
mod redirects;
mod refreshing;
mod stores;
mod without_locks;
