//! Lists the people of every department that the app may see, page by page. The next page is fetched
//! while the current one is printed.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET. LARK_DEPARTMENT_ID (`od-...`) selects
//! the department to start from; the default is the whole tenant.

use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::process::ExitCode;

use lark_contact::v3::{department, user};
use lark_core::{Client, UserIdType};
use lark_examples::{Platform, println, start};

/// The largest page size that the platform accepts.
const PAGE: i64 = 50;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("list_users.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let root = env::var("LARK_DEPARTMENT_ID").unwrap_or_else(|_| "0".to_owned());
    let platform = Platform::connect().await?;
    list_below(&platform.client, &root).await
}

async fn list_below(client: &Client, root: &str) -> Result<(), Box<dyn Error>> {
    let mut people = BTreeSet::new();
    list(client, root, &mut people).await?;
    let below = department::children(root).fetch_child(true).page_size(PAGE);
    let mut departments = client.items(below);
    while let Some(department) = departments.next().await {
        if let Some(id) = department?.open_department_id {
            list(client, &id, &mut people).await?;
        }
    }
    println!("{} people", people.len());
    Ok(())
}

async fn list(
    client: &Client,
    department: &str,
    people: &mut BTreeSet<String>,
) -> lark_core::Result<()> {
    println!("{department}");
    let list = user::find_by_department()
        .department_id(department)
        .user_id_type(UserIdType::OpenId)
        .page_size(PAGE);
    let mut users = client.items(list).read_ahead();
    while let Some(user) = users.next().await {
        let user = user?;
        let id = user.open_id.unwrap_or_default();
        println!("  {id}  {}", user.name.as_deref().unwrap_or("(name not visible to the app)"));
        people.insert(id);
    }
    Ok(())
}
