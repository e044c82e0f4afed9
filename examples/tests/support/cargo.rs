//! Cargo, run by a test.

use std::{env, process::Command};

/// Cargo as if nobody had run this by Cargo: build scripts that look at what it tells a test would run anew.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in env::vars_os() {
        let is_of_package =
            |it: &str| it.starts_with("CARGO_PKG_") || it.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(is_of_package) {
            cargo.env_remove(name);
        }
    }
    cargo
}
