//! What happens when the server's response differs from the spec.

use std::collections::HashSet;
use std::fmt::{self, Write};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::time::Instant;

use super::WireError;
use crate::util::{IdentityHasher, OneLine, lock, run_hook};

/// Most distinct drifts a client remembers, so that a server gone wild costs no memory.
const MAX_REMEMBERED: usize = 4096;
/// Most unknown fields that are reported of one response.
const MAX_UNKNOWN: usize = 32;
/// Most unknown fields of one response that are looked at.
const MAX_UNKNOWN_SEEN: usize = 1024;
/// Number of values between two looks at the clock.
const VALUES_PER_LOOK: u32 = 1024;
/// Most values within each other. The parser takes 128, of which a push has used some already where its
/// payload begins.
const MAX_DEPTH: u32 = 120;
/// Elements of lists may take this many bytes for each byte of JSON, and `MEMORY` more. A model that is
/// read from `{}` may have hundreds.
const MEMORY_PER_BYTE: usize = 8;
const MEMORY: usize = 32 << 20;

/// How a response that differs from the spec is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeMode {
    /// The call succeeds; each [`Drift`] is reported once, of unknown fields 32 a response at most, and
    /// 4,096 in the life of a client. The default.
    #[default]
    Tolerant,
    /// Any drift fails the call with an error that lists all of them (of unknown fields, the first 32).
    /// Meant for tests.
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
        // Names of unknown fields are the server's.
        let f = &mut OneLine(f);
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
    /// A text or a number that is no valid JSON. What cannot be read of it is U+FFFD.
    Repaired,
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converted => "converted",
            Self::Dropped => "dropped",
            Self::Missing => "missing",
            Self::UnknownField => "unknown field",
            Self::UnknownValue => "unknown value",
            Self::Repaired => "repaired",
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
        {
            // Another call may have reported the same since `is_new`, or others until there is no room.
            let mut seen = self.seen();
            if seen.len() >= MAX_REMEMBERED || !seen.insert(key) {
                return;
            }
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
    /// At most `MAX_UNKNOWN_SEEN` of them are of the choice of whoever wrote the response.
    seen: HashSet<u64, BuildHasherDefault<IdentityHasher>>,
    drifts: Vec<(u64, Drift)>,
    /// Number of distinct unknown fields, and of those in `drifts`.
    unknown: (usize, usize),
    /// The text was repaired before it was read.
    is_repaired: bool,
    /// When reading is given up.
    deadline: Option<Instant>,
    is_given_up: bool,
    values: u32,
    /// Number of values within each other.
    depth: u32,
    /// Bytes that lists may still take.
    memory: usize,
}

impl<'a> Context<'a> {
    pub(crate) fn new(operation: &'a str, mode: DecodeMode, log: &'a DriftLog) -> Self {
        Self {
            operation,
            mode,
            log,
            is_stored: false,
            path: Vec::new(),
            seen: HashSet::default(),
            drifts: Vec::new(),
            unknown: (0, 0),
            is_repaired: false,
            deadline: None,
            is_given_up: false,
            values: 0,
            depth: 0,
            memory: MEMORY,
        }
    }

    /// Gives up reading at this time.
    pub(crate) fn until(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// Begins to read a text of this length.
    pub(super) fn begin(&mut self, length: usize) {
        self.memory = MEMORY.saturating_add(length.saturating_mul(MEMORY_PER_BYTE));
        self.depth = 0;
    }

    /// Begins to read it once more. What was reported before is not reported again.
    pub(super) fn begin_again(&mut self, length: usize) {
        self.path.clear();
        self.begin(length);
    }

    /// Begins to read it once more, repaired.
    pub(super) fn begin_repaired(&mut self, length: usize) {
        self.is_repaired = true;
        self.begin_again(length);
    }

    /// Notes that the text of which this value is a part was repaired.
    #[cfg(feature = "events")]
    pub(crate) fn within_repaired(&mut self, is_repaired: bool) {
        self.is_repaired = is_repaired;
    }

    pub(crate) fn is_repaired(&self) -> bool {
        self.is_repaired
    }

    /// Whether reading was ended although the text may be valid.
    pub(crate) fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    /// Counts a value.
    ///
    /// # Errors
    /// The deadline has passed.
    pub(super) fn count_value(&mut self) -> Result<(), &'static str> {
        self.values = self.values.wrapping_add(1);
        if self.values.is_multiple_of(VALUES_PER_LOOK)
            && self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
        {
            self.is_given_up = true;
            return Err("the deadline passed while it was read");
        }
        Ok(())
    }

    /// Goes into a value; false if it lies too deep.
    pub(super) fn go_deeper(&mut self) -> bool {
        let has_room = self.depth < MAX_DEPTH;
        self.depth += u32::from(has_room);
        has_room
    }

    /// Comes back from a value.
    pub(super) fn go_back(&mut self) {
        self.depth -= 1;
    }

    /// Counts the memory of an element of a list.
    ///
    /// # Errors
    /// It is out of proportion to the text.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), WireError> {
        match self.memory.checked_sub(bytes) {
            Some(left) => self.memory = left,
            None => {
                self.is_given_up = true;
                let why = "its lists take too much memory for a text of this length";
                return Err(serde::de::Error::custom(why));
            }
        }
        Ok(())
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

    /// The value was repaired.
    pub(super) fn repaired(&mut self) {
        self.drift(DriftKind::Repaired, None, "valid JSON", "an invalid value");
    }

    /// Whether the name of one more unknown field is wanted.
    pub(super) fn notes_unknown_fields(&self) -> bool {
        self.unknown.0 < MAX_UNKNOWN_SEEN && self.unknown.1 < MAX_UNKNOWN
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
        if !self.seen.insert(key) {
            return;
        }
        let is_unknown = kind == DriftKind::UnknownField;
        self.unknown.0 += usize::from(is_unknown);
        if self.mode == DecodeMode::Strict || self.log.is_new(key) {
            let (operation, path) = (self.operation.to_owned(), self.render_path(leaf));
            self.unknown.1 += usize::from(is_unknown);
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
