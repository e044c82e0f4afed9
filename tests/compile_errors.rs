//! What a user reads where something does not compile. Each file in `compile_errors` is a program that must not, and the
//! comment at its top is what the compiler has to print: each line of it, in this order. What the oldest that we support does
//! not print is marked.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Of dependencies, the versions in the lock file.
const DEPENDENCIES: &str = r#"
[dependencies]
actix-web = { version = "*", default-features = false }
axum = { version = "*", default-features = false, features = ["http1", "json", "macros", "tokio"] }
tokio = { version = "*", features = ["net"] }
"#;

const NOT_BY_THE_OLDEST: &str = "not by the oldest: ";

#[test]
fn the_compiler_prints_what_helps() {
    let cases = cases();
    assert!(!cases.is_empty());
    let is_oldest = is_oldest();
    let (printed, log) = check(&cases);
    let mut failures = Vec::new();
    for (name, path) in &cases {
        let source = fs::read_to_string(path).expect("a case");
        let printed = printed.get(name).map_or("", String::as_str);
        if let Err(line) = is_in_order(&expected(&source, is_oldest), printed) {
            failures.push(format!("{name}: no line `{line}` in\n{printed}"));
        }
    }
    assert!(failures.is_empty(), "{}\n{log}", failures.join("\n"));
}

/// The files, by the names of the programs.
fn cases() -> BTreeMap<String, PathBuf> {
    let files = fs::read_dir(root().join("tests/compile_errors")).expect("a directory");
    let paths = files.map(|file| file.expect("a file").path());
    let named = paths.map(|path| {
        let name = path.file_stem().expect("a name");
        (name.to_str().expect("UTF-8").to_owned(), path)
    });
    named.collect()
}

fn is_oldest() -> bool {
    let output = Command::new(env!("CARGO")).arg("--version").output();
    let version = output.expect("cargo").stdout;
    version.starts_with(concat!("cargo ", env!("CARGO_PKG_RUST_VERSION"), ".").as_bytes())
}

/// What the compiler prints of each, and what cargo does.
fn check(cases: &BTreeMap<String, PathBuf>) -> (BTreeMap<String, String>, String) {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_errors");
    fs::create_dir_all(&package).expect("a directory");
    fs::write(package.join("Cargo.toml"), manifest(cases)).expect("a manifest");
    fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).expect("a lock file");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--keep-going", "--quiet"])
        .args(["--message-format", "json", "--target-dir"])
        .arg(package.join("target"))
        .current_dir(&package)
        // Those of the tests would have the dependencies checked anew.
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo");
    let mut printed = BTreeMap::<String, String>::new();
    for line in output.stdout.split(|&byte| byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else {
            continue;
        };
        if let (Some(name), Some(text)) = (
            message["target"]["name"].as_str(),
            message["message"]["rendered"].as_str(),
        ) {
            printed.entry(name.to_owned()).or_default().push_str(text);
        }
    }
    (printed, String::from_utf8_lossy(&output.stderr).into())
}

fn manifest(cases: &BTreeMap<String, PathBuf>) -> String {
    let root = root().display();
    let mut manifest = format!(
        "[package]\nname = \"compile-errors\"\nedition = \"2024\"\n\n[workspace]\n{DEPENDENCIES}\
         countersign = {{ path = '{root}', features = [\"actix-web\", \"axum\"] }}\n"
    );
    for (name, path) in cases {
        let path = path.display();
        manifest.push_str(&format!("\n[[bin]]\nname = \"{name}\"\npath = '{path}'\n"));
    }
    manifest
}

fn expected(source: &str, is_oldest: bool) -> Vec<&str> {
    let lines = source.lines().map_while(|line| line.strip_prefix("// "));
    let lines = lines.filter(|line| !(is_oldest && line.starts_with(NOT_BY_THE_OLDEST)));
    lines
        .map(|line| line.trim_start_matches(NOT_BY_THE_OLDEST))
        .collect()
}

/// Otherwise the line that is missing.
fn is_in_order<'a>(lines: &[&'a str], mut text: &str) -> Result<(), &'a str> {
    if lines.is_empty() {
        return Err("of what is expected");
    }
    for line in lines {
        let (_, after) = text.split_once(line).ok_or(*line)?;
        text = after;
    }
    Ok(())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
