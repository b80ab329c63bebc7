//! A table with several layouts: the widest one that fits the terminal is shown.
//!
//! Without a terminal, each row is one line with tabs between its values, as `cut`, `awk` and
//! spreadsheets read it, and there is no header.

use anstyle::AnsiColor;
use comfy_table::{
    Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle,
    Table as TextTable, TableStyle, Width,
};
use textwrap::core::display_width;

/// One line below the header.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// The space between columns.
const GAP: u16 = 2;
/// The width at which text in several lines stays readable.
const READABLE: u16 = 16;
/// How many lines a text has at most in a layout that fits.
const LINES: u16 = 4;

/// A value that every row has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not broken into lines: ids, times and words.
    Whole,
    /// Text that may be broken between words.
    Text,
    /// Aligned to the right.
    Number,
}

impl Column {
    pub(super) const fn whole(name: &'static str) -> Self {
        let kind = Kind::Whole;
        Self { name, kind }
    }

    pub(super) const fn text(name: &'static str) -> Self {
        let kind = Kind::Text;
        Self { name, kind }
    }

    pub(super) const fn number(name: &'static str) -> Self {
        let kind = Kind::Number;
        Self { name, kind }
    }
}

/// A value of a row, on one line.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    text: String,
    color: Option<Color>,
    /// Whether the row before has the same value, so that a terminal need not repeat it.
    is_repeated: bool,
}

impl Value {
    pub(super) fn colored(text: impl Into<String>, color: Color) -> Self {
        Self {
            color: Some(color),
            ..Self::from(text.into())
        }
    }

    pub(super) fn repeated(mut self, is_repeated: bool) -> Self {
        self.is_repeated = is_repeated;
        self
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty() || self.text == "-"
    }

    fn in_line(&self) -> String {
        let text = match &self.text[..] {
            "" => "-",
            text => text,
        };
        let color = match self.color {
            Some(Color::Green) => AnsiColor::Green,
            Some(Color::Red) => AnsiColor::Red,
            Some(Color::Cyan) => AnsiColor::Cyan,
            Some(_) => AnsiColor::Yellow,
            None => return text.to_owned(),
        };
        let style = color.on_default();
        format!("{style}{text}{style:#}")
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self {
            text: text.replace(['\n', '\t'], " ").trim().to_owned(),
            ..Self::default()
        }
    }
}

/// The columns of a terminal, each with the values that it shows below each other.
pub(super) type Layout = &'static [&'static [usize]];

