//! Any valid scheme: what is signed is accepted and nothing else, verifier and model agree, and what a scheme says of itself.

#![cfg(feature = "workos")]

mod support;

use std::fmt::{self, Write as _};

use countersign::{
    AnySigner, AnyVerifier, DecodeError, Delivery, Headers, Identified, Part, Provider, Scheme,
    Secret, Signer, StandardSecret, Timestamped, Tolerance, Verifier,
    VerifyError::{self, *},
    workos,
};
use proptest::{collection::vec, prelude::*, sample::select};
use support::{
    BODY, SECRET, SIGNED_AT_MS, date, header, invariants,
    model::{self, Encoding, Layout, Spec},
    secret, verifier,
};

const T: Part = Part::Timestamp;
const B: Part = Part::Body;
const I: Part = Part::Id;
const DOT: Part = Part::Literal(".");
const V0: Part = Part::Literal("v0:");
const COLON: Part = Part::Literal(":");

const WITH_TIME: &[&[Part]] = &[
    &[T, DOT, B],
    &[T, COLON, B],
    &[T, B],
    &[B, T],
    &[B, DOT, T],
    &[V0, T, COLON, B],
    &[V0, T, COLON, B, V0],
    &[DOT, V0, T, DOT, COLON, B, DOT, COLON],
];
const WITHOUT_TIME: &[&[Part]] = &[
    &[B],
    &[V0, B],
    &[B, COLON],
    &[Part::Literal("POST"), B, DOT],
];
const WITH_ID: &[&[Part]] = &[
    &[I, Part::Literal("::"), T, Part::Literal("::"), B],
    &[I, Part::Literal(".:."), T, B],
    &[I, DOT, T, DOT, B],
    &[I, COLON, T, B],
    &[V0, I, DOT, T, COLON, B, DOT],
];

fn encoding() -> impl Strategy<Value = Encoding> {
    select(&[
        Encoding::Hex,
        Encoding::Base64,
        Encoding::Base64Unpadded,
        Encoding::Base64Url,
        Encoding::Base64UrlUnpadded,
    ])
}

fn keyed() -> impl Strategy<Value = Layout> {
    let keys = select(&[
        ("t", "v1"),
        ("ts", "h1"),
        ("timestamp", "signature"),
        ("v", "d"),
        ("T", "t"),
    ]);
    let other = select(&[None, Some("li"), Some("v2")]);
    let separator = select(b",;|&:".as_slice());
    (keys, other, separator, any::<bool>()).prop_map(
        |((timestamp, signature), other, separator, groups)| Layout::Keyed {
            timestamp,
            signature,
            other,
            separator,
            groups,
        },
    )
}

fn plain() -> impl Strategy<Value = Layout> {
    prop_oneof![
        select(&["", "sha256=", "v0=", "HMAC "]).prop_map(Layout::Prefixed),
        (select(&["v1,", "v1=", "v1"]), select(b" ;|".as_slice()))
            .prop_map(|(prefix, separator)| Layout::List(prefix, separator)),
    ]
}

fn spec() -> impl Strategy<Value = Spec> {
    let of_keyed =
        (keyed(), select(WITH_TIME)).prop_map(|(layout, message)| (layout, None, None, message));
    let timed = (plain(), select(WITH_TIME))
        .prop_map(|(layout, message)| (layout, Some("x-timestamp"), None, message));
    let untimed =
        (plain(), select(WITHOUT_TIME)).prop_map(|(layout, message)| (layout, None, None, message));
    let identified = (plain(), select(WITH_ID))
        .prop_map(|(layout, message)| (layout, Some("x-timestamp"), Some("x-id"), message));
    let identified_keyed = (keyed(), select(WITH_ID))
        .prop_map(|(layout, message)| (layout, None, Some("x-id"), message));
    let shape = prop_oneof![of_keyed, timed, untimed, identified, identified_keyed];
    (shape, encoding(), any::<bool>(), any::<bool>()).prop_map(
        |((layout, timestamp_header, id_header, message), encoding, millis, twice)| {
            let has_three = timestamp_header.is_some() && id_header.is_some();
            Spec {
                header: "x-signature",
                layout,
                encoding,
                timestamp_header,
                millis: millis && message.contains(&T),
                id_header,
                other_headers: (twice && has_three).then_some([
                    "y-id",
                    "y-timestamp",
                    "y-signature",
                ]),
                message,
            }
        },
    )
}

