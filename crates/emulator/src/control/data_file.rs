//! Reads data sets from JSON.

use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::service::model::{DataError, DataSet};

/// Parses JSON. Errors have the path in the document.
pub(crate) fn parse_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, DataError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        DataError::new(path, error.into_inner().to_string())
    })?;
    deserializer
        .end()
        .map_err(|error| DataError::new(".", error.to_string()))?;
    Ok(value)
}

impl DataSet {
    /// Reads a data set from JSON and checks it.
    ///
    /// # Errors
    ///
    /// If the JSON is not a valid data set; the error names the path in it.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DataError> {
        let data: Self = parse_json(json.as_ref())?;
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
        Self::from_json(json)
            .map_err(|error| io::Error::other(format!("{} at {error}", path.display())))
    }
}
