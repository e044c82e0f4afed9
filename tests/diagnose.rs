//! What is wrong with a set-up is told, and nothing is told as certain that is not so.

mod support;

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use countersign::{
    AnySigner, AnyVerifier, Keys, Part, Provider, Scheme, StandardSecret,
    VerifyError::{self, *},
    clerk::Clerk,
    courier::Courier,
    diagnose::{CauseKind, Certainty, Diagnosis, MAX_BYTES, MAX_MACS},
    rows, workos,
    workos::WorkOs,
};
use hmac::{Hmac, KeyInit, Mac};
use proptest::{collection::vec, prelude::*, sample::select};
use sha2::Sha256;
use support::{OLD_SECRET, SECRET, SIGNED_AT_MS, date, secret};
use time::OffsetDateTime;

/// A secret of Standard Webhooks, and the text that its base64 is.
const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// An event as a provider sends it: no spaces, `ë` and `/` as they are, a number with a fraction of nothing.
const EVENT: &str = r#"{"id":"evt_01","event":"user.created","data":{"name":"Zoë <z@a.example>","url":"https://a.example/?a=1&b=2","score":10.0,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}"#;

/// The same as it was printed by CPython 3 (`json.dumps`, `str`) and Node (`JSON.stringify`).
const BY_PYTHON: &str = r#"{"id": "evt_01", "event": "user.created", "data": {"name": "Zo\u00eb <z@a.example>", "url": "https://a.example/?a=1&b=2", "score": 10.0, "tags": ["a", "b"], "meta": {}}, "created_at": "2026-01-02T03:04:05.678Z"}"#;
const SORTED_BY_PYTHON: &str = r#"{"created_at":"2026-01-02T03:04:05.678Z","data":{"meta":{},"name":"Zo\u00eb <z@a.example>","score":10.0,"tags":["a","b"],"url":"https://a.example/?a=1&b=2"},"event":"user.created","id":"evt_01"}"#;
const PRINTED_BY_PYTHON: &str = r"{'id': 'evt_01', 'event': 'user.created', 'data': {'name': 'Zoë <z@a.example>', 'url': 'https://a.example/?a=1&b=2', 'score': 10.0, 'tags': ['a', 'b'], 'meta': {}}, 'created_at': '2026-01-02T03:04:05.678Z'}";
const BYTES_BY_PYTHON: &str = r#"b'{"id":"evt_01","event":"user.created","data":{"name":"Zo\xc3\xab <z@a.example>","url":"https://a.example/?a=1&b=2","score":10.0,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}'"#;
const BY_NODE: &str = r#"{"id":"evt_01","event":"user.created","data":{"name":"Zoë <z@a.example>","url":"https://a.example/?a=1&b=2","score":10,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}"#;
const IN_AN_EVENT_OF_LAMBDA: &str = r#"{"body":"{\"id\":\"evt_01\",\"event\":\"user.created\",\"data\":{\"name\":\"Zoë <z@a.example>\",\"url\":\"https://a.example/?a=1&b=2\",\"score\":10.0,\"tags\":[\"a\",\"b\"],\"meta\":{}},\"created_at\":\"2026-01-02T03:04:05.678Z\"}","isBase64Encoded":false}"#;
const FORM_BY_PYTHON: &str = "payload=%7B%22id%22%3A%22evt_01%22%2C%22event%22%3A%22user.created%22%2C%22data%22%3A%7B%22name%22%3A%22Zo%C3%AB+%3Cz%40a.example%3E%22%2C%22url%22%3A%22https%3A%2F%2Fa.example%2F%3Fa%3D1%26b%3D2%22%2C%22score%22%3A10.0%2C%22tags%22%3A%5B%22a%22%2C%22b%22%5D%2C%22meta%22%3A%7B%7D%7D%2C%22created_at%22%3A%222026-01-02T03%3A04%3A05.678Z%22%7D";
/// As PHP (`json_encode`), Go (`encoding/json`), .NET (`System.Text.Json`) and Gson document that they write it.
const BY_PHP: &str = r#"{"id":"evt_01","event":"user.created","data":{"name":"Zo\u00eb <z@a.example>","url":"https:\/\/a.example\/?a=1&b=2","score":10.0,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}"#;
const BY_GO: &str = r#"{"id":"evt_01","event":"user.created","data":{"name":"Zoë \u003cz@a.example\u003e","url":"https://a.example/?a=1\u0026b=2","score":10.0,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}
"#;
const BY_GSON: &str = r#"{"id":"evt_01","event":"user.created","data":{"name":"Zoë \u003cz@a.example\u003e","url":"https://a.example/?a\u003d1\u0026b\u003d2","score":10.0,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}"#;
const BY_DOTNET: &str = r#"{"id":"evt_01","event":"user.created","data":{"name":"Zo\u00EB \u003Cz@a.example\u003E","url":"https://a.example/?a=1\u0026b=2","score":10.0,"tags":["a","b"],"meta":{}},"created_at":"2026-01-02T03:04:05.678Z"}"#;

/// A provider's side, and ours.
#[derive(Clone)]
struct Setup {
    /// How the provider signs, and with what.
    signer: AnySigner,
    signed: Vec<u8>,
    verifier: AnyVerifier,
    received: Vec<u8>,
    scheme: Scheme,
    header: Option<String>,
    fixed: Option<Vec<(String, Vec<u8>)>>,
    change: fn(&mut Vec<(String, Vec<u8>)>),
    late_ms: i64,
}

impl Setup {
    fn new(scheme: Scheme, signed_with: impl countersign::SigningKeys + Clone) -> Self {
        Self {
            signer: AnySigner::new(scheme, signed_with.clone()),
            signed: EVENT.into(),
            verifier: AnyVerifier::new(scheme, signed_with),
            received: EVENT.into(),
            scheme,
            header: None,
            fixed: None,
            change: |_| {},
            late_ms: 2000,
        }
    }

    fn workos() -> Self {
        Self::new(WorkOs::SCHEME, secret(SECRET))
    }

    fn clerk() -> Self {
        Self::new(Clerk::SCHEME, standard(WHSEC))
    }

    fn row(name: &str) -> Self {
        let row = rows::find(name).expect("a row");
        match row.secret() {
            "Secret" => Self::new(row.scheme(), secret(SECRET)),
            _ => Self::new(row.scheme(), standard(WHSEC)),
        }
    }

    fn signed(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.signed = body.into();
        self
    }

    fn received(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.received = body.into();
        self
    }

    fn verifier(mut self, scheme: Scheme, keys: impl Into<Keys>) -> Self {
        self.verifier = AnyVerifier::new(scheme, keys);
        self
    }

    fn headers(mut self, change: fn(&mut Vec<(String, Vec<u8>)>)) -> Self {
        self.change = change;
        self
    }

    /// The provider has this secret.
    fn signing(mut self, text: &str) -> Self {
        self.signer = AnySigner::new(self.scheme, secret(text));
        self
    }

    /// The value of the first header, whatever the signer makes of it.
    fn with_header(mut self, value: String) -> Self {
        self.header = Some(value);
        self
    }

    fn late(mut self, seconds: i64) -> Self {
        self.late_ms = seconds * 1000;
        self
    }

    fn request(&self) -> Vec<(String, Vec<u8>)> {
        if let Some(headers) = &self.fixed {
            return headers.clone();
        }
        let headers = self.signer.headers(&self.signed, date(SIGNED_AT_MS));
        let headers = headers.into_iter();
        let mut headers: Vec<(String, Vec<u8>)> = headers
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        if let Some(value) = &self.header {
            headers[0].1 = value.clone().into();
        }
        (self.change)(&mut headers);
        headers
    }

