//! Events and callbacks through the router.

mod callbacks;
mod vectors;
