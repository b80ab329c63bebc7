//! Reads data sets from JSON.

use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::de::StrRead;

use super::tenant_domains;
use crate::service::model::{DataError, DataSet};
use crate::text_encoding;

/// Parses JSON in UTF-8, or in UTF-16 with a byte order mark. Errors have the path in the document.
pub(crate) fn parse_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, DataError> {
    let json = text_encoding::decode(json).map_err(|reason| DataError::new(".", reason))?;
    let mut documents = JsonDocuments::new(&json);
    let value = documents.next()?;
    documents.end()?;
    Ok(value)
}

/// JSON documents that follow each other in a text.
pub(crate) struct JsonDocuments<'a>(serde_json::Deserializer<StrRead<'a>>);

/// Why a document cannot be read.
#[derive(Debug)]
pub(crate) enum ParseError {
    /// The text ends within it.
    Incomplete(DataError),
    Invalid(DataError),
}

impl From<ParseError> for DataError {
    fn from(error: ParseError) -> Self {
        let (ParseError::Incomplete(error) | ParseError::Invalid(error)) = error;
        error
    }
}

impl<'a> JsonDocuments<'a> {
    pub(crate) fn new(json: &'a str) -> Self {
        Self(serde_json::Deserializer::from_str(json))
    }

    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Result<T, ParseError> {
        serde_path_to_error::deserialize(&mut self.0).map_err(|error| {
            // A document that ends too early has an unknown last part.
            let path = error.path().to_string();
            let path = match path.trim_end_matches('?').trim_end_matches('.') {
                "" => ".",
                known => known,
            };
            let cause = error.inner();
            let data_error = DataError::new(path, with_ranges(&cause.to_string()));
            if cause.is_eof() {
                ParseError::Incomplete(data_error)
            } else {
                ParseError::Invalid(data_error)
            }
        })
    }

    /// Whether there is more than white space left.
    pub(crate) fn has_next(&mut self) -> bool {
        self.end().is_err()
    }

    fn end(&mut self) -> Result<(), DataError> {
        let ended = self.0.end();
        ended.map_err(|error| DataError::new(".", error.to_string()))
    }
}

/// Replaces the names of number types in an error of serde by their ranges.
fn with_ranges(error: &str) -> String {
    let ranges = [
        ("u16", u64::from(u16::MAX)),
        ("u32", u64::from(u32::MAX)),
        ("usize", u64::MAX),
        ("u64", u64::MAX),
    ];
    let unsigned = ranges.into_iter().find_map(|(name, max)| {
        let (before, after) = error.split_once(&format!("expected {name}"))?;
        Some(format!(
            "{before}expected a whole number from 0 to {max}{after}"
        ))
    });
    unsigned.unwrap_or_else(|| {
        let range = format!("expected a whole number from {} to {}", i64::MIN, i64::MAX);
        error
            .replace("expected i64", &range)
            .replace("expected f64", "expected a number")
    })
}

/// Reads a data set that has domains in the places of tenant ids; `None` if it has none.
fn with_domains(json: &[u8]) -> Option<Result<DataSet, DataError>> {
    let mut value = parse_json(json).ok()?;
    tenant_domains::resolve(&mut value).then(|| {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            DataError::new(path, with_ranges(&error.into_inner().to_string()))
        })
    })
}

impl DataSet {
    /// Reads a data set from JSON and checks it. A domain of a partner can replace its tenant id.
    ///
    /// # Errors
    ///
    /// If the JSON is not a valid data set; the error names the path in it.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DataError> {
        let json = json.as_ref();
        let data = parse_json(json).or_else(|error| with_domains(json).unwrap_or(Err(error)))?;
        data.check()?;
        Ok(data)
    }

    /// Reads a data file and checks it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is not a valid data set; the error names the file and the path
    /// in it.
    pub fn from_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let json = std::fs::read(path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        Self::from_json(json).map_err(|error| {
            let separator = if error.path() == "." { ":" } else { "" };
            let error = error.in_document();
            io::Error::other(format!("{}{separator} {error}", path.display()))
        })
    }
}