    fn now(&self) -> OffsetDateTime {
        date(SIGNED_AT_MS.saturating_add_signed(self.late_ms))
    }

    fn diagnose(&self) -> Diagnosis {
        self.verifier
            .diagnose(&self.request(), &self.received, self.now())
    }
}

fn standard(text: &str) -> StandardSecret {
    StandardSecret::new(text).expect("a secret")
}

/// One more header.
fn add(headers: &mut Vec<(String, Vec<u8>)>, name: &str, value: impl Into<Vec<u8>>) {
    headers.push((name.into(), value.into()));
}

/// The value of the only header, or of the first.
fn value(headers: &mut [(String, Vec<u8>)], change: impl Fn(String) -> String) {
    let value = String::from_utf8(headers[0].1.clone()).expect("ASCII");
    headers[0].1 = change(value).into();
}

#[derive(Debug, PartialEq)]
struct First<'a>(CauseKind, Certainty, Option<&'a str>);

/// Refused with this error, of which this is named first.
#[track_caller]
fn assert_first(setup: &Setup, refused: VerifyError, expected: First<'_>) {
    let diagnosis = setup.diagnose();
    assert_eq!(diagnosis.verdict(), Err(refused), "{diagnosis}");
    let first = diagnosis.causes().first().expect("a cause");
    let detail = expected.2.and(first.detail());
    assert_eq!(
        First(first.kind(), first.certainty(), detail),
        expected,
        "{diagnosis}"
    );
    assert_bounded(&diagnosis);
}

#[track_caller]
fn assert_bounded(diagnosis: &Diagnosis) {
    assert!(diagnosis.macs() <= MAX_MACS, "{}", diagnosis.macs());
}

#[track_caller]
fn certain(
    setup: Setup,
    refused: VerifyError,
    kind: CauseKind,
    detail: impl Into<Option<&'static str>>,
) {
    assert_first(
        &setup,
        refused,
        First(kind, Certainty::Certain, detail.into()),
    );
}

#[track_caller]
fn likely(setup: Setup, refused: VerifyError, kind: CauseKind) {
    assert_first(&setup, refused, First(kind, Certainty::Likely, None));
    assert_guessed(&setup.diagnose());
}

#[track_caller]
fn assert_guessed(diagnosis: &Diagnosis) {
    let causes = diagnosis.causes();
    assert!(!causes.is_empty());
    assert!(
        causes.iter().all(|it| it.certainty() < Certainty::Certain),
        "{diagnosis}"
    );
    assert_bounded(diagnosis);
}

