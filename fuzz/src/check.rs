//! What must be true of every push.

use lark_core::{EventOutcome, EventReply, EventRouter, Rejection, Value};

use crate::input::{Case, Shape};
use crate::proof::Proof;
use crate::routers::{Calls, MAX_BODY, router};

/// Gives a push to a router twice, as the platform may, and checks the answers. Gives back the first
/// outcome.
pub(crate) async fn check(case: &Case) -> EventOutcome {
    let calls = Calls::default();
    let router = router(case.keys, case.is_strict, &calls);
    let proof = Proof::of(case);
    let first = give(&router, case).await;
    check_answer(case, &proof, &first);
    let once = calls.count();
    assert_eq!(once, expected_calls(first.outcome), "{:?}", first.outcome);
    assert!(once == 0 || proof.suffices(case), "let in without proof: {proof:?}");

    let second = give(&router, case).await;
    check_answer(case, &proof, &second);
    match (first.outcome, second.outcome) {
        // An event without an id is handled again.
        (EventOutcome::Handled, EventOutcome::Duplicate) => assert_eq!(calls.count(), once),
        (a, b) => {
            assert_eq!(a, b, "the same push, another outcome");
            assert_eq!(calls.count(), 2 * once);
        }
    }
    assert_eq!(router.in_flight(), 0, "something is left behind");
    let counted: u64 = EventOutcome::all().map(|outcome| router.count(outcome)).sum();
    assert_eq!(counted, 2, "each push is counted once");
    first.outcome
}

async fn give(router: &EventRouter, case: &Case) -> EventReply {
    let body = case.body.clone();
    match case.shape {
        Shape::Trusted => router.handle_trusted(body).await,
        _ => router.handle(&case.headers, body).await,
    }
}

fn expected_calls(outcome: EventOutcome) -> usize {
    usize::from(matches!(outcome, EventOutcome::Handled | EventOutcome::Failed))
}

fn check_answer(case: &Case, proof: &Proof, reply: &EventReply) {
    let body: Value = serde_json::from_slice(&reply.body).expect("answers are JSON");
    let status = match reply.outcome {
        EventOutcome::Handled | EventOutcome::Duplicate | EventOutcome::Ignored => 200,
        EventOutcome::Challenge => {
            assert!(proof.suffices_for_challenge(case), "an oracle: {proof:?}");
            assert!(body["challenge"].is_string(), "a challenge is a text");
            200
        }
        EventOutcome::Failed => 500,
        EventOutcome::Rejected(rejection) => check_rejection(case, rejection),
        other => panic!("nothing here takes time, and yet: {other:?}"),
    };
    assert_eq!(reply.status, status, "{:?}", reply.outcome);
    let is_signed = proof.is_signed || proof.is_card_signed || case.shape == Shape::Trusted;
    if case.keys.has_key() && !is_signed {
        assert!(is_blind(reply.outcome), "reveals too much: {:?}", reply.outcome);
    }
}

/// Whether a reply reveals nothing about an unsigned push or its ciphertext, except to a sender that
/// can make a URL check.
fn is_blind(outcome: EventOutcome) -> bool {
    use Rejection::{BadSignature, BadToken, TooLarge};
    matches!(
        outcome,
        EventOutcome::Challenge | EventOutcome::Rejected(BadSignature | BadToken | TooLarge)
    )
}

fn check_rejection(case: &Case, rejection: Rejection) -> u16 {
    match rejection {
        Rejection::TooLarge => {
            assert!(case.body.len() > MAX_BODY, "not too large");
            413
        }
        Rejection::BadJson
        | Rejection::NotAnEvent
        | Rejection::BadBase64
        | Rejection::BadLength
        | Rejection::BadPadding => 400,
        Rejection::BadSignature | Rejection::BadToken => 401,
        Rejection::NeedEncryptKey => 500,
        Rejection::Drift => {
            assert!(case.is_strict, "drift without strict decoding");
            500
        }
        other => panic!("no clock is looked at, and yet: {other:?}"),
    }
}
