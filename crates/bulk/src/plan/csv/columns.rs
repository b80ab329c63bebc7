//! The columns of a plan, and where a file has them.

use crate::plan::problem::Problem;

use super::table::{Table, TableRow};

/// A column with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Customer,
    Transfer,
    Subscriptions,
    Source,
    Target,
    SourceName,
    CustomerName,
    CustomerEmail,
    Kind,
    Product,
    Reference,
}

impl Column {
    const ALL: [Self; 11] = [
        Self::Customer,
        Self::Transfer,
        Self::Subscriptions,
        Self::Source,
        Self::Target,
        Self::SourceName,
        Self::CustomerName,
        Self::CustomerEmail,
        Self::Kind,
        Self::Product,
        Self::Reference,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Transfer => "transfer",
            Self::Subscriptions => "subscriptions",
            Self::Source => "source",
            Self::Target => "target",
            Self::SourceName => "source_name",
            Self::CustomerName => "customer_name",
            Self::CustomerEmail => "customer_email",
            Self::Kind => "kind",
            Self::Product => "product",
            Self::Reference => "reference",
        }
    }

    /// Reads a name in any letter case, with blanks or hyphens for underscores.
    fn from_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// The columns of a file, by their position.
#[derive(Debug)]
pub(crate) struct Columns {
    known: Vec<(Column, usize)>,
    other: Vec<(String, usize)>,
    width: usize,
}

impl Columns {
    /// Finds the columns; a column that is there twice is a problem.
    pub(super) fn find(table: &Table, problems: &mut Vec<Problem>) -> Self {
        let mut known: Vec<(Column, usize)> = Vec::new();
        let mut other: Vec<(String, usize)> = Vec::new();
        for (at, name) in table.header.iter().enumerate() {
            match Column::from_name(name) {
                Some(column) if known.iter().any(|(known, _)| *known == column) => {
                    problems.push(Problem::cell(
                        table.header_row,
                        name,
                        "the column is there twice: remove or rename one of them",
                    ));
                }
                Some(column) => known.push((column, at)),
                None if name.is_empty() => other.push((format!("column {}", at + 1), at)),
                None if other.iter().any(|(other, _)| other == name) => {
                    other.push((format!("{name} (column {})", at + 1), at));
                }
                None => other.push((name.clone(), at)),
            }
        }
        Self {
            known,
            other,
            width: table.header.len(),
        }
    }

    /// Whether a column with this name has a meaning.
    pub(crate) fn is_known(name: &str) -> bool {
        Column::from_name(name).is_some()
    }

    /// Whether no column has a meaning, as in a file without a header.
    pub(super) fn has_none(&self) -> bool {
        self.known.is_empty()
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.known.iter().any(|(known, _)| *known == column)
    }

    /// Such as `customer, transfer`.
    pub(super) fn all_names() -> String {
        Column::ALL.map(Column::name).join(", ")
    }

    /// The text of a cell; `None` if it is empty.
    pub(super) fn cell<'a>(&self, row: &'a TableRow, column: Column) -> Option<&'a str> {
        let (_, at) = self.known.iter().find(|(known, _)| *known == column)?;
        let cell = row.cells.get(*at)?;
        (!cell.is_empty()).then_some(cell)
    }

    /// The columns without a meaning, and those in `unused`, with their texts.
    pub(super) fn carried(&self, row: &TableRow, unused: &[Column]) -> Vec<(String, String)> {
        let text = |at: usize| row.cells.get(at).cloned().unwrap_or_default();
        let unused = self
            .known
            .iter()
            .filter(|(known, _)| unused.contains(known));
        let unused = unused.map(|(column, at)| (column.name().to_owned(), *at));
        let other = self.other.iter().cloned().chain(unused);
        other
            .map(|(name, at)| (name, text(at)))
            // A column without a name and without texts is one that a spreadsheet left behind.
            .filter(|(name, text)| !text.is_empty() || !name.starts_with("column "))
            .collect()
    }

    /// A cell beyond the header belongs to no column: most likely a separator is not quoted.
    pub(super) fn check_width(&self, row: &TableRow) -> Result<(), Problem> {
        let beyond = row
            .cells
            .iter()
            .skip(self.width)
            .any(|cell| !cell.is_empty());
        if !beyond {
            return Ok(());
        }
        let message = format!(
            "has {} cells, and the header has {}: put a cell that contains the separator in \
             quotation marks",
            row.cells.len(),
            self.width,
        );
        Err(Problem::row(row.number, message))
    }
}
