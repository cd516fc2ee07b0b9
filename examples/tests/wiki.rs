//! The programs that write a wiki space to a folder and a folder to a wiki space, one after the other on one
//! sandbox.
#![allow(missing_docs, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use lark_core::Client;
use lark_examples::pages;
use lark_sandbox::Sandbox;

/// Runs a program on a sandbox; what it says.
fn run(sandbox: &Sandbox, program: &str, folder: (&str, &Path)) -> String {
    let output = Command::new(program)
        .env("LARK_APP_ID", sandbox.app_id())
        .env("LARK_APP_SECRET", sandbox.app_secret())
        .env("LARK_BASE_URL", sandbox.base_url())
        .env("LARK_SPACE", Sandbox::WIKI_SPACE)
        .env(folder.0, folder.1)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_doubled_however_often_it_is_imported() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).build().expect("a client");
    let before = pages(&client, Sandbox::WIKI_SPACE).await.expect("pages").len();
    let root = std::env::temp_dir().join(format!("lark-wiki-{}", std::process::id()));
    let (source, out, again) = (root.join("in"), root.join("out"), root.join("again"));
    fs::create_dir_all(source.join("guide")).expect("a folder");
    fs::write(source.join("plan.md"), "# Plan\n\n- [x] measure\n").expect("a file");
    fs::write(source.join("guide").join("plan.md"), "another one\n").expect("a file");
    let (import, export) = (env!("CARGO_BIN_EXE_doc_import"), env!("CARGO_BIN_EXE_doc_export"));

    let first = run(&sandbox, import, ("LARK_IN", &source));
    assert!(first.contains("plan: 1 calls") && first.contains("guide / plan: 1 calls"), "{first}");
    let after = pages(&client, Sandbox::WIKI_SPACE).await.expect("pages");
    // The two files and the page of the folder, by title and by token.
    assert_eq!(after.len(), before + 6);
    let second = run(&sandbox, import, ("LARK_IN", &source));
    assert!(second.contains("\nplan: 0 calls"), "{second}");
    assert!(second.contains("guide / plan: 0 calls"), "{second}");

    // What was exported goes back to where it comes from, with what was edited.
    run(&sandbox, export, ("LARK_OUT", &out));
    let node = after[&vec!["plan".to_owned()]].node_token().expect("a token").to_owned();
    let path = out.join(format!("plan.{node}.md"));
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, text.replace("measure", "measure twice")).expect("it is ours");
    let third = run(&sandbox, import, ("LARK_IN", &out));
    let edited: Vec<&str> =
        third.lines().filter(|it| it.ends_with(" calls") && !it.ends_with(" 0 calls")).collect();
    assert_eq!(edited, [format!("plan.{node}: 1 calls")]);
    let found = pages(&client, Sandbox::WIKI_SPACE).await.expect("pages");
    assert!(found.keys().eq(after.keys()), "{:?}", found.keys());
    run(&sandbox, export, ("LARK_OUT", &again));
    let text = fs::read_to_string(again.join(format!("plan.{node}.md"))).expect("it is there");
    assert!(text.ends_with("# Plan\n\n- [x] measure twice\n"), "{text}");
    fs::remove_dir_all(&root).expect("it is ours");
}