/// Pieces of which headers' values are made. `\x01`, `\x02` and `\x03` are explained at
/// `invariants::agrees_with_model_on_requests`.
const PIECES: &[&[u8]] = &[
    b"t=",
    b"ts=",
    b"v1=",
    b"v1,",
    b"h1=",
    b"li=",
    b"sha256=",
    b"v0=",
    b"HMAC ",
    b"=",
    b"==",
    b"\x01",
    b"\x02",
    b"\x03",
    b"\x02",
    b"msg_1",
    b"0\x01",
    b"a",
    b"-1",
    b"253402300799",
    b"253402300800",
    b"18446744073709551616",
    b"\n",
    b"\r",
    b"\xff",
    b"+",
    b"/",
    b"-",
    b"_",
];
const SEPARATORS: &[&[u8]] = &[b",", b", ", b";", b" ; ", b" ", b"\t", b" ", b"|"];

fn value() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => select(PIECES).prop_map(<[u8]>::to_vec),
        4 => select(SEPARATORS).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 1..4),
    ];
    vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

fn component() -> impl Strategy<Value = Vec<u8>> {
    let key = select(&[
        "t",
        "ts",
        "v1",
        "h1",
        "v",
        "d",
        "li",
        "v2",
        "timestamp",
        "signature",
        "T",
    ]);
    let value = select(&["\x01", "\x02", "\x03", "\x02", ""]);
    (key, value).prop_map(|(key, value)| format!("{key}={value}").into_bytes())
}

/// A header that is nearly one, so that the later checks are reached.
fn list() -> impl Strategy<Value = Vec<u8>> {
    let entry = prop_oneof![
        2 => component(),
        1 => select(&["v1,\x02", "v1,\x03", "v1\x02", "v1,", "v1=", "v1a,\x02", "v1,\x02,"])
            .prop_map(|it| it.as_bytes().to_vec()),
    ];
    (vec(entry, 0..5), select(SEPARATORS)).prop_map(|(entries, by)| entries.join(by))
}

fn of_header() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        value(),
        list(),
        select(&[
            "\x02",
            "sha256=\x02",
            "v0=\x02",
            "HMAC \x02",
            " \x02\t",
            "\x03"
        ])
        .prop_map(|it| it.as_bytes().to_vec()),
    ]
}

/// Under the first names, the others, or both.
fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let first = headers_named(
        ["x-signature", "X-Signature"],
        ["x-timestamp", "X-TIMESTAMP"],
        ["x-id", "X-Id"],
    );
    let other = headers_named(
        ["y-signature", "Y-Signature"],
        ["y-timestamp", "Y-TIMESTAMP"],
        ["y-id", "Y-Id"],
    );
    let few = |set: BoxedStrategy<Vec<_>>| prop_oneof![3 => set, 1 => Just(Vec::new())];
    (few(first.boxed()), few(other.boxed()))
        .prop_map(|(first, other)| [first, other].concat())
        .prop_shuffle()
}