#[derive(Debug)]
pub(super) struct Table<const N: usize> {
    columns: [Column; N],
    /// From the widest to the narrowest.
    layouts: &'static [Layout],
    rows: Vec<[Value; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(columns: [Column; N], layouts: &'static [Layout]) -> Self {
        Self {
            columns,
            layouts,
            rows: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, row: [Value; N]) {
        self.rows.push(row);
    }

    /// The table for a terminal of this width; `None` if there is no terminal. Without a line break
    /// at the end.
    pub(super) fn show(&self, width: Option<u16>) -> String {
        match width {
            Some(width) => self.layout(width),
            None => self.lines(),
        }
    }

    fn lines(&self) -> String {
        let lines = self.rows.iter().map(|row| {
            let values = row.iter().map(Value::in_line);
            values.collect::<Vec<_>>().join("\t")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn layout(&self, width: u16) -> String {
        let layouts = self.layouts.iter().map(|layout| self.without_empty(layout));
        let layouts: Vec<Vec<Vec<usize>>> = layouts.collect();
        let fits = |layout: &&Vec<Vec<usize>>| {
            let widths = layout.iter().map(|group| self.least_width(group) + GAP);
            widths.fold(0, u16::saturating_add) <= width + GAP
        };
        match (layouts.iter().find(fits), layouts.last()) {
            (Some(layout), _) => self.draw(layout, width, true),
            (None, Some(layout)) => self.draw(layout, width, false),
            (None, None) => String::new(),
        }
    }

    /// The layout without values that no row has.
    fn without_empty(&self, layout: &[&[usize]]) -> Vec<Vec<usize>> {
        let is_used = |at: &usize| self.rows.iter().any(|row| !row[*at].is_empty());
        let groups = layout
            .iter()
            .map(|group| group.iter().copied().filter(is_used).collect());
        groups
            .filter(|group: &Vec<usize>| !group.is_empty())
            .collect()
    }

    /// The width that a column of the terminal needs at least.
    fn least_width(&self, group: &[usize]) -> u16 {
        let widths = group.iter().map(|&at| {
            let values = self.rows.iter().map(|row| self.least_of(at, &row[at].text));
            values.max().unwrap_or(0)
        });
        let header = columns(&self.header(group));
        widths.max().unwrap_or(0).max(header)
    }

    fn least_of(&self, at: usize, text: &str) -> u16 {
        let whole = columns(text);
        if self.columns[at].kind != Kind::Text {
            return whole;
        }
        let longest = text.split(' ').map(columns).max().unwrap_or(0);
        longest.max(whole.min(READABLE)).max(whole.div_ceil(LINES))
    }

    fn header(&self, group: &[usize]) -> String {
        let names: Vec<&str> = group.iter().map(|&at| self.columns[at].name).collect();
        let (first, more) = names.split_first().unwrap_or((&"", &[]));
        let mut header = (*first).to_owned();
        for name in more {
            header += ", ";
            header += &name.to_lowercase();
        }
        header
    }

    fn draw(&self, layout: &[Vec<usize>], width: u16, fits: bool) -> String {
        let mut table = TextTable::new();
        table
            .load_style(STYLE)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(layout.iter().map(|group| self.header(group)))
            .set_width(width)
            .enforce_styling()
            .style_text_only();
        for row in &self.rows {
            table.add_row(layout.iter().map(|group| cell(row, group)));
        }
        let end = layout.len().saturating_sub(1);
        for (at, (column, group)) in table.column_iter_mut().zip(layout).enumerate() {
            let gap = if at == end { 0 } else { GAP };
            column.set_padding((0, gap));
            let kinds = group.iter().map(|&at| self.columns[at].kind);
            let has_text = kinds.clone().any(|kind| kind == Kind::Text);
            column.set_constraint(if has_text {
                let least = self.least_width(group);
                // A table that is too wide shows long texts in more lines.
                let readable = READABLE.max(self.longest_whole(group));
                let least = if fits { least } else { least.min(readable) };
                ColumnConstraint::LowerBoundary(Width::Fixed(least + gap))
            } else {
                ColumnConstraint::ContentWidth
            });
            if kinds.clone().all(|kind| kind == Kind::Number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.trim_fmt()
    }

    /// The width of the widest value of a group that must not be broken.
    fn longest_whole(&self, group: &[usize]) -> u16 {
        let whole = group
            .iter()
            .filter(|at| self.columns[**at].kind != Kind::Text);
        let widths = whole.flat_map(|&at| self.rows.iter().map(move |row| columns(&row[at].text)));
        widths.max().unwrap_or(0)
    }
}

/// The values of a group below each other.
fn cell<const N: usize>(row: &[Value; N], group: &[usize]) -> Cell {
    let values = group.iter().map(|&at| &row[at]);
    let shown: Vec<&Value> = values
        .filter(|value| !value.is_repeated && (group.len() == 1 || !value.is_empty()))
        .collect();
    let texts: Vec<&str> = shown.iter().map(|value| &value.text[..]).collect();
    let cell = Cell::new(texts.join("\n"));
    match shown[..] {
        // A color says something about one value only.
        [
            Value {
                color: Some(color), ..
            },
        ] => cell.fg(*color),
        _ => cell,
    }
}

/// The number of columns that a text takes.
fn columns(text: &str) -> u16 {
    u16::try_from(display_width(text)).unwrap_or(u16::MAX)
}
