//! The pace of edits, on tokio's paused clock and without a socket.

use lark_core::RetryPolicy;
use lark_docx::block::Block;
use lark_docx::document;
use lark_sandbox::RateLimit;
use tokio::time::Instant;

use crate::paused;

#[tokio::test(start_paused = true)]
async fn no_second_has_more_than_three_edits() {
    let (sandbox, builder) = paused::start().await;
    sandbox.document_rate_limit(Some(RateLimit::per_second(3)));
    let client = builder.retry(RetryPolicy::none()).build().expect("a client");
    let started = Instant::now();
    let written =
        document::create(&client, vec![Block::text("a"); 10_000]).await.expect("a document");
    assert_eq!(written.blocks, 10_000);
    assert_eq!(started.elapsed().as_secs(), 3, "ten edits, three a second");
    let error =
        document::append_blocks(&client, &written.document_id, vec![Block::text("a"); 5000])
            .edits_per_second(0)
            .await
            .expect_err("five at once");
    assert!(
        matches!(error.cause(), document::DocumentError::Call(it) if it.is_rate_limited()),
        "{error}"
    );
}