#[test]
fn json_serialised_again() {
    use CauseKind::JsonReserialized;

    let pretty = |indent: &str| {
        let value: serde_json::Value = serde_json::from_str(EVENT).unwrap();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
        let mut out = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
        serde::Serialize::serialize(&value, &mut serializer).unwrap();
        out
    };
    certain(
        Setup::workos().received(BY_PYTHON),
        SignatureMismatch,
        JsonReserialized,
        "spaces, escapes",
    );
    certain(
        Setup::workos().signed(BY_PYTHON),
        SignatureMismatch,
        JsonReserialized,
        "spaces, escapes",
    );
    certain(
        Setup::workos().received(BY_NODE),
        SignatureMismatch,
        JsonReserialized,
        "numbers",
    );
    certain(
        Setup::workos().received(BY_PHP),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::row("stripe").signed(BY_PHP),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::workos().received(BY_GO),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::row("github").signed(BY_GO),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::workos().signed(BY_GSON),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::workos()
            .signed(r#"{"id":"evt_01","text":"a\r\n\t\f\bb"}"#)
            .received(r#"{"id":"evt_01","text":"a\u000d\u000a\u0009\u000c\u0008b"}"#),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::workos().received(BY_DOTNET),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::clerk().signed(BY_DOTNET),
        SignatureMismatch,
        JsonReserialized,
        "escapes",
    );
    certain(
        Setup::workos().received(pretty("  ")),
        SignatureMismatch,
        JsonReserialized,
        "spaces",
    );
    certain(
        Setup::clerk().received(pretty("    ")),
        SignatureMismatch,
        JsonReserialized,
        "spaces",
    );
    certain(
        Setup::row("stripe").signed(pretty("  ")),
        SignatureMismatch,
        JsonReserialized,
        "spaces",
    );
    certain(
        Setup::row("shopify").received(pretty("\t")),
        SignatureMismatch,
        JsonReserialized,
        "spaces",
    );
    certain(
        Setup::workos().received(SORTED_BY_PYTHON),
        SignatureMismatch,
        JsonReserialized,
        "key order",
    );
    certain(
        Setup::workos().received(serde_sorted(EVENT)),
        SignatureMismatch,
        JsonReserialized,
        "key order",
    );
    // The provider sorts, and a struct does not.
    certain(
        Setup::workos().signed(serde_sorted(EVENT)),
        SignatureMismatch,
        JsonReserialized,
        "key order",
    );
    certain(
        Setup::workos()
            .signed(r#"{"price":19.90,"at":1e3,"big":12345678901234567891}"#)
            .received(r#"{"price":19.9,"at":1000,"big":12345678901234567891}"#),
        SignatureMismatch,
        JsonReserialized,
        "numbers",
    );
    // Amounts, too many for each spelling of each to be tried.
    certain(
        Setup::workos()
            .signed("[19.90,5.00,3.25,7.10,8.00,1.50,12.30,4.40,0.70,6.60]")
            .received("[19.9,5.0,3.25,7.1,8.0,1.5,12.3,4.4,0.7,6.6]"),
        SignatureMismatch,
        JsonReserialized,
        "numbers",
    );
    certain(
        Setup::workos()
            .signed(r#"{"id":12345678901234567891}"#)
            .received(r#"{"id":12345678901234567000}"#),
        SignatureMismatch,
        JsonReserialized,
        "numbers",
    );
    certain(
        Setup::workos()
            .signed(r#"{"a":[1,2,{"b":null}],"c":{}}"#)
            .received("{\n  \"a\" : [ 1, 2, {\n    \"b\" : null\n  } ],\n  \"c\" : { }\n}"),
        SignatureMismatch,
        JsonReserialized,
        "spaces",
    );
    certain(
        Setup::workos().received(format!(
            "{}\r\n",
            pretty_text(&pretty("  ")).replace('\n', "\r\n")
        )),
        SignatureMismatch,
        JsonReserialized,
        "spaces",
    );
}

fn pretty_text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// As `serde_json` writes a `Value` without its feature `preserve_order`.
fn serde_sorted(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    value.sort_all_objects();
    value.to_string()
}

#[test]
fn ends_of_the_body() {
    let with = |end: &str| format!("{EVENT}{end}");
    certain(
        Setup::workos().received(with("\n")),
        SignatureMismatch,
        CauseKind::TrailingNewlineAdded,
        None,
    );
    certain(
        Setup::clerk().received(with("\r\n")),
        SignatureMismatch,
        CauseKind::TrailingNewlineAdded,
        None,
    );
    certain(
        Setup::row("github").signed(with("\n")),
        SignatureMismatch,
        CauseKind::TrailingNewlineRemoved,
        None,
    );
    certain(
        Setup::row("slack").signed(with("\r\n")),
        SignatureMismatch,
        CauseKind::TrailingNewlineRemoved,
        None,
    );
    certain(
        Setup::workos().received(format!(" {EVENT}  ")),
        SignatureMismatch,
        CauseKind::EdgeSpaceAdded,
        None,
    );
    certain(
        Setup::workos().signed(with(" ")),
        SignatureMismatch,
        CauseKind::EdgeSpaceRemoved,
        None,
    );
    certain(
        Setup::workos().received(with("\0\0")),
        SignatureMismatch,
        CauseKind::EdgeSpaceAdded,
        "NUL bytes",
    );
    certain(
        Setup::workos().received(format!("\u{feff}{EVENT}")),
        SignatureMismatch,
        CauseKind::BomAdded,
        None,
    );
    certain(
        Setup::workos().signed(format!("\u{feff}{EVENT}")),
        SignatureMismatch,
        CauseKind::BomRemoved,
        None,
    );
    let lines = "{\n\"a\": 1\n}\n";
    let crlf = lines.replace('\n', "\r\n");
    certain(
        Setup::workos().signed(lines).received(crlf.clone()),
        SignatureMismatch,
        CauseKind::LineBreaksToCrlf,
        None,
    );
    certain(
        Setup::workos().signed(crlf).received(lines),
        SignatureMismatch,
        CauseKind::LineBreaksToLf,
        None,
    );
}

#[test]
fn a_body_within_another() {
    let base64 = BASE64_STANDARD.encode(EVENT);
    certain(
        Setup::workos().received(base64.clone()),
        SignatureMismatch,
        CauseKind::BodyBase64,
        None,
    );
    certain(
        Setup::row("stripe").received(base64.trim_end_matches('=')),
        SignatureMismatch,
        CauseKind::BodyBase64,
        None,
    );
    certain(
        Setup::workos().signed(base64.clone()),
        SignatureMismatch,
        CauseKind::BodyBase64Decoded,
        None,
    );
    let quoted = serde_json::to_string(EVENT).unwrap();
    certain(
        Setup::clerk().received(quoted.clone()),
        SignatureMismatch,
        CauseKind::BodyQuoted,
        None,
    );
    certain(
        Setup::clerk().signed(quoted),
        SignatureMismatch,
        CauseKind::BodyUnquoted,
        None,
    );
    certain(
        Setup::workos().received(format!("{base64:?}")),
        SignatureMismatch,
        CauseKind::BodyBase64,
        None,
    );
    certain(
        Setup::workos().received(IN_AN_EVENT_OF_LAMBDA),
        SignatureMismatch,
        CauseKind::BodyWrapped,
        "member `body`",
    );
    certain(
        Setup::workos().received(format!(r#"{{"Records":[{{"id":1,"body":"{base64}"}}]}}"#)),
        SignatureMismatch,
        CauseKind::BodyWrapped,
        "member `body`",
    );
    certain(
        Setup::workos().received(format!("[{EVENT}]")),
        SignatureMismatch,
        CauseKind::BodyWrapped,
        "a list of one",
    );
    certain(
        Setup::workos().received(format!("data:application/json;base64,{base64}")),
        SignatureMismatch,
        CauseKind::BodyBase64,
        "a URL of data",
    );
    certain(
        Setup::workos().received(format!(r#"{{"body":"{base64}","isBase64Encoded":true}}"#)),
        SignatureMismatch,
        CauseKind::BodyWrapped,
        "member `body`",
    );
    certain(
        Setup::workos()
            .signed(r#"{"a":1}"#)
            .received(r#"{"type":"Buffer","data":[123,34,97,34,58,49,125]}"#),
        SignatureMismatch,
        CauseKind::BodyPrinted,
        "bytes as numbers",
    );
    certain(
        Setup::workos()
            .signed(r#"{"a":1}"#)
            .received("123,34,97,34,58,49,125"),
        SignatureMismatch,
        CauseKind::BodyPrinted,
        "bytes as numbers",
    );
    certain(
        Setup::workos().received(BYTES_BY_PYTHON),
        SignatureMismatch,
        CauseKind::BodyPrinted,
        "as bytes of Python",
    );
    certain(
        Setup::workos().received(PRINTED_BY_PYTHON),
        SignatureMismatch,
        CauseKind::BodyPrinted,
        "as a value of Python or Ruby",
    );
}

#[test]
fn text_of_the_body() {
    let latin: Vec<u8> = EVENT.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let mojibake: String = EVENT.bytes().map(char::from).collect();
    certain(
        Setup::workos().received(latin),
        SignatureMismatch,
        CauseKind::BodyTranscoded,
        "written as Latin-1",
    );
    certain(
        Setup::workos().received(mojibake),
        SignatureMismatch,
        CauseKind::BodyTranscoded,
        "UTF-8 read as Latin-1",
    );
    certain(
        Setup::workos()
            .signed("{\"a\":\"–\"}")
            .received("{\"a\":\"â€“\"}"),
        SignatureMismatch,
        CauseKind::BodyTranscoded,
        "UTF-8 read as Windows-1252",
    );
    let utf16: Vec<u8> = EVENT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    certain(
        Setup::workos().received(utf16),
        SignatureMismatch,
        CauseKind::BodyTranscoded,
        "written as UTF-16",
    );
    let html = EVENT
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    certain(
        Setup::workos().received(html.replace('"', "&quot;")),
        SignatureMismatch,
        CauseKind::BodyEscaped,
        "HTML entities",
    );
    certain(
        Setup::row("woocommerce").received(EVENT.replace('"', "\\\"")),
        SignatureMismatch,
        CauseKind::BodyEscaped,
        "backslashes before quotation marks",
    );
}

#[test]
fn forms() {
    certain(
        Setup::row("github").received(FORM_BY_PYTHON),
        SignatureMismatch,
        CauseKind::FormNotDecoded,
        None,
    );
    certain(
        Setup::row("github").signed(FORM_BY_PYTHON),
        SignatureMismatch,
        CauseKind::FormDecoded,
        None,
    );
    let command = "token=x+y&text=a%7Eb%2Ac+%28d%29&url=https%3A%2F%2Fa%2F";
    let slack = || Setup::row("slack").signed(command);
    certain(
        slack().received("token=x%20y&text=a~b*c%20(d)&url=https%3A%2F%2Fa%2F"),
        SignatureMismatch,
        CauseKind::FormReserialized,
        None,
    );
    certain(
        Setup::row("slack")
            .signed("token=x+y&text=a~b%2Ac+%28d%29&url=https%3A%2F%2Fa%2F")
            .received(r#"{"token":"x y","text":"a~b*c (d)","url":"https://a/"}"#),
        SignatureMismatch,
        CauseKind::FormToJson,
        None,
    );
    certain(
        Setup::row("stripe")
            .signed("a%5Bb%5D=1&a%5Bc%5D=x+y&d=2")
            .received(r#"{"a":{"b":"1","c":"x y"},"d":"2"}"#),
        SignatureMismatch,
        CauseKind::FormToJson,
        None,
    );
    certain(
        slack().received("url=https%3A%2F%2Fa%2F&token=x+y&text=a%7Eb%2Ac+%28d%29"),
        SignatureMismatch,
        CauseKind::FormReserialized,
        "order of fields",
    );
    // As `form_urlencoded` writes again what it read in JSON: a field for each `&`.
    let written = "%7B%22a%22%3A%22https%3A%2F%2Fb%2F%3Fc=1&d=2%22%2C%22e%22%3A%22f+g%22%7D";
    let json = r#"{"a":"https://b/?c=1&d=2","e":"f g"}"#;
    certain(
        Setup::workos().signed(json).received(written),
        SignatureMismatch,
        CauseKind::JsonParsedAsForm,
        None,
    );
    certain(
        Setup::workos()
            .signed(r#"{"a":"b c"}"#)
            .received("%7B%22a%22%3A%22b+c%22%7D="),
        SignatureMismatch,
        CauseKind::JsonParsedAsForm,
        None,
    );
    // With no `=` left it is no form.
    certain(
        Setup::workos()
            .signed(r#"{"a":"b=c"}"#)
            .received("%7B%22a%22%3A%22b%3Dc%22%7D"),
        SignatureMismatch,
        CauseKind::BodyEscaped,
        "percent-encoding",
    );
    certain(
        Setup::workos()
            .signed(json)
            .received(r#"{"{\"a\":\"https://b/?c":"1","d":"2\",\"e\":\"f g\"}"}"#),
        SignatureMismatch,
        CauseKind::JsonParsedAsForm,
        None,
    );
    let key = serde_json::to_string(&serde_json::json!({ (EVENT): "" })).unwrap();
    certain(
        Setup::workos().received(key),
        SignatureMismatch,
        CauseKind::JsonParsedAsForm,
        None,
    );
}

#[test]
fn secrets() {
    use CauseKind::{SecretDamaged, SecretEncoding, SecretOfOtherEndpoint};

    // As text where it is base64, and the reverse.
    certain(
        Setup::clerk().verifier(Clerk::SCHEME, secret(WHSEC)),
        SignatureMismatch,
        SecretEncoding,
        "the provider decodes its base64: `StandardSecret`",
    );
    certain(
        Setup::clerk().verifier(Clerk::SCHEME, secret(&WHSEC[6..])),
        SignatureMismatch,
        SecretEncoding,
        None,
    );
    let stripe = rows::stripe::Stripe::SCHEME;
    certain(
        Setup::new(stripe, secret(WHSEC)).verifier(stripe, standard(WHSEC)),
        SignatureMismatch,
        SecretEncoding,
        "the provider takes the text as it is: `Secret`",
    );
    certain(
        Setup::new(stripe, secret(WHSEC)).verifier(stripe, secret(&WHSEC[6..])),
        SignatureMismatch,
        SecretEncoding,
        "the prefix `whsec_` belongs to it",
    );
    certain(
        Setup::new(stripe, secret(&WHSEC[6..])).verifier(stripe, secret(WHSEC)),
        SignatureMismatch,
        SecretEncoding,
        None,
    );
    let github = rows::github::GitHub::SCHEME;
    let github = |ours: String| Setup::row("github").verifier(github, secret(&ours));
    // What `kubectl get secret -o yaml` prints.
    certain(
        github(BASE64_STANDARD.encode(SECRET)),
        SignatureMismatch,
        SecretEncoding,
        None,
    );
    certain(
        github(hex::encode(SECRET)),
        SignatureMismatch,
        SecretEncoding,
        "the provider decodes its hex",
    );
    certain(
        github(BASE64_STANDARD.encode(format!("{SECRET}\n"))),
        SignatureMismatch,
        SecretDamaged,
        None,
    );
    certain(
        github(format!("\"{SECRET}")),
        SignatureMismatch,
        SecretDamaged,
        None,
    );
    certain(
        github(format!("{SECRET};")),
        SignatureMismatch,
        SecretDamaged,
        None,
    );
    certain(
        github(format!("WEBHOOK_SECRET={SECRET}")),
        SignatureMismatch,
        SecretDamaged,
        "ours begins with the name of a variable or a word such as `Bearer`",
    );
    for before in [
        "Bearer ",
        "Authorization: Bearer ",
        "export WEBHOOK_SECRET=",
    ] {
        certain(
            github(format!("{before}{SECRET}")),
            SignatureMismatch,
            SecretDamaged,
            None,
        );
    }
    certain(
        github(SECRET.repeat(2)),
        SignatureMismatch,
        SecretDamaged,
        "ours is the provider's twice",
    );
    certain(
        github(SECRET.to_uppercase()).signing(&SECRET.to_lowercase()),
        SignatureMismatch,
        SecretDamaged,
        None,
    );
    certain(
        github("abc$$def$$ghi".into()).signing("abc$def$ghi"),
        SignatureMismatch,
        SecretDamaged,
        None,
    );
    let padded = |text: &str| -> Setup {
        let signature = hex::encode(mac(text, EVENT));
        github(SECRET.into()).with_header(format!("sha256={signature}"))
    };
    certain(
        padded(&format!("{SECRET}\n")),
        SignatureMismatch,
        SecretDamaged,
        "the provider's ends with a line break",
    );
    certain(
        padded(&format!("\"{SECRET}\"")),
        SignatureMismatch,
        SecretDamaged,
        "the provider's is in quotation marks",
    );

    let setup =
        Setup::new(WorkOs::SCHEME, secret(OLD_SECRET)).verifier(WorkOs::SCHEME, secret(SECRET));
    let staging = Keys::from(secret(OLD_SECRET));
    let others = [
        ("production", &Keys::from(secret("another"))),
        ("staging", &staging),
    ];
    let diagnosis =
        setup
            .verifier
            .diagnose_among(&others, &setup.request(), &setup.received, setup.now());
    assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
    let cause = &diagnosis.causes()[0];
    assert_eq!(cause.kind(), SecretOfOtherEndpoint);
    assert_eq!(cause.certainty(), Certainty::Certain);
    assert_eq!(cause.detail(), Some("staging"));
    // Of a typed verifier, and one that holds several.
    let typed = workos::Verifier::new(secret(SECRET));
    let other = workos::Verifier::new(secret("another")).with_previous(secret(OLD_SECRET));
    let others = [("other", other.keys())];
    let diagnosis = typed.diagnose_among(&others, &setup.request(), &setup.received, setup.now());
    assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
    assert_eq!(diagnosis.causes()[0].detail(), Some("other"));
    let other = AnyVerifier::new(WorkOs::SCHEME, secret(OLD_SECRET));
    let others = [("any", other.keys())];
    let diagnosis = typed.diagnose_among(&others, &setup.request(), &setup.received, setup.now());
    assert_eq!(diagnosis.causes()[0].detail(), Some("any"));
    let diagnosis = typed.diagnose(&setup.request(), &setup.received, setup.now());
    assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
    assert_guessed(&diagnosis);
    assert_eq!(diagnosis.causes()[0].kind(), CauseKind::SecretOrBody);
}

/// A public key beside a secret is none that a MAC is tried with.
#[test]
#[cfg(feature = "ed25519")]
fn a_secret_beside_a_public_key() {
    let public = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
    let public = countersign::StandardPublicKey::new(public).expect("a public key");
    let typed =
        countersign::Verifier::<Clerk>::new(standard(WHSEC)).with_public_key(public.clone());
    let setup = Setup::clerk().received([EVENT, "\n"].concat());
    let diagnosis = typed.diagnose(&setup.request(), &setup.received, setup.now());
    assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
    let cause = &diagnosis.causes()[0];
    assert_eq!(cause.kind(), CauseKind::TrailingNewlineAdded);
    assert_eq!(cause.certainty(), Certainty::Certain);

    // Nor is it the secret of another endpoint.
    let typed =
        countersign::Verifier::<Clerk>::new(standard("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"));
    let others = [("public", &Keys::from(public))];
    let diagnosis = typed.diagnose_among(&others, &setup.request(), &setup.received, setup.now());
    assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
    assert_guessed(&diagnosis);
}

fn mac(key: &str, body: &str) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hmac.update(body.as_bytes());
    hmac.finalize().into_bytes().to_vec()
}

/// When a provider that signs seconds has signed.
const SIGNED_AT_S: u64 = SIGNED_AT_MS / 1000 * 1000;

/// Why a delivery is refused that was signed then, and comes in so many seconds after the signer's clock.
fn untimely(signed_at: u64, late: i64) -> VerifyError {
    let now = SIGNED_AT_MS.saturating_add_signed(late * 1000);
    let off = std::time::Duration::from_millis(now.abs_diff(signed_at));
    let is_ahead = now < signed_at;
    let signed_at = date(signed_at);
    if is_ahead {
        NotYetValid {
            signed_at,
            ahead: off,
        }
    } else {
        Expired {
            signed_at,
            age: off,
        }
    }
}

#[test]
fn clocks_and_units() {
    use CauseKind::{ClockOff, ClockZone, Late, TimestampUnit};

    let hours = |hours: i64| hours * 3600 + 3;
    let zone = |late, detail: &'static str| {
        let setup = Setup::workos().late(late);
        let refused = untimely(SIGNED_AT_MS, late);
        assert_first(
            &setup,
            refused,
            First(ClockZone, Certainty::Likely, Some(detail)),
        );
    };
    zone(hours(2), "ahead by 2:00 hours");
    zone(hours(-8), "behind by 8:00 hours");
    zone(hours(5) + 1800, "ahead by 5:30 hours");
    let off = |late: i64, certainty, detail: &'static str| {
        let setup = Setup::workos().late(late);
        let refused = untimely(SIGNED_AT_MS, late);
        assert_first(&setup, refused, First(ClockOff, certainty, Some(detail)));
    };
    off(420, Certainty::Possible, "ahead by 420 seconds");
    off(-420, Certainty::Likely, "behind by 420 seconds");
    off(-1_767_000_000, Certainty::Likely, "it was never set");
    let setup = Setup::row("stripe").late(90 * 86_400);
    assert_first(
        &setup,
        untimely(SIGNED_AT_S, 90 * 86_400),
        First(Late, Certainty::Likely, Some("signed 90 days ago")),
    );

    let mut setup = Setup::workos();
    let short = countersign::Tolerance::new(std::time::Duration::from_millis(180));
    setup.verifier = setup.verifier.with_tolerance(short);
    likely(
        setup,
        untimely(SIGNED_AT_MS, 2),
        CauseKind::ToleranceTooShort,
    );

    // The five seconds of Paddle are meant so: what is off by more is not their fault.
    let paddle = || {
        let mut setup = Setup::row("paddle");
        let row = rows::find("paddle").expect("a row");
        setup.verifier = setup.verifier.with_tolerance(row.tolerance());
        setup
    };
    likely(
        paddle().late(9),
        untimely(SIGNED_AT_S, 9),
        CauseKind::ToleranceTooShort,
    );
    likely(paddle().late(-90), untimely(SIGNED_AT_S, -90), ClockOff);
    assert_first(
        &paddle().late(90),
        untimely(SIGNED_AT_S, 90),
        First(ClockOff, Certainty::Possible, Some("ahead by 90 seconds")),
    );

    // Nor is a zone missed by the seconds that the delivery took.
    likely(paddle().late(3612), untimely(SIGNED_AT_S, 3612), ClockZone);

    let seconds = Scheme::keyed("workos-signature", "t", "v1");
    certain(
        Setup::workos().verifier(seconds, secret(SECRET)),
        InvalidTimestamp,
        TimestampUnit,
        "milliseconds, where the scheme has seconds",
    );
    certain(
        Setup::new(seconds, secret(SECRET)).verifier(WorkOs::SCHEME, secret(SECRET)),
        untimely(SIGNED_AT_MS / 1000, 2),
        TimestampUnit,
        "seconds, where the scheme has milliseconds",
    );
    // Whoever hands the header on has divided the time.
    certain(
        Setup::workos().with_header(format!(
            "t=1767323045, v1={}",
            hex::encode(mac(SECRET, &format!("1767323045000.{EVENT}")))
        )),
        SignatureMismatch,
        TimestampUnit,
        "the header has it in another unit than was signed",
    );
    let dated = Scheme::prefixed("x-signature", "")
        .timestamp_in("x-time", &[Part::Timestamp, Part::Literal("."), Part::Body]);
    let mac = mac(SECRET, &format!("2026-01-02T03:04:05Z.{EVENT}"));
    let headers = [
        ("x-signature", hex::encode(mac)),
        ("x-time", "2026-01-02T03:04:05Z".into()),
    ];
    let verifier = AnyVerifier::new(dated, secret(SECRET));
    let diagnosis = verifier.diagnose(&headers, EVENT, date(SIGNED_AT_MS));
    assert_eq!(diagnosis.verdict(), Err(InvalidTimestamp));
    assert_eq!(diagnosis.causes()[0].kind(), CauseKind::TimestampFormat);
    assert_eq!(diagnosis.causes()[0].certainty(), Certainty::Certain);
}

#[test]
fn headers() {
    use CauseKind::{
        HeaderAltered, HeaderMissing, HeaderRenamed, HeaderRepeated, HeadersJoined, OtherDigest,
        OtherProvider, SignatureEncoding, SignatureKind, SignatureLayout, SignatureTruncated,
        SignedMessage,
    };

    let joined = |headers: &mut Vec<(String, Vec<u8>)>| value(headers, |it| format!("{it}, {it}"));
    certain(
        Setup::workos().headers(joined),
        DuplicateTimestamp,
        HeadersJoined,
        None,
    );
    certain(
        Setup::row("github").headers(joined),
        MalformedSignature,
        HeadersJoined,
        None,
    );
    certain(
        Setup::workos()
            .headers(|headers| value(headers, |it| format!("t=1, v1={}, {it}", "a".repeat(64)))),
        DuplicateTimestamp,
        HeadersJoined,
        None,
    );
    // Nothing but a signature, which has no mark: two whole ones.
    for name in ["linear", "shopify"] {
        certain(
            Setup::row(name).headers(joined),
            MalformedSignature,
            HeadersJoined,
            None,
        );
    }
    certain(
        Setup::row("linear").headers(|headers| value(headers, |it| format!("{it}\n{it}"))),
        MalformedSignature,
        HeadersJoined,
        None,
    );
    // Without the space and the comma it would be one with something else in it.
    certain(
        Setup::row("paddle").headers(joined),
        MalformedHeader,
        HeadersJoined,
        None,
    );
    // A list is joined where its entries are not separated as they are by its provider.
    for (name, by, refused) in [
        ("svix-signature", ",", MalformedSignature),
        ("svix-id", ", ", InvalidId),
    ] {
        let mut setup = Setup::clerk();
        let mut headers = setup.request();
        let mut values = headers.iter_mut().filter(|(it, _)| it == name);
        let (_, value) = values.next().expect("a header");
        *value = [value.as_slice(), by.as_bytes(), value].concat();
        setup.fixed = Some(headers);
        certain(setup, refused, HeadersJoined, None);
    }
    certain(
        Setup::clerk().headers(|headers| {
            for (_, value) in headers.iter_mut() {
                *value = [value.as_slice(), b", ", value].concat();
            }
        }),
        InvalidTimestamp,
        HeadersJoined,
        None,
    );
    certain(
        Setup::row("shopify")
            .signed("1")
            .received("1")
            .headers(|headers| {
                value(headers, |it| {
                    assert!(it.contains('+'));
                    it.replace('+', " ")
                });
            }),
        MalformedSignature,
        HeaderAltered,
        "with spaces for `+`",
    );
    // Glued to what stands before it.
    certain(
        Setup::row("github").headers(|headers| value(headers, |it| it.replace('=', ""))),
        MissingSignature,
        SignatureLayout,
        None,
    );
    certain(
        Setup::workos().headers(|headers| headers.extend_from_within(..)),
        DuplicateHeader,
        HeaderRepeated,
        None,
    );
    certain(
        Setup::workos().headers(|headers| headers[0].0 = "workos_signature".into()),
        MissingHeader,
        HeaderRenamed,
        "with `_` for `-`",
    );
    for (before, detail) in [
        ("x-original-", "after `x-original-`"),
        ("x-forwarded-", "after `x-forwarded-`"),
        ("x-amzn-remapped-", "after `x-amzn-remapped-`"),
    ] {
        let mut setup = Setup::workos();
        let mut headers = setup.request();
        headers[0].0.insert_str(0, before);
        setup.fixed = Some(headers);
        certain(setup, MissingHeader, HeaderRenamed, detail);
    }
    certain(
        Setup::workos().headers(|headers| value(headers, |it| format!("\"{it}\""))),
        MissingTimestamp,
        HeaderAltered,
        "in quotation marks or brackets",
    );
    certain(
        Setup::workos().headers(|headers| value(headers, |it| format!("{:?}", Some(it)))),
        MissingTimestamp,
        HeaderAltered,
        "in quotation marks or brackets",
    );
    certain(
        Setup::row("stripe")
            .headers(|headers| value(headers, |it| it.replace('=', "%3D").replace(',', "%2C"))),
        MalformedHeader,
        HeaderAltered,
        "percent-encoded",
    );
    certain(
        Setup::workos().headers(|headers| value(headers, |it| format!("WorkOS-Signature: {it}"))),
        MalformedHeader,
        HeaderAltered,
        "with the name of the header before it",
    );
    certain(
        Setup::workos().headers(|headers| value(headers, |it| it.replace(", ", ",\r\n "))),
        MalformedHeader,
        HeaderAltered,
        "folded over lines, or with white space in it",
    );
    certain(
        Setup::workos().headers(|headers| value(headers, |it| format!("\u{feff}{it}\u{a0}"))),
        NonAsciiHeader,
        HeaderAltered,
        "with characters that are not ASCII",
    );
    certain(
        Setup::row("github").headers(|headers| value(headers, |it| it.replace("sha256=", ""))),
        MissingSignature,
        SignatureLayout,
        None,
    );
    let hex = Scheme::prefixed("x-shopify-hmac-sha256", "");
    certain(
        Setup::row("shopify").verifier(hex, secret(SECRET)),
        MalformedSignature,
        SignatureEncoding,
        "base64, where the scheme has hex",
    );
    certain(
        Setup::new(hex, secret(SECRET)).verifier(hex.base64(), secret(SECRET)),
        MalformedSignature,
        SignatureEncoding,
        "hex, where the scheme has base64",
    );
    certain(
        Setup::row("slack").verifier(
            Scheme::prefixed("x-slack-signature", "v0=").timestamp_in(
                "x-slack-request-timestamp",
                &[Part::Timestamp, Part::Literal("."), Part::Body],
            ),
            secret(SECRET),
        ),
        SignatureMismatch,
        SignedMessage,
        None,
    );
    let own = Scheme::keyed("acme-signature", "t", "v1");
    certain(
        Setup::new(own, secret(SECRET)).verifier(
            own.message(&[Part::Timestamp, Part::Literal(":"), Part::Body]),
            secret(SECRET),
        ),
        SignatureMismatch,
        SignedMessage,
        "{timestamp}.{body}",
    );
    // Of another provider, with the right secret and with a wrong one.
    certain(
        Setup::row("stripe").verifier(WorkOs::SCHEME, secret(SECRET)),
        MissingHeader,
        OtherProvider,
        "stripe",
    );
    certain(
        Setup::clerk().verifier(WorkOs::SCHEME, secret(WHSEC)),
        MissingHeader,
        OtherProvider,
        None,
    );
    certain(
        Setup::new(Courier::SCHEME, secret(SECRET)).verifier(WorkOs::SCHEME, secret(SECRET)),
        MissingHeader,
        OtherProvider,
        "courier",
    );
    // Named as the other provider may name them, which its scheme has as the second names.
    let vanta = rows::vanta::Vanta::SCHEME;
    certain(
        Setup::row("standard_webhooks").verifier(vanta, standard(WHSEC)),
        MissingHeader,
        OtherProvider,
        None,
    );
    likely(
        Setup::row("github").verifier(WorkOs::SCHEME, secret(OLD_SECRET)),
        MissingHeader,
        OtherProvider,
    );
    likely(
        Setup::workos().headers(Vec::clear),
        MissingHeader,
        HeaderMissing,
    );
    likely(
        Setup::clerk().headers(|headers| headers.retain(|(name, _)| name != "svix-timestamp")),
        MissingHeader,
        HeaderMissing,
    );
    likely(
        Setup::row("github").headers(|headers| {
            headers[0] = (
                "X-Hub-Signature".into(),
                format!("sha1={}", "ab".repeat(20)).into(),
            );
        }),
        MissingHeader,
        OtherDigest,
    );
    likely(
        Setup::row("shopify").headers(|headers| {
            headers[0].1 = BASE64_STANDARD.encode([7; 20]).into();
        }),
        MalformedSignature,
        OtherDigest,
    );
    likely(
        Setup::workos().headers(|headers| value(headers, |it| it[..it.len() - 8].into())),
        MalformedSignature,
        SignatureTruncated,
    );
    likely(
        Setup::clerk().headers(|headers| {
            let signature = headers
                .iter_mut()
                .find(|(name, _)| name == "svix-signature")
                .unwrap();
            signature.1 = format!("v1a,{}", BASE64_STANDARD.encode([7; 64])).into();
        }),
        MissingSignature,
        SignatureKind,
    );
}

#[test]
fn bodies_that_nobody_can_find() {
    use CauseKind::{
        BodyCompressed, BodyConsumed, BodyDecompressed, BodyLength, BodyLossy, BodyPrinted,
        EdgeSpaceAdded, FormReserialized, JsonReserialized, SecretOrBody, TrailingNewlineAdded,
    };

    likely(
        Setup::workos().received(""),
        SignatureMismatch,
        BodyConsumed,
    );
    for printed in [
        "[object Object]",
        r#"Object {"id": String("evt_01")}"#,
        r#"Event { id: "evt_01" }"#,
        "{id=evt_01, event=user.created}",
        "{ id: 'evt_01', data: { name: 'Zoë' } }",
        r#"{:id=>"evt_01"}"#,
        "Array\n(\n    [id] => evt_01\n)\n",
    ] {
        likely(
            Setup::workos().received(printed),
            SignatureMismatch,
            BodyPrinted,
        );
    }
    likely(
        Setup::workos().received(b"\x1f\x8b\x08\0\0"),
        SignatureMismatch,
        BodyCompressed,
    );
    likely(
        Setup::workos().received(EVENT.replace('ë', "\u{fffd}")),
        SignatureMismatch,
        BodyLossy,
    );
    likely(
        Setup::workos()
            .signed(b"\x1f\x8b")
            .headers(|headers| add(headers, "content-encoding", "gzip")),
        SignatureMismatch,
        BodyDecompressed,
    );
    let headers = |headers: &mut Vec<(String, Vec<u8>)>| add(headers, "content-length", "9000");
    let cut = Setup::workos().received(&EVENT[..80]);
    likely(cut.headers(headers), SignatureMismatch, BodyLength);
    likely(
        Setup::workos().received("x").headers(headers),
        SignatureMismatch,
        BodyLength,
    );
    // JSON that is whole was not cut off.
    likely(
        Setup::workos().signed("x").headers(headers),
        SignatureMismatch,
        JsonReserialized,
    );
    // The secret is wrong too, and yet the length tells.
    let line_break = Setup::workos().received(format!("{EVENT}\n"));
    let other = line_break
        .headers(|headers| add(headers, "content-length", EVENT.len().to_string()))
        .signing(OLD_SECRET);
    likely(other.clone(), SignatureMismatch, TrailingNewlineAdded);
    likely(
        other.received(format!("{EVENT} \t")),
        SignatureMismatch,
        EdgeSpaceAdded,
    );
    let shrunk = Setup::workos()
        .signed(b"\x1f\x8b")
        .headers(|headers| add(headers, "content-length", (EVENT.len() / 3).to_string()));
    likely(shrunk, SignatureMismatch, BodyDecompressed);
    likely(
        Setup::workos()
            .received(b"\x1b\xff\x10")
            .headers(|headers| add(headers, "content-encoding", "br")),
        SignatureMismatch,
        BodyCompressed,
    );
    let many: String = ('a'..='z').map(|c| format!(r#""{c}":1,"#)).collect();
    let sorted = format!("{{{}}}", many.trim_end_matches(','));
    likely(
        Setup::workos().received(&*sorted),
        SignatureMismatch,
        JsonReserialized,
    );
    // Clerk sorts them itself, so it is another secret.
    likely(
        Setup::clerk().received(sorted),
        SignatureMismatch,
        SecretOrBody,
    );
    let many: String = ('a'..='h').map(|c| format!("{c}=1&")).collect();
    likely(
        Setup::row("slack").received(many.trim_end_matches('&')),
        SignatureMismatch,
        FormReserialized,
    );
    // Two numbers that a double cannot hold, as Node prints them.
    likely(
        Setup::row("shopify").received(r#"{"id":820982911946154500,"line":866550311766439000}"#),
        SignatureMismatch,
        JsonReserialized,
    );
    likely(
        Setup::row("shopify").received(r#"{"id":820982911946154508,"line":866550311766439020}"#),
        SignatureMismatch,
        SecretOrBody,
    );
    likely(
        Setup::workos().received(&EVENT[..80]),
        SignatureMismatch,
        BodyLength,
    );
    likely(
        Setup::workos().received(EVENT.replace("evt_01", "evt_02")),
        SignatureMismatch,
        SecretOrBody,
    );
}

/// Two things at once: a secret that is read in the wrong way and a provider that is another; a header that was changed and a
/// body.
#[test]
fn two_causes() {
    let kinds = |setup: &Setup, refused: VerifyError| {
        let diagnosis = setup.diagnose();
        assert_eq!(diagnosis.verdict(), Err(refused), "{diagnosis}");
        let causes = diagnosis.causes().iter();
        causes
            .map(|it| (it.kind(), it.certainty()))
            .collect::<Vec<_>>()
    };
    let quoted = |headers: &mut Vec<(String, Vec<u8>)>| value(headers, |it| format!("'{it}'"));
    assert_eq!(
        kinds(
            &Setup::workos().received(BY_PYTHON).headers(quoted),
            MissingTimestamp
        ),
        [
            (CauseKind::HeaderAltered, Certainty::Certain),
            (CauseKind::JsonReserialized, Certainty::Certain),
        ]
    );
    assert_eq!(
        kinds(
            &Setup::clerk().verifier(WorkOs::SCHEME, secret(WHSEC)),
            MissingHeader
        ),
        [
            (CauseKind::OtherProvider, Certainty::Certain),
            (CauseKind::SecretEncoding, Certainty::Certain),
        ]
    );
    assert_eq!(
        kinds(
            &Setup::workos().received(BY_PYTHON).late(7203),
            SignatureMismatch
        ),
        [
            (CauseKind::JsonReserialized, Certainty::Certain),
            (CauseKind::ClockZone, Certainty::Likely),
            (CauseKind::Late, Certainty::Possible),
        ]
    );
    let seconds = Scheme::keyed("workos-signature", "t", "v1");
    assert_eq!(
        kinds(
            &Setup::new(seconds, secret(SECRET))
                .verifier(WorkOs::SCHEME, secret(SECRET))
                .received([EVENT, "\n"].concat()),
            SignatureMismatch
        ),
        [
            (CauseKind::TrailingNewlineAdded, Certainty::Certain),
            (CauseKind::TimestampUnit, Certainty::Certain),
        ]
    );
    // Told once.
    assert_eq!(
        kinds(
            &Setup::workos().verifier(seconds, secret(SECRET)),
            InvalidTimestamp
        ),
        [(CauseKind::TimestampUnit, Certainty::Certain)]
    );
    assert_eq!(
        kinds(&Setup::workos().late(420), untimely(SIGNED_AT_MS, 420)),
        [
            (CauseKind::ClockOff, Certainty::Possible),
            (CauseKind::Late, Certainty::Possible),
        ]
    );
}

#[test]
fn accepted() {
    let diagnosis = Setup::workos().diagnose();
    assert_eq!(diagnosis.verdict(), Ok(()));
    assert_eq!(diagnosis.causes(), []);
    assert_eq!(diagnosis.to_string(), "accepted: nothing is wrong");
    assert_eq!(diagnosis.macs(), 0);
}

/// What is forged, or signed with a secret that has nothing to do with ours: nothing is certain.
#[test]
fn controls() {
    let bodies = [
        EVENT,
        BY_PYTHON,
        BY_NODE,
        BY_GO,
        SORTED_BY_PYTHON,
        FORM_BY_PYTHON,
        IN_AN_EVENT_OF_LAMBDA,
        "",
        "[object Object]",
        "a=b&c=d",
    ];
    let mut count = 0;
    for body in bodies {
        for setup in [
            Setup::workos(),
            Setup::clerk(),
            Setup::row("github"),
            Setup::row("shopify"),
            Setup::row("slack"),
            Setup::row("stripe"),
        ] {
            // Another body, and another secret.
            let forged = setup.clone().signed(format!("{body}!")).received(body);
            let forged = if body.is_empty() {
                forged.signed("!")
            } else {
                forged
            };
            let diagnosis = forged.diagnose();
            assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
            assert_guessed(&diagnosis);
            let mut unrelated = setup.signed(body).received(body);
            unrelated.verifier = AnyVerifier::new(unrelated.scheme, secret("uNr3laT3d.b8Tq2"));
            let diagnosis = unrelated.diagnose();
            assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
            assert_guessed(&diagnosis);
            count += 2;
        }
    }
    assert_eq!(count, 120);
}

/// A small body of few distinct values is the one of which most spellings can be tried; a large one costs most bytes.
#[test]
fn work_is_bounded() {
    let many = r#"{"g":1,"f":2,"e":3,"d":4,"c":5,"b":6,"a":7}"#;
    let setup = Setup::workos().signed("other").received(many);
    let diagnosis = setup.diagnose();
    assert_guessed(&diagnosis);
    assert!(diagnosis.macs() > 5000, "{}", diagnosis.macs());

    let many = format!("[{}]", vec![EVENT; 300].join(","));
    let setup = Setup::workos().signed("other").received(many.clone());
    let diagnosis = setup.diagnose();
    assert_guessed(&diagnosis);
    let bytes = diagnosis.macs() * many.len();
    assert!((MAX_BYTES / 2..=MAX_BYTES).contains(&bytes), "{bytes}");
    let spelt = "JSON numbers spelt otherwise";
    assert!(!diagnosis.ruled_out().contains(&spelt), "{diagnosis}");
    assert!(
        setup
            .received(EVENT)
            .diagnose()
            .ruled_out()
            .contains(&spelt)
    );

    // Sixteen signatures are compared with each MAC, and several times and ids are tried with each.
    let setup = Setup::clerk().signed("other").headers(|headers| {
        for (_, value) in headers.iter_mut() {
            *value = [value.as_slice(), b" ", value, b",", value].concat();
        }
    });
    assert_guessed(&setup.diagnose());
    let mut verifier = AnyVerifier::new(WorkOs::SCHEME, secret(SECRET));
    for number in 0..300 {
        verifier = verifier.with_previous(secret(&format!("secret {number}")));
    }
    let mut setup = Setup::workos().signed("other");
    setup.verifier = verifier;
    let diagnosis = setup.diagnose();
    assert_guessed(&diagnosis);
    assert_eq!(diagnosis.macs(), MAX_MACS);

    // Nested too deep to be taken for JSON.
    let deep = "[".repeat(100_000);
    assert_guessed(&Setup::workos().signed("other").received(deep).diagnose());
}

/// Who sends a request that is refused chooses the body that is taken apart.
#[test]
fn memory_is_bounded() {
    let wide = |before: &str, item: &str, after: &str| {
        let len = LEN - before.len() - after.len();
        let items = vec![item; len / (item.len() + 1)].join(",");
        format!("{before}{items}{after}")
    };
    let key = format!("{{\"{}\":[", "k".repeat(LEN / 8));
    let nested = r#"{"data":"#.repeat(100);
    for body in [
        // In front of each value the white space of its depth, and the names around it.
        wide(&"[".repeat(127), "1", &"]".repeat(127)),
        wide(&key, "1", "]}"),
        wide("[", "1e400", "]"),
        wide(&format!("{nested}["), "1", &format!("]{}", "}".repeat(100))),
    ] {
        let setup = Setup::workos().signed("other").received(body.clone());
        let mut causes = None;
        let used = allocation_counter::measure(|| causes = Some(setup.diagnose()));
        let diagnosis = causes.expect("a diagnosis");
        assert_eq!(diagnosis.verdict(), Err(SignatureMismatch));
        assert_guessed(&diagnosis);
        let most = u64::try_from(72 * LEN).expect("a number");
        assert!(used.bytes_max < most, "{} {body:.60}", used.bytes_max);
    }
}

/// Bytes of a body that is taken apart.
const LEN: usize = 64 << 10;

/// No byte of what came in, nor of a secret, is printed; what an operator is told is.
#[test]
fn what_is_printed() {
    let setup = Setup::workos().received(BY_PYTHON).late(7203);
    let diagnosis = setup.diagnose();
    assert_eq!(
        diagnosis.to_string(),
        "refused: no signature matches the body\n\
         - certain: body was parsed and serialised again as JSON (spaces, escapes): verify the bytes as received, before any \
         parser, filter or conversion to text\n\
         - likely: clock of this machine is off by the offset of a time zone (ahead by 2:00 hours): set the clock of this \
         machine by NTP, and compare with the clock only times in UTC\n\
         - possible: delivery came long after it was signed (signed 120 minutes ago): look for a queue or a retry before this, \
         or a recorded request that is replayed; verify when it is received\n\
         ruled out: the secret decoded, not decoded, in quotation marks or with white space; seconds for milliseconds and the \
         reverse; a delivery of another provider that is known, with this secret; another usual message, such as the body \
         alone; white space, a line break or a byte order mark added or removed at an end; line breaks rewritten"
    );
    let header = String::from_utf8(setup.request()[0].1.clone()).unwrap();
    let signature = header.rsplit('=').next().unwrap();
    let printed = format!("{diagnosis:?}{diagnosis}");
    for secret in [SECRET, signature, "evt_01", "a.example", "Zoë"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

#[test]
fn codes() {
    let codes: BTreeSet<&str> = CauseKind::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(codes.len(), CauseKind::ALL.len());
    for kind in CauseKind::ALL {
        assert!(
            kind.code()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        );
        assert!(!kind.advice().is_empty() && !kind.to_string().is_empty());
    }
    assert!(Certainty::Certain > Certainty::Likely && Certainty::Likely > Certainty::Possible);
}

/// Pieces of which bodies are made that look like what candidates are made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "\\",
    "\"",
    "\\u00e9",
    "\\ud83d",
    "é",
    "\u{fffd}",
    "1",
    "1.0",
    "1e3",
    "-0",
    "12345678901234567891",
    "1e999999999",
    "true",
    "null",
    "\n",
    "\r\n",
    " ",
    "\u{feff}",
    "%7B",
    "%",
    "+",
    "&",
    "=",
    "payload=",
    "&quot;",
    "b'",
    "'",
    "{\"body\":",
    "QUJD",
    "\0",
    "None",
    "=>",
    "/",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the body and headers are, if nobody who has the secret signed, nothing is certain, and nothing panics.
    #[test]
    fn never_certain_of_what_nobody_signed(
        pieces in vec(select(PIECES), 0..24),
        noise in vec(any::<u8>(), 0..8),
        header in vec(prop_oneof![
            Just("t=1767323045678".to_string()),
            Just(format!("v1={}", "0a".repeat(32))),
            Just(format!("v1={}", "0a".repeat(20))),
            Just(",".to_string()),
            Just("%3D".to_string()),
            Just("\"".to_string()),
            "[ -~]{0,12}",
        ], 0..6),
        late in any::<i32>(),
    ) {
        let body = [pieces.concat().as_bytes(), &noise].concat();
        let header = header.concat();
        let headers = [
            ("workos-signature", header.as_str()), ("svix-signature", &header), ("svix-id", &header),
            ("svix-timestamp", &header), ("x-hub-signature-256", &header),
        ];
        for scheme in [WorkOs::SCHEME, Clerk::SCHEME, rows::github::GitHub::SCHEME] {
            let verifier = AnyVerifier::new(scheme, secret(SECRET));
            let diagnosis = verifier.diagnose(&headers, &body, date(SIGNED_AT_MS.saturating_add_signed(late.into())));
            assert_guessed(&diagnosis);
        }
    }

    /// What is certain of a genuine delivery of which the body was changed anyhow: at most that the body was.
    #[test]
    fn changed_bodies(at in 0..EVENT.len(), byte in any::<u8>()) {
        let mut received = EVENT.as_bytes().to_vec();
        received.insert(at, byte);
        let diagnosis = Setup::workos().received(received.clone()).diagnose();
        let certain = diagnosis.causes().iter().filter(|it| it.certainty() == Certainty::Certain);
        let kinds: Vec<CauseKind> = certain.map(|it| it.kind()).collect();
        if kinds.is_empty() {
            prop_assert_eq!(diagnosis.causes()[0].certainty(), Certainty::Likely);
        } else if kinds == [CauseKind::EdgeSpaceAdded] {
            prop_assert!(byte.is_ascii_whitespace() && (at == 0 || byte == b'\n'));
        } else if kinds == [CauseKind::JsonReserialized] {
            let value = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).ok();
            prop_assert_eq!(value(&received), value(EVENT.as_bytes()));
        } else {
            prop_assert!(false, "{:?}", kinds);
        }
    }
}
