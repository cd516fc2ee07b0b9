//! The sandbox over real HTTP.

mod client;
mod receiver;
mod signed_in;

mod apps;
mod callbacks;
mod chats;
mod contents;
mod control;
mod drive;
mod faults;
mod files;
mod forgeries;
mod hooks;
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
mod pushes;
mod rejections;
mod resource_lists;
mod resource_samples;
mod resources;
mod samples;
mod scripted;
mod talk;
mod tokens;
mod tolerance;
mod uploads;
