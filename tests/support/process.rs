//! A test that has a process of its own, so that nothing else is in its memory.

#[cfg(target_os = "linux")]
use std::fs;
use std::{
    env,
    process::{Command, Output},
};

const ALONE: &str = "COUNTERSIGN_TEST_ALONE";

/// Whether this process runs the test of this name alone. If not, it has run it in another one.
#[track_caller]
pub fn is_alone(test: &str) -> bool {
    if env::var_os(ALONE).is_some() {
        return true;
    }
    let program = env::current_exe().expect("a path");
    let mut child = Command::new(program);
    let child = child.args(["--exact", test, "--nocapture"]).env(ALONE, "");
    let Output { stdout, stderr, .. } = child.output().expect("a process");
    let (stdout, stderr) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(stdout.contains(" 1 passed; 0 failed;"), "{stdout}{stderr}");
    false
}

/// Of the whole process, clients and server.
#[track_caller]
#[cfg(target_os = "linux")]
pub fn peak_is_below_mib(limit: usize) {
    let status = fs::read_to_string("/proc/self/status").expect("a status");
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|it| it.trim().strip_suffix(" kB"));
    let peak: usize = peak.and_then(|it| it.parse().ok()).expect("a peak");
    assert!(peak < limit * 1024, "{peak} KiB");
    println!("peak: {peak} KiB");
}

#[cfg(not(target_os = "linux"))]
pub fn peak_is_below_mib(_limit: usize) {}
