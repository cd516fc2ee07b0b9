//! Documents: Markdown by the examples of its specification, and documents on the sandbox.

mod blocks;
mod commonmark;
mod edits;
mod examples;
mod normal;
mod pace;
mod properties;
mod round_trips;
mod sandbox_limits;
mod syncs;
