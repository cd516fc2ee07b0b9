//! Integers in cells, whose numbers are IEEE doubles.

use std::fmt;

/// 2^53. A double has each integer up to here, and beyond not all.
pub const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether `integer`, rounded to `double`, is itself and at most 2^53. Beyond, some are themselves by chance.
pub fn is_exact(integer: impl fmt::Display, double: f64) -> bool {
    // What is beyond may be rounded to the limit.
    double.abs() < MAX_EXACT
        || double.abs() == MAX_EXACT && integer.to_string() == double.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_exact_up_to_the_limit() {
        let limit = 1_i64 << 53;
        for exact in [0, -1, limit - 1, limit, -limit] {
            assert!(is_exact(exact, exact as f64), "{exact}");
        }
        for other in [limit + 1, -limit - 1, limit + 2, 1 << 60, i64::MAX] {
            assert!(!is_exact(other, other as f64), "{other}");
        }
    }
}
