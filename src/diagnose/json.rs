//! JSON as the tokens that stood in a body, so that it can be written as other programs write it. Nothing of it is
//! understood that a spelling does not need: a number stays a text, a key may occur twice.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// A value. Strings are with their quotation marks and escapes, as received.
#[derive(Clone)]
pub(super) enum Node<'a> {
    Object(Vec<(&'a str, Self)>),
    Array(Vec<Self>),
    String(&'a str),
    /// A number, `true`, `false` or `null`.
    Other(&'a str),
}

/// One value, with white space around it and nothing else, nested at most [`MAX_DEPTH`] deep.
pub(super) fn parse(body: &[u8]) -> Option<Node<'_>> {
    let mut rest = core::str::from_utf8(body).ok()?;
    let node = value(&mut rest, 0)?;
    rest.trim_start_matches(SPACE).is_empty().then_some(node)
}

fn value<'a>(rest: &mut &'a str, depth: usize) -> Option<Node<'a>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let deeper = depth.saturating_add(1);
    *rest = rest.trim_start_matches(SPACE);
    if take(rest, "{") {
        let mut members = Vec::new();
        return list(rest, "}", |rest| {
            *rest = rest.trim_start_matches(SPACE);
            let key = string(rest)?;
            *rest = rest.trim_start_matches(SPACE);
            take(rest, ":").then_some(())?;
            members.push((key, value(rest, deeper)?));
            Some(())
        })
        .map(|()| Node::Object(members));
    }
    if take(rest, "[") {
        let mut items = Vec::new();
        return list(rest, "]", |rest| {
            items.push(value(rest, deeper)?);
            Some(())
        })
        .map(|()| Node::Array(items));
    }
    if rest.starts_with('"') {
        return string(rest).map(Node::String);
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
    let (token, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    *rest = after;
    (is_number(token) || matches!(token, "true" | "false" | "null")).then_some(Node::Other(token))
}

fn is_number(token: &str) -> bool {
    let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let are_digits = |text: &str| !text.is_empty() && text.chars().all(is_digit);
    let is_whole = are_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    is_whole && are_digits(fraction) && are_digits(exponent)
}

fn list<'a>(
    rest: &mut &'a str,
    end: &str,
    mut item: impl FnMut(&mut &'a str) -> Option<()>,
) -> Option<()> {
    *rest = rest.trim_start_matches(SPACE);
    if take(rest, end) {
        return Some(());
    }
    loop {
        item(rest)?;
        *rest = rest.trim_start_matches(SPACE);
        if take(rest, end) {
            return Some(());
        }
        take(rest, ",").then_some(())?;
    }
}

fn string<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let all = *rest;
    let mut chars = all.strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => match chars.next()? {
                'u' => {
                    let digits = chars.as_str().get(..4)?;
                    chars = chars.as_str().get(4..)?.chars();
                    digits
                        .chars()
                        .all(|c| c.is_ascii_hexdigit())
                        .then_some(())?;
                }
                c => r#""\/bfnrt"#.contains(c).then_some(())?,
            },
            c => (c >= ' ').then_some(())?,
        }
    }
    *rest = chars.as_str();
    all.get(..all.len().checked_sub(rest.len())?)
}

fn take(rest: &mut &str, token: &str) -> bool {
    let after = rest.strip_prefix(token);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

/// How a program writes JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) spacing: Spacing,
    pub(super) escapes: Option<Escapes>,
    pub(super) numbers: Numbers,
    pub(super) is_sorted: bool,
}

impl Style {
    /// Without white space, and for the rest as received.
    pub(super) const COMPACT: Self = Self {
        spacing: Spacing::COMPACT,
        escapes: None,
        numbers: Numbers::AsReceived,
        is_sorted: false,
    };
}

/// Where white space stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spacing {
    comma: &'static str,
    colon: &'static str,
    /// One level of indentation, if values stand on lines of their own.
    indent: Option<&'static str>,
    /// What stands within brackets at either end, on one line.
    padding: &'static str,
    /// Whether arrays stay on one line.
    flat_arrays: bool,
}

impl Spacing {
    pub(super) const COMPACT: Self = Self {
        comma: ",",
        colon: ":",
        indent: None,
        padding: "",
        flat_arrays: false,
    };

    const fn inline(comma: &'static str, colon: &'static str, padding: &'static str) -> Self {
        Self {
            comma,
            colon,
            padding,
            ..Self::COMPACT
        }
    }

    const fn lines(indent: &'static str, colon: &'static str) -> Self {
        Self {
            colon,
            indent: Some(indent),
            ..Self::COMPACT
        }
    }

