//! Events and callbacks through the router.

mod bad_input;
mod callbacks;
mod delivery;
mod drift;
mod every_event;
mod fallback;
mod hanging_dedup;
mod limits;
mod odd_values;
mod orders;
mod panics;
mod places;
mod properties;
mod setup;
mod shutdown;
mod soak;
mod stateful;
mod support;
mod tickets;
mod vectors;
