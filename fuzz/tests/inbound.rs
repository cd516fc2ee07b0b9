//! The target without the fuzzer: its seeds, and simple changes of them.

use std::collections::HashSet;

use lark_core::EventOutcome;
use lark_core::Rejection::{
    BadBase64, BadJson, BadLength, BadPadding, BadSignature, BadToken, NeedEncryptKey, NotAnEvent,
};

/// The fuzzer need not find by itself what a push looks like.
#[test]
fn the_seeds_reach_everything_that_a_push_can_become() {
    let seeds = lark_fuzz::inbound_seeds();
    let reached: HashSet<_> =
        seeds.iter().filter_map(|(_, seed)| lark_fuzz::inbound(seed)).collect();
    for outcome in [EventOutcome::Handled, EventOutcome::Failed, EventOutcome::Challenge] {
        assert!(reached.contains(&outcome), "{outcome:?}");
    }
    for rejection in [
        BadBase64,
        BadJson,
        BadLength,
        BadPadding,
        BadSignature,
        BadToken,
        NeedEncryptKey,
        NotAnEvent,
    ] {
        assert!(reached.contains(&EventOutcome::Rejected(rejection)), "{rejection:?}");
    }
}

/// Every seed holds when it is cut off, and with each byte changed that a fuzzer would change first.
#[test]
fn what_is_near_the_seeds_holds() {
    for (_, seed) in lark_fuzz::inbound_seeds() {
        for place in (0..seed.len()).step_by(89) {
            lark_fuzz::inbound(&seed[..place]);
            let mut changed = seed.clone();
            for byte in [0, b'"', b'{', 0xff] {
                changed[place] = byte;
                lark_fuzz::inbound(&changed);
            }
        }
    }
}
