//! Pushes to an event router.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lark_fuzz::inbound(data);
});
