//! Tables for people, in colour on a terminal, and JSON for programs.

use std::io::{self, Write};

use anstream::{AutoStream, stdout};
use anstyle::{AnsiColor, Style};
use countersign::VerifyError;
use serde::{Serialize, Serializer};
use serde_json::{Value, ser::Formatter};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::judge::{Judgement, Verdict};

pub(crate) struct Output {
    stream: AutoStream<io::Stdout>,
    is_json: bool,
}

/// A row of a table, and the same for programs.
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    pub(crate) json: Json,
}

pub(crate) struct Cell {
    text: String,
    style: Style,
}

/// An object whose fields stay in order. Those that are null are left out.
pub(crate) struct Json(pub(crate) Vec<(&'static str, Value)>);

impl Output {
    pub(crate) fn new(is_json: bool) -> Self {
        Self {
            stream: stdout(),
            is_json,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// A table as wide as what stands in it, or a line of JSON for each row.
    pub(crate) fn table(&mut self, titles: &[&str], rows: Vec<Row>) -> io::Result<()> {
        let mut table = Table::new(titles, self);
        rows.into_iter().try_for_each(|row| table.push(row))?;
        table.end()
    }

    pub(crate) fn titles(&mut self, titles: &[&str], widths: &[usize]) -> io::Result<()> {
        if self.is_json {
            return Ok(());
        }
        let titles = titles
            .iter()
            .map(|it| Cell::styled(*it, Style::new().bold()));
        let titles: Vec<Cell> = titles.collect();
        self.cells(&titles, widths)
    }

    pub(crate) fn row(&mut self, row: &Row, widths: &[usize]) -> io::Result<()> {
        match self.is_json {
            true => self.json(&row.json),
            false => self.cells(&row.cells, widths),
        }
    }

    pub(crate) fn json(&mut self, json: &Json) -> io::Result<()> {
        let mut text = Vec::new();
        json.serialize(&mut serde_json::Serializer::with_formatter(
            &mut text, Escaping,
        ))?;
        text.push(b'\n');
        self.stream.write_all(&text)
    }

    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.stream, "{text}")
    }

    /// As they are, on a terminal too.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.flush()?;
        let mut stdout = io::stdout();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    fn cells(&mut self, cells: &[Cell], widths: &[usize]) -> io::Result<()> {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let style = cell.style;
            let is_last = index.saturating_add(1) == cells.len();
            let space = match is_last {
                true => 0,
                false => width.saturating_sub(cell.width()).saturating_add(2),
            };
            line.push_str(&format!("{style}{}{style:#}{:space$}", cell.text, ""));
        }
        self.line(&line)
    }
}

/// What is printed of many rows: of the first ones when their widths are known, of each other one at once.
pub(crate) struct Table<'a> {
    output: &'a mut Output,
    titles: &'a [&'a str],
    held: Vec<Row>,
    widths: Option<Vec<usize>>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(titles: &'a [&'a str], output: &'a mut Output) -> Self {
        Self {
            widths: output.is_json.then(Vec::new),
            output,
            titles,
            held: Vec::new(),
        }
    }

    /// Whether the next row is printed when it comes, and those with it that were held.
    pub(crate) fn prints_next(&self) -> bool {
        self.widths.is_some() || self.held.len().saturating_add(1) >= MAX_HELD
    }

    pub(crate) fn push(&mut self, row: Row) -> io::Result<()> {
        if let Some(widths) = &self.widths {
            return self.output.row(&row, widths);
        }
        let prints = self.prints_next();
        self.held.push(row);
        match prints {
            true => self.print_held(),
            false => Ok(()),
        }
    }

    pub(crate) fn end(mut self) -> io::Result<()> {
        match self.widths {
            None => self.print_held(),
            Some(_) => Ok(()),
        }
    }

    fn print_held(&mut self) -> io::Result<()> {
        let width = |column: usize| {
            let cells = self.held.iter().filter_map(|row| row.cells.get(column));
            let title = self.titles.get(column).map_or(0, |it| it.len());
            cells.map(Cell::width).chain([title]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.titles.len()).map(width).collect();
        self.output.titles(self.titles, &widths)?;
        for row in std::mem::take(&mut self.held) {
            self.output.row(&row, &widths)?;
        }
        self.widths = Some(widths);
        Ok(())
    }
}

/// Rows before the columns stay as wide as they are.
const MAX_HELD: usize = 1000;

