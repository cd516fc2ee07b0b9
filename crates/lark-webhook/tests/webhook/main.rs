//! The server and the service, over real sockets.
#![allow(missing_docs)]

mod axum_router;
mod bodies;
mod client;
mod connections;
mod ending;
mod hooks;
mod paths;
mod push;
mod running;
mod settings;
mod slow;
mod tower;
