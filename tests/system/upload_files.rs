//! Files that cannot be uploaded, or are no longer what they were.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use lark_core::{FilePart, Stage};
use lark_drive::upload::{self, MAX_SINGLE_REQUEST_BYTES, UploadError};
use lark_sandbox::{Sandbox, ScriptedResponse, Times};
use lark_task::v2::attachment;
use lark_test_support::{Directory, content};
use serde_json::json;

const BLOCK: usize = 4 << 20;

#[tokio::test]
async fn what_is_wrong_with_a_file_shows_before_any_call() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let directory = Directory::new();
    let single = directory.sparse("single", MAX_SINGLE_REQUEST_BYTES + 1);
    let empty = directory.file("empty", b"");
    let missing = directory.path().join("missing");
    for (path, why) in [
        (missing.as_path(), "missing: "),
        (directory.path(), "not a file"),
        (&empty, "the file is empty"),
        (&single, "20971521 bytes are too many for one request, the limit is 20971520"),
    ] {
        let upload = upload::file(&client, path).folder("fldcn1").in_one_request();
        let error = upload.send().await.expect_err(why).to_string();
        assert!(error.contains(why), "{error}");
    }
    let homeless = upload::file(&client, &single).send().await.expect_err("no folder");
    assert_eq!(homeless.to_string(), "upload: a folder is missing");
    let large = directory.sparse("large", lark_task::upload::MAX_ATTACHMENT_BYTES + 1);
    let file = |path: &Path| lark_im::v1::file::create().upload(FilePart::path(path));
    let error = client.send(file(&large)).await.expect_err("too large").to_string();
    assert!(error.contains("31457280"), "{error}");
    let image = lark_im::v1::image::create().image_type("message").upload(FilePart::path(&large));
    let error = client.send(image).await.expect_err("too large").to_string();
    assert!(error.contains("10485760"), "{error}");
    let error = client.send(file(&empty)).await.expect_err("empty");
    assert_eq!(error.stage(), Stage::Prepare, "{error}");
    let attach = |path: &Path| attachment::upload().to_task("t1", FilePart::path(path));
    let error = client.send(attach(&large)).await.expect_err("too large").to_string();
    assert!(error.contains("52428800"), "{error}");
    let error = client.send(attach(directory.path())).await.expect_err("a directory");
    assert_eq!(error.stage(), Stage::Prepare, "{error}");
    assert_eq!(sandbox.requests(), 0);
}

#[tokio::test]
async fn a_name_with_a_slash_is_refused_before_any_call() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let directory = Directory::new();
    let (small, large) =
        (directory.file("a", b"a"), directory.sparse("b", MAX_SINGLE_REQUEST_BYTES + 1));
    for path in [&small, &large] {
        let upload = upload::file(&client, path).folder("fldcn1").named("2026/a.pdf");
        let error = upload.send().await.expect_err("a slash");
        assert_eq!(error.to_string(), "upload: the file name \"2026/a.pdf\" has a slash");
    }
    let part = FilePart::path(&small).named("2026/a.pdf");
    let error = client.send(lark_im::v1::file::create().upload(part)).await;
    let error = error.expect_err("a slash");
    assert_eq!(error.stage(), Stage::Prepare, "{error}");
    assert_eq!(sandbox.requests(), 0);
}

fn append(path: &Path) {
    let file = fs::OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(b"more")).expect("it is ours");
}

/// Whatever the platform makes of the parts that fit, nothing is finished.
#[tokio::test]
async fn a_file_that_changes_while_its_parts_are_sent_is_not_finished() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let directory = Directory::new();
    let change = |what: &'static str| {
        move |path: &PathBuf| match what {
            "grows" => append(path),
            "shrinks" => {
                let file = fs::OpenOptions::new().write(true).open(path);
                file.and_then(|file| file.set_len(5 << 20)).expect("it is ours");
            }
            "goes" => fs::remove_file(path).expect("it is ours"),
            _ => fs::write(path, vec![7; 6 * BLOCK]).expect("it is ours"),
        }
    };
    for what in ["grows", "shrinks", "goes", "is written anew"] {
        let path = directory.file("a.bin", &content(6 * BLOCK));
        let (target, change) = (path.clone(), change(what));
        let upload = upload::file(&client, &path).folder("fldcn1").concurrency(1);
        let upload = upload.on_state(move |state| {
            if state.uploaded_parts() == 2 {
                change(&target);
            }
        });
        let error = upload.send().await.expect_err(what);
        match what {
            "goes" => assert!(matches!(error, UploadError::Read { .. }), "{what}: {error}"),
            _ => assert!(matches!(error, UploadError::Changed { .. }), "{what}: {error}"),
        }
        assert!(error.to_string().contains("a.bin"), "{error}");
    }
    assert_eq!(sandbox.requests_of("drive.v1.file.upload_finish"), 0);
}

/// The checksum of what was there before does not fit, and would not the next time.
#[tokio::test]
async fn a_file_that_changes_before_it_is_sent_again_is_not() {
    const ALL: &str = "drive.v1.file.upload_all";
    let directory = Directory::new();
    let path = directory.file("a.bin", &content(BLOCK));
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let target = path.clone();
    let client = lark_core::Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .on_call(move |call| {
            if call.operation == ALL {
                append(&target);
            }
        })
        .build()
        .expect("fine");
    let wrong =
        ScriptedResponse::json(200, &json!({ "code": 1_062_008, "msg": "checksum param Invalid" }));
    sandbox.respond_with(ALL, Times::Once, wrong);
    let error = upload::file(&client, &path).folder("fldcn1").send().await;
    let error = error.expect_err("it was written to");
    assert!(matches!(error, UploadError::Changed { .. }), "{error}");
    assert_eq!(sandbox.requests_of(ALL), 1);
}
