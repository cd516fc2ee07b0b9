//! The routers that the pushes are for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lark_core::{DecodeMode, Event, EventHeader, EventKeys, EventRouter};
use lark_im::callback::{
    CardAction, CardReply, LegacyCardAction, LegacyCardReply, Toast, UrlPreview, UrlPreviewReply,
};
use lark_im::v1::event::MessageReceive;

use crate::push::{KEY, TOKEN};

/// More than the fuzzer sends by default, less than its option allows.
pub(crate) const MAX_BODY: usize = 16 * 1024;

/// The keys of a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    Both,
    Key,
    Token,
}

impl Keys {
    pub(crate) const ALL: [Self; 3] = [Self::Both, Self::Key, Self::Token];

    pub(crate) fn has_key(self) -> bool {
        matches!(self, Self::Both | Self::Key)
    }

    pub(crate) fn has_token(self) -> bool {
        matches!(self, Self::Both | Self::Token)
    }
}

/// The number of handler calls.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<AtomicUsize>);

impl Calls {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Does what handlers do with an event: looks at it, and writes it to a log.
    fn note(&self, header: &EventHeader, payload: &dyn std::fmt::Debug) {
        self.0.fetch_add(1, Ordering::Relaxed);
        assert!(std::str::from_utf8(&header.raw).is_ok(), "an event that is not text");
        assert!(!format!("{header:?} {payload:?}").is_empty());
    }
}

/// A router with handlers of every kind.
pub(crate) fn router(keys: Keys, is_strict: bool, calls: &Calls) -> EventRouter {
    let mut secrets = EventKeys::new();
    if keys.has_key() {
        secrets = secrets.encrypt_key(KEY);
    }
    if keys.has_token() {
        secrets = secrets.verification_token(TOKEN);
    }
    let [typed, raw, fails, press, old, link, fallback] = [(); 7].map(|()| calls.clone());
    EventRouter::builder(secrets)
        .max_body_size(MAX_BODY)
        .decode_mode(if is_strict { DecodeMode::Strict } else { DecodeMode::Tolerant })
        .on(move |event: Event<MessageReceive>| {
            typed.note(&event.header, &event.payload);
            async { Ok(()) }
        })
        .on_raw("fuzz.raw", move |event| {
            raw.note(&event.header, &event.payload);
            async { Ok(()) }
        })
        .on_raw("fuzz.fails", move |event| {
            fails.note(&event.header, &event.payload);
            async { Err("as it should".into()) }
        })
        // The replies hold what the payloads held, so that it has to be escaped.
        .on_callback(move |event: Event<CardAction>| {
            press.note(&event.header, &event.payload);
            let toast = Toast::info(format!("{:?}", event.payload));
            async { Ok(CardReply::none().toast(toast)) }
        })
        .on_callback(move |event: Event<LegacyCardAction>| {
            old.note(&event.header, &event.payload);
            let toast = Toast::info(format!("{:?}", event.payload));
            async { Ok(LegacyCardReply::toast(toast)) }
        })
        .on_callback(move |event: Event<UrlPreview>| {
            link.note(&event.header, &event.payload);
            let title = format!("{:?}", event.payload);
            async { Ok(UrlPreviewReply::none().title(title)) }
        })
        .fallback(move |event| {
            fallback.note(&event.header, &event.payload);
            async { Ok(()) }
        })
        .build()
        .expect("there are keys")
}
