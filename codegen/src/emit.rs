//! The model to text.

pub(crate) mod domain;
mod examples;
mod manifest;
mod models;
mod printer;
mod requests;
pub(crate) mod sandbox;
pub(crate) mod sweep;
mod tables;
mod types;
