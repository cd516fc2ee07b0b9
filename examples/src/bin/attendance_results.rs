//! Prints when two people came and went in a week of November.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, and LARK_EMPLOYEES (employee ids, by commas).

use std::error::Error;
use std::process::ExitCode;

use lark_attendance::v1::user_task;
use lark_core::Client;
use lark_examples::{Platform, println, setting, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("attendance_results.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let employees = setting("LARK_EMPLOYEES", "e_ada,e_grace", "employee ids, by commas")?;
    let employees: Vec<&str> = employees.split(',').collect();
    Ok(results(&platform.client, &employees).await?)
}

async fn results(client: &Client, employees: &[&str]) -> lark_core::Result<()> {
    // At most 50 people and 30 days a call.
    let query = user_task::query()
        .employee_type("employee_id")
        .user_ids(employees.iter().copied())
        .check_date_from(20_261_116)
        .check_date_to(20_261_122);
    let answer = client.send(query).await?;
    for task in &answer.user_task_results {
        for record in &task.records {
            let (came, went) = (&record.check_in_result, &record.check_out_result);
            println!("{} {}: in {came:?}, out {went:?}", task.day, task.employee_name);
        }
    }
    for id in &answer.invalid_user_ids {
        println!("{id} is not known");
    }
    Ok(())
}
