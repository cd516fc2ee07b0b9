//! Documents: Markdown by the examples of its specification, documents and spreadsheets on the sandbox.

mod blocks;
mod commonmark;
mod edits;
mod examples;
mod normal;
mod pace;
mod properties;
mod round_trips;
mod sandbox_limits;
mod spreadsheets;
mod syncs;
