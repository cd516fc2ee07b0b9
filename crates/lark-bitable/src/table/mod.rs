//! Records of a Base as your own structs: reading, creating, updating, upserting and deleting.
//!
//! ```no_run
//! # async fn tasks(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_bitable::table::{Filter, Person, Table};
//! use lark_core::UnixMillis;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Task {
//!     #[serde(rename = "Task")]
//!     title: String,
//!     #[serde(rename = "Hours")]
//!     hours: Option<f64>,
//!     #[serde(rename = "Due")]
//!     due: Option<UnixMillis>,
//!     #[serde(rename = "Owner")]
//!     owner: Vec<Person>,
//! }
//!
//! let table = Table::new(&client, "NxKRbdfYYaTxvLsrHRGccLBlnyf", "tblUa9vcYjWQYJCj");
//! table.check::<Task>().await?;
//!
//! let mut records = table.records::<Task>().filter(Filter::field("Hours").is_more_than(8));
//! while let Some(record) = records.next().await {
//!     let record = record?;
//!     println!("{}: {}", record.id, record.fields.title);
//! }
//!
//! let tasks = vec![Task { title: "Review".into(), hours: None, due: None, owner: vec![] }];
//! // Twice changes nothing the second time.
//! let written = table.upsert("Task", tasks).await?;
//! println!("{} created, {} updated", written.created, written.updated);
//! # Ok(())
//! # }
//! ```
//!
//! Keys of a struct are names or ids of fields. Cells are read in the form that your type asks for, and
//! written in the form that the field takes: a struct that was read can be written.
//!
//! The platform takes one write to a table at a time, so the writes of a client to a table wait for
//! each other; what it rejects nevertheless (1254291, 1254290, 1254607) is sent again, under the same
//! `client_token`.

mod busy;
mod cell;
mod check;
mod error;
mod field_value;
mod filter;
mod fit;
mod handle;
mod members;
mod moment;
mod plan;
mod records;
mod row;
mod run;
mod schema;
mod shape;
mod value;
mod write;
mod write_shape;

pub use self::error::{Misfit, TableError, WriteError};
pub use self::field_value::FieldValue;
pub use self::filter::{Day, FieldFilter, Filter, Operand};
pub use self::handle::Table;
pub use self::records::Records;
pub use self::row::Record;
pub use self::schema::{Field, Schema};
pub use self::value::{Attachment, Chat, Link, LinkedRecords, Location, Person, TextSegment};
pub use self::write::{Progress, Write, Written};
