//! Finds a meeting room that is free for an hour tomorrow, books it and waits for its answer.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, and LARK_CALENDAR, which the app may edit.

use std::error::Error;
use std::process::ExitCode;

use lark_calendar::v4::{CalendarEventAttendee, TimeInfo};
use lark_calendar::v4::{calendar_event, calendar_event_attendee, freebusy};
use lark_core::{Client, UnixSeconds};
use lark_examples::{Platform, println, setting, start};
use lark_vc::v1::room;

const START: (&str, UnixSeconds) = ("2026-12-01T10:00:00+08:00", UnixSeconds(1_796_090_400));
const END: (&str, UnixSeconds) = ("2026-12-01T11:00:00+08:00", UnixSeconds(1_796_094_000));

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("book_room.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let client = &platform.client;
    let calendar =
        setting("LARK_CALENDAR", "feishu.cn_team@group.calendar.feishu.cn", "a calendar")?;
    match find_room(client).await? {
        Some(room) => Ok(book(client, &calendar, &room).await?),
        None => Err("there is no room".into()),
    }
}

/// The id of the first room that nobody has booked, or of the last one: it may decline.
async fn find_room(client: &Client) -> lark_core::Result<Option<String>> {
    let rooms = client.items(room::list().page_size(100)).collect_up_to(1_000).await?;
    let mut found = None;
    for room in &rooms {
        let id = room.room_id()?;
        let query = freebusy::list().room_id(id).time_min(START.0).time_max(END.0);
        let bookings = client.send(query).await?.freebusy_list.len();
        println!("{}: {bookings} bookings", room.name()?);
        found = Some(id.to_owned());
        if bookings == 0 {
            break;
        }
    }
    Ok(found)
}

/// Creates an event and adds the room to it, which answers like a guest.
async fn book(client: &Client, calendar: &str, room: &str) -> lark_core::Result<()> {
    let create = calendar_event::create(calendar)
        .summary("Interview")
        .start_time(TimeInfo::new().timestamp(START.1))
        .end_time(TimeInfo::new().timestamp(END.1));
    let created = client.send(create).await?;
    let event = created.event()?.event_id()?;
    let room = CalendarEventAttendee::new().type_("resource").room_id(room);
    let invite = calendar_event_attendee::create(calendar, event).attendees([room]);
    for attendee in client.send(invite).await?.attendees {
        println!("{:?}: {:?}", attendee.room_id, attendee.rsvp_status);
    }
    Ok(())
}
