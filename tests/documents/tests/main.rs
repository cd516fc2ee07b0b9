//! Documents and messages as Markdown, by the examples of its specification and on the sandbox; and
//! spreadsheets.

mod blocks;
mod commonmark;
mod edits;
mod examples;
mod large_tables;
mod message_fetch;
mod message_markdown;
mod message_parts;
mod normal;
mod pace;
mod properties;
mod round_trips;
mod sandbox_limits;
mod spreadsheets;
mod syncs;
