//! Documents and messages as Markdown, by the examples of its specification and on the sandbox; spreadsheets; the
//! trees that documents are in, who may open them, and what they are converted to.

mod blocks;
mod commonmark;
mod conversions;
mod drive_walks;
mod edits;
mod examples;
mod exports;
mod hostile;
mod hostile_markdown;
mod image_syncs;
mod large;
mod large_tables;
mod message_fetch;
mod message_markdown;
mod message_parts;
mod normal;
mod pace;
mod paused;
mod properties;
mod rights;
mod round_trips;
mod sandbox_limits;
mod sharing;
mod spreadsheets;
mod syncs;
mod wiki_walks;
