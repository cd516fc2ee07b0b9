//! The codes of Base, and the limits that a test may set.

use std::time::Duration;

use crate::http::{ErrorCode, codes};

// Most of them come with HTTP 200, as the documents have it.
pub(super) const WRONG_TYPE: ErrorCode = codes::code(200, 1_254_015, "Field types do not match.");
pub(super) const INVALID_SORT: ErrorCode = codes::code(200, 1_254_016, "InvalidSort");
pub(super) const INVALID_FILTER: ErrorCode = codes::code(200, 1_254_018, "InvalidFilter");
pub(super) const INVALID_FIELD_NAMES: ErrorCode = codes::code(200, 1_254_024, "InvalidFieldNames");
pub(super) const TABLE_EXISTS: ErrorCode = codes::code(200, 1_254_013, "TableNameDuplicated");
pub(super) const FIELD_EXISTS: ErrorCode = codes::code(200, 1_254_014, "FieldNameDuplicated");
pub(super) const NO_BASE: ErrorCode = codes::code(200, 1_254_040, "BaseTokenNotFound");
pub(super) const NO_TABLE: ErrorCode = codes::code(200, 1_254_041, "TableIdNotFound");
pub(super) const NO_VIEW: ErrorCode = codes::code(200, 1_254_042, "ViewIdNotFound");
pub(super) const NO_RECORD: ErrorCode = codes::code(200, 1_254_043, "RecordIdNotFound");
pub(super) const NO_FIELD_ID: ErrorCode = codes::code(200, 1_254_044, "FieldIdNotFound");
pub(super) const NO_FIELD: ErrorCode = codes::code(200, 1_254_045, "FieldNameNotFound");
pub(super) const PRIMARY_FIELD: ErrorCode =
    codes::code(200, 1_254_046, "primary field can not be deleted");
pub(super) const TABLE_FULL: ErrorCode = codes::code(200, 1_254_103, "RecordExceedLimit");
pub(super) const TOO_MANY: ErrorCode = codes::code(200, 1_254_104, "RecordAddOnceExceedLimit");
pub(super) const KEY_REUSED: ErrorCode = codes::code(200, 1_254_001, "WrongRequestBody");
pub(super) const WRITE_CONFLICT: ErrorCode = codes::code(200, 1_254_291, "Write conflict");

/// What tables take, for all Bases of a sandbox. By default what the official pages say, without a limit of
/// records and without time for writing.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BaseLimits {
    pub(super) records_per_table: usize,
    pub(super) records_per_write: usize,
    pub(super) write_time: Duration,
}

impl Default for BaseLimits {
    fn default() -> Self {
        let records_per_table = usize::MAX;
        Self { records_per_table, records_per_write: 1000, write_time: Duration::ZERO }
    }
}

impl BaseLimits {
    /// How many records a table has at most; more are rejected with 1254103. The platform's own limit
    /// depends on the tenant's plan.
    #[must_use]
    pub fn records_per_table(mut self, records: usize) -> Self {
        self.records_per_table = records;
        self
    }

    /// How many records a call creates or changes at most; more are rejected with 1254104. Default 1,000.
    #[must_use]
    pub fn records_per_write(mut self, records: usize) -> Self {
        self.records_per_write = records;
        self
    }

    /// How long a write keeps a table for itself, by the sandbox's clock; others meanwhile are rejected
    /// with 1254291. Default zero.
    #[must_use]
    pub fn write_time(mut self, time: Duration) -> Self {
        self.write_time = time;
        self
    }
}
