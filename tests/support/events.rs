//! The fixtures in `tests/vectors/events/`.

use std::{collections::BTreeMap, fs, path::Path};

use countersign::workos::EventData;

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
        .join("tests/vectors/events")
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

/// The type of the data: `User` for `user.created`.
pub fn shape(data: &EventData) -> String {
    let debug = format!("{data:?}");
    let (_, data) = debug.split_once('(').expect("a variant with data");
    let (shape, _) = data.split_once(' ').expect("a struct");
    shape.to_owned()
}
