//! Ways to write bytes or text as text, and back. None of them says whether that is what happened.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};

/// What base64 of any alphabet says, with line breaks in it or not.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let text = core::str::from_utf8(&text)
        .ok()
        .filter(|text| !text.is_empty())?;
    Base64::decode_vec(text)
        .or_else(|_| Base64Unpadded::decode_vec(text))
        .or_else(|_| Base64Url::decode_vec(text))
        .or_else(|_| Base64UrlUnpadded::decode_vec(text))
        .ok()
}

/// Base64 of the standard alphabet, with and without padding, and of that for URLs without it.
pub(super) fn to_base64(bytes: &[u8]) -> [String; 3] {
    [
        Base64::encode_string(bytes),
        Base64Unpadded::encode_string(bytes),
        Base64UrlUnpadded::encode_string(bytes),
    ]
}

/// `%7B` to `{`, and `+` to a space if it is one. `None` where nothing is encoded, or not all.
pub(super) fn from_percent(text: &str, plus_is_space: bool) -> Option<Vec<u8>> {
    let has_plus = plus_is_space && text.contains('+');
    if !text.contains('%') && !has_plus || text.contains(['"', ' ']) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    unpercent(text.as_bytes(), plus_is_space, &mut out)?;
    Some(out)
}

/// The same into `out`, which never has to grow if it has room for all of the text.
pub(super) fn unpercent(text: &[u8], plus_is_space: bool, out: &mut Vec<u8>) -> Option<()> {
    let mut rest = text;
    while let Some((first, following)) = rest.split_first() {
        rest = following;
        out.push(match first {
            b'%' => {
                let (digits, after) = following.split_first_chunk()?;
                rest = after;
                byte_of(digits)?
            }
            b'+' if plus_is_space => b' ',
            byte => *byte,
        });
    }
    Some(())
}

fn byte_of(digits: &[u8; 2]) -> Option<u8> {
    let mut byte = [0];
    hex::decode_to_slice(digits, &mut byte).ok()?;
    let [byte] = byte;
    Some(byte)
}

/// How a form is written: what a space becomes, which punctuation stays, and whether the hex digits are in upper case.
#[derive(Clone, Copy)]
pub(super) struct FormRule {
    space: &'static str,
    plain: &'static str,
    upper: bool,
}

/// Browsers and Java; Ruby, Python, Go and PHP; JavaScript's `encodeURIComponent`; RFC 3986; lower-case digits of .NET; what leaves brackets; nothing at all.
pub(super) const FORM_RULES: [FormRule; 8] = [
    FormRule {
        space: "+",
        plain: "*-._",
        upper: true,
    },
    FormRule {
        space: "+",
        plain: "-._~",
        upper: true,
    },
    FormRule {
        space: "+",
        plain: "-._",
        upper: true,
    },
    FormRule {
        space: "%20",
        plain: "-._~!*'()",
        upper: true,
    },
    FormRule {
        space: "%20",
        plain: "-._~",
        upper: true,
    },
    FormRule {
        space: "+",
        plain: "-._!*()",
        upper: false,
    },
    FormRule {
        space: "+",
        plain: "*-._[]",
        upper: true,
    },
    FormRule {
        space: " ",
        plain: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        upper: true,
    },
];

pub(super) fn to_percent(text: &str, rule: FormRule) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c == ' ' {
            out.push_str(rule.space);
        } else if c.is_ascii_alphanumeric() || rule.plain.contains(c) {
            out.push(c);
        } else if rule.upper {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push_str(&format!("%{byte:02x}"));
        }
    }
    out
}

/// What is left once `&quot;` and its like are replaced, if nothing is there that they stand for.
pub(super) fn from_html(text: &str) -> Option<Vec<u8>> {
    const ENTITIES: [(&str, &str); 9] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&apos;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#x2F;", "/"),
    ];
    (text.contains('&') && !text.contains(['"', '<', '>'])).then_some(())?;
    let mut out = text.to_string();
    for (entity, c) in ENTITIES {
        out = out.replace(entity, c);
    }
    Some(out.replace("&amp;", "&").into_bytes())
}

/// Without the backslash before each quotation mark and each backslash, if it stands before all of them.
pub(super) fn without_slashes(text: &str) -> Option<Vec<u8>> {
    let quotes = text.matches('"').count();
    (quotes > 0 && text.matches("\\\"").count() == quotes).then_some(())?;
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    Some(out.into_bytes())
}

/// What `b'..'` says, as Python prints bytes.
pub(super) fn from_bytes_literal(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix('b')?;
    let inner = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    let inner = inner.or_else(|| text.strip_prefix('"')?.strip_suffix('"'))?;
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner.as_bytes();
    while let Some((first, following)) = rest.split_first() {
        rest = following;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let (escape, after) = following.split_first()?;
        rest = after;
        out.push(match escape {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let (digits, after) = rest.split_first_chunk()?;
                rest = after;
                byte_of(digits)?
            }
            byte => *byte,
        });
    }
    Some(out)
}

/// What Python or Ruby prints of a map or list, as JSON: `{'a': None}`, `{"a"=>nil}`.
pub(super) fn from_literal(text: &str) -> Option<String> {
    const WORDS: [(&str, &str); 5] = [
        ("True", "true"),
        ("False", "false"),
        ("None", "null"),
        ("nil", "null"),
        ("=>", ":"),
    ];
    text.starts_with(['{', '[']).then_some(())?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((from, to)) = WORDS.iter().find(|(from, _)| rest.starts_with(from)) {
            out.push_str(to);
            rest = rest.strip_prefix(from)?;
            continue;
        }
        let mut chars = rest.chars();
        chars.next();
        if c != '\'' && c != '"' {
            out.push(c);
            rest = chars.as_str();
            continue;
        }
        out.push('"');
        loop {
            match chars.next()? {
                end if end == c => break,
                '\\' => match chars.next()? {
                    '\'' => out.push('\''),
                    escaped => out.extend(['\\', escaped]),
                },
                '"' => out.push_str("\\\""),
                inner => out.push(inner),
            }
        }
        out.push('"');
        rest = chars.as_str();
    }
    Some(out)
}

/// The bytes that a text was read from, if each of them was taken for a character.
pub(super) fn to_single_bytes(text: &str, is_windows: bool) -> Option<Vec<u8>> {
    text.chars()
        .map(|c| {
            let windows = WINDOWS_1252.iter().position(|it| *it == c && is_windows);
            match windows.and_then(|at| u8::try_from(at).ok()) {
                Some(at) => at.checked_add(0x80),
                None => u8::try_from(c).ok(),
            }
        })
        .collect()
}

/// UTF-16 to UTF-8.
pub(super) fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Vec<u8>> {
    let (pairs, []) = bytes.as_chunks() else {
        return None;
    };
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    let text = String::from_utf16(&units).ok()?;
    Some(text.trim_start_matches('\u{feff}').into())
}

/// What Windows-1252 has in the place of control characters. The places that it leaves empty are these themselves.
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];