    /// The usual ones: `JSON.stringify` and most others; `json.dumps` of Python and PostgreSQL's `jsonb`; pretty ones; what some
    /// write on one line; Jackson's pretty one.
    pub(super) const ALL: [Self; 11] = [
        Self::COMPACT,
        Self::inline(", ", ": ", ""),
        Self::lines("  ", ": "),
        Self::lines("    ", ": "),
        Self::lines("\t", ": "),
        Self::lines("   ", ": "),
        Self::lines(" ", ": "),
        Self::inline(",", ": ", ""),
        Self::inline(", ", ":", ""),
        Self::inline(", ", ": ", " "),
        Self {
            colon: " : ",
            indent: Some("  "),
            padding: " ",
            flat_arrays: true,
            comma: ",",
        },
    ];
}

/// Which characters of a string stand as escapes, beside those that JSON asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Escapes {
    /// All that are not ASCII.
    non_ascii: bool,
    /// Hex digits in upper case.
    upper: bool,
    /// `/` as `\/`.
    slash: bool,
    /// These, as `\u....`.
    also: &'static str,
}

impl Escapes {
    const MINIMAL: Self = Self {
        non_ascii: false,
        upper: false,
        slash: false,
        also: "",
    };

    /// `JSON.stringify`, serde_json, Jackson; Python; PHP; PHP with `JSON_UNESCAPED_UNICODE`; PHP with
    /// `JSON_UNESCAPED_SLASHES` is Python; Go and Rails; Gson; .NET; Java's with upper-case digits; PHP with `JSON_HEX_*`.
    pub(super) const ALL: [Self; 9] = [
        Self::MINIMAL,
        Self {
            non_ascii: true,
            ..Self::MINIMAL
        },
        Self {
            non_ascii: true,
            slash: true,
            ..Self::MINIMAL
        },
        Self {
            slash: true,
            ..Self::MINIMAL
        },
        Self {
            also: "<>&\u{2028}\u{2029}",
            ..Self::MINIMAL
        },
        Self {
            also: "<>&='\u{2028}\u{2029}",
            ..Self::MINIMAL
        },
        Self {
            non_ascii: true,
            upper: true,
            also: "<>&'\"+`\u{7f}",
            ..Self::MINIMAL
        },
        Self {
            non_ascii: true,
            upper: true,
            ..Self::MINIMAL
        },
        Self {
            non_ascii: true,
            slash: true,
            upper: true,
            also: "<>&'\"",
        },
    ];
}

/// How numbers are spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    AsReceived,
    /// Each in its n-th other [spelling](spellings), the last if it has fewer.
    Other(usize),
}

/// The value in this style. What is longer than [`MAX_WRITTEN`] is cut off: it is no likely body.
pub(super) fn write(node: &Node<'_>, style: Style) -> String {
    write_with(node, style, &mut |_| None, &mut |_| None)
}

/// The same, but keys stand in the order that `order` gives, and numbers are spelt as `number` says, where they say something.
pub(super) fn write_with<'o>(
    node: &Node<'_>,
    style: Style,
    order: &mut dyn FnMut(&[&str]) -> Option<&'o [usize]>,
    number: &mut dyn FnMut(&str) -> Option<String>,
) -> String {
    let mut writer = Writer {
        out: String::new(),
        style,
        depth: 0,
        order,
        number,
    };
    writer.value(node);
    writer.out
}

struct Writer<'w, 'o> {
    out: String,
    style: Style,
    depth: usize,
    order: &'w mut dyn FnMut(&[&str]) -> Option<&'o [usize]>,
    number: &'w mut dyn FnMut(&str) -> Option<String>,
}

