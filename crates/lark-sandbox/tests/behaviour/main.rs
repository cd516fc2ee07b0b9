//! The sandbox over real HTTP.

mod client;
mod signed_in;

mod apps;
mod control;
mod drive;
mod faults;
mod files;
mod in_process;
mod lifecycle;
mod limits;
mod marketplace;
mod messages;
mod oauth;
mod oauth_device;
mod oauth_refresh;
mod paging;
mod people;
mod people_write;
mod refusals;
mod samples;
mod scripted;
mod tokens;
mod tolerance;
mod uploads;
