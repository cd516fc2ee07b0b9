//! Dates: never off by a day, whatever the zone of the machine or of people.

use lark_core::UnixMillis;
use lark_sheets::cell::{CivilDateTime, SerialDate};
use proptest::prelude::*;

use super::book;

/// A date and time of the years 1900 to 9999.
fn civil() -> impl Strategy<Value = CivilDateTime> {
    let date = (1900..=9999_i32, 1..=12_u8, 1..=28_u8);
    (date, 0..24_u8, 0..60_u8, 0..60_u8, 0..1000_u16).prop_map(
        |((year, month, day), hour, minute, second, millisecond)| CivilDateTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            millisecond,
        },
    )
}

proptest! {
    #[test]
    fn a_date_and_time_is_the_same_after_a_round_trip(civil in civil()) {
        let serial = SerialDate::try_from(civil).expect("a date");
        prop_assert_eq!(serial.civil().expect("a date"), civil);
        prop_assert_eq!(civil.to_string().parse::<SerialDate>().expect("a date"), serial);
        let text = serde_json::to_string(&serial).expect("JSON");
        let read: SerialDate = serde_json::from_str(&text).expect("a date");
        prop_assert_eq!(read.civil().expect("a date"), civil);
    }

    #[test]
    fn a_moment_is_the_same_after_a_round_trip_in_any_zone(
        millis in -2_208_988_800_000_i64..253_402_300_799_000,
        offset in -12 * 3600..=14 * 3600_i32,
    ) {
        let serial = SerialDate::from_unix(UnixMillis(millis), offset);
        prop_assert_eq!(serial.to_unix(offset).expect("a moment"), UnixMillis(millis));
        // Clocks elsewhere show another time of the same moment.
        let utc = SerialDate::from_unix(UnixMillis(millis), 0);
        let apart = (serial.0 - utc.0) * 86_400.0 - f64::from(offset);
        prop_assert!(apart.abs() < 0.001, "{}", apart);
    }
}

#[tokio::test]
async fn dates_keep_their_day_through_a_sheet() {
    let (_sandbox, _client, book) = book().await;
    let days = ["1900-01-01", "1970-01-01", "2024-02-29", "2026-11-26 23:59:59.999", "9999-12-31"];
    let dates: Vec<(SerialDate,)> = days.iter().map(|it| (it.parse().expect("a date"),)).collect();
    book.range("Sheet1!A1").write(&dates).await.expect("written");
    let read: Vec<(SerialDate,)> =
        book.range("Sheet1!A1:A5").rows_by_position().await.expect("rows");
    assert_eq!(read, dates);
    for (date, text) in read.iter().zip(days) {
        assert!(date.0.civil().expect("a date").to_string().starts_with(text), "{text}");
    }
    // What the documents of the platform say of it.
    assert_eq!("1900-01-01 12:00".parse(), Ok(SerialDate(2.5)));
}
