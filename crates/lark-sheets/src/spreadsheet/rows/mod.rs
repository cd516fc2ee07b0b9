//! Rows of cells as types of serde, in both directions.

mod cell_reader;
mod cell_writer;
mod read_error;
mod row_reader;
mod row_writer;
mod table;

pub(super) use self::row_reader::{Header, read_rows};
pub(super) use self::table::Table;
