//! The routers that the pushes are for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lark_core::wire::{Context, Decode, Fit, Input, WireError};
use lark_core::{
    CallbackPayload, CallbackReply, DecodeMode, Event, EventHead, EventKeys, EventPayload,
    EventRouter, Value,
};
use lark_im::v1::events::MessageReceive;

use crate::push::{KEY, TOKEN};

/// More than the fuzzer sends by itself, less than it can be told to.
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

/// How often handlers were called.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<AtomicUsize>);

impl Calls {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Does what handlers do with an event: looks at it, and writes it to a log.
    fn note(&self, head: &EventHead, payload: &dyn std::fmt::Debug) {
        self.0.fetch_add(1, Ordering::Relaxed);
        assert!(std::str::from_utf8(&head.raw).is_ok(), "an event that is not text");
        assert!(!format!("{head:?} {payload:?}").is_empty());
    }
}

/// A callback whose payload is JSON as it came, under two names.
macro_rules! callbacks {
    ($($name:ident $event_type:literal;)*) => {$(
        #[derive(Debug, Default)]
        struct $name(Value);

        impl Decode for $name {
            fn accept(
                &mut self,
                input: Input<'_>,
                cx: &mut Context<'_>,
            ) -> Result<Fit, WireError> {
                self.0.accept(input, cx)
            }
        }

        impl EventPayload for $name {
            const EVENT_TYPE: &'static str = $event_type;
        }

        impl CallbackPayload for $name {
            type Reply = Toast;
        }
    )*};
}

callbacks! {
    Press "card.action.trigger";
    OldPress "card.action.trigger_v1";
}

/// A reply with what the payload held, so that it has to be escaped.
struct Toast(Value);

impl CallbackReply for Toast {
    fn to_body(&self) -> String {
        self.0.to_string()
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
    let [typed, raw, fails, press, old, fallback] = [(); 6].map(|()| calls.clone());
    EventRouter::builder(secrets)
        .max_body(MAX_BODY)
        .decode_mode(if is_strict { DecodeMode::Strict } else { DecodeMode::Tolerant })
        .on(move |event: Event<MessageReceive>| {
            typed.note(&event.head, &event.payload);
            async { Ok(()) }
        })
        .on_raw("fuzz.raw", move |event| {
            raw.note(&event.head, &event.payload);
            async { Ok(()) }
        })
        .on_raw("fuzz.fails", move |event| {
            fails.note(&event.head, &event.payload);
            async { Err("as it should".into()) }
        })
        .on_callback(move |event: Event<Press>| {
            press.note(&event.head, &event.payload);
            async move { Ok(Toast(event.payload.0)) }
        })
        .on_callback(move |event: Event<OldPress>| {
            old.note(&event.head, &event.payload);
            async move { Ok(Toast(event.payload.0)) }
        })
        .fallback(move |event| {
            fallback.note(&event.head, &event.payload);
            async { Ok(()) }
        })
        .build()
        .expect("there are keys")
}
