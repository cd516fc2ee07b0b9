//! Why a value of a table does not fit a type of the user: the error of the deserializers.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Why a value does not fit.
#[derive(Debug)]
pub(super) struct Unfit {
    /// The key of the field, once it is known.
    pub(super) field: Option<String>,
    pub(super) why: Why,
}

#[derive(Debug)]
pub(super) enum Why {
    /// Nothing is wrong: what was to be found out is known.
    Enough,
    /// There is no value for this member.
    Missing(&'static str),
    /// The value is of another type.
    Type { wanted: String, found: String },
    /// The type of the user says something else.
    Said(String),
}

impl Unfit {
    pub(super) fn new(why: Why) -> Self {
        Self { field: None, why }
    }

    /// The same, in this field. What is missing in the value of a field is said in words.
    pub(super) fn in_field(self, key: &str) -> Self {
        let why = match self.why {
            Why::Missing(member) => Why::Said(format!("the value has no `{member}`")),
            other => other,
        };
        Self { field: Some(key.to_owned()), why }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Enough => f.write_str("enough is known"),
            Why::Missing(member) => write!(f, "no value for `{member}`"),
            Why::Type { wanted, found } => write!(f, "wanted {wanted}, found {found}"),
            Why::Said(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Why::Said(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unit => "an empty cell".to_owned(),
            Unexpected::Map => "an object".to_owned(),
            Unexpected::Seq => "a list".to_owned(),
            Unexpected::Str(text) => format!("the text {:?}", shortened(text)),
            Unexpected::Signed(number) => format!("the number {number}"),
            Unexpected::Unsigned(number) => format!("the number {number}"),
            Unexpected::Float(number) => format!("the number {number}"),
            Unexpected::Bool(value) => format!("{value}"),
            other => other.to_string(),
        };
        Self::new(Why::Type { wanted: wanted.to_string(), found })
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(found, wanted)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let wanted = match expected {
            [] => "nothing".to_owned(),
            names => format!("one of {}", names.join(", ")),
        };
        Self::new(Why::Type { wanted, found: format!("the text {:?}", shortened(variant)) })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Why::Missing(field))
    }
}

/// The beginning of a text.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}
