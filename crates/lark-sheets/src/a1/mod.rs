//! Cells and ranges by their names: `B7`, `Orders!A1:C9`.
//!
//! ```
//! use lark_sheets::a1::{CellAddress, Range};
//!
//! let range: Range = "'Q1 Orders'!a1:c9".parse()?;
//! assert_eq!(range.sheet_name(), Some("Q1 Orders"));
//! assert_eq!(range.first(), CellAddress::new(1, 1)?);
//! assert_eq!(range.to_string(), "'Q1 Orders'!A1:C9");
//! # Ok::<(), lark_sheets::a1::RangeError>(())
//! ```

mod address;
mod error;
mod parse;
mod range;

pub use self::address::CellAddress;
pub use self::error::RangeError;
pub use self::range::Range;

pub(crate) use self::address::letters;
pub(crate) use self::range::Cells;
