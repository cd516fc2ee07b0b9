//! Bases: records as structs, on the sandbox.

mod checks;
mod faults;
mod filters;
mod load;
mod moments;
mod round_trips;
mod sandbox;
mod support;
mod upserts;
