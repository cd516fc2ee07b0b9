//! Models as JSON that is kept: a response in a cache, a fixture of a test.

use std::any::type_name;

use serde::de::DeserializeSeed;
use serde::{Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::decode::{Seed, decode_slice};
use super::drift::DriftLog;
use super::{Context, Decode, Drift, DriftKind, Encode, Fit, JsonWriter, Slot, WireError};
use crate::error::{Cause, Error, Result, Stage};

/// Models, values of enums, and lists and maps of them, as JSON: the same as they travel, whichever
/// way they do. Also the traits of serde are implemented for models and enums, so that they can be
/// fields of your own types.
///
/// ```
/// use lark_core::Json;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Task {
///     pub guid: String,
///     pub summary: Option<String>,
/// }
/// lark_core::record! { Task decode; guid!, summary }
///
/// let task = Task::from_json(r#"{ "guid": "t1" }"#)?;
/// assert_eq!(task.to_json(), r#"{"guid":"t1"}"#);
/// let error = Vec::<Task>::from_json(r#"[{ "guid": "t1", "summary": {} }]"#);
/// assert_eq!(
///     error.unwrap_err().to_string(),
///     "Vec<Task>: decode: [].summary: dropped, expected string, got object"
/// );
/// # Ok::<(), lark_core::Error>(())
/// ```
///
/// Secrets in a model, such as tokens, are in its JSON.
pub trait Json: Sized {
    /// The value as JSON. What is absent is left out.
    fn to_json(&self) -> String;

    /// Reads what [`to_json`](Self::to_json) writes, or a response as the platform sends it, whole
    /// or its member `data`. As in responses, unknown members are ignored, and scalars of another
    /// kind converted.
    ///
    /// # Errors
    /// The text is not JSON, a value does not fit, a member is missing that responses always have,
    /// or it is a whole response with a code other than zero. The error names the place, without
    /// positions in lists, and no value.
    fn from_json(json: &str) -> Result<Self>;
}

impl<T: Encode + Decode + Default> Json for T {
    fn to_json(&self) -> String {
        JsonWriter::stored(self)
    }

    fn from_json(json: &str) -> Result<Self> {
        let mut value = T::default();
        read_text(&mut value, type_name::<T>(), json)?;
        Ok(value)
    }
}

/// Not generic, so that a program has it once.
fn read_text(value: &mut dyn Decode, type_name: &str, json: &str) -> Result<()> {
    let rejected = |why| Error::new(short(type_name), Stage::Decode, Cause::Rejected(why));
    let data = data_of(json).map_err(rejected)?;
    let json = data.as_deref().unwrap_or(json);
    let read = read(value, |slot, cx| decode_slice(json.as_bytes(), slot, cx));
    read.map_err(|failure| match failure {
        Failure::Broken(error) => rejected(format!("not JSON: {error}")),
        Failure::Misfit(why) => rejected(why),
    })
}

/// The `data` of a whole response; `None` for JSON that is none.
fn data_of(json: &str) -> Result<Option<String>, String> {
    // Cheap, and nearly always enough: few models have such members.
    if !(json.contains(r#""code""#) && json.contains(r#""msg""#)) {
        return Ok(None);
    }
    let Ok(Value::Object(envelope)) = serde_json::from_str(json) else { return Ok(None) };
    // Two models have a code and a message, and nothing else.
    let is_envelope = envelope.len() > 2
        && envelope.keys().all(|key| ["code", "msg", "data", "error"].contains(&key.as_str()));
    match envelope.get("code").and_then(Value::as_i64).filter(|_| is_envelope) {
        Some(0) => Ok(envelope.get("data").map(Value::to_string)),
        Some(code) => Err(format!("a response with code {code}, which has no data")),
        None => Ok(None),
    }
}

/// The traits of serde call this.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    let json = JsonWriter::stored(value);
    let value: Value = serde_json::from_str(&json).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}

/// The traits of serde call this.
///
/// # Errors
/// Those of the deserializer, and values that do not fit.
pub fn deserialize<'de, T: Decode + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut value = T::default();
    let read = read(&mut value, |slot, cx| Seed { slot, cx }.deserialize(deserializer));
    match read {
        Ok(()) => Ok(value),
        Err(Failure::Broken(error)) => Err(error),
        Err(Failure::Misfit(why)) => Err(serde::de::Error::custom(why)),
    }
}

enum Failure<E = WireError> {
    /// The text cannot be read.
    Broken(E),
    /// What it has does not fit: where, and why.
    Misfit(String),
}

fn read<E>(
    value: &mut dyn Decode,
    parse: impl FnOnce(Slot<'_>, &mut Context<'_>) -> Result<Fit, E>,
) -> Result<(), Failure<E>> {
    let log = DriftLog::default();
    let mut cx = Context::stored(&log);
    let fit = parse(Slot::Plain(value), &mut cx).map_err(Failure::Broken)?;
    let loses = |drift: &&Drift| {
        matches!(drift.kind, DriftKind::Dropped | DriftKind::Missing | DriftKind::Repaired)
    };
    let drifts = cx.finish().err().unwrap_or_default();
    let lost: Vec<String> = drifts.iter().filter(loses).map(shown).collect();
    match fit {
        _ if !lost.is_empty() => Err(Failure::Misfit(lost.join("; "))),
        Fit::Taken => Ok(()),
        Fit::Absent => Err(Failure::Misfit("there is no value, but null".to_owned())),
        Fit::Misfit => Err(Failure::Misfit("the value does not fit".to_owned())),
    }
}

fn shown(drift: &Drift) -> String {
    match drift.path.as_str() {
        // The value as a whole.
        "" => drift.to_string().trim_start_matches(": ").to_owned(),
        _ => drift.to_string(),
    }
}

/// `Vec<Task>` of `alloc::vec::Vec<lark_task::v2::Task>`.
fn short(type_name: &str) -> String {
    let parts = type_name.split_inclusive(['<', '>', ',', ' ']);
    parts.map(|part| part.rsplit("::").next().unwrap_or(part)).collect()
}
