//! `countersign-worker-link MODULE DIRECTORY` writes the module that `cargo build` made, and the JavaScript that it
//! needs, as `worker.js` and `worker_bg.wasm`.

use std::env;

use anyhow::{Context, Error};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Error> {
    let mut arguments = env::args_os().skip(1);
    let (module, directory) = arguments
        .next()
        .zip(arguments.next())
        .context("usage: countersign-worker-link MODULE DIRECTORY")?;
    Bindgen::new()
        .input_path(module)
        .out_name("worker")
        .web(true)?
        .typescript(false)
        .generate(directory)
}
