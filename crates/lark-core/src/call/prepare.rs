//! Encodes a request value as an HTTP request, without I/O.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::changed_fields::{self, ChangedFields};
use super::idempotency::{Keys, Seed};
use super::request::{Prepared, PreparedBody, Privacy};
use crate::error::{Cause, Error, Result, Stage};
use crate::files::form::Form;
use crate::operation::{BodyFormat, InputMeta, Inputs, Meta, OperationFacts, Place, Risk, Role};
use crate::util::random;
use crate::wire::{JsonWriter, Need, Part};

/// The characters that RFC 3986 leaves unreserved in a path segment; all others are escaped.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Capacity for the body of an ordinary call, so that it grows at most once.
const BODY_ROOM: usize = 256;
/// The same for its query.
const QUERY_ROOM: usize = 96;

/// Whether required inputs are checked before a call is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequiredCheck {
    /// A call with a missing input is an error before any I/O. The default.
    #[default]
    On,
    /// The call is sent as it is, in case the spec is wrong.
    Off,
}

/// How a client prepares its requests.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    pub(crate) check: RequiredCheck,
    /// Generates the idempotency keys that callers omit; `None` if none are generated.
    pub(crate) keys: Option<&'a Keys>,
    /// What they are made from instead of chance.
    pub(crate) seed: Option<&'a Seed>,
    /// What calls may do at most.
    pub(crate) max_risk: Risk,
    /// The client sends the credentials of a help desk.
    pub(crate) has_helpdesk: bool,
}

impl Rules<'_> {
    /// Rejects a request that may do more than the client allows.
    pub(super) fn check_risk(&self, operation: &str, risk: Risk) -> Result<()> {
        if risk <= self.max_risk {
            return Ok(());
        }
        let why = format!("its risk is {risk}, and max_risk of the client is {}", self.max_risk);
        Err(Error::invalid_request(operation, why))
    }

    /// Rejects a request that lacks the credentials of a help desk.
    fn check_helpdesk(&self, meta: &Meta) -> Result<()> {
        let is_needed = meta.deviations.helpdesk && self.check == RequiredCheck::On;
        if !is_needed || self.has_helpdesk {
            return Ok(());
        }
        let why = "it needs the credentials of a help desk; call it on \
                   client.with_helpdesk(id, token)";
        Err(Error::invalid_request(meta.id, why))
    }
}

/// Encodes `inputs` as the operation requires.
pub(crate) fn prepare(
    meta: &'static Meta,
    inputs: &dyn Inputs,
    rules: Rules<'_>,
) -> Result<Prepared> {
    // Few clients forbid any, and the others need not know the risk.
    if rules.max_risk < Risk::HighRiskWrite {
        rules.check_risk(meta.id, OperationFacts::new(meta).risk())?;
    }
    rules.check_helpdesk(meta)?;
    let mut encoder = Encoder::new(meta, rules);
    let mut rows = meta.inputs.iter();
    inputs.each(&mut |part| {
        if let Some(input) = rows.next() {
            encoder.input(input, &part);
        }
    });
    encoder.finish()
}

struct Encoder<'a> {
    meta: &'static Meta,
    rules: Rules<'a>,
    path: String,
    query: form_urlencoded::Serializer<'static, String>,
    body: BodyEncoder,
    changed: Option<ChangedFields>,
    /// Notes what cannot be sent as text.
    probe: JsonWriter,
    key: Option<String>,
    missing: Vec<String>,
    invalid: Vec<String>,
}

enum BodyEncoder {
    None,
    Json { out: JsonWriter, first: bool },
    Multipart(Form),
}

impl<'a> Encoder<'a> {
    fn new(meta: &'static Meta, rules: Rules<'a>) -> Self {
        let changed = ChangedFields::of(meta);
        let body = match meta.body {
            BodyFormat::None => BodyEncoder::None,
            BodyFormat::Json => {
                let mut out = JsonWriter::with_capacity(BODY_ROOM).needing(meta.deviations.needs);
                if let Some(changed) = &changed {
                    out = out.watching(changed.object);
                }
                out.raw("{");
                BodyEncoder::Json { out, first: true }
            }
            BodyFormat::Multipart => {
                let allow_empty = rules.check == RequiredCheck::Off;
                BodyEncoder::Multipart(Form::new(random::number(), allow_empty))
            }
        };
        let query = form_urlencoded::Serializer::new(String::with_capacity(QUERY_ROOM));
        // Capacity for the values of parameters and for the query after them.
        let mut path = String::with_capacity(meta.path.len() + QUERY_ROOM);
        path.push_str(meta.path);
        let (missing, invalid) = (Vec::new(), Vec::new());
        let probe = JsonWriter::default();
        Self { meta, rules, path, query, body, changed, probe, key: None, missing, invalid }
    }

    fn input(&mut self, input: &InputMeta, part: &Part<'_>) {
        match input.role {
            Role::Plain | Role::Secret => self.place(input, part),
            Role::IdempotencyKey => self.idempotency_key(input, part),
        }
    }

