//! What the runners of the vectors share: how a genuine request is tampered with, and how failures are told.

use std::collections::BTreeSet;

#[track_caller]
pub(crate) fn assert_none(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

pub(crate) fn other_bodies(body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut bodies = vec![("byte added to the body".to_owned(), [body, b"x"].concat())];
    if let [rest @ .., _] = body {
        bodies.push(("last body byte removed".to_owned(), rest.to_vec()));
        for at in BTreeSet::from([0, body.len() / 2, rest.len()]) {
            let mut flipped = body.to_vec();
            flipped[at] ^= 1;
            bodies.push((format!("bit of body byte {at} flipped"), flipped));
        }
    }
    bodies
}

/// One unit away, printed with as many digits. Never past the year 9999, whose last second and millisecond are odd.
pub(crate) fn neighbour(digits: &[u8]) -> Vec<u8> {
    let number: u64 = str::from_utf8(digits).unwrap().parse().unwrap();
    format!("{:0width$}", number ^ 1, width = digits.len()).into_bytes()
}
