//! Files on the disk: whole, in their place, or not there.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use lark_core::{RetryPolicy, Stage};
use lark_test_support::{Directory, content};
use tokio::sync::Notify;

use crate::operations::get;
use crate::server::{Reply, Server};
use crate::{NAME, client};

#[tokio::test]
async fn names_of_the_server_are_used_but_lead_nowhere_and_replace_nothing() {
    let sent = ["合同 v2 \"final\".pdf", "../../up.txt", "..", "a\\b%01.txt", ""];
    let server = Server::start(move |_, number| {
        let name = sent[number / 2].replace('"', "\\\"");
        let disposition = format!("attachment; filename=\"{name}\"");
        Reply::new(200, vec![b'x'; number + 1]).header("Content-Disposition", disposition)
    })
    .await;
    let client = client(&server);
    let directory = Directory::new();
    for number in 0..10 {
        let file = client.send(get()).await.expect("a file");
        let path = file.save_into(directory.path()).await.expect("saved");
        assert_eq!(path.parent(), Some(directory.path()));
        assert_eq!(path.metadata().expect("it is there").len(), number + 1);
    }
    let mut expected = [
        NAME,
        "合同 v2 \"final\" (2).pdf",
        "up.txt",
        "up (2).txt",
        "b_.txt",
        "b_ (2).txt",
        "download",
        "download (2)",
        "download (3)",
        "download (4)",
    ];
    expected.sort_unstable();
    assert_eq!(directory.names(), expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_replaced_whole_with_its_permissions_and_behind_its_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let server = Server::start(|_, _| Reply::new(200, content(600_000))).await;
    let directory = Directory::new();
    let path = directory.file("secret.bin", b"before");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("it is ours");
    let link = directory.path().join("link");
    symlink("secret.bin", &link).expect("a link");
    let file = client(&server).send(get()).await.expect("a file");
    assert_eq!(file.save_to(&link).await.expect("saved"), 600_000);
    assert!(link.symlink_metadata().expect("it is there").is_symlink());
    assert!(std::fs::read(&path).expect("it is there") == content(600_000));
    let mode = path.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(directory.names(), ["link", "secret.bin"]);
}

#[cfg(unix)]
#[tokio::test]
async fn the_part_is_as_private_as_its_target() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start(|_, _| Reply::new(200, content(900_000)).hang(800_000)).await;
    let directory = Directory::new();
    let path = directory.file("secret.bin", b"before");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("it is ours");
    let seen = Arc::new(Notify::new());
    let (telling, within) = (Arc::clone(&seen), directory.path().to_owned());
    let hook = move |got, _| {
        let files = std::fs::read_dir(&within).expect("it is there");
        for file in files {
            let metadata = file.and_then(|file| file.metadata()).expect("it is there");
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        }
        if got == 800_000 {
            telling.notify_one()
        }
    };
    let file = client(&server).send(get()).await.expect("a file").on_progress(hook);
    let save = tokio::spawn(file.save_to(path));
    seen.notified().await;
    save.abort();
}

#[tokio::test]
async fn a_target_that_cannot_be_written_is_an_error_before_the_transfer() {
    // It hangs, so a transfer would not end.
    let server = Server::start(|_, _| Reply::new(200, content(1_000)).hang(10)).await;
    let client = client(&server);
    let directory = Directory::new();
    let read_only = directory.file("read-only", b"before");
    let mut permissions = read_only.metadata().expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&read_only, permissions).expect("it is ours");
    let missing = directory.path().join("missing/a.bin");
    let below_a_file = read_only.join("a.bin");
    for (path, kind, why) in [
        (directory.path(), ErrorKind::IsADirectory, "it is a directory"),
        (&read_only, ErrorKind::PermissionDenied, "it is read-only"),
        (&missing, ErrorKind::NotFound, "No such file or directory"),
        (&below_a_file, ErrorKind::NotADirectory, "Not a directory"),
        (std::path::Path::new("/dev/null"), ErrorKind::InvalidInput, "not a regular file"),
        (std::path::Path::new(""), ErrorKind::InvalidInput, "it does not name a file"),
    ] {
        let error = client.send(get()).await.expect("a file").save_to(path).await;
        let error = error.expect_err(why);
        assert_eq!((error.stage(), error.file()), (Stage::Save, Some(path)), "{error}");
        assert_eq!(error.io_error().map(std::io::Error::kind), Some(kind), "{error}");
        let text = error.to_string();
        let start = format!("test.v1.file.get: save: cannot write {path:?}: ");
        assert!(text.starts_with(&start) && text.contains(why), "{text}");
    }
    let error = client.send(get()).await.expect("a file").save_into(&read_only).await;
    assert_eq!(error.expect_err("no directory").stage(), Stage::Save);
    assert_eq!(std::fs::read(&read_only).expect("it is there"), b"before");
    assert_eq!(directory.names(), ["read-only"]);
}

#[tokio::test]
async fn a_save_that_is_dropped_in_the_middle_leaves_nothing() {
    let server = Server::start(|_, _| Reply::new(200, content(900_000)).hang(800_000)).await;
    let client = client(&server).with_retry(RetryPolicy::none());
    let directory = Directory::new();
    let path = directory.file("a.bin", b"before");
    let (far, target) = (Arc::new(Notify::new()), path.clone());
    let telling = Arc::clone(&far);
    let task = tokio::spawn(async move {
        let file = client.send(get()).await.expect("a file");
        let telling = move |got, _| {
            if got == 800_000 {
                telling.notify_one()
            }
        };
        file.on_progress(telling).save_to(target).await
    });
    far.notified().await;
    assert_eq!(directory.names().len(), 2, "the part is beside its target");
    task.abort();
    assert!(task.await.expect_err("dropped").is_cancelled());
    // A batch may still be on its way to the disk; the part goes when it is there.
    let gone = async {
        while directory.names() != ["a.bin"] {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the part is removed");
    assert_eq!(std::fs::read(&path).expect("it is there"), b"before");
}
