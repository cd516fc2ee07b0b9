//! What happens when the server's response differs from the spec.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::util::{lock, run_hook};

/// Most distinct drifts a client remembers, so that a server gone wild costs no memory.
const MAX_REMEMBERED: usize = 4096;

/// How a response that differs from the spec is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeMode {
    /// The call succeeds; each [`Drift`] is reported once. The default.
    #[default]
    Tolerant,
    /// Any drift fails the call with an error that lists all of them. Meant for tests.
    Strict,
}

/// One difference between a response and the spec, at one place of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The operation id or event type.
    pub operation: String,
    /// Where: `items[].sender.id`. List positions and map keys are left out.
    pub path: String,
    /// In which way the response differs.
    pub kind: DriftKind,
    /// What the spec says: `integer`, `string`, an enum's name.
    pub expected: &'static str,
    /// The JSON kind that came.
    pub found: &'static str,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, expected {}, got {}", self.path, self.kind, self.expected, self.found)
    }
}

/// The way in which a response differs from the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriftKind {
    /// The scalar came in another type and was converted; nothing is lost.
    Converted,
    /// The value does not fit and was left out; the field has its default.
    Dropped,
    /// A required field is absent or null.
    Missing,
    /// The spec does not know this field.
    UnknownField,
    /// An enum value the spec does not know; kept as `Other`.
    UnknownValue,
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converted => "converted",
            Self::Dropped => "dropped",
            Self::Missing => "missing",
            Self::UnknownField => "unknown field",
            Self::UnknownValue => "unknown value",
        })
    }
}

/// Called once for each distinct drift.
pub(crate) type DriftHook = Arc<dyn Fn(&Drift) + Send + Sync>;

/// Remembers which drifts a client has reported.
#[derive(Default)]
pub(crate) struct DriftLog {
    seen: Mutex<HashSet<u64>>,
    hook: Option<DriftHook>,
}

impl DriftLog {
    pub(crate) fn new(hook: Option<DriftHook>) -> Self {
        Self { seen: Mutex::default(), hook }
    }

    fn seen(&self) -> MutexGuard<'_, HashSet<u64>> {
        lock(&self.seen)
    }

    fn is_new(&self, key: u64) -> bool {
        let seen = self.seen();
        seen.len() < MAX_REMEMBERED && !seen.contains(&key)
    }

    fn report(&self, key: u64, drift: &Drift) {
        // Another call may have reported the same since `is_new`.
        if !self.seen().insert(key) {
            return;
        }
        let Drift { operation, path, kind, expected, found } = drift;
        if *kind == DriftKind::Dropped {
            tracing::warn!(target: "lark_core::drift", operation, path, %kind, expected, found);
        } else {
            tracing::debug!(target: "lark_core::drift", operation, path, %kind, expected, found);
        }
        if let Some(hook) = &self.hook {
            run_hook("on_drift", || hook(drift));
        }
    }
}

/// The state of reading one response: where we are and what differed.
pub struct Context<'a> {
    operation: &'a str,
    mode: DecodeMode,
    log: &'a DriftLog,
    /// The text is not a response, but a value that was kept.
    is_stored: bool,
    path: Vec<&'static str>,
    seen: Vec<u64>,
    drifts: Vec<(u64, Drift)>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(operation: &'a str, mode: DecodeMode, log: &'a DriftLog) -> Self {
        let (path, seen, drifts) = (Vec::new(), Vec::new(), Vec::new());
        Self { operation, mode, log, is_stored: false, path, seen, drifts }
    }

    /// The state of reading a value that was kept.
    #[cfg(feature = "serde")]
    pub(super) fn stored(log: &'a DriftLog) -> Self {
        Self { is_stored: true, ..Self::new("", DecodeMode::Strict, log) }
    }

    pub(super) fn is_stored(&self) -> bool {
        self.is_stored
    }

    /// Runs `read` one level deeper, under the segment `name`.
    pub fn within<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.enter(name);
        let result = read(self);
        self.leave();
        result
    }

    /// Goes one level deeper. Without the matching [`leave`](Self::leave) only after broken JSON,
    /// when the context is not used any more.
    pub(crate) fn enter(&mut self, name: &'static str) {
        self.path.push(name);
    }

    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// The scalar `expected` came as `found` and was converted.
    pub fn converted(&mut self, expected: &'static str, found: &'static str) {
        self.drift(DriftKind::Converted, None, expected, found);
    }

    /// A value of kind `found` cannot become `expected`.
    pub fn dropped(&mut self, expected: &'static str, found: &'static str) {
        self.drift(DriftKind::Dropped, None, expected, found);
    }

    /// The enum `expected` has no such value.
    pub fn unknown_value(&mut self, expected: &'static str) {
        self.drift(DriftKind::UnknownValue, None, expected, "string");
    }

    /// The required field `name` is not there.
    pub(crate) fn missing(&mut self, name: &str) {
        self.drift(DriftKind::Missing, Some(name), "a value", "none");
    }

    /// The spec has no field `name`.
    pub(crate) fn unknown_field(&mut self, name: &str) {
        self.drift(DriftKind::UnknownField, Some(name), "none", "a value");
    }

    fn drift(
        &mut self,
        kind: DriftKind,
        leaf: Option<&str>,
        expected: &'static str,
        found: &'static str,
    ) {
        let mut hasher = DefaultHasher::new();
        (self.operation, &self.path, leaf, kind).hash(&mut hasher);
        let key = hasher.finish();
        // The list is short: it holds distinct places of one response.
        if self.seen.contains(&key) {
            return;
        }
        self.seen.push(key);
        if self.mode == DecodeMode::Strict || self.log.is_new(key) {
            let (operation, path) = (self.operation.to_owned(), self.render_path(leaf));
            self.drifts.push((key, Drift { operation, path, kind, expected, found }));
        }
    }

    fn render_path(&self, leaf: Option<&str>) -> String {
        let mut text = String::new();
        for segment in self.path.iter().copied().chain(leaf) {
            if !text.is_empty() && !segment.starts_with(['[', '{']) {
                text.push('.');
            }
            text.push_str(segment);
        }
        text
    }

    /// Ends the reading: reports what differed, or in strict mode hands it back as the failure.
    pub(crate) fn finish(self) -> Result<(), Vec<Drift>> {
        if self.mode == DecodeMode::Strict && !self.drifts.is_empty() {
            return Err(self.drifts.into_iter().map(|(_, drift)| drift).collect());
        }
        self.drifts.iter().for_each(|(key, drift)| self.log.report(*key, drift));
        Ok(())
    }
}