    /// An empty text does not distinguish requests, so it counts as no key.
    fn idempotency_key(&mut self, input: &InputMeta, part: &Part<'_>) {
        let mut given = String::new();
        part.text(&mut |value| given.push_str(value));
        match self.rules.keys {
            Some(keys) if given.is_empty() => {
                let made =
                    self.rules.seed.map_or_else(|| keys.make(), |seed| seed.make(self.meta.id));
                self.place(input, &Part::Plain(&made));
                self.key = Some(made);
            }
            _ => {
                self.place(input, part);
                self.key = Some(given).filter(|given| !given.is_empty());
            }
        }
    }

    fn place(&mut self, input: &InputMeta, part: &Part<'_>) {
        let is_json = input.place == Place::Body
            && input.name != changed_fields::INPUT
            && matches!(self.body, BodyEncoder::Json { .. });
        if let (false, Part::Plain(value)) = (is_json, part)
            && !value.is_fit()
        {
            // Only the writer of JSON has a place for such notes.
            self.probe.within(input.name, |out| value.json(out));
            self.probe.clear_text();
        }
        match input.place {
            Place::Path => self.path_parameter(input.name, part),
            Place::Query => {
                self.note_missing(input, part);
                part.text(&mut |value| _ = self.query.append_pair(input.name, value));
            }
            Place::Body => self.body_field(input, part),
            Place::Clear => {
                if let Some(changed) = &mut self.changed {
                    changed.clear(part);
                }
            }
        }
    }

    /// An empty segment would name another operation, so it counts as missing.
    fn path_parameter(&mut self, name: &str, part: &Part<'_>) {
        let mut segment = String::new();
        part.text(&mut |value| segment = utf8_percent_encode(value, SEGMENT).to_string());
        if segment.is_empty() {
            self.missing.push(name.to_owned());
        }
        // `.` and `..` survive escaping, and URL parsers resolve them even as `%2e`.
        if segment == "." || segment == ".." {
            self.invalid.push(format!("{name} cannot be {segment:?}"));
        }
        let placeholder = format!("{{{name}}}");
        if let Some(start) = self.path.find(&placeholder) {
            self.path.replace_range(start..start + placeholder.len(), &segment);
        }
    }

    fn note_missing(&mut self, input: &InputMeta, part: &Part<'_>) {
        if input.need == Need::Required && part.is_absent() {
            self.missing.push(input.name.to_owned());
        }
    }

    fn body_field(&mut self, input: &InputMeta, part: &Part<'_>) {
        if let (BodyEncoder::Json { out, first }, Some(changed)) =
            (&mut self.body, &mut self.changed)
        {
            if input.name == changed_fields::INPUT {
                return changed.name(input.need, part);
            }
            // What is cleared has no value to be sent.
            let is_bare = input.name == changed.object && !changed.cleared.is_empty();
            if is_bare && part.is_absent() {
                return out.empty_member(first, input.name);
            }
        }
        match &mut self.body {
            BodyEncoder::None => {}
            BodyEncoder::Json { out, first } => out.member(first, input.name, input.need, part),
            BodyEncoder::Multipart(form) => {
                match part {
                    Part::File(Some(file)) => {
                        self.invalid.extend(file.check().err());
                        form.file(input.name, file);
                    }
                    part => part.text(&mut |value| form.text(input.name, value)),
                }
                self.note_missing(input, part);
            }
        }
    }

    fn finish(mut self) -> Result<Prepared> {
        let operation = self.meta.id;
        let body = match self.body {
            BodyEncoder::None => None,
            BodyEncoder::Json { mut out, mut first } => {
                let object = self.changed.as_ref().map(|changed| changed.object);
                self.invalid.extend(self.changed.as_ref().and_then(ChangedFields::mistake));
                let unchanged =
                    self.changed.and_then(|changed| changed.write(&mut out, &mut first));
                out.raw("}");
                let (json, problems) = out.finish();
                self.missing.extend(problems.missing);
                if !self.missing.iter().any(|name| Some(name.as_str()) == object) {
                    self.missing.extend(unchanged);
                }
                self.invalid.extend(problems.invalid);
                Some(PreparedBody::json(json))
            }
            BodyEncoder::Multipart(form) => Some(PreparedBody::multipart(form)),
        };
        let (_, problems) = self.probe.finish();
        self.invalid.extend(problems.invalid);
        if self.rules.check == RequiredCheck::On && !self.missing.is_empty() {
            return Err(Error::new(operation, Stage::Prepare, Cause::Missing(self.missing)));
        }
        if !self.invalid.is_empty() {
            return Err(Error::invalid_request(operation, self.invalid.join(", ")));
        }
        let meta = self.meta;
        let path_and_query = join_query(self.path, &self.query.finish());
        let request =
            Prepared::new(operation.into(), meta.method.clone(), path_and_query, meta.tokens);
        let has_secret = meta.has_secret();
        Ok(Prepared {
            body,
            host: meta.deviations.host,
            is_flat: meta.deviations.is_flat,
            facts: Some(OperationFacts::new(meta)),
            idempotent: request.idempotent || self.key.is_some(),
            idempotency_key: self.key,
            privacy: Privacy {
                // The error page of a gateway repeats a path that it does not know.
                sensitive: has_secret,
                shown_path: has_secret.then_some(meta.path),
            },
            ..request
        })
    }
}

pub(crate) fn join_query(mut path: String, query: &str) -> String {
    if !query.is_empty() {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(query);
    }
    path
}
