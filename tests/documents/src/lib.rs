//! Tests of documents are in `tests/`.
