//! The fixtures in `tests/vectors/events/`.

use std::{collections::BTreeMap, fs, path::Path};

/// One event of each name, with every field that the provider is known to send.
pub const COMPLETE: &str = "";
/// One event of each shape of data, with the required fields alone.
pub const SPARSE: &str = "sparse";
/// One event of each shape of data, with `null` for every field that is not required.
pub const NULL: &str = "null";

/// Name and text of each file in a folder.
#[track_caller]
pub fn fixtures(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/events/workos")
        .join(folder);
    let files = fs::read_dir(&folder).expect("a folder of fixtures");
    files
        .map(|file| file.expect("a file").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str());
            let text = fs::read_to_string(&path).expect("a text");
            (name.expect("a name").to_owned(), text)
        })
        .collect()
}

/// What the table of events says of one.
pub struct Row {
    /// Its variant: `UserCreated` for `user.created`.
    pub variant: &'static str,
    /// The type of its data: `User`.
    pub shape: &'static str,
    /// What its documentation says beside the name.
    pub about: &'static str,
}

/// The table, by the events' names. Nobody can ask the crate for it: an event's `Debug` prints no more than its name.
pub fn table() -> BTreeMap<&'static str, Row> {
    let table = include_str!("../../src/workos/event/catalog.rs");
    let (_, rows) = table.split_once("pub enum EventData {").expect("the table");
    let mut about = "";
    let mut events = BTreeMap::new();
    for line in rows.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            about = text;
        } else if let Some((name, row)) = line.split_once(" => ") {
            let (variant, shape) = row.split_once('(').expect("a variant with data");
            let row = Row {
                variant,
                shape: shape.trim_end_matches("),"),
                about: std::mem::take(&mut about),
            };
            events.insert(name.trim_matches('"'), row);
        }
    }
    events
}

/// The type of an event's data.
pub fn shape(event: &str) -> &'static str {
    table()[event].shape
}
