//! The arguments of a command: JSON in the body, or a query.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::gateway::route;
use crate::sandbox::Instance;
use crate::services::{App, LONGEST, Times};

/// Arguments by name.
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    pub(super) fn read(query: &str, body: &[u8]) -> Result<Self, String> {
        let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
        let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let Value::Object(mut arguments) = value else {
            return Err("the body is no JSON object".to_owned());
        };
        let pairs = form_urlencoded::parse(query.as_bytes());
        arguments.extend(pairs.map(|(name, value)| (name.into_owned(), json!(value))));
        Ok(Self(arguments))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A text; an error if it is there and is none.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| format!("{name} is no string")),
        }
    }

    /// A list of texts, empty if it is not there.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&str>, String> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let texts = value.as_array().and_then(|all| all.iter().map(Value::as_str).collect());
        texts.ok_or_else(|| format!("{name} is no list of strings"))
    }

    /// An integer that may not be negative; `default` if it is not there.
    pub(super) fn count_or<T: TryFrom<i64>>(&self, name: &str, default: T) -> Result<T, String> {
        if self.get(name).is_none() { Ok(default) } else { self.need_count(name) }
    }

    pub(super) fn need_text(&self, name: &str) -> Result<&str, String> {
        self.text(name).ok_or_else(|| format!("{name} is required, a string"))
    }

    pub(super) fn need_integer(&self, name: &str) -> Result<i64, String> {
        let integer = self.get(name).and_then(Value::as_i64);
        integer.ok_or_else(|| format!("{name} is required, an integer"))
    }

    /// An integer that may not be negative.
    pub(super) fn need_count<T: TryFrom<i64>>(&self, name: &str) -> Result<T, String> {
        let count = self.need_integer(name)?;
        T::try_from(count).map_err(|_| format!("{name} is out of range"))
    }

    /// `seconds`, which may have a fraction; 100 years at most.
    pub(super) fn seconds(&self) -> Result<Duration, String> {
        let seconds = self.get("seconds").and_then(Value::as_f64);
        let seconds = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let seconds = seconds.filter(|seconds| *seconds <= LONGEST);
        seconds.ok_or_else(|| {
            let most = LONGEST.as_secs();
            format!("seconds is required, a number from 0 to {most} (100 years)")
        })
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn need_status(&self, name: &str) -> Result<u16, String> {
        let status = self.need_count(name)?;
        let known = StatusCode::from_u16(status).is_ok();
        known.then_some(status).ok_or_else(|| format!("{status} is not an HTTP status"))
    }

    /// A number, 1 if it is not there, or `always`.
    pub(super) fn times(&self) -> Result<Times, String> {
        match self.get("times") {
            None => Ok(Times::Once),
            Some(value) if value == "always" => Ok(Times::Always),
            Some(_) => self.need_count("times").map(Times::Next),
        }
    }

    /// The operation it is about; None for any.
    pub(super) fn operation(&self) -> Result<Option<&'static str>, String> {
        let Some(id) = self.text("operation_id") else { return Ok(None) };
        route::operation_id(id).map(Some).ok_or_else(|| format!("there is no operation {id}"))
    }

    pub(super) fn need_operation(&self) -> Result<&'static str, String> {
        self.operation()?.ok_or_else(|| "operation_id is required".to_owned())
    }

    /// The app it is about; the first if none is named.
    pub(super) fn app<'a>(&self, instance: &'a Instance) -> Result<&'a App, String> {
        let apps = &instance.services.apps;
        let Some(id) = self.text("app_id") else { return Ok(apps.first()) };
        apps.find(id).ok_or_else(|| {
            let known: Vec<_> = apps.all().iter().map(|app| app.id.as_str()).collect();
            format!("there is no app {id}, but {}", known.join(", "))
        })
    }
}
