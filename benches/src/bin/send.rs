//! CPU of sending a message: the SDK against bare reqwest, one at a time and 64 at once. In the same run:
//! the client of hyper-util, which has no time limits, no TLS and no proxies, and the same bytes over a
//! socket, which is what the kernel and tokio cost.
//!
//! The server has the first core and this process the second, unless `--unpinned` is given. With
//! `--tls` both sides speak TLS, and the other two are left out. `send
//! sdk`, `bare`, `hyper` or `socket`, perhaps with `--width 64`, runs one side only, for a profiler.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::hint::black_box;

use lark_benches::bare::Bare;
use lark_benches::bare_hyper::BareHyper;
use lark_benches::bare_socket::BareSocket;
use lark_benches::server::Server;
use lark_benches::stats::{Pair, Series};
use lark_benches::{Failure, args, cpu};
use lark_core::{Client, DecodeMode};
use lark_im::v1::message::{self, CreateMessageRequest};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

const CHAT: &str = "oc_5ad11d72b830411d72b836c20";

fn main() -> Result<(), Failure> {
    let (rounds, calls) = parse().map_err(|error| error.to_string())?;
    let server = Server::start(!args::flag("--unpinned"), args::flag("--tls"))?;
    let runtime = Runtime::new()?;
    let (client, bare, url) = (server.client()?, Bare::new(&server)?, server.url.clone());
    let sides = Sides { client, bare, hyper: BareHyper::new(&url)?, url };

    // An answer that differs from the spec would be reported, which is not what is measured.
    let strict = sides.client.with_decode_mode(DecodeMode::Strict);
    runtime.block_on(strict.send(request("{}".to_owned())))?;

    println!("{rounds} rounds of {calls} calls, CPU us a call");
    if let Some(name) = args::names().first() {
        let width = args::number("--width", 1).map_err(|error| error.to_string())?;
        let side = match &**name {
            "sdk" => Side::Sdk,
            "hyper" => Side::Hyper,
            "socket" => Side::Socket,
            _ => Side::Reqwest,
        };
        for _ in 0..rounds {
            println!("{name}: {:.2}", sides.run(&runtime, side, width, calls)?);
        }
        return Ok(());
    }
    for width in [1, 64] {
        let mut others = match server.certificate {
            None => vec![
                ("hyper", Side::Hyper, Series::default()),
                ("a socket", Side::Socket, Series::default()),
            ],
            // They speak no TLS.
            Some(_) => Vec::new(),
        };
        // Connections are made before anything counts.
        for side in [Side::Sdk, Side::Reqwest].into_iter().chain(others.iter().map(|it| it.1)) {
            sides.run(&runtime, side, width, calls)?;
        }
        let pair = Pair::measure(
            rounds,
            || sides.run(&runtime, Side::Sdk, width, calls),
            || {
                for (_, side, series) in &mut others {
                    series.push(sides.run(&runtime, *side, width, calls)?);
                }
                sides.run(&runtime, Side::Reqwest, width, calls)
            },
        )?;
        println!("{width:>2} at once: {pair}");
        for (name, _, series) in others {
            let median = series.median();
            println!("   {name}: {median:.2}, {:.3} of bare", median / pair.bare.median());
        }
    }
    Ok(())
}

fn parse() -> Result<(usize, usize), Box<dyn Error>> {
    Ok((args::number("--rounds", 31)?, args::number("--calls", 6400)?))
}

#[derive(Clone, Copy)]
enum Side {
    Sdk,
    Reqwest,
    Hyper,
    Socket,
}

#[derive(Clone)]
struct Sides {
    client: Client,
    bare: Bare,
    hyper: BareHyper,
    url: String,
}

impl Sides {
    /// CPU of this process, which the server is not part of, in us a call.
    fn run(
        &self,
        runtime: &Runtime,
        side: Side,
        width: usize,
        calls: usize,
    ) -> Result<f64, Failure> {
        let before = cpu::own().cpu;
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for _ in 0..width {
                let sides = self.clone();
                tasks.spawn(async move { sides.some(side, calls / width).await });
            }
            while let Some(ended) = tasks.join_next().await {
                ended??;
            }
            Ok::<_, Failure>(())
        })?;
        Ok((cpu::own().cpu - before).as_secs_f64() * 1e6 / calls as f64)
    }

    async fn some(&self, side: Side, calls: usize) -> Result<(), Failure> {
        for call in 0..calls {
            let content = format!(r#"{{"text":"构建 {call} 已通过 build {call} passed"}}"#);
            match side {
                Side::Sdk => _ = black_box(self.client.send(request(content)).await?),
                Side::Reqwest => _ = black_box(self.bare.send(CHAT, content).await?),
                Side::Hyper => _ = black_box(self.hyper.send(CHAT, content).await?),
                Side::Socket => return self.by_socket(calls).await,
            }
        }
        Ok(())
    }

    async fn by_socket(&self, calls: usize) -> Result<(), Failure> {
        let mut socket = BareSocket::connect(&self.url).await?;
        let body = format!(r#"{{"receive_id":"{CHAT}","msg_type":"text","content":"构建已通过"}}"#);
        for _ in 0..calls {
            black_box(socket.send(&body).await?);
        }
        Ok(())
    }
}

fn request(content: String) -> CreateMessageRequest {
    let request = message::create().receive_id_type("chat_id").receive_id(CHAT);
    request.msg_type("text").content(content)
}
