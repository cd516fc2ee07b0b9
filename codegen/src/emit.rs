//! The model to text.

pub(crate) mod domain;
mod example_texts;
mod examples;
mod manifest;
mod models;
mod operation_docs;
mod printer;
mod prose;
mod requests;
pub(crate) mod sandbox;
mod sandbox_codes;
mod sandbox_spec;
pub(crate) mod sweep;
mod tables;
mod types;
