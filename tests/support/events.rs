//! The fixtures in `tests/vectors/events/`, and the tables of events.

use std::{collections::BTreeMap, fs, path::Path};

use super::providers::Typed;

/// One event of each name, with every field that the provider is known to send.
pub const COMPLETE: &str = "";
/// One event of each shape of data, with the required fields alone.
pub const SPARSE: &str = "sparse";
/// One event of each shape of data, with `null` for every field that is not required.
pub const NULL: &str = "null";

/// Name and text of each file in a folder of a provider's. Of complete ones the name is the event's.
#[track_caller]
pub fn fixtures<P: Typed>(folder: &str) -> BTreeMap<String, String> {
    let names: BTreeMap<String, &str> = match folder {
        COMPLETE => table::<P>()
            .into_iter()
            .map(|(name, row)| (row.file.to_owned(), name))
            .collect(),
        _ => BTreeMap::new(),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/events")
        .join(P::NAME)
        .join(folder);
    let files = fs::read_dir(&folder).expect("a folder of fixtures");
    files
        .map(|file| file.expect("a file").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let file = path.file_stem().and_then(|name| name.to_str());
            let file = file.expect("a name");
            let name = names.get(file).copied().unwrap_or(file);
            let text = fs::read_to_string(&path).expect("a text");
            (name.to_owned(), text)
        })
        .collect()
}

/// What the table of events says of one.
pub struct Row {
    /// Its variant: `UserCreated` for `user.created`.
    pub variant: &'static str,
    /// The type of its data: `User`.
    pub shape: &'static str,
    /// The name of its fixture.
    pub file: &'static str,
    /// What its documentation says beside the name.
    pub about: String,
}

/// The table, by the events' names. Nobody can ask the crate for it: an event's `Debug` prints no more than its name.
pub fn table<P: Typed>() -> BTreeMap<&'static str, Row> {
    let (_, rows) = P::TABLE
        .split_once("pub enum EventData {")
        .expect("the table");
    let mut about = Vec::new();
    let mut events = BTreeMap::new();
    let mut last = "";
    for line in rows.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            about.push(text);
        } else if let Some((name, row)) = line.split_once(" => ") {
            let (variant, rest) = row.split_once('(').expect("a variant with data");
            let (shape, _) = rest.split_once(')').expect("the end of it");
            let boxed = shape
                .strip_prefix("Box<")
                .and_then(|it| it.strip_suffix('>'));
            last = name.trim_matches('"');
            let row = Row {
                variant,
                shape: boxed.unwrap_or(shape),
                file: last,
                about: std::mem::take(&mut about).join(" "),
            };
            events.insert(last, row);
        }
        // On the same line, or on one of its own.
        if let Some((_, file)) = line.split_once("in \"") {
            let row = events.get_mut(last).expect("a row");
            row.file = file.trim_end_matches("\",");
        }
    }
    events
}

/// The type of an event's data.
pub fn shape<P: Typed>(event: &str) -> &'static str {
    table::<P>()[event].shape
}
