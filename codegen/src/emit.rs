//! The model to text.

mod accessors;
pub(crate) mod domain;
mod example_texts;
mod examples;
pub(crate) mod facade;
mod features;
mod first_call;
mod manifest;
mod member_path;
mod model_docs;
mod models;
mod operation_docs;
pub(crate) mod operation_index;
mod printer;
mod prose;
mod requests;
mod required_docs;
pub(crate) mod sandbox;
mod sandbox_codes;
mod sandbox_example;
mod sandbox_spec;
mod scope_docs;
pub(crate) mod sweep;
mod tables;
mod told;
mod types;
