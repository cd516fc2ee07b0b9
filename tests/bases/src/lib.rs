//! Tests of Bases are in `tests/`.