/// JSON in which all that a terminal might act on is escaped, and not just what JSON asks for.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for part in fragment.split_inclusive(|c| !is_shown(c)) {
            let Some((last, c)) = part
                .char_indices()
                .next_back()
                .filter(|(_, c)| !is_shown(*c))
            else {
                writer.write_all(part.as_bytes())?;
                continue;
            };
            writer.write_all(part.get(..last).unwrap_or_default().as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::styled(text, Style::new())
    }

    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self::styled(text, AnsiColor::Green.on_default())
    }

    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self::styled(text, AnsiColor::Red.on_default())
    }

    fn styled(text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        Self { text, style }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.0.iter().filter(|(_, value)| !value.is_null());
        serializer.collect_map(fields.map(|(name, value)| (name, value)))
    }
}

pub(crate) const VERDICT_TITLES: [&str; 6] = [
    "delivery",
    "provider",
    "verdict",
    "signed at",
    "key",
    "event, or why not",
];

impl Row {
    pub(crate) fn judged(delivery: &str, judgement: &Judgement) -> Self {
        let provider = judgement.provider;
        match &judgement.verdict {
            Verdict::Verified {
                signed_at,
                key_index,
                id,
                event,
            } => {
                let signed_at = signed_at.map(rfc3339);
                let key = match key_index {
                    0 => "current".into(),
                    1 => "previous".into(),
                    index => format!("previous {index}"),
                };
                let detail = match event {
                    None => printable(id.as_deref().unwrap_or("-")),
                    Some(Err(error)) => format!("({error})"),
                    Some(Ok(event)) => {
                        let unknown = if event.is_known { "" } else { " (unknown)" };
                        let misfits = event.misfits.iter().map(|it| format!(", without {it}"));
                        let (name, id) = (printable(&event.name), printable(&event.id));
                        format!("{name} {id}{unknown}{}", misfits.collect::<String>())
                    }
                };
                let (known, undecoded) = match event {
                    Some(Ok(event)) => (Some(event), None),
                    Some(Err(error)) => (None, Some(error)),
                    None => (None, None),
                };
                let misfits = known.map(|it| it.misfits.clone());
                Self {
                    cells: vec![
                        Cell::new(printable(delivery)),
                        Cell::new(provider.unwrap_or("-")),
                        Cell::good("verified"),
                        Cell::new(signed_at.as_deref().unwrap_or("-")),
                        Cell::new(key),
                        Cell::new(detail),
                    ],
                    json: Json(vec![
                        ("delivery", delivery.into()),
                        ("provider", provider.into()),
                        ("verdict", "verified".into()),
                        ("signed_at", signed_at.into()),
                        ("key_index", (*key_index).into()),
                        ("id", id.clone().into()),
                        ("event", known.map(|it| it.name.clone()).into()),
                        ("event_id", known.map(|it| it.id.clone()).into()),
                        ("misfits", misfits.filter(|it| !it.is_empty()).into()),
                        ("undecoded", undecoded.map(ToString::to_string).into()),
                    ]),
                }
            }
            Verdict::Refused { error, why } => {
                let mut row = Self::refused(delivery, provider, error.kind(), why);
                if let VerifyError::Expired { signed_at, .. }
                | VerifyError::NotYetValid { signed_at, .. } = error
                {
                    let signed_at = rfc3339(*signed_at);
                    row.json
                        .0
                        .insert(3, ("signed_at", signed_at.as_str().into()));
                    if let Some(cell) = row.cells.get_mut(3) {
                        *cell = Cell::new(signed_at);
                    }
                }
                row
            }
        }
    }

    pub(crate) fn refused(delivery: &str, provider: Option<&str>, kind: &str, why: &str) -> Self {
        Self {
            cells: vec![
                Cell::new(printable(delivery)),
                Cell::new(provider.unwrap_or("-")),
                Cell::bad("refused"),
                Cell::new("-"),
                Cell::new("-"),
                Cell::new(why),
            ],
            json: Json(vec![
                ("delivery", delivery.into()),
                ("provider", provider.into()),
                ("verdict", "refused".into()),
                ("kind", kind.into()),
                ("reason", why.into()),
            ]),
        }
    }
}

pub(crate) fn rfc3339(time: OffsetDateTime) -> String {
    // Fails for years of more than four digits alone, which nothing here gets to.
    time.format(&Rfc3339).unwrap_or_else(|_| "-".into())
}

/// No text from outside shall break the table, or the terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for (number, c) in text.chars().enumerate() {
        match c {
            _ if number == MAX_CELL => {
                printable.push_str("..");
                break;
            }
            c if is_shown(c) => printable.push(c),
            c => printable.extend(c.escape_debug()),
        }
    }
    printable
}

/// Whether a terminal shows it as a character, and does nothing else.
fn is_shown(c: char) -> bool {
    matches!(c, '"' | '\'') || c.escape_debug().len() == 1
}

/// In characters. As JSON there is all of it.
const MAX_CELL: usize = 200;
