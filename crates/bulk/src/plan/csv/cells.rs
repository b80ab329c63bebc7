//! Reads the cells of one row, and collects what is wrong with them.

use std::fmt::Display;
use std::str::FromStr;

use partner_center_transfers::types::CustomerId;

use crate::plan::problem::Problem;

use super::columns::{Column, Columns};
use super::table::{TableRow, trim};

/// The generation of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    LicenseBased,
    NewCommerce,
}

/// The cells of a row by column.
pub(super) struct Cells<'a> {
    pub(super) columns: &'a Columns,
    pub(super) row: &'a TableRow,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Cells<'_> {
    pub(super) fn problem(&mut self, column: Column, message: impl Into<String>) {
        let number = self.row.number;
        self.problems
            .push(Problem::cell(number, column.name(), message));
    }

    /// The text of a cell that may be empty.
    pub(super) fn text(&self, column: Column) -> Option<String> {
        self.columns.cell(self.row, column).map(str::to_owned)
    }

    /// The text of a cell that must not be empty.
    pub(super) fn required(&mut self, column: Column) -> Option<String> {
        let text = self.text(column);
        // A missing column is one problem of the file, not one of each row.
        if text.is_none() && self.columns.has(column) {
            self.problem(column, "is empty");
        }
        text
    }

    /// An id in a cell that must not be empty.
    pub(super) fn id<T: FromStr<Err: Display>>(&mut self, column: Column) -> Option<T> {
        let text = self.required(column)?;
        self.parse_id(column, &text)
    }

    /// An id in a cell that may be empty.
    pub(super) fn optional_id<T: FromStr<Err: Display>>(&mut self, column: Column) -> Option<T> {
        let text = self.text(column)?;
        self.parse_id(column, &text)
    }

    fn parse_id<T: FromStr<Err: Display>>(&mut self, column: Column, text: &str) -> Option<T> {
        match without_braces(text).parse() {
            Ok(id) => Some(id),
            Err(error) => {
                self.problem(column, error.to_string());
                None
            }
        }
    }

    /// The generation; `default` if the cell is empty.
    pub(super) fn kind(&mut self, default: Kind) -> Kind {
        let Some(text) = self.text(Column::Kind) else {
            return default;
        };
        let word: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        match word.to_lowercase().as_str() {
            "licensebased" | "licencebased" => Kind::LicenseBased,
            "newcommerce" => Kind::NewCommerce,
            _ => {
                let message = format!("{text:?} is neither license-based nor new-commerce");
                self.problem(Column::Kind, message);
                default
            }
        }
    }

    /// The ids of subscriptions, separated by `;` or blanks, in the letter case of the file.
    pub(super) fn subscriptions(&mut self) -> Vec<String> {
        let Some(text) = self.required(Column::Subscriptions) else {
            return Vec::new();
        };
        let mut ids = Vec::new();
        for word in words(&text) {
            let id = without_braces(word);
            // Any id type has the form of all ids.
            match id.parse::<CustomerId>() {
                Ok(_) => ids.push(id.to_owned()),
                Err(error) => self.problem(Column::Subscriptions, error.to_string()),
            }
        }
        if ids.is_empty() && words(&text).next().is_none() {
            self.problem(Column::Subscriptions, "names no subscription");
        }
        ids
    }

    /// A request out of its parts.
    pub(super) fn request<T, B: TryInto<T, Error: Display>>(&mut self, parts: B) -> Option<T> {
        match parts.try_into() {
            Ok(request) => Some(request),
            Err(error) => {
                let message = error.to_string();
                self.problems.push(Problem::row(self.row.number, message));
                None
            }
        }
    }

    /// The words of a cell that may be empty, separated by `;` or blanks.
    pub(super) fn list(&self, column: Column) -> Vec<String> {
        let text = self.columns.cell(self.row, column).unwrap_or_default();
        words(text).map(str::to_owned).collect()
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ';' || c == ',' || c.is_whitespace())
        .map(trim)
        .filter(|word| !word.is_empty())
}

/// The id without the braces that Windows tools write.
pub(super) fn without_braces(text: &str) -> &str {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    inner.map_or(text, trim)
}