impl Writer<'_, '_> {
    fn value(&mut self, node: &Node<'_>) {
        match node {
            Node::String(text) => self.string(text),
            Node::Other(text) => match (self.number)(text) {
                Some(number) => self.out.push_str(&number),
                None => self.other(text),
            },
            Node::Array(items) => {
                let is_flat = self.style.spacing.flat_arrays;
                self.list('[', items, is_flat, |writer, item| writer.value(item));
                self.out.push(']');
            }
            Node::Object(members) => {
                let mut sorted: Vec<&(&str, Node<'_>)> = members.iter().collect();
                if self.style.is_sorted {
                    sorted.sort_by_key(|(key, _)| *key);
                } else if let Some(order) = (self.order)(&keys_of(members)) {
                    sorted = order.iter().filter_map(|at| members.get(*at)).collect();
                }
                self.list('{', &sorted, false, |writer, (key, value)| {
                    writer.string(key);
                    writer.out.push_str(writer.style.spacing.colon);
                    writer.value(value);
                });
                self.out.push('}');
            }
        }
    }

    fn list<T>(
        &mut self,
        open: char,
        items: &[T],
        is_flat: bool,
        mut item: impl FnMut(&mut Self, &T),
    ) {
        let spacing = self.style.spacing;
        let indent = spacing.indent.filter(|_| !is_flat);
        self.out.push(open);
        let [first, others @ ..] = items else {
            self.out.push_str(spacing.padding);
            return;
        };
        let outer = self.depth;
        if !is_flat {
            self.depth = outer.saturating_add(1);
        }
        self.line(indent, spacing.padding);
        item(self, first);
        for other in others {
            if self.out.len() > MAX_WRITTEN {
                break;
            }
            self.out.push_str(spacing.comma);
            if indent.is_none() && spacing.flat_arrays {
                self.out.push(' ');
            }
            self.line(indent, "");
            item(self, other);
        }
        self.depth = outer;
        self.line(indent, spacing.padding);
    }

    fn line(&mut self, indent: Option<&str>, padding: &str) {
        match indent {
            Some(indent) => {
                self.out.push('\n');
                (0..self.depth).for_each(|_| self.out.push_str(indent));
            }
            None => self.out.push_str(padding),
        }
    }

    fn string(&mut self, text: &str) {
        match self.style.escapes {
            None => self.out.push_str(text),
            Some(escapes) => escape(unescape(text), escapes, &mut self.out),
        }
    }

    fn other(&mut self, text: &str) {
        match self.style.numbers {
            Numbers::Other(nth) => {
                let others = spellings(text);
                let other = others.get(nth).or(others.last());
                self.out.push_str(other.map_or(text, String::as_str));
            }
            Numbers::AsReceived => self.out.push_str(text),
        }
    }
}

pub(super) fn keys_of<'a>(members: &[(&'a str, Node<'_>)]) -> Vec<&'a str> {
    members.iter().map(|(key, _)| *key).collect()
}

/// A text as a string of JSON.
pub(super) fn quote(text: &str, escapes: Escapes) -> String {
    let mut out = String::new();
    escape(text.chars().map(u32::from), escapes, &mut out);
    out
}

/// The text that a string of JSON says. Halves of a surrogate pair become a replacement character.
pub(super) fn unquote(string: &str) -> String {
    unescape(string)
        .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The code points of a string, among them halves of a surrogate pair that stand alone.
fn unescape(string: &str) -> impl Iterator<Item = u32> {
    let inner = string.strip_prefix('"').unwrap_or(string);
    let mut chars = inner.strip_suffix('"').unwrap_or(inner).chars();
    core::iter::from_fn(move || {
        let c = chars.next()?;
        if c != '\\' {
            return Some(c.into());
        }
        Some(match chars.next()? {
            'b' => 8,
            't' => 9,
            'n' => 10,
            'f' => 12,
            'r' => 13,
            'u' => {
                let high = hex_of(&mut chars);
                let mut ahead = chars.clone();
                let is_pair = ahead.next() == Some('\\') && ahead.next() == Some('u');
                let low = if is_pair { hex_of(&mut ahead) } else { 0 };
                let halves = [high, low].map(|half| u16::try_from(half).unwrap_or_default());
                match char::decode_utf16(halves).next() {
                    Some(Ok(c)) if u32::from(c) > 0xffff => {
                        chars = ahead;
                        c.into()
                    }
                    _ => high,
                }
            }
            other => other.into(),
        })
    })
}

fn hex_of(chars: &mut core::str::Chars<'_>) -> u32 {
    let digits = chars.as_str().get(..4);
    let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if let Some(after) = chars.as_str().get(4..) {
        *chars = after.chars();
    }
    code.unwrap_or(0xfffd)
}

fn escape(codes: impl Iterator<Item = u32>, escapes: Escapes, out: &mut String) {
    out.push('"');
    for code in codes {
        let c = char::from_u32(code);
        let is_also = c.is_some_and(|c| escapes.also.contains(c));
        let short = match c {
            Some('"') if !is_also => r#"\""#,
            Some('\\') => r"\\",
            Some('\u{8}') => r"\b",
            Some('\t') => r"\t",
            Some('\n') => r"\n",
            Some('\u{c}') => r"\f",
            Some('\r') => r"\r",
            Some('/') if escapes.slash => r"\/",
            _ => "",
        };
        match c {
            _ if !short.is_empty() => out.push_str(short),
            Some(c) if c >= ' ' && !is_also && (c.is_ascii() || !escapes.non_ascii) => out.push(c),
            _ => {
                let mut room = [0; 2];
                let halves = match c {
                    Some(c) => c.encode_utf16(&mut room).to_vec(),
                    None => u16::try_from(code).into_iter().collect(),
                };
                for half in halves {
                    out.push_str(&if escapes.upper {
                        format!("\\u{half:04X}")
                    } else {
                        format!("\\u{half:04x}")
                    });
                }
            }
        }
    }
    out.push('"');
}

/// Other spellings of a number, those that programs write: `1` as `1.0`, `1000.0` as `1000` and `1e3`. None of what is no number.
pub(super) fn spellings(number: &str) -> Vec<String> {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    if !digits.starts_with(is_digit) {
        return Vec::new();
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(exponent) = exponent.trim_start_matches('+').parse::<i32>() else {
        return Vec::new();
    };
    let (plain_whole, plain_fraction) = shift(whole, fraction, exponent);
    let fraction = plain_fraction.trim_end_matches('0');
    let mut all = Vec::new();
    if fraction.is_empty() {
        all.push(format!("{sign}{plain_whole}"));
        all.push(format!("{sign}{plain_whole}.0"));
        all.push(format!("{sign}{plain_whole}.00"));
    } else {
        all.push(format!("{sign}{plain_whole}.{fraction}"));
        all.push(format!("{sign}{plain_whole}.{fraction}0"));
    }
    let significant = [plain_whole.as_str(), fraction].concat();
    let leading = significant.trim_start_matches('0');
    let core = leading.trim_end_matches('0');
    if let Some((first, others)) = core.split_at_checked(1) {
        // How many places the point stands after the first digit that counts.
        let zeros = significant.len().saturating_sub(leading.len());
        let places = i32::try_from(plain_whole.len()).unwrap_or(0);
        let zeros = i32::try_from(zeros).unwrap_or(0);
        let power = places.saturating_sub(zeros).saturating_sub(1);
        if !(-4..3).contains(&power) {
            let point = if others.is_empty() { "" } else { "." };
            let mantissa = format!("{sign}{first}{point}{others}");
            let full = if others.is_empty() {
                format!("{sign}{first}.0")
            } else {
                mantissa.clone()
            };
            let (minus, power) = if power < 0 {
                ("-", power.unsigned_abs())
            } else {
                ("", power.unsigned_abs())
            };
            let plus = if minus.is_empty() { "+" } else { "-" };
            all.extend([
                format!("{mantissa}e{minus}{power}"),
                format!("{mantissa}e{plus}{power}"),
                format!("{mantissa}e{plus}{power:02}"),
                format!("{mantissa}E{minus}{power}"),
                format!("{mantissa}E{plus}{power}"),
                format!("{mantissa}E{plus}{power:02}"),
                format!("{full}E{minus}{power}"),
                format!("{full}e{minus}{power}"),
            ]);
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|it| it != number && seen.insert(it.clone()));
    all
}

/// The digits before and after the point, once it is moved. An absurd exponent moves it a little only.
fn shift(whole: &str, fraction: &str, exponent: i32) -> (String, String) {
    let places = usize::try_from(exponent.unsigned_abs())
        .unwrap_or(0)
        .min(MAX_PLACES);
    let zeros = "0".repeat(places);
    let (digits, point) = if exponent < 0 {
        let digits = [zeros.as_str(), whole, fraction].concat();
        (digits, whole.len())
    } else {
        let digits = [whole, fraction, &zeros].concat();
        (digits, whole.len().saturating_add(places))
    };
    let (whole, fraction) = digits.split_at_checked(point).unwrap_or((&digits, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    (whole.to_string(), fraction.to_string())
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Calls with each node, outer ones first.
pub(super) fn visit<'n, 'a>(node: &'n Node<'a>, see: &mut dyn FnMut(&'n Node<'a>)) {
    see(node);
    match node {
        Node::Object(members) => members.iter().for_each(|(_, value)| visit(value, see)),
        Node::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Node::String(_) | Node::Other(_) => {}
    }
}

/// What JSON takes for white space.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];
/// How deep values are nested at most: what is deeper is not taken for JSON.
const MAX_DEPTH: usize = 128;
/// Places by which a point is moved at most.
const MAX_PLACES: usize = 400;
/// Bytes after which writing ends: what is deeply nested has far more white space than anything else.
const MAX_WRITTEN: usize = 512 << 10;
