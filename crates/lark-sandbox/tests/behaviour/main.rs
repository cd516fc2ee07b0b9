//! The sandbox over real HTTP.

mod client;

mod apps;
mod lifecycle;
mod marketplace;
mod messages;
mod paging;
mod people;
mod people_write;
mod refusals;
mod samples;
mod scripted;
mod tokens;
mod tolerance;
