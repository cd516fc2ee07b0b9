//! Documents: Markdown by the examples of its specification, documents on the sandbox, the trees they are in, who may
//! open them, and what they are converted to.

mod blocks;
mod commonmark;
mod conversions;
mod drive_walks;
mod edits;
mod examples;
mod normal;
mod pace;
mod paused;
mod properties;
mod round_trips;
mod sandbox_limits;
mod sharing;
mod syncs;
mod wiki_walks;
