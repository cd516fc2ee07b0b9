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
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

const PAGE: usize = 500;
const DOCUMENT: &str = "doxcnBenchBenchBenchBenchBe";

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = args::number("--rounds", 5)?;
    let blocks = args::number("--blocks", 10_000)?;
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let client = Platform::client(blocks)?;
    let before = cpu::resident_kib()?;
    let exported = runtime.block_on(async { document::to_markdown(&client, DOCUMENT).await })?;
    let grown = cpu::own().peak_kib.saturating_sub(before) / 1024;
    let bytes = exported.markdown.len();
    println!("{blocks} blocks, {bytes} bytes of Markdown, {rounds} rounds, blocks a second of CPU");
    println!("an export takes {grown} MiB at its peak, the Markdown included");

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
    pages: Vec<Bytes>,
}

impl Platform {
    fn client(blocks: usize) -> lark_core::Result<Client> {
        let pages = pages(blocks);
        Client::builder("cli_bench", "secret").transport(Self { pages }).build()
    }

    fn response(&self, request: &Request<Body>) -> Bytes {
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        if path.contains("/auth/v3/") {
            return json_bytes(&json!({"code": 0, "tenant_access_token": "t-b", "expire": 7200}));
        }
        if request.method() == Method::GET && path.ends_with("/blocks") {
            let token = query.split('&').find_map(|it| it.strip_prefix("page_token="));
            let page = token.and_then(|it| it.parse().ok()).unwrap_or(0_usize);
            return self.pages[page].clone();
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

/// The pages of a list of blocks: headings, texts with styles, items, code.
fn pages(blocks: usize) -> Vec<Bytes> {
    let id = |n: usize| format!("doxcn{n:022}");
    let children: Vec<String> = (0..blocks).map(id).collect();
    let page = json!({"block_id": DOCUMENT, "block_type": 1, "children": children,
        "page": {"style": {}, "elements": []}});
    let all: Vec<Value> =
        std::iter::once(page).chain((0..blocks).map(|n| block(n, &id(n)))).collect();
    let pages = all.chunks(PAGE);
    let count = pages.len();
    let page = |(n, items): (usize, &[Value])| {
        let has_more = n + 1 < count;
        let data = json!({"items": items, "has_more": has_more, "page_token": (n + 1).to_string()});
        json_bytes(&json!({"code": 0, "msg": "success", "data": data}))
    };
    pages.enumerate().map(page).collect()
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
