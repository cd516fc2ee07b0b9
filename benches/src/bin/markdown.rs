//! Documents as Markdown and back: CPU and memory for each block, over a transport in memory.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::hint::black_box;

use bytes::Bytes;
use lark_benches::stats::Series;
use lark_benches::{args, cpu};
use lark_core::http::{Method, Request, Response};
use lark_core::{Body, Client, Transport, TransportFuture};
use lark_docx::document;
use lark_docx::markdown::{Options, parse, render};
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// Counts what is allocated.
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const PAGE: usize = 500;
const DOCUMENT: &str = "doxcnBenchBenchBenchBenchBe";

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = args::number("--rounds", 5)?;
    let blocks = args::number("--blocks", 10_000)?;
    let runtime = Builder::new_current_thread().enable_time().build()?;
    for blocks in [1_000, 10_000, 100_000] {
        memory(&runtime, blocks)?;
    }
    let client = Platform::client(blocks)?;
    let exported = runtime.block_on(async { document::to_markdown(&client, DOCUMENT).await })?;
    let bytes = exported.markdown.len();
    println!("{blocks} blocks, {bytes} bytes of Markdown, {rounds} rounds, blocks a second of CPU");

    let tree = parse(&exported.markdown);
    print(rounds, blocks, "export", || export(&runtime, &client))?;
    print(rounds, blocks, "render alone", || {
        drop(black_box(render(&tree.blocks, &Options::new())));
        Ok(())
    })?;
    print(rounds, blocks, "parse alone", || {
        drop(black_box(parse(&exported.markdown)));
        Ok(())
    })?;
    print(rounds, blocks, "import", || import(&runtime, &client, &exported.markdown, blocks))
}

/// The most that is allocated at once. The transport makes a page when it is asked for.
fn memory(runtime: &Runtime, blocks: usize) -> Result<(), Box<dyn Error>> {
    let client = Platform::client(blocks)?;
    let path = std::env::temp_dir().join(format!("lark-markdown-{}.md", std::process::id()));
    let to_file = || document::to_markdown(&client, DOCUMENT).save_to(path.clone());
    let file = peak(|| {
        runtime.block_on(async {
            drop(to_file().await?);
            Ok(())
        })
    })?;
    let markdown = std::fs::read_to_string(&path)?;
    std::fs::remove_file(&path)?;
    let text = peak(|| export(runtime, &client))?;
    let parsed = peak(|| {
        drop(black_box(parse(&markdown)));
        Ok(())
    })?;
    let up = peak(|| {
        let write = document::from_markdown(&client, &markdown).edits_per_second(0);
        runtime.block_on(async {
            drop(write.await?);
            Ok(())
        })
    })?;
    let size = markdown.len() >> 10;
    println!(
        "{blocks} blocks, {size} KiB of Markdown, peaks in KiB: to a file {file}, to a text {text}, \
         parsed {parsed}, imported {up}"
    );
    Ok(())
}

