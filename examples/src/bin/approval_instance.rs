//! Files a request for leave in an approval flow and lists the requests of the last week.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_APPROVAL (the code of the flow) and LARK_OPEN_ID.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use lark_approval::v4::instance;
use lark_core::{Client, UnixMillis};
use lark_examples::{Platform, println, setting, start};

const WEEK: Duration = Duration::from_hours(7 * 24);
/// The values of the form's controls, as JSON: their ids and types are those of the flow's definition.
const FORM: &str = r#"[{"id":"reason","type":"input","value":"Moving house"}]"#;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("approval_instance.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let flow =
        setting("LARK_APPROVAL", "7C468A54-8745-2245-9675-08B7C63E7A85", "the code of a flow")?;
    let person = setting("LARK_OPEN_ID", "ou_employee", "the open id of who files the request")?;
    Ok(file(&platform.client, &flow, &person).await?)
}

async fn file(client: &Client, flow: &str, person: &str) -> lark_core::Result<()> {
    let create = instance::create().approval_code(flow).open_id(person).form(FORM);
    let code = client.send(create).await?.instance_code;
    println!("filed {code}");

    let details = client.send(instance::get(&code)).await?;
    println!("it is {:?} since {:?}", details.status, details.start_time);

    let now = SystemTime::now();
    let list = instance::list()
        .approval_code(flow)
        .start_time(UnixMillis::from(now - WEEK))
        .end_time(UnixMillis::from(now));
    let codes = client.items(list).collect_up_to(100).await?;
    println!("{} requests in a week", codes.len());
    Ok(())
}
