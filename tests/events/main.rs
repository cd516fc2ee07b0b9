//! Events and callbacks through the router.

mod vectors;