/// The most that is allocated meanwhile, in KiB, beyond what was before.
fn peak(run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<usize, Box<dyn Error>> {
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    run()?;
    Ok(ALLOCATED.peak_usage().saturating_sub(before) >> 10)
}

fn print(
    rounds: usize,
    blocks: usize,
    what: &str,
    mut run: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut series = Series::default();
    for _ in 0..rounds {
        let before = cpu::own().cpu;
        run()?;
        series.push(blocks as f64 / (cpu::own().cpu - before).as_secs_f64());
    }
    let (low, high) = series.range();
    println!("{what}: {:.0} ({low:.0}..{high:.0})", series.median());
    Ok(())
}

fn export(runtime: &Runtime, client: &Client) -> Result<(), Box<dyn Error>> {
    let exported = runtime.block_on(async { document::to_markdown(client, DOCUMENT).await })?;
    drop(black_box(exported));
    Ok(())
}

/// Edits are made three times a second, which takes time but no CPU.
fn import(
    runtime: &Runtime,
    client: &Client,
    markdown: &str,
    blocks: usize,
) -> Result<(), Box<dyn Error>> {
    let written = runtime.block_on(async { document::from_markdown(client, markdown).await })?;
    match written.blocks == blocks {
        true => Ok(()),
        false => Err(format!("{} blocks instead of {blocks}", written.blocks).into()),
    }
}

/// Has one document, and takes every edit.
struct Platform {
    blocks: usize,
}

impl Platform {
    fn client(blocks: usize) -> lark_core::Result<Client> {
        Client::builder("cli_bench", "secret").transport(Self { blocks }).build()
    }

    fn response(&self, request: &Request<Body>) -> Bytes {
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        if path.contains("/auth/v3/") {
            return json_bytes(&json!({"code": 0, "tenant_access_token": "t-b", "expire": 7200}));
        }
        if request.method() == Method::GET && path.ends_with("/blocks") {
            let token = query.split('&').find_map(|it| it.strip_prefix("page_token="));
            let page = token.and_then(|it| it.parse().ok()).unwrap_or(0_usize);
            return self::page(self.blocks, page);
        }
        let document = json!({"document_id": DOCUMENT, "revision_id": 1, "title": "Bench"});
        let data = json!({"document": document, "document_revision_id": 2});
        json_bytes(&json!({"code": 0, "msg": "success", "data": data}))
    }
}

impl Transport for Platform {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        let body = self.response(&request);
        Box::pin(async move { Ok(Response::new(body.into())) })
    }
}

/// A page of a list of blocks: headings, texts with styles, items, code.
fn page(blocks: usize, number: usize) -> Bytes {
    let id = |n: usize| format!("doxcn{n:022}");
    let mut text = String::from("{\"code\":0,\"msg\":\"success\",\"data\":{\"items\":[");
    // The first block is the page.
    let end = ((number + 1) * PAGE).min(blocks + 1);
    for at in number * PAGE..end {
        if at % PAGE > 0 {
            text.push(',');
        }
        match at.checked_sub(1) {
            Some(n) => text.push_str(&block(n, &id(n)).to_string()),
            None => {
                text.push_str(&format!("{{\"block_id\":\"{DOCUMENT}\",\"block_type\":1,"));
                text.push_str("\"page\":{\"style\":{},\"elements\":[]},\"children\":[");
                text.reserve_exact(blocks * 30);
                for n in 0..blocks {
                    text.push_str(if n > 0 { ",\"" } else { "\"" });
                    text.push_str(&id(n));
                    text.push('"');
                }
                text.push_str("]}");
            }
        }
    }
    let (has_more, next) = (end <= blocks, number + 1);
    text.push_str(&format!("],\"has_more\":{has_more},\"page_token\":\"{next}\"}}}}"));
    text.into()
}

fn block(n: usize, id: &str) -> Value {
    let run = |content: String, style: Value| json!({"text_run": {"content": content, "text_element_style": style}});
    let plain = |content: String| vec![run(content, json!({}))];
    let (kind, name, elements) = match n % 10 {
        0 => (4, "heading2", plain(format!("Chapter {n}"))),
        1 | 2 => (12, "bullet", plain(format!("item {n} of a list, with some words in it"))),
        3 => (14, "code", plain(format!("fn f{n}() {{\n    println!(\"{n}\");\n}}"))),
        _ => (
            2,
            "text",
            vec![
                run(format!("Paragraph {n} has "), json!({})),
                run("bold words".to_owned(), json!({"bold": true})),
                run(", and a ".to_owned(), json!({})),
                run("link".to_owned(), json!({"link": {"url": "https%3A%2F%2Fa.example%2Fb"}})),
                run("，也有中文。".to_owned(), json!({})),
            ],
        ),
    };
    json!({"block_id": id, "parent_id": DOCUMENT, "block_type": kind, name: {"style": {}, "elements": elements}})
}

fn json_bytes(value: &Value) -> Bytes {
    value.to_string().into()
}
