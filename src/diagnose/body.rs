//! Bodies that may have been signed in place of the one that came in, by what is done to bodies on the way: the likely
//! ones first. None of them is believed before its MAC matches.

use alloc::{borrow::Cow, collections::BTreeSet, format, string::String, vec, vec::Vec};
use core::ops::ControlFlow;

use super::{
    CauseKind,
    json::{self, Escapes, Node, Numbers, Spacing, Style},
    text,
};

/// What was done to the body, in which way.
pub(super) type Change = (CauseKind, Option<Cow<'static, str>>);

/// Is shown each body that may have been signed, and breaks once one was.
pub(super) type Try<'t> = dyn FnMut(&Change, &[u8]) -> ControlFlow<()> + 't;

/// Candidates of one kind.
pub(super) struct Group {
    /// What is ruled out if none of them was signed.
    pub(super) rules_out: &'static str,
    /// Bytes of the longest body that is looked at.
    pub(super) max_len: usize,
    pub(super) candidates: fn(&[u8], &mut Try<'_>) -> ControlFlow<()>,
}

impl Group {
    const fn new(
        rules_out: &'static str,
        max_len: usize,
        candidates: fn(&[u8], &mut Try<'_>) -> ControlFlow<()>,
    ) -> Self {
        Self {
            rules_out,
            max_len,
            candidates,
        }
    }
}

/// In this order, so that what is common and costs little comes first.
pub(super) const GROUPS: [Group; 10] = [
    Group::new(
        "white space, a line break or a byte order mark added or removed at an end",
        usize::MAX,
        edges,
    ),
    Group::new("line breaks rewritten", usize::MAX, line_breaks),
    Group::new("JSON re-serialised in a usual style", MAX_JSON, restyled),
    Group::new(
        "base64, a JSON string, an event of a gateway or a printed value around the body",
        MAX_JSON,
        unpacked,
    ),
    Group::new("another character encoding", MAX_JSON, transcoded),
    Group::new("a form that was parsed", MAX_JSON, forms),
    Group::new(
        "a body that was decoded from base64 or a JSON string",
        MAX_JSON,
        packed,
    ),
    Group::new("JSON numbers spelt otherwise", MAX_SMALL, numbers),
    Group::new(
        "JSON keys of small objects in another order",
        MAX_SMALL,
        orders,
    ),
    Group::new(
        "fields of a small form in another order",
        MAX_SMALL,
        orders_of_fields,
    ),
];

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn edges(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    use CauseKind::{
        BomAdded, BomRemoved, EdgeSpaceAdded, EdgeSpaceRemoved, TrailingNewlineAdded,
        TrailingNewlineRemoved,
    };
    let mut without = |kind, rest: Option<&[u8]>| match rest {
        Some(rest) => attempt(&(kind, None), rest),
        None => ControlFlow::Continue(()),
    };
    without(TrailingNewlineAdded, body.strip_suffix(b"\r\n"))?;
    without(TrailingNewlineAdded, body.strip_suffix(b"\n"))?;
    without(TrailingNewlineAdded, body.strip_suffix(b"\n\n"))?;
    without(BomAdded, body.strip_prefix(BOM))?;
    let trimmed = body.trim_ascii();
    for rest in [body.trim_ascii_end(), body.trim_ascii_start(), trimmed] {
        without(EdgeSpaceAdded, (rest != body).then_some(rest))?;
    }
    let nuls = body.iter().rev().take_while(|byte| **byte == 0).count();
    if let Some((rest, [_, ..])) = body.split_at_checked(body.len().saturating_sub(nuls)) {
        attempt(&(EdgeSpaceAdded, Some("NUL bytes".into())), rest)?;
    }
    for end in ["\n", "\r\n", "\n\n"] {
        attempt(
            &(TrailingNewlineRemoved, None),
            &[body, end.as_bytes()].concat(),
        )?;
    }
    attempt(&(BomRemoved, None), &[BOM, body].concat())?;
    for (start, end) in [("", " "), (" ", ""), ("\n", ""), ("\n", "\n"), ("", "\t")] {
        let padded = [start.as_bytes(), body, end.as_bytes()].concat();
        attempt(&(EdgeSpaceRemoved, None), &padded)?;
    }
    ControlFlow::Continue(())
}

fn line_breaks(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let unix = replaced(body, b"\r\n", b"\n");
    if unix != body {
        attempt(&(CauseKind::LineBreaksToCrlf, None), &unix)?;
        let rest = unix.trim_ascii_end();
        attempt(&(CauseKind::LineBreaksToCrlf, None), rest)?;
    }
    if body.contains(&b'\n') {
        let windows = replaced(&unix, b"\n", b"\r\n");
        let change = (CauseKind::LineBreaksToLf, None);
        attempt(&change, &windows)?;
        attempt(&change, &[windows.as_slice(), b"\r\n"].concat())?;
        let none: Vec<u8> = body
            .iter()
            .copied()
            .filter(|byte| !b"\r\n".contains(byte))
            .collect();
        attempt(
            &(CauseKind::EdgeSpaceAdded, Some("line breaks".into())),
            &none,
        )?;
    }
    ControlFlow::Continue(())
}

/// The same value in each usual style, with and without a line break after it.
fn restyled(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let body = body.strip_prefix(BOM).unwrap_or(body).trim_ascii();
    let Some(node) = json::parse(body) else {
        return ControlFlow::Continue(());
    };
    let own = own_spacing(&node, body);
    // Most bodies come out alike in many styles. What differs in one respect does in all combinations.
    let mut seen = BTreeSet::new();
    let escapes: Vec<Option<Escapes>> = [None]
        .into_iter()
        .chain(Escapes::ALL.map(Some))
        .filter(|escapes| {
            seen.insert(json::write(
                &node,
                Style {
                    escapes: *escapes,
                    ..Style::COMPACT
                },
            ))
        })
        .collect();
    drop(seen);
    let plain = json::write(&node, Style::COMPACT);
    let differs = |style| json::write(&node, style) != plain;
    let has_numbers = differs(Style {
        numbers: Numbers::Other(0),
        ..Style::COMPACT
    });
    let has_order = differs(Style {
        is_sorted: true,
        ..Style::COMPACT
    });
    let mut styles = Vec::new();
    for is_sorted in [false, true] {
        for numbers in [Numbers::AsReceived, Numbers::Other(0)] {
            if is_sorted && !has_order || numbers != Numbers::AsReceived && !has_numbers {
                continue;
            }
            styles.extend(escapes.iter().map(|escapes| Style {
                escapes: *escapes,
                numbers,
                is_sorted,
                ..Style::COMPACT
            }));
        }
    }
    for style in styles {
        for spacing in Spacing::ALL {
            let style = Style { spacing, ..style };
            let written = json::write(&node, style);
            if written.as_bytes() == body {
                continue;
            }
            let differs = [
                (own != Some(spacing), "spaces"),
                (style.escapes.is_some(), "escapes"),
                (style.numbers != Numbers::AsReceived, "numbers"),
                (style.is_sorted, "key order"),
            ];
            let change = (CauseKind::JsonReserialized, Some(listed(&differs)));
            attempt(&change, written.as_bytes())?;
            attempt(&change, &[written.as_bytes(), b"\n"].concat())?;
            if written.contains('\n') {
                attempt(&change, &replaced(written.as_bytes(), b"\n", b"\r\n"))?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// In which spacing the body is written, if in a usual one.
fn own_spacing(node: &Node<'_>, body: &[u8]) -> Option<Spacing> {
    let mut all = Spacing::ALL.into_iter();
    all.find(|spacing| {
        let style = Style {
            spacing: *spacing,
            ..Style::COMPACT
        };
        json::write(node, style).as_bytes() == body
    })
}

fn listed(differs: &[(bool, &'static str)]) -> Cow<'static, str> {
    let names: Vec<&str> = differs.iter().filter(|it| it.0).map(|it| it.1).collect();
    names.join(", ").into()
}

/// What the body may be the packing of; and that again in other styles, since who packs it may have parsed it. Not so what a
/// filter escapes: with all that besides, a byte that was put in could be taken for its work.
fn unpacked(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    for (change, inner) in unpack(body) {
        attempt(&change, &inner)?;
        if change.0 == CauseKind::BodyEscaped {
            continue;
        }
        for (within, further) in unpack(&inner) {
            // The outer one is what is to be changed, unless it is nothing but a string.
            let is_string = change.0 == CauseKind::BodyQuoted;
            attempt(if is_string { &within } else { &change }, &further)?;
        }
        let mut of_inner = |_: &Change, bytes: &[u8]| attempt(&change, bytes);
        edges(&inner, &mut of_inner)?;
        restyled(&inner, &mut of_inner)?;
    }
    ControlFlow::Continue(())
}

fn unpack(body: &[u8]) -> Vec<(Change, Vec<u8>)> {
    use CauseKind::{BodyBase64, BodyEscaped, BodyPrinted, BodyQuoted};
    let mut all: Vec<(Change, Vec<u8>)> = Vec::new();
    let trimmed = body.trim_ascii();
    if let Some(inner) = text::from_base64(trimmed) {
        all.push(((BodyBase64, None), inner));
    }
    let of_url = trimmed
        .windows(URL_MARK.len())
        .position(|it| it == URL_MARK);
    if let Some((_, encoded)) = of_url.and_then(|at| trimmed.split_at_checked(at))
        && let Some(inner) = encoded.strip_prefix(URL_MARK).and_then(text::from_base64)
    {
        all.push(((BodyBase64, Some("a URL of data".into())), inner));
    }
    if let Ok(inner) = hex::decode(trimmed)
        && !inner.is_empty()
    {
        all.push(((BodyBase64, Some("hex".into())), inner));
    }
    if let Some(inner) = numbered_bytes(trimmed) {
        all.push(((BodyPrinted, Some("bytes as numbers".into())), inner));
    }
    if let Some(node) = json::parse(trimmed) {
        match &node {
            Node::String(string) => {
                let inner = json::unquote(string).into_bytes();
                all.push(((BodyQuoted, None), inner));
            }
            Node::Object(members) => {
                // Of what is wrapped many times, each holds all that it wraps.
                let mut room = trimmed.len().saturating_mul(MAX_NESTED);
                json::visit(&node, &mut |node| {
                    let Node::Object(members) = node else { return };
                    for member in members {
                        if room == 0 || all.len() >= MAX_PACKINGS {
                            return;
                        }
                        if let Some(found) = wrapped(member) {
                            room = room.saturating_sub(found.1.len());
                            all.push(found);
                        }
                    }
                });
                let inner = form_of(members).unwrap_or_default();
                let inner = inner.strip_suffix('=').unwrap_or(&inner);
                if inner.starts_with(['{', '[']) {
                    all.push(((CauseKind::JsonParsedAsForm, None), inner.into()));
                }
            }
            Node::Array(items) => {
                let inner = trimmed
                    .strip_prefix(b"[")
                    .and_then(|it| it.strip_suffix(b"]"));
                if let (Some(inner), [_]) = (inner, items.as_slice()) {
                    let detail = Some("a list of one".into());
                    all.push((
                        (CauseKind::BodyWrapped, detail),
                        inner.trim_ascii().to_vec(),
                    ));
                }
            }
            Node::Other(_) => {}
        }
    }
    if let Ok(body) = core::str::from_utf8(trimmed) {
        if let Some(inner) = text::from_bytes_literal(body) {
            all.push(((BodyPrinted, Some("as bytes of Python".into())), inner));
        }
        if let Some(inner) = text::from_literal(body) {
            let detail = "as a value of Python or Ruby";
            all.push(((BodyPrinted, Some(detail.into())), inner.into_bytes()));
        }
        for (detail, inner) in [
            ("HTML entities", text::from_html(body)),
            (
                "backslashes before quotation marks",
                text::without_slashes(body),
            ),
        ] {
            if let Some(inner) = inner {
                all.push(((BodyEscaped, Some(detail.into())), inner));
            }
        }
        for (detail, plus_is_space) in [
            ("percent-encoding", false),
            ("percent-encoding, `+` for spaces", true),
        ] {
            let Some(mut inner) = text::from_percent(body, plus_is_space) else {
                continue;
            };
            // Who escapes a text escapes a `=` too, and who writes a form has one in each field.
            if body.contains('=') && (inner.starts_with(b"{") || inner.starts_with(b"[")) {
                inner.pop_if(|last| *last == b'=');
                all.push(((CauseKind::JsonParsedAsForm, None), inner));
            } else {
                all.push(((BodyEscaped, Some(detail.into())), inner));
            }
        }
        let fields = body.split('&').filter_map(|pair| pair.split_once('='));
        for (_, value) in fields.take(16) {
            let inner = text::from_percent(value, true);
            let inner = inner.unwrap_or_else(|| value.as_bytes().to_vec());
            if inner.starts_with(b"{") || inner.starts_with(b"[") {
                all.push(((CauseKind::FormNotDecoded, None), inner));
            }
        }
    }
    all.retain(|(_, inner)| inner != body && !inner.is_empty());
    all.truncate(MAX_PACKINGS);
    all
}

/// `{"a":"b","c":""}` to `a=b&c=`, if all are strings.
fn form_of(members: &[(&str, Node<'_>)]) -> Option<String> {
    let fields: Option<Vec<String>> = members
        .iter()
        .map(|(key, value)| match value {
            Node::String(value) => Some(format!("{}={}", json::unquote(key), json::unquote(value))),
            _ => None,
        })
        .collect();
    Some(fields?.join("&"))
}

/// The value of a member that may hold a body.
fn wrapped((key, value): &(&str, Node<'_>)) -> Option<(Change, Vec<u8>)> {
    let key = json::unquote(key);
    let known = WRAPPERS.iter().find(|it| it.eq_ignore_ascii_case(&key))?;
    let inner = match value {
        Node::String(string) => json::unquote(string),
        value => json::write(value, Style::COMPACT),
    };
    let detail = format!("member `{known}`");
    Some((
        (CauseKind::BodyWrapped, Some(detail.into())),
        inner.into_bytes(),
    ))
}

/// `[123,34]`, `{"0":123,"1":34}`, `{"type":"Buffer","data":[123,34]}` and `123,34` to the bytes that they list.
fn numbered_bytes(body: &[u8]) -> Option<Vec<u8>> {
    let bracketed = if body.first().is_some_and(u8::is_ascii_digit) {
        Cow::Owned([b"[", body, b"]"].concat())
    } else {
        Cow::Borrowed(body)
    };
    let byte = |node: &Node<'_>| match node {
        Node::Other(number) => number.parse().ok(),
        _ => None,
    };
    match json::parse(&bracketed)? {
        Node::Array(items) => items.iter().map(byte).collect(),
        Node::Object(members) => {
            let data = members.iter().find_map(|(_, value)| match value {
                Node::Array(items) if members.len() == 2 => Some(items),
                _ => None,
            });
            match data {
                Some(items) => items.iter().map(byte).collect(),
                None => members.iter().map(|(_, value)| byte(value)).collect(),
            }
        }
        Node::String(_) | Node::Other(_) => None,
    }
}

fn transcoded(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let mut as_read = |detail: &'static str, bytes: Option<Vec<u8>>| match bytes {
        Some(bytes) if bytes != body => {
            let change = (CauseKind::BodyTranscoded, Some(detail.into()));
            attempt(&change, &bytes)
        }
        _ => ControlFlow::Continue(()),
    };
    let utf8 = core::str::from_utf8(body).ok();
    as_read(
        "UTF-8 read as Latin-1",
        utf8.and_then(|it| text::to_single_bytes(it, false)),
    )?;
    as_read(
        "UTF-8 read as Windows-1252",
        utf8.and_then(|it| text::to_single_bytes(it, true)),
    )?;
    let latin: String = body.iter().copied().map(char::from).collect();
    as_read("written as Latin-1", Some(latin.into_bytes()))?;
    as_read(
        "written as UTF-16",
        text::from_utf16(body, u16::from_le_bytes),
    )?;
    as_read(
        "written as UTF-16",
        text::from_utf16(body, u16::from_be_bytes),
    )?;
    ControlFlow::Continue(())
}

/// What may have been signed is a form, and what came in was made of it.
fn forms(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let Ok(received) = core::str::from_utf8(body.trim_ascii()) else {
        return ControlFlow::Continue(());
    };
    let mut of_pairs = |kind, pairs: &[(String, String)]| {
        for rule in text::FORM_RULES {
            let mut encoded: Vec<String> = pairs
                .iter()
                .map(|(key, value)| {
                    let [key, value] = [key, value].map(|it| text::to_percent(it, rule));
                    format!("{key}={value}")
                })
                .collect();
            attempt(&(kind, None), encoded.join("&").as_bytes())?;
            encoded.sort_unstable();
            attempt(&(kind, None), encoded.join("&").as_bytes())?;
        }
        ControlFlow::Continue(())
    };
    let unpercent = |it: &str| match text::from_percent(it, true) {
        Some(bytes) => String::from_utf8(bytes).ok(),
        None => Some(it.into()),
    };
    if received.contains('=') && !received.starts_with(['{', '[']) {
        let pairs: Option<Vec<(String, String)>> = received
            .split('&')
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                Some((unpercent(key)?, unpercent(value)?))
            })
            .collect();
        if let Some(pairs) = pairs {
            of_pairs(CauseKind::FormReserialized, &pairs)?;
        }
        let decoded = received
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let pairs: Vec<(String, String)> = decoded
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        of_pairs(CauseKind::FormReserialized, &pairs)?;
    }
    if let Some(Node::Object(members)) = json::parse(received.as_bytes()) {
        let mut pairs = Vec::new();
        let mut room = MAX_JSON;
        let is_flat = members.iter().all(|(key, value)| {
            flatten(json::unquote(key), value, &mut pairs, &mut room).is_some()
        });
        if is_flat {
            of_pairs(CauseKind::FormToJson, &pairs)?;
        }
        for field in ["payload", "data", "body"] {
            of_pairs(CauseKind::FormDecoded, &[(field.into(), received.into())])?;
        }
    }
    ControlFlow::Continue(())
}

/// `{"a":{"b":1}}` to `a[b]=1`, as many parsers of forms read it, and a list to one field that comes several times. `None` where
/// the names, of which each field has all that are around it, take more than `room` bytes.
fn flatten(
    key: String,
    node: &Node<'_>,
    pairs: &mut Vec<(String, String)>,
    room: &mut usize,
) -> Option<()> {
    *room = room.checked_sub(key.len())?;
    match node {
        Node::Object(members) => {
            for (inner, value) in members {
                let key = format!("{key}[{}]", json::unquote(inner));
                flatten(key, value, pairs, room)?;
            }
        }
        Node::Array(items) => {
            for item in items {
                flatten(key.clone(), item, pairs, room)?;
            }
        }
        Node::String(string) => pairs.push((key, json::unquote(string))),
        Node::Other(text) => pairs.push((key, (*text).into())),
    }
    Some(())
}

/// What was signed is a packing of what came in.
fn packed(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    for encoded in text::to_base64(body) {
        attempt(&(CauseKind::BodyBase64Decoded, None), encoded.as_bytes())?;
    }
    if let Ok(text) = core::str::from_utf8(body) {
        for escapes in Escapes::ALL {
            let quoted = json::quote(text, escapes);
            attempt(&(CauseKind::BodyUnquoted, None), quoted.as_bytes())?;
        }
    }
    ControlFlow::Continue(())
}

/// Each number in each of its spellings, together with those of the others as long as there are few; then all of them alike.
fn numbers(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let Some((node, received)) = small_json(body) else {
        return ControlFlow::Continue(());
    };
    let mut distinct = BTreeSet::new();
    json::visit(&node, &mut |node| {
        if let Node::Other(number) = node {
            distinct.insert(*number);
        }
    });
    let options: Vec<(&str, Vec<String>)> = distinct
        .into_iter()
        .map(|number| (number, json::spellings(number)))
        .filter(|(_, others)| !others.is_empty())
        .collect();
    let change = (CauseKind::JsonReserialized, Some("numbers".into()));
    let styles = plain_styles(&node, received);
    let product = options.iter().try_fold(1_usize, |product, (_, others)| {
        product.checked_mul(others.len().checked_add(1)?)
    });
    if product.is_some_and(|product| product <= MAX_SPELLINGS) {
        for style in styles {
            let mut chosen = vec![0_usize; options.len()];
            while advance(&mut chosen, |at| options.get(at).map_or(0, |it| it.1.len())) {
                let mut number = |text: &str| {
                    let at = options.iter().position(|(number, _)| *number == text)?;
                    let nth = chosen.get(at)?.checked_sub(1)?;
                    options.get(at)?.1.get(nth).cloned()
                };
                let written = json::write_with(&node, style, &mut |_| None, &mut number);
                attempt(&change, written.as_bytes())?;
            }
        }
    } else {
        for style in styles {
            // Amounts, of which each has two places: `19.9` was `19.90`, and `5.0` was `5.00`.
            let mut amount = |text: &str| {
                let (_, fraction) = text.split_once('.')?;
                (fraction.len() == 1).then(|| format!("{text}0"))
            };
            let written = json::write_with(&node, style, &mut |_| None, &mut amount);
            attempt(&change, written.as_bytes())?;
            for nth in 0..MAX_SPELLINGS_OF_ONE {
                let numbers = Numbers::Other(nth);
                let written = json::write(&node, Style { numbers, ..style });
                attempt(&change, written.as_bytes())?;
            }
        }
    }
    // What a double cannot hold was rounded, and stood somewhere near.
    let large = options
        .iter()
        .find(|(number, _)| number.len() >= 16 && is_integer(number));
    if let Some((number, _)) = large
        && let (Ok(rounded), Ok(value)) = (number.parse::<f64>(), number.parse::<i128>())
    {
        for distance in 1..=MAX_DISTANCE {
            for near in [
                value.saturating_add(distance),
                value.saturating_sub(distance),
            ] {
                let near = format!("{near}");
                if near.parse::<f64>() != Ok(rounded) {
                    continue;
                }
                let mut spelt = |text: &str| (text == *number).then(|| near.clone());
                let style = Style {
                    spacing: received.unwrap_or(Spacing::COMPACT),
                    ..Style::COMPACT
                };
                let written = json::write_with(&node, style, &mut |_| None, &mut spelt);
                attempt(&change, written.as_bytes())?;
            }
        }
    }
    ControlFlow::Continue(())
}

fn is_integer(number: &str) -> bool {
    number
        .strip_prefix('-')
        .unwrap_or(number)
        .bytes()
        .all(|byte| byte.is_ascii_digit())
}

/// Keys in each other order, where there are few: who parses JSON to a map mostly sorts them, and what order they had cannot be
/// known but by trying. Objects with the same keys are taken to have them in the same order.
fn orders(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let Some((node, received)) = small_json(body) else {
        return ControlFlow::Continue(());
    };
    let mut shapes: Vec<Vec<&str>> = Vec::new();
    json::visit(&node, &mut |node| {
        if let Node::Object(members) = node {
            let keys = json::keys_of(members);
            if keys.len() > 1 && !shapes.contains(&keys) {
                shapes.push(keys);
            }
        }
    });
    let count = |shapes: &[Vec<&str>]| {
        shapes.iter().try_fold(1_usize, |product, keys| {
            (1..=keys.len()).try_fold(product, usize::checked_mul)
        })
    };
    // If there are too many, those of the outer objects.
    while count(&shapes).is_none_or(|count| count > MAX_ORDERS) {
        shapes.pop();
    }
    let mut all: Vec<Vec<usize>> = shapes
        .iter()
        .map(|keys| (0..keys.len()).collect())
        .collect();
    let change = (CauseKind::JsonReserialized, Some("key order".into()));
    for style in plain_styles(&node, received) {
        // The last leads to the first again.
        while all.iter_mut().any(|order| next_permutation(order)) {
            let mut order = |keys: &[&str]| {
                let at = shapes.iter().position(|shape| shape == keys)?;
                all.get(at).map(Vec::as_slice)
            };
            let written = json::write_with(&node, style, &mut order, &mut |_| None);
            attempt(&change, written.as_bytes())?;
        }
    }
    ControlFlow::Continue(())
}

/// The fields in each other order, where there are few.
fn orders_of_fields(body: &[u8], attempt: &mut Try<'_>) -> ControlFlow<()> {
    let fields = fields_of(body).unwrap_or_default();
    let mut order: Vec<usize> = (0..fields.len()).collect();
    let change = (CauseKind::FormReserialized, Some("order of fields".into()));
    while fields.len() <= MAX_FIELDS && next_permutation(&mut order) {
        let fields: Vec<&str> = order
            .iter()
            .filter_map(|at| fields.get(*at).copied())
            .collect();
        attempt(&change, fields.join("&").as_bytes())?;
    }
    ControlFlow::Continue(())
}

/// The fields of a form, as they are written.
fn fields_of(body: &[u8]) -> Option<Vec<&str>> {
    let text = core::str::from_utf8(body.trim_ascii()).ok()?;
    let is_form = !text.contains(['{', '"', ' ', '\n']);
    let fields: Vec<&str> = text.split('&').collect();
    let are_pairs = fields.iter().all(|field| field.contains('='));
    (is_form && are_pairs).then_some(fields)
}

fn small_json(body: &[u8]) -> Option<(Node<'_>, Option<Spacing>)> {
    let body = body.trim_ascii();
    let node = json::parse(body)?;
    let spacing = own_spacing(&node, body);
    Some((node, spacing))
}

/// The commonest, and that of the body: without white space, as received, as by Python; and each with escapes as received,
/// without any, and with all that are not ASCII.
fn plain_styles(node: &Node<'_>, received: Option<Spacing>) -> Vec<Style> {
    let [compact, python, ..] = Spacing::ALL;
    let [minimal, ascii, ..] = Escapes::ALL;
    let mut seen = BTreeSet::new();
    let mut styles = Vec::new();
    for spacing in [Some(compact), received, Some(python)]
        .into_iter()
        .flatten()
    {
        for escapes in [None, Some(minimal), Some(ascii)] {
            let style = Style {
                spacing,
                escapes,
                ..Style::COMPACT
            };
            if seen.insert(json::write(node, style)) {
                styles.push(style);
            }
        }
    }
    styles
}

/// Counts one further, each place from 0 to its last; `false` once all are 0 again.
fn advance(places: &mut [usize], last: impl Fn(usize) -> usize) -> bool {
    for (at, place) in places.iter_mut().enumerate() {
        if *place < last(at) {
            *place = place.saturating_add(1);
            return true;
        }
        *place = 0;
    }
    false
}

/// The next in lexical order; `false` once it is the first again.
fn next_permutation(order: &mut [usize]) -> bool {
    let descent = order
        .windows(2)
        .rposition(|pair| matches!(pair, [a, b] if a < b));
    let Some(at) = descent else {
        order.reverse();
        return false;
    };
    if let Some(pivot) = order.get(at).copied()
        && let Some(larger) = order.iter().rposition(|it| *it > pivot)
    {
        order.swap(at, larger);
    }
    if let Some((_, after)) = order.split_at_mut_checked(at.saturating_add(1)) {
        after.reverse();
    }
    true
}

/// What is put in is no longer than what it replaces, or the copy may be moved: of a secret, only so.
pub(super) fn replaced(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, following)) = rest.split_first() {
        rest = match rest.strip_prefix(from) {
            Some(after) => {
                out.extend_from_slice(to);
                after
            }
            None => {
                out.push(*first);
                following
            }
        };
    }
    out
}

/// What the look of the body suggests where no MAC could tell.
pub(super) fn is_printed(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    if let Some(inner) = body.strip_prefix(b"{") {
        // Of Java, JavaScript, Python, Ruby: `{id=1}`, `{ id: 1 }`, `{'id': 1}`, `{:id=>1}`.
        let first = inner.trim_ascii_start().first();
        return inner == b"}"
            || first.is_some_and(|it| it.is_ascii_alphanumeric() || b"_':".contains(it));
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_:".contains(byte);
    let len = body.iter().take_while(|byte| is_name(byte)).count();
    let (name, rest) = body.split_at_checked(len).unwrap_or_default();
    // Of Rust, PHP: `Object {"id": String("..")}`, `Some("..")`, `Array ( [id] => .. )`.
    let is_type = name.first().is_some_and(u8::is_ascii_uppercase);
    let is_value = matches!(rest.trim_ascii_start().first(), Some(b'{' | b'(' | b'['));
    is_type && is_value
        || body.starts_with(b"[object ")
        || matches!(body, b"undefined" | b"null" | b"None" | b"NaN")
}

/// The value that the body is as JSON.
pub(super) fn json_of(body: &[u8]) -> Option<Node<'_>> {
    (body.len() <= MAX_JSON).then(|| json::parse(body.trim_ascii()))?
}

/// Whether the fields of a form are sorted, which they are not by chance.
pub(super) fn is_sorted_form(body: &[u8]) -> bool {
    body.len() <= MAX_JSON
        && fields_of(body).is_some_and(|fields| fields.len() > MAX_FIELDS && fields.is_sorted())
}

/// Whether all large integers are those that a double prints. One of two may be by chance.
pub(super) fn is_rounded(node: &Node<'_>) -> bool {
    let (mut rounded, mut exact) = (0_usize, 0_usize);
    json::visit(node, &mut |node| {
        if let Node::Other(number) = node
            && number.len() > MAX_EXACT
            && is_integer(number)
        {
            let double = number.parse::<f64>().map(|it| format!("{it}"));
            let count = if double.as_deref() == Ok(number) {
                &mut rounded
            } else {
                &mut exact
            };
            *count = count.saturating_add(1);
        }
    });
    rounded > 1 && exact == 0
}

/// In which order all keys stand, and how unlikely that is unless they were sorted: one in so many.
pub(super) fn sorted_by_chance(node: &Node<'_>) -> Option<(Order, usize)> {
    let (mut by_text, mut by_length, mut chance) = (true, true, 1_usize);
    json::visit(node, &mut |node| {
        if let Node::Object(members) = node {
            let keys = json::keys_of(members);
            by_text &= keys.is_sorted();
            by_length &= keys.is_sorted_by_key(|key| (key.len(), *key));
            chance = (1..=keys.len()).fold(chance, usize::saturating_mul);
        }
    });
    match (by_text, by_length) {
        (true, _) => Some((Order::ByText, chance)),
        (_, true) => Some((Order::ByLength, chance)),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    ByText,
    /// As `jsonb` of PostgreSQL has them.
    ByLength,
}

/// Whether the body, which is no JSON, is some that breaks off.
pub(super) fn is_cut_off(body: &[u8]) -> bool {
    let (body, close) = match body.trim_ascii() {
        body @ [b'{', ..] => (body, b"}"),
        body @ [b'[', ..] => (body, b"]"),
        _ => return false,
    };
    body.len() <= MAX_JSON && !body.ends_with(close)
}

/// Whether the body, which is this as JSON, has white space in it.
pub(super) fn is_spaced(node: &Node<'_>, body: &[u8]) -> bool {
    let body = body.trim_ascii();
    body.iter().any(is_space) && json::write(node, Style::COMPACT).as_bytes() != body
}

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";
/// Longest body that is taken apart as JSON: what is longer costs too much memory.
const MAX_JSON: usize = 256 << 10;
/// Longest body of which many spellings are tried.
const MAX_SMALL: usize = 16 << 10;
/// Spellings of numbers, and orders of keys, that are tried: those of 7 keys are all.
const MAX_SPELLINGS: usize = 2000;
const MAX_SPELLINGS_OF_ONE: usize = 13;
const MAX_ORDERS: usize = 5040;
/// Fields of a form that are tried in each order.
const MAX_FIELDS: usize = 7;
/// Digits of the largest integers that a double holds exactly.
const MAX_EXACT: usize = 16;
/// How far from a number that was rounded the number before may be: a half of what doubles near 10^19 are apart.
const MAX_DISTANCE: i128 = 1024;
/// What stands before the base64 of a URL of data.
const URL_MARK: &[u8] = b";base64,";
/// Members under which gateways and queues hand on a body.
const WRAPPERS: [&str; 9] = [
    "body",
    "rawBody",
    "raw_body",
    "payload",
    "data",
    "data_base64",
    "message",
    "content",
    "detail",
];
/// Packings of one body that are looked into: one that is many times wrapped is not worth more.
const MAX_PACKINGS: usize = 32;
/// How often one may stand within another, if none is smaller than the body.
const MAX_NESTED: usize = 4;
