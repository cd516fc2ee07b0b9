//! The file keeps the rules of a store, within a process and between two.

use std::sync::Mutex;

use lark_core::conformance;
use lark_inbox::FileInbox;

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_a_store() {
    let directories = Mutex::new(Vec::new());
    let handles = async || {
        let directory = tempfile::tempdir().expect("a directory");
        let open = || FileInbox::with_partitions(directory.path().join("inbox"), 4);
        let handles = [open().expect("a file"), open().expect("the same file")];
        directories.lock().expect("no panic").push(directory);
        handles
    };
    let report = conformance::inbox_store(handles).await;
    assert_eq!(report.checked.len(), 28, "{:?}", report.checked);
}
