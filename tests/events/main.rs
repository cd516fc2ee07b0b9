//! Events and callbacks through the router.

mod bad_input;
mod callbacks;
mod delivery;
mod drift;
mod every_event;
mod fallback;
mod limits;
mod orders;
mod properties;
mod setup;
mod shutdown;
mod soak;
mod support;
mod tickets;
mod vectors;
