//! Allocations of a call and of an event: the SDK against the same by hand. They do not depend on the
//! machine.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::alloc::System;
use std::error::Error;
use std::hint::black_box;

use http::StatusCode;
use lark_benches::bare::Bare;
use lark_benches::event::Receiver;
use lark_benches::memory::Memory;
use lark_benches::pushes::{Pushes, push, router};
use lark_benches::server::Server;
use lark_benches::{Failure, args};
use lark_core::Client;
use lark_im::v1::message::{self, CreateMessageRequest};
use lark_push::{KEY, TOKEN};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CHAT: &str = "oc_5ad11d72b830411d72b836c20";
const SENT: &str = r#"{"code":0,"msg":"success","data":{"message_id":"om_1","chat_id":"oc_1"}}"#;

fn main() -> Result<(), Failure> {
    let count = args::number("--count", 1000).map_err(|error| error.to_string())?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    println!("allocations and bytes, each of {count}");
    let memory = Memory::client(SENT.into())?;
    if args::flag("--call") {
        return measure("call, transport in memory", count, || send_all(&runtime, &memory, count));
    }
    events(&runtime, count).map_err(|error| error.to_string())?;

    measure("call, transport in memory", count, || send_all(&runtime, &memory, count))?;

    let server = Server::start(false, false)?;
    let client = server.client()?;
    measure("call over HTTP", count, || send_all(&runtime, &client, count))?;
    let bare = Bare::new(&server)?;
    measure("the same by hand, with reqwest", count, || {
        runtime.block_on(async {
            for _ in 0..count {
                black_box(bare.send(CHAT, content()).await?);
            }
            Ok(())
        })
    })
}

fn events(runtime: &Runtime, count: usize) -> Result<(), Box<dyn Error>> {
    let pushes: Pushes = (0..count).map(push).collect();
    let (router, receiver) = (router(count)?, Receiver::new(KEY, TOKEN)?);
    measure("event", count, || {
        runtime.block_on(async {
            for (headers, body) in &pushes {
                let reply = router.handle(headers, body.clone()).await;
                assert_eq!(reply.status, StatusCode::OK);
            }
        });
        Ok::<_, Box<dyn Error>>(())
    })?;
    measure("the same by hand", count, || {
        for (headers, body) in &pushes {
            black_box(receiver.receive(headers, body)?);
        }
        Ok(())
    })
}

/// Counts in the second of two runs: what is made once is there then.
#[expect(clippy::cast_precision_loss, reason = "counts of allocations")]
fn measure<E>(name: &str, count: usize, mut run: impl FnMut() -> Result<(), E>) -> Result<(), E> {
    run()?;
    let region = Region::new(ALLOCATOR);
    run()?;
    let change = region.change();
    let made = (change.allocations + change.reallocations) as f64 / count as f64;
    let bytes = change.bytes_allocated as f64 / count as f64;
    println!("{name}: {made:.1}, {bytes:.0} bytes");
    Ok(())
}

fn send_all(runtime: &Runtime, client: &Client, count: usize) -> Result<(), Failure> {
    runtime.block_on(async {
        for _ in 0..count {
            black_box(client.send(request(content())).await?);
        }
        Ok(())
    })
}

fn content() -> String {
    r#"{"text":"构建已通过 build passed"}"#.to_owned()
}

fn request(content: String) -> CreateMessageRequest {
    let request = message::create().receive_id_type("chat_id").receive_id(CHAT);
    request.msg_type("text").content(content)
}
