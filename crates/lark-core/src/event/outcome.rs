//! What happened to a push: the table of outcomes and rejections.

use http::StatusCode;

/// Declares [`EventOutcome`] and [`Rejection`]. A row is a variant's documentation, its name in
/// metrics, its HTTP status and, for a rejection, the hint that the log gives.
macro_rules! outcome_table {
    (
        outcomes {
            $($(#[$doc:meta])+ $outcome:ident $name:literal $status:ident;)+
        }
        rejections {
            $($(#[$why:meta])+ $rejection:ident $reason:literal $code:ident $hint:literal;)+
        }
    ) => {
        /// What happened to a push, or to a handler that ended after its push was answered.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EventOutcome {
            $($(#[$doc])+ $outcome,)+
            /// Rejected before any handler saw it.
            Rejected(Rejection),
        }

        /// Why a push was rejected before any handler saw it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rejection {
            $($(#[$why])+ $rejection,)+
        }

        const ROWS: &[Row] = &[
            $(Row {
                outcome: EventOutcome::$outcome,
                name: $name,
                status: StatusCode::$status,
                hint: "",
            },)+
            $(Row {
                outcome: EventOutcome::Rejected(Rejection::$rejection),
                name: $reason,
                status: StatusCode::$code,
                hint: $hint,
            },)+
        ];

        impl EventOutcome {
            /// The place of its row.
            pub(super) fn index(self) -> usize {
                enum Index { $($outcome,)+ $($rejection,)+ }
                match self {
                    $(Self::$outcome => Index::$outcome as usize,)+
                    $(Self::Rejected(Rejection::$rejection) => Index::$rejection as usize,)+
                }
            }
        }
    };
}

struct Row {
    outcome: EventOutcome,
    name: &'static str,
    status: StatusCode,
    hint: &'static str,
}

outcome_table! {
    outcomes {
        /// The handler returned `Ok`. Status 200.
        Handled "handled" OK;
        /// The handler returned `Err`. Status 500; a redelivery is handled again.
        Failed "failed" INTERNAL_SERVER_ERROR;
        /// The handler panicked. Status 500; a redelivery is handled again.
        Panicked "panicked" INTERNAL_SERVER_ERROR;
        /// The handler was stopped at its `handler_timeout`. Status 500; a redelivery is handled again.
        TimedOut "timed_out" INTERNAL_SERVER_ERROR;
        /// Accepted, but not handled yet ([`Acknowledge::First`](crate::Acknowledge)). Status 200.
        Accepted "accepted" OK;
        /// The handler is still running after its `ack_timeout` or `callback_timeout`. An event is
        /// answered 503, so that the platform asks again later; a callback 200 with the reply that
        /// changes nothing.
        StillRunning "still_running" SERVICE_UNAVAILABLE;
        /// Handled before. Status 200.
        Duplicate "duplicate" OK;
        /// Another instance is handling it. Status 503.
        InProgress "in_progress" SERVICE_UNAVAILABLE;
        /// No handler for this type. Status 200.
        Ignored "ignored" OK;
        /// A URL check, answered. Status 200.
        Challenge "challenge" OK;
        /// The router is at capacity. Status 503.
        Busy "busy" SERVICE_UNAVAILABLE;
        /// The router is shutting down. Status 503.
        Closing "closing" SERVICE_UNAVAILABLE;
        /// Stopped by the shutdown. Status 503.
        Stopped "stopped" SERVICE_UNAVAILABLE;
        /// The dedup store failed. Status 503.
        StoreFailed "store_failed" SERVICE_UNAVAILABLE;
    }
    rejections {
        /// The router has no keys ([`EventKeys::none`](crate::EventKeys::none)): it receives nothing
        /// over HTTP. Status 401.
        NoKeys "no_keys" UNAUTHORIZED
            "the router has no keys, so it takes events over the long connection only";
        /// The body is larger than `max_body_size`. Status 413.
        TooLarge "too_large" PAYLOAD_TOO_LARGE "the body is larger than max_body_size";
        /// Not JSON. Status 400.
        BadJson "bad_json" BAD_REQUEST "the body is not JSON";
        /// JSON, but neither an event nor a callback nor a URL check. Status 400.
        NotAnEvent "not_an_event" BAD_REQUEST
            "JSON, but neither an event nor a callback nor a URL check";
        /// `encrypt` is not base64. Status 400.
        BadBase64 "bad_base64" BAD_REQUEST "`encrypt` is not base64";
        /// The ciphertext is not a whole number of blocks. Status 400.
        BadLength "bad_length" BAD_REQUEST "`encrypt` is not an IV and whole blocks";
        /// The ciphertext was made with another key. Status 400.
        BadPadding "bad_padding" BAD_REQUEST "the ciphertext was made with another encrypt key";
        /// The push is encrypted, but the router has no encrypt key. Status 500: the setup is wrong.
        NeedEncryptKey "need_encrypt_key" INTERNAL_SERVER_ERROR
            "the push is encrypted: give the router the app's encrypt key";
        /// Unsigned although the router has a key, or signed with another key. Status 401.
        BadSignature "bad_signature" UNAUTHORIZED
            "unsigned or signed with another key; an old card callback is signed with the \
             verification token";
        /// The verification token is absent or another app's. Status 401.
        BadToken "bad_token" UNAUTHORIZED "the verification token is absent or not the router's";
        /// The timestamp is outside of the router's `max_age`. Status 401.
        Stale "stale" UNAUTHORIZED "the timestamp is outside of max_age";
        /// Strict decoding found differences from the spec. Status 500.
        Drift "drift" INTERNAL_SERVER_ERROR "strict decoding found differences from the spec";
    }
}

impl EventOutcome {
    /// The number of outcomes, each reason of a rejection counted.
    pub(super) const COUNT: usize = ROWS.len();

    /// All outcomes, to register metrics ahead.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.outcome)
    }

    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    pub(super) fn status(self) -> StatusCode {
        self.row().status
    }

    fn row(self) -> &'static Row {
        &ROWS[self.index()]
    }
}

impl Rejection {
    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        EventOutcome::Rejected(self).as_str()
    }

    /// What the operator of the receiver should know, for the log.
    pub(super) fn hint(self) -> &'static str {
        EventOutcome::Rejected(self).row().hint
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::EventOutcome;

    #[test]
    fn each_outcome_has_its_own_name_and_counter() {
        let names: HashSet<_> = EventOutcome::all().map(EventOutcome::as_str).collect();
        let places: Vec<_> = EventOutcome::all().map(EventOutcome::index).collect();
        assert_eq!(names.len(), 26);
        assert_eq!(places, Vec::from_iter(0..26));
    }
}
