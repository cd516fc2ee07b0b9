//! Documents as files, and files as documents.

use std::time::Duration;

use lark_docx::document;
use lark_drive::convert::{self, ConvertError};
use lark_drive::sharing::Document;
use lark_drive::tree;
use lark_drive::upload::Source;
use lark_drive::v1::{FileExtension, file};
use lark_sandbox::{Fault, Times};
use lark_test_support::Directory;
use tokio::time::Instant;

use crate::paused;

const EXPORT: &str = "drive.v1.export_task.get";

#[tokio::test(start_paused = true)]
async fn an_export_is_waited_for_and_saved() {
    let (sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let written = document::from_markdown(&client, "one\n\ntwo").title("Plan").await.expect("made");
    let plan = Document::docx(written.document_id);
    sandbox.conversion_time(Duration::from_secs(20));
    let (directory, started) = (Directory::new(), Instant::now());
    let path = directory.path().join("plan.pdf");
    let export = convert::export(&client, plan.clone(), FileExtension::Pdf);
    let exported = export.save_to(&path).await.expect("exported");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "Plan\none\ntwo");
    assert_eq!((exported.name.as_str(), exported.size), ("Plan", 12));
    assert!((20..26).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    assert!(sandbox.requests_of(EXPORT) <= 10, "less and less often");
    let download = convert::export(&client, plan, "docx").download().await.expect("exported");
    assert_eq!(download.file_name().as_deref(), Some("Plan.docx"));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_takes_too_long_goes_on_by_its_ticket() {
    let (sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let written = document::from_markdown(&client, "one").await.expect("made");
    let plan = Document::docx(written.document_id);
    sandbox.conversion_time(Duration::from_secs(60));
    let export = convert::export(&client, plan.clone(), "pdf").time_limit(Duration::from_secs(10));
    let Err(error) = export.download().await else { panic!("it takes a minute") };
    let ticket = error.ticket().expect("a task").to_owned();
    assert!(matches!(error, ConvertError::Unfinished { .. }), "{error}");
    assert!(error.to_string().starts_with(&format!("task {ticket} is not done after ")), "{error}");
    let download = convert::export_of_ticket(&client, plan, ticket).download().await;
    download.expect("it is done by now");
    assert_eq!(sandbox.requests_of("drive.v1.export_task.create"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_question_that_fails_does_not_lose_the_task() {
    let (sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let written = document::from_markdown(&client, "one").await.expect("made");
    let plan = Document::docx(written.document_id);
    // More often than the client repeats a call.
    sandbox.fault(EXPORT, Times::Next(7), Fault::status(503));
    convert::export(&client, plan.clone(), "pdf").download().await.expect("exported");
    sandbox.fault(EXPORT, Times::Once, Fault::code(1_069_902, 403));
    let error = convert::export(&client, plan, "pdf").download().await.expect_err("no right");
    assert!(error.ticket().is_some() && error.call_error().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_the_platform_does_not_make_is_refused_before_the_first_call() {
    let (sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    for (document, extension, why) in [
        (Document::docx("d"), "xlsx", "docx d is exported as docx or pdf, not as xlsx"),
        (Document::sheet("s"), "csv", "sheet s as CSV needs the id of a sheet or table: sub_id"),
        (Document::folder("f"), "pdf", "folder f is not exported: only doc, sheet, "),
    ] {
        let error = convert::export(&client, document, extension).download().await.err();
        let error = error.expect(why).to_string();
        assert!(error.starts_with(why), "{error}");
    }
    for (name, kind, why) in [
        ("a.md", "slides", "a.md becomes docx, sheet, bitable, not slides"),
        ("a", "docx", "\"a\" has no extension, and none was set"),
    ] {
        let import = convert::import(&client, Source::bytes(name, "x"), kind);
        assert_eq!(import.await.expect_err(why).to_string(), why);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_fails_says_so() {
    let (_sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let written = document::from_markdown(&client, "one").await.expect("made");
    client.send(file::delete(&written.document_id).type_("docx")).await.expect("deleted");
    let gone = Document::docx(written.document_id);
    let error = convert::export(&client, gone, "pdf").download().await.expect_err("gone");
    assert!(matches!(error, ConvertError::Failed { status: 123, .. }), "{error}");
    assert_eq!(error.ticket(), None);
}

#[tokio::test(start_paused = true)]
async fn a_file_becomes_a_document_in_a_folder() {
    let (_sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let create = file::create_folder().folder_token("").name("Imports");
    let folder = client.send(create).await.expect("a folder").token;
    let source = Source::bytes("notes.md", "# Title\n\ntext\n");
    let imported = convert::import(&client, source, "docx").folder(&folder).await.expect("made");
    assert_eq!(imported.document.kind().as_str(), "docx");
    let exported = document::to_markdown(&client, imported.document.token()).await.expect("it");
    assert_eq!((exported.title.as_str(), exported.blocks), ("notes", 3));
    let sheet = convert::import(&client, Source::bytes("b", "1,2\n"), "sheet");
    let sheet = sheet.extension("csv").named("Budget").folder(&folder).await.expect("made");
    let found = tree::walk(&client, &folder).all().await.expect("listed");
    let names: Vec<_> =
        found.iter().map(|it| (it.node.name.as_str(), it.node.type_.as_str())).collect();
    assert_eq!(names, [("notes", "docx"), ("Budget", "sheet")]);
    assert_eq!(found[1].node.token, sheet.document.token());
}
