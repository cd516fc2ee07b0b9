//! What is wrong with the inputs: where, what was expected, what was found.

use std::fmt;

/// One mistake in the inputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("{file}{place}: expected {expected}, found {found}")]
pub struct Error {
    /// The file, as it was named in the inputs.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What would have been right.
    pub expected: String,
    /// What is there instead.
    pub found: String,
}

/// A place in an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A JSON pointer (RFC 6901) into the document, overlays applied.
    Pointer(String),
    /// A line and a column, both from 1, of a file that could not be parsed.
    Line(usize, usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File => Ok(()),
            Place::Pointer(pointer) => write!(f, "#{pointer}"),
            Place::Line(line, column) => write!(f, ":{line}:{column}"),
        }
    }
}

impl Error {
    pub(crate) fn new(
        file: &str,
        place: Place,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Error {
        Error { file: file.to_owned(), place, expected: expected.into(), found: found.into() }
    }

    pub(crate) fn at(
        file: &str,
        pointer: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Error {
        Error::new(file, Place::Pointer(pointer.to_owned()), expected, found)
    }
}

/// Every mistake that was found, one per line when displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(Vec<Error>);

impl Errors {
    /// The mistakes, in the order of the files.
    pub fn iter(&self) -> std::slice::Iter<'_, Error> {
        self.0.iter()
    }

    /// `value` if there are no mistakes. One that was met twice is told once.
    pub(crate) fn unless<T>(errors: Vec<Error>, value: T) -> Result<T, Errors> {
        let mut unique: Vec<Error> = Vec::new();
        for error in errors {
            if !unique.contains(&error) {
                unique.push(error);
            }
        }
        if unique.is_empty() { Ok(value) } else { Err(Errors(unique)) }
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Errors {
        Errors(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
