//! Books an hour in the calendar of the app tomorrow, invites a colleague, moves the event and reads it again.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, and LARK_OPEN_ID (`ou_...`) of the guest.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use lark_calendar::v4::{CalendarEventAttendee, TimeInfo};
use lark_calendar::v4::{calendar, calendar_event, calendar_event_attendee};
use lark_core::{Client, UnixSeconds};
use lark_examples::{Platform, println, setting, start};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("calendar_event.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let guest = setting("LARK_OPEN_ID", "ou_guest", "the open id of the guest")?;
    Ok(plan(&platform.client, &guest).await?)
}

async fn plan(client: &Client, guest: &str) -> lark_core::Result<()> {
    let created = client.send(calendar::create().summary("Team")).await?;
    let calendar = created.calendar()?.calendar_id()?;
    println!("calendar {calendar}");

    let start = SystemTime::now() + 24 * HOUR;
    let create = calendar_event::create(calendar)
        .summary("Review of the release")
        .start_time(at(start))
        .end_time(at(start + HOUR));
    let created = client.send(create).await?;
    let event = created.event()?.event_id()?;
    println!("event {event}");

    let guest = CalendarEventAttendee::new().type_("user").user_id(guest);
    let invite = calendar_event_attendee::create(calendar, event).attendees([guest]);
    let invited = client.send(invite).await?;
    println!("invited {}", invited.attendees.len());

    let later = start + 2 * HOUR;
    let patch = calendar_event::patch(calendar, event)
        .start_time(at(later))
        .end_time(at(later + HOUR))
        .need_notification(true);
    client.send(patch).await?;

    let read = client.send(calendar_event::get(calendar, event)).await?;
    let read = read.event()?;
    println!("{:?} begins at {:?}", read.summary()?, read.start_time()?.timestamp);
    Ok(())
}

fn at(time: SystemTime) -> TimeInfo {
    TimeInfo::new().timestamp(UnixSeconds::from(time)).timezone("Europe/Berlin")
}