fn headers_named(
    signature: [&'static str; 2],
    timestamp: [&'static str; 2],
    id: [&'static str; 2],
) -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let signature = (select(signature.to_vec()), of_header());
    let timestamp = (
        select(timestamp.to_vec()),
        prop_oneof![6 => Just(b"\x01".to_vec()), 1 => value()],
    );
    let id = (
        select(id.to_vec()),
        prop_oneof![
            6 => Just(b"msg_1".to_vec()),
            1 => value(),
            1 => (0..300_usize).prop_map(|len| vec![b'a'; len]),
            1 => select(&["a.\x01", "a:\x01", "a.0123", ".\x01.5"]).prop_map(|it| it.as_bytes().to_vec()),
        ],
    );
    let few = |one: BoxedStrategy<(&'static str, Vec<u8>)>| prop_oneof![20 => vec(one.clone(), 1), 1 => vec(one, 0..3)];
    (
        few(signature.boxed()),
        few(timestamp.boxed()),
        few(id.boxed()),
    )
        .prop_map(|(a, b, c)| {
            let all = a.into_iter().chain(b).chain(c);
            all.map(|(name, value)| (name.to_owned(), value)).collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn only_the_signed_request_is_accepted(
        spec in spec(),
        body in vec(any::<u8>(), 0..200),
        at_ms in any::<u64>(),
        bit in any::<usize>(),
        rotated in any::<usize>(),
    ) {
        invariants::only_the_signed_request_is_accepted(&spec, &body, at_ms, bit, rotated);
    }

    #[test]
    fn the_signed_bytes_are_read_in_one_way(
        spec in spec(),
        id in "[a-c.:1]{0,3}[.:]{0,2}(1767323045|176732304|0|1767323046678)?[.:]?[a-c5]{1,2}",
        body in "([.:]{0,2}(1767323046|176732304|000|5|1767323046678)[.:]{0,2}){0,2}[a5.:]{0,3}",
    ) {
        invariants::the_signed_bytes_are_read_in_one_way(&spec, &id, body.as_bytes());
    }

    #[test]
    fn agrees_with_model_on_requests(
        spec in spec(),
        headers in headers(),
        body in vec(any::<u8>(), 0..9),
        late_ms in -5_000..102_000_i32,
    ) {
        invariants::agrees_with_model_on_requests(&spec, &headers, &body, late_ms);
    }

    #[test]
    fn agrees_with_model_around_the_bounds(
        spec in spec(),
        signatures in 14..19_usize,
        padding in 4090..4100_usize,
        many in any::<bool>(),
        id_len in 254..259_usize,
    ) {
        let (prefix, by) = match spec.layout {
            Layout::Keyed { signature, separator, .. } => (format!("{signature}="), char::from(separator)),
            Layout::Prefixed(prefix) => (prefix.into(), ','),
            Layout::List(prefix, separator) => (prefix.into(), char::from(separator)),
        };
        let time = match spec.layout {
            Layout::Keyed { timestamp, .. } => format!("{timestamp}=\x01{by}"),
            _ => String::new(),
        };
        let value = if many {
            format!("{time}{prefix}\x02{}", format!("{by}{prefix}a").repeat(signatures - 1))
        } else {
            let value = format!("{time}{prefix}\x02");
            let stands_for = if spec.millis { 13 } else { 10 } + 40;
            format!("{value}{by}x={}", "x".repeat(padding - stands_for))
        };
        let headers = [
            ("x-signature".to_owned(), value.into_bytes()),
            ("x-timestamp".to_owned(), b"\x01".to_vec()),
            ("x-id".to_owned(), vec![b'i'; id_len]),
        ];
        invariants::agrees_with_model_on_requests(&spec, &headers, b"body", 0);
    }
}

/// The layouts of the fuzz targets are valid schemes too.
#[test]
fn the_named_schemes() {
    for spec in [model::WORKOS, model::STANDARD, model::SLACK, model::GROUPS] {
        invariants::only_the_signed_request_is_accepted(&spec, b"{}", SIGNED_AT_MS, 7, 1);
    }
}

/// What a scheme says of itself stands in the table of the rows.
#[test]
fn display() {
    for (scheme, text) in [
        (
            workos::WorkOs::SCHEME,
            "workos-signature: t=<milliseconds>, v1=<hex> over {timestamp}.{body}",
        ),
        (
            Scheme::keyed("a", "t", "te")
                .or_signature("li")
                .separator(b';')
                .groups()
                .base64url()
                .unpadded()
                .message(&[B, T]),
            "a: t=<seconds>;te=<base64url without padding>;li=<base64url without padding> .. \
             over {body}{timestamp}",
        ),
        (
            Scheme::prefixed("a", "sha256=").base64(),
            "a: sha256=<base64> over {body}",
        ),
        (
            Scheme::list("a", "v1=", b',').base64().unpadded(),
            "a: v1=<base64 without padding>,.. over {body}",
        ),
        (
            Scheme::prefixed("a", "")
                .base64url()
                .timestamp_in("b", &[V0, T, COLON, B])
                .millis(),
            "a: <base64url>, b: <milliseconds> over v0:{timestamp}:{body}",
        ),
        (
            Scheme::standard("id", "time", "a"),
            "a: v1,<base64> .., time: <seconds>, id: <id> over {id}.{timestamp}.{body}",
        ),
        (
            Scheme::standard("id", "time", "a").or_headers("other-id", "other-time", "b"),
            "a: v1,<base64> .., time: <seconds>, id: <id>, or b, other-time, other-id \
             over {id}.{timestamp}.{body}",
        ),
    ] {
        assert_eq!(scheme.to_string(), text);
        // Wherever a writer has no more room, that is an error.
        for room in 0..=text.len() {
            let verdict = write!(Room(room), "{scheme}");
            assert_eq!(verdict.is_ok(), room == text.len(), "{text} in {room}");
        }
    }
}

/// A writer that takes so many bytes.
struct Room(usize);

impl fmt::Write for Room {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[test]
fn what_a_scheme_has() {
    let standard = Scheme::standard("id", "time", "signature");
    assert_eq!(standard.signature_header(), "signature");
    assert_eq!(standard.timestamp_header(), Some("time"));
    assert_eq!(standard.id_header(), Some("id"));
    assert!(standard.is_timestamped() && standard.is_identified());
    let twice = standard.or_headers("other-id", "other-time", "other-signature");
    assert_ne!(twice, standard);
    assert_eq!(twice.signature_header(), "signature");
    assert_eq!(twice.timestamp_header(), Some("time"));
    assert_eq!(twice.id_header(), Some("id"));
    assert_eq!(twice.parts(), standard.parts());
    let headers = AnySigner::new(twice, standard_secret()).headers(BODY, date(0));
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["id", "time", "signature"],
        "a signer writes the first"
    );
    let keyed = Scheme::keyed("signature", "t", "v1");
    assert_eq!((keyed.timestamp_header(), keyed.id_header()), (None, None));
    assert!(keyed.is_timestamped() && !keyed.is_identified());
    let prefixed = Scheme::prefixed("signature", "");
    assert!(!prefixed.is_timestamped() && !prefixed.is_identified());
}

/// Run at compile time, each of these is an error of the compiler; at run time it panics.
#[test]
fn what_is_unsound_is_no_scheme() {
    let standard = || Scheme::standard("i", "t", "s");
    let keyed = || Scheme::keyed("x", "t", "v1");
    let plain = || Scheme::prefixed("x", "");
    let refuses = |what: &str, make: &dyn Fn() -> Scheme| {
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(make));
        let panic = made.expect_err(what);
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        assert_eq!(text, Some(what));
    };
    refuses("a time that is read is signed, exactly once", &|| {
        keyed().message(&[B])
    });
    refuses("a time that is read is signed, exactly once", &|| {
        keyed().message(&[T, DOT, B, T])
    });
    refuses("a time that is signed is read", &|| {
        plain().message(&[T, B])
    });
    refuses("an id that is signed is read", &|| {
        keyed().message(&[I, DOT, T, DOT, B])
    });
    refuses("an id that is read is signed, exactly once", &|| {
        keyed().id_in("i", &[T, B])
    });
    refuses("the body is signed exactly once", &|| keyed().message(&[T]));
    refuses("the body is signed exactly once", &|| {
        keyed().message(&[B, T, B])
    });
    for message in [
        [I, T, DOT, B].as_slice(),
        &[T, DOT, I, DOT, B],
        &[B, DOT, I, DOT, T],
        &[I, DOT, B, DOT, T],
        &[I, DOT, DOT, T, B],
    ] {
        let message: &'static [Part] = Vec::leak(message.to_vec());
        refuses("no time between an id and the body", &|| {
            keyed().id_in("i", message)
        });
    }
    refuses("a digit next to the time", &|| {
        keyed().message(&[Part::Literal("v1"), T, B])
    });
    refuses("a digit next to the time", &|| {
        keyed().message(&[T, Part::Literal("1"), B])
    });
    refuses("an empty literal", &|| {
        keyed().message(&[T, Part::Literal(""), B])
    });
    refuses("more than 8 parts", &|| {
        keyed().message(&[DOT, DOT, DOT, DOT, DOT, DOT, T, DOT, B])
    });
    refuses("there are no components", &|| plain().separator(b';'));
    refuses("there are no components", &|| {
        Scheme::standard("i", "t", "s").groups()
    });
    for by in *b"=a0 \n\x80+/-_" {
        refuses("not a separator", &|| keyed().separator(by));
    }
    refuses("not a separator", &|| Scheme::list("x", "v1=", b'='));
    refuses("not a separator", &|| Scheme::list("x", "v1=", b'\t'));
    for (prefix, by) in [
        ("", b','),
        ("v1,", b','),
        ("v1 ", b' '),
        (" v1", b','),
        ("\u{e4}", b','),
    ] {
        refuses("not a prefix", &|| Scheme::list("x", prefix, by));
    }
    for prefix in [" v1=", "\t", "v1\n", "\u{e4}"] {
        refuses("not a prefix", &|| Scheme::prefixed("x", prefix));
    }
    refuses("a digit between an id and the time", &|| {
        keyed().id_in("i", &[I, Part::Literal("5."), T, DOT, B])
    });
    refuses("a digit between an id and the time", &|| {
        keyed().id_in("i", &[I, Part::Literal(".5."), T, DOT, B])
    });
    refuses("a unit without a time", &|| plain().millis());
    refuses("padding without base64", &|| plain().unpadded());
    refuses("a second time", &|| keyed().timestamp_in("t", &[T, B]));
    refuses("a second id", &|| {
        Scheme::standard("i", "t", "s").id_in("j", &[I, DOT, T, B])
    });
    refuses("more than two kinds of signatures", &|| {
        keyed().or_signature("a").or_signature("b")
    });
    refuses("one key for the time and the signature", &|| {
        Scheme::keyed("x", "t", "t")
    });
    refuses("one key for two things", &|| keyed().or_signature("t"));
    refuses("one key for two things", &|| keyed().or_signature("v1"));
    for key in ["", "a=", "a,b", "\u{e4}", "\n", "a b", " a"] {
        refuses("not a key", &|| Scheme::keyed("x", key, "v1"));
        refuses("not a key", &|| Scheme::keyed("x", "t", key));
        refuses("not a key", &|| keyed().or_signature(key));
    }
    for name in ["", "X-Signature", "x signature", "x:", "\u{e4}"] {
        let message = "not a header name in lower case";
        refuses(message, &|| Scheme::prefixed(name, ""));
        refuses(message, &|| plain().timestamp_in(name, &[T, B]));
        refuses(message, &|| keyed().id_in(name, &[I, DOT, T, B]));
    }
    refuses("two values of one header", &|| {
        plain().timestamp_in("x", &[T, B])
    });
    refuses("two values of one header", &|| {
        keyed().id_in("x", &[I, DOT, T, B])
    });
    refuses("two values of one header", &|| {
        Scheme::standard("a", "a", "b")
    });
    refuses("not three headers", &|| plain().or_headers("j", "u", "r"));
    refuses("not three headers", &|| {
        keyed()
            .id_in("i", &[I, DOT, T, B])
            .or_headers("j", "u", "r")
    });
    refuses("not three headers", &|| {
        let timed = plain().timestamp_in("t", &[T, B]);
        timed.or_headers("j", "u", "r")
    });
    refuses("more than two names of a header", &|| {
        standard()
            .or_headers("j", "u", "r")
            .or_headers("k", "v", "q")
    });
    for taken in ["i", "t", "s"] {
        let message = "two values of one header";
        refuses(message, &|| standard().or_headers(taken, "u", "r"));
        refuses(message, &|| standard().or_headers("j", taken, "r"));
        refuses(message, &|| standard().or_headers("j", "u", taken));
    }
    for [id, timestamp, signature] in [["j", "j", "r"], ["j", "u", "j"], ["j", "u", "u"]] {
        refuses("two values of one header", &|| {
            standard().or_headers(id, timestamp, signature)
        });
    }
    for name in ["", "Webhook-Id", "webhook id", "webhook:", "\u{e4}"] {
        let message = "not a header name in lower case";
        refuses(message, &|| standard().or_headers(name, "u", "r"));
        refuses(message, &|| standard().or_headers("j", name, "r"));
        refuses(message, &|| standard().or_headers("j", "u", name));
    }
}

/// A provider of the user's own, whose deliveries tell their id.
enum Acme {}

impl Provider for Acme {
    const NAME: &'static str = "acme";
    const SCHEME: Scheme = Scheme::standard("acme-id", "acme-timestamp", "acme-signature");
    type Secret = StandardSecret;
}
impl Timestamped for Acme {}
impl Identified for Acme {}

fn standard_secret() -> StandardSecret {
    StandardSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret")
}

#[test]
fn a_provider_of_ones_own() {
    let verifier = Verifier::<Acme>::new(standard_secret());
    let signer = Signer::<Acme>::new(standard_secret());
    let now = date(SIGNED_AT_MS);
    for id in [
        "m".to_owned(),
        "m".repeat(62),
        "m".repeat(63),
        "m".repeat(256),
        "!~.,".into(),
    ] {
        let headers = signer.headers_with_id(&id, BODY, now);
        let delivery = verifier.verify_request_at(&headers, BODY.to_vec(), now);
        let delivery = delivery.expect("a genuine delivery");
        assert_eq!(delivery.id(), id);
        assert_eq!(delivery.clone(), delivery);
        assert_eq!(delivery.signed_at(), date(SIGNED_AT_MS / 1000 * 1000));
        assert_eq!(delivery.body(), BODY);
        let any: Delivery<_, Vec<u8>> = delivery.of_any_provider();
        assert_eq!(any.id(), Some(id.as_str()));
        assert_eq!(any.signed_at(), Some(date(SIGNED_AT_MS / 1000 * 1000)));
        assert_eq!(any.into_body(), BODY);
    }
    for id in ["", "a b", "\u{e4}", "a\n", &"m".repeat(257)] {
        let headers = signer.headers_with_id(id, BODY, now);
        let verdict = verifier.verify_request_at(&headers, BODY, now).err();
        let expected = if id.is_ascii() {
            InvalidId
        } else {
            NonAsciiHeader
        };
        assert_eq!(verdict, Some(expected), "{id:?}");
    }
    assert_eq!(Acme::TOLERANCE, Tolerance::DEFAULT);
    let headers = signer.headers(BODY, now);
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["acme-id", "acme-timestamp", "acme-signature"]);
    assert_eq!(signer.headers(BODY, now), headers);
    assert_ne!(signer.headers(b"", now)[0], headers[0]);
}

#[test]
fn signing_cuts_to_the_unit() {
    let nanosecond = time::Duration::nanoseconds(1);
    let seconds = Scheme::keyed("x", "t", "v1");
    let value = |scheme: Scheme, at| {
        AnySigner::new(scheme, secret(SECRET))
            .headers(BODY, at)
            .remove(0)
            .1
    };
    assert!(value(seconds, date(2000) - nanosecond).starts_with("t=1,v1="));
    assert!(value(seconds.millis(), date(2000) - nanosecond).starts_with("t=1999,v1="));
    assert!(value(seconds.separator(b';'), date(0) - nanosecond).starts_with("t=0;v1="));
    assert!(value(seconds.spaced(), date(0)).starts_with("t=0, v1="));
}

fn request(headers: &[(&str, &str)]) -> Result<usize, VerifyError> {
    let now = date(SIGNED_AT_MS);
    let delivery = verifier().verify_request_at(headers, BODY, now);
    delivery.map(|delivery| delivery.key_index())
}

#[test]
fn exactly_one_header() {
    let header = header();
    let named = |name| (name, header.as_str());
    assert_eq!(request(&[named("workos-signature")]), Ok(0));
    assert_eq!(
        request(&[("a", "b"), named("WorkOS-Signature"), ("", "d")]),
        Ok(0)
    );
    assert_eq!(request(&[]), Err(MissingHeader));
    assert_eq!(request(&[named("workos-signatur")]), Err(MissingHeader));
    assert_eq!(request(&[named("workos_signature")]), Err(MissingHeader));
    assert_eq!(
        request(&[named("workos-signature"), named("WORKOS-SIGNATURE")]),
        Err(DuplicateHeader)
    );
    let other = format!("{header}, a=\u{e4}");
    assert_eq!(
        request(&[("workos-signature", &other)]),
        Err(NonAsciiHeader)
    );
}

#[test]
fn all_values_of_a_header() {
    fn are_two(headers: &(impl Headers + ?Sized)) {
        let values: Vec<&[u8]> = headers.values("a").collect();
        assert_eq!(values, [b"1", b"2"]);
        assert_eq!(headers.values("c").count(), 0);
    }
    let array = [("a", "1"), ("b", "3"), ("A", "2")];
    are_two(&array);
    are_two(&&array);
    are_two(array.as_slice());
    are_two(&array.to_vec());
}

/// Whatever holds the headers, the verdict is the same.
#[test]
fn what_can_hold_headers() {
    fn is_genuine(headers: &(impl Headers + ?Sized)) {
        let verdict = verifier().verify_request_at(headers, BODY, date(SIGNED_AT_MS));
        assert!(verdict.is_ok());
    }
    let header = header();
    let array = [("Workos-Signature", header.as_str())];
    is_genuine(&array);
    is_genuine(&&array);
    is_genuine(array.as_slice());
    is_genuine(&array.to_vec());
    is_genuine(&[(b"workos-signature".to_vec(), header.clone().into_bytes())]);
    #[cfg(feature = "http")]
    {
        let mut map = http::HeaderMap::new();
        map.insert("Workos-Signature", header.parse().expect("a value"));
        is_genuine(&map);
        map.append("workos-signature", header.parse().expect("a value"));
        let verdict = verifier().verify_request_at(&map, BODY, date(SIGNED_AT_MS));
        assert_eq!(verdict.err(), Some(DuplicateHeader));
        map.clear();
        let verdict = verifier().verify_request_at(&map, BODY, date(SIGNED_AT_MS));
        assert_eq!(verdict.err(), Some(MissingHeader));
    }
}

/// The signed bytes are those of a genuine delivery, but where the id ends and the body begins is not.
#[test]
fn an_id_cannot_reach_into_the_body() {
    let verifier = Verifier::<Acme>::new(standard_secret());
    let now = date(SIGNED_AT_MS);
    let body = "1767323046.5";
    let genuine =
        Signer::<Acme>::new(standard_secret()).headers_with_id("msg_1", body.as_bytes(), now);
    assert!(verifier.verify_request_at(&genuine, body, now).is_ok());
    let forged = [
        ("acme-id", "msg_1.1767323045"),
        ("acme-timestamp", "1767323046"),
        ("acme-signature", genuine[2].1.as_str()),
    ];
    let verdict = verifier.verify_request_at(&forged, "5", now);
    assert_eq!(verdict.err(), Some(InvalidId));
    for id in [
        "a.b",
        "v1.2",
        ".",
        "a.123456789",
        "a.123456789x",
        "1767323045",
        "a.17673x23045.",
    ] {
        let headers = Signer::<Acme>::new(standard_secret()).headers_with_id(id, BODY, now);
        assert!(
            verifier.verify_request_at(&headers, BODY, now).is_ok(),
            "{id}"
        );
    }
    for id in ["a.1234567890", ".1234567890.b", "a.b.12345678901x"] {
        let headers = Signer::<Acme>::new(standard_secret()).headers_with_id(id, BODY, now);
        assert_eq!(
            verifier.verify_request_at(&headers, BODY, now).err(),
            Some(InvalidId),
            "{id}"
        );
    }
}

/// Without a time there is nothing to be late for.
#[test]
fn a_scheme_without_a_time() {
    enum GitHub {}
    impl Provider for GitHub {
        const NAME: &'static str = "github";
        const SCHEME: Scheme = Scheme::prefixed("x-hub-signature-256", "sha256=");
        type Secret = Secret;
    }
    // Published by GitHub.
    let header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let verifier = Verifier::<GitHub>::new(secret("It's a Secret to Everybody"));
    let delivery = verifier
        .verify(header, "Hello, World!")
        .expect("a genuine delivery");
    assert_eq!(
        format!("{delivery:?}"),
        "Delivery { key_index: 0, body_len: 13, .. }"
    );
    let headers = [("X-Hub-Signature-256", header)];
    assert!(verifier.verify_request(&headers, "Hello, World!").is_ok());
    let without = [("x-hub-signature", header)];
    let missing = verifier.verify_request(&without, "Hello, World!").err();
    assert_eq!(missing, Some(MissingHeader));
    let verdict = |header, body| verifier.verify(header, body).err();
    assert_eq!(verdict(header, "Hello, World"), Some(SignatureMismatch));
    assert_eq!(
        verdict(&header[1..], "Hello, World!"),
        Some(MissingSignature)
    );
    assert_eq!(
        verdict("sha256=", "Hello, World!"),
        Some(MalformedSignature)
    );
    let any = AnyVerifier::new(GitHub::SCHEME, secret("It's a Secret to Everybody"));
    #[cfg(feature = "std")]
    for (headers, expected) in [(headers, None), (without, Some(MissingHeader))] {
        let verdict = any.verify_request(&headers, "Hello, World!");
        assert_eq!(verdict.err(), expected);
    }
    let any = any
        .verify_request_at(&headers, "Hello, World!", date(0))
        .expect("genuine");
    assert_eq!((any.signed_at(), any.id()), (None, None));
}

#[test]
fn kinds() {
    let signed_at = date(0);
    let age = std::time::Duration::ZERO;
    for (error, kind) in [
        (MissingHeader, "missing_header"),
        (DuplicateHeader, "duplicate_header"),
        (NonAsciiHeader, "non_ascii_header"),
        (HeaderTooLong, "header_too_long"),
        (MalformedHeader, "malformed_header"),
        (MissingTimestamp, "missing_timestamp"),
        (DuplicateTimestamp, "duplicate_timestamp"),
        (InvalidTimestamp, "invalid_timestamp"),
        (InvalidId, "invalid_id"),
        (MissingSignature, "missing_signature"),
        (TooManySignatures, "too_many_signatures"),
        (MalformedSignature, "malformed_signature"),
        (SignatureMismatch, "signature_mismatch"),
        (Expired { signed_at, age }, "expired"),
        (
            NotYetValid {
                signed_at,
                ahead: age,
            },
            "not_yet_valid",
        ),
    ] {
        assert_eq!(error.kind(), kind);
    }
    let (line, column) = (1, 2);
    for (error, kind) in [
        (DecodeError::NotUtf8 { valid_up_to: 0 }, "not_utf8"),
        (DecodeError::NotJson { line, column }, "not_json"),
        (DecodeError::NotAnObject, "not_an_object"),
        (DecodeError::Mismatch { line, column }, "mismatch"),
    ] {
        assert_eq!(error.kind(), kind);
    }
}
