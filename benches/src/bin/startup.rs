//! From the start of a process to its first message over TLS, and what an idle client costs.
//!
//! Both sides trust what the system trusts, read from a file with the system's certificates and the
//! server's, and fetch their token. `startup --rounds 21 --clients 100`.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::any::Any;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use lark_benches::bare::Bare;
use lark_benches::server::Server;
use lark_benches::stats::Pair;
use lark_benches::{Failure, args, cpu};
use lark_core::Client;
use lark_im::v1::message;
use tokio::runtime::Builder;

const CHAT: &str = "oc_5ad11d72b830411d72b836c20";
const TEXT: &str = r#"{"text":"hello"}"#;
/// Where Debian, Alpine and Fedora keep the certificates that they trust, the first that is there.
const TRUSTED: [&str; 2] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

fn main() -> Result<(), Failure> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["first", side, url] => first(side, url),
        ["idle", side, url, clients] => idle(side, url, clients.parse()?),
        _ => compare(),
    }
}

/// One message, by a process that ends then.
fn first(side: &str, url: &str) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        if side == "sdk" {
            let request = message::create().receive_id_type("chat_id").receive_id(CHAT);
            sdk(url)?.send(request.msg_type("text").content(TEXT)).await?;
        } else {
            let bare = Bare::trusting_the_system(url)?;
            bare.fetch_token().await?;
            bare.send(CHAT, TEXT.to_owned()).await?;
        }
        Ok::<_, Failure>(())
    })?;
    println!("{}", cpu::own().peak_kib);
    Ok(())
}

/// The memory and the CPU of a client, from many of them, beyond the first.
fn idle(side: &str, url: &str, clients: usize) -> Result<(), Failure> {
    let one = || -> Result<Box<dyn Any>, Failure> {
        Ok(match side {
            "sdk" => Box::new(sdk(url)?),
            _ => Box::new(Bare::trusting_the_system(url)?),
        })
    };
    let _first = one()?;
    let before = (cpu::resident_kib()?, cpu::own().cpu);
    let kept = (0..clients).map(|_| one()).collect::<Result<Vec<_>, _>>()?;
    let after = (cpu::resident_kib()?, cpu::own().cpu);
    let kib = after.0.saturating_sub(before.0) as f64 / kept.len() as f64;
    let millis = (after.1 - before.1).as_secs_f64() * 1e3 / kept.len() as f64;
    println!("{kib} {millis}");
    Ok(())
}

fn sdk(url: &str) -> lark_core::Result<Client> {
    Client::builder("cli_bench", "secret").base_url(url).build()
}

fn compare() -> Result<(), Failure> {
    let number = |name, default| args::number(name, default).map_err(|error| error.to_string());
    let (rounds, clients) = (number("--rounds", 21)?, number("--clients", 100)?);
    let server = Server::start(!args::flag("--unpinned"), true)?;
    let trusted = TRUSTED.into_iter().find(|path| Path::new(path).exists());
    let trusted = fs::read_to_string(trusted.ok_or("the system keeps no certificates")?)?;
    let file = env::temp_dir().join(format!("lark-startup-{}.pem", std::process::id()));
    fs::write(&file, trusted + server.certificate.as_deref().unwrap_or_default())?;
    let measured = measure(&server.url, &file, rounds, clients);
    fs::remove_file(file)?;
    measured
}

fn measure(url: &str, trusted: &Path, rounds: usize, clients: usize) -> Result<(), Failure> {
    let run = |mode: &str, side: &str, more: &[&str]| -> Result<Vec<f64>, Failure> {
        let mut command = Command::new(env::current_exe()?);
        command.args([mode, side, url]).args(more).env("SSL_CERT_FILE", trusted);
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{mode} {side} has failed").into());
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
    };
    let (mut time, mut cpus, mut peak) = (Pair::default(), Pair::default(), Pair::default());
    let (mut memory, mut making) = (Pair::default(), Pair::default());
    for round in 0..rounds {
        let sides = if round.is_multiple_of(2) { ["sdk", "bare"] } else { ["bare", "sdk"] };
        for side in sides {
            let (before, started) = (cpu::children().cpu, Instant::now());
            let peak_kib = run("first", side, &[])?;
            let values = [
                (&mut time, started.elapsed().as_secs_f64() * 1e3),
                (&mut cpus, (cpu::children().cpu - before).as_secs_f64() * 1e3),
                (&mut peak, peak_kib[0] / 1024.0),
            ];
            for (pair, value) in values {
                pair.push(side, value);
            }
            let idle = run("idle", side, &[&clients.to_string()])?;
            memory.push(side, idle[0]);
            making.push(side, idle[1]);
        }
    }
    println!("{rounds} rounds; start of a process to the end of its first message, over TLS");
    println!("time, ms: {time}");
    println!("CPU, ms: {cpus}");
    println!("peak of memory, MiB: {peak}");
    println!("an idle client, of {clients}: memory, KiB: {memory}");
    println!("making it, CPU ms: {making}");
    Ok(())
}
