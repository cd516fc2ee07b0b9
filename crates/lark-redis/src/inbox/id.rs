//! Ids of streams as positions.

use lark_core::inbox::Position;

/// `<milliseconds>-<number>` as a position, in the same order.
pub(super) fn position(id: &str) -> Option<Position> {
    let (millis, number) = id.split_once('-')?;
    let (millis, number): (u64, u64) = (millis.parse().ok()?, number.parse().ok()?);
    Some(Position(u128::from(millis) << 64 | u128::from(number)))
}

/// A position as an id.
pub(super) fn id(position: Position) -> String {
    let number = position.0 & u128::from(u64::MAX);
    format!("{}-{number}", position.0 >> 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_in_the_order_of_ids() {
        let ids = [
            "0-0",
            "0-1",
            "1764170000000-0",
            "1764170000000-18446744073709551615",
            "1764170000001-0",
        ];
        let positions: Vec<Position> = ids.iter().filter_map(|id| position(id)).collect();
        assert!(positions.is_sorted() && positions.len() == ids.len());
        for (position, text) in positions.into_iter().zip(ids) {
            assert_eq!(id(position), text);
        }
        for none in ["", "1", "1-", "x-1", "-1-1", "1-1-1"] {
            assert_eq!(position(none), None, "{none}");
        }
    }
}
