//! Ends a process on Ctrl-C or SIGTERM, in time even if something hangs.

use std::{process, thread, time::Duration};

/// How long it may take to answer what is open and to handle what is queued.
const DEADLINE: Duration = Duration::from_secs(30);

/// Calls `stop`. If that does not end the process in time, its exit code is 1.
pub(crate) fn on_signal(stop: impl Fn() + Send + 'static) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        stop();
        thread::sleep(DEADLINE);
        // In a thread, as stderr may hang too.
        thread::spawn(|| eprintln!("not ended in {DEADLINE:?}: what is still in memory is lost"));
        thread::sleep(Duration::from_secs(1));
        process::exit(1);
    })
}
