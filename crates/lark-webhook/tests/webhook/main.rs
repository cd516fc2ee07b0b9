//! The server and the service, over real sockets.
#![allow(missing_docs)]

mod axum_router;
mod bodies;
mod client;
mod connections;
mod hooks;
mod paths;
mod push;
mod running;
mod settings;
mod shutdown;
mod slow;
mod tower;
