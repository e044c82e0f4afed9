//! What stands for an event in an inbox. The statements are tested on real servers, in `tests/inbox/`.

use countersign::{
    Identified, Provider, Scheme, Secret, Signer, StandardSecret, Timestamped, Verifier,
    inbox::{Claim, InboxKey},
};
use time::OffsetDateTime;

enum InBody {}

impl Provider for InBody {
    const NAME: &'static str = "acme";
    const SCHEME: Scheme = Scheme::prefixed("acme-signature", "");
    const EVENT_ID: Option<&'static str> = Some("id");
    type Secret = Secret;
}

enum InHeader {}

impl Provider for InHeader {
    const NAME: &'static str = "standard";
    const SCHEME: Scheme = Scheme::standard("webhook-id", "webhook-timestamp", "webhook-signature");
    // The header has one that is signed.
    const EVENT_ID: Option<&'static str> = Some("id");
    type Secret = StandardSecret;
}
impl Identified for InHeader {}
impl Timestamped for InHeader {}

enum Nowhere {}

impl Provider for Nowhere {
    const NAME: &'static str = "nowhere";
    const SCHEME: Scheme = Scheme::prefixed("x-signature", "");
    type Secret = Secret;
}

/// The key of a genuine delivery of this body, whose scheme signs no id.
fn key<P: Provider<Secret = Secret>>(body: impl AsRef<[u8]>) -> String {
    let (body, now) = (body.as_ref(), OffsetDateTime::now_utc());
    let secret = Secret::new("a secret").expect("a secret");
    let headers = Signer::<P>::new(secret.clone()).headers(body, now);
    let delivery = Verifier::<P>::new(secret).verify_request(&headers, body);
    InboxKey::from(&delivery.expect("genuine")).to_string()
}

#[test]
fn of_a_signed_id() {
    let now = OffsetDateTime::now_utc();
    let secret = StandardSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    let body = br#"{"id":"other"}"#;
    let headers = Signer::<InHeader>::new(secret.clone()).headers_with_id("msg_1", body, now);
    let delivery = Verifier::<InHeader>::new(secret)
        .verify_request(&headers, body)
        .expect("genuine");
    assert_eq!(InboxKey::from(&delivery).as_str(), "standard//msg_1");
}

#[test]
fn of_an_id_in_the_body() {
    for body in [
        r#"{"id":"evt_1"}"#,
        r#" {"data":{"id":"other"}, "id" : "evt_1", "more":[{"id":7}]} "#,
        r#"{"id":"\u0065vt_1"}"#,
        r#"{"\u0069d":"evt_1"}"#,
    ] {
        assert_eq!(key::<InBody>(body), "acme//evt_1", "{body}");
    }
}

/// The hash is that of `sha256sum`.
#[test]
fn of_a_body() {
    let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    assert_eq!(key::<Nowhere>("{}"), format!("nowhere//body-sha256-{hash}"));
    assert_eq!(
        InboxKey::of_body("nowhere", b"{}").as_str(),
        key::<Nowhere>("{}")
    );
    assert_eq!(key::<InBody>("{}"), format!("acme//body-sha256-{hash}"));
}

/// Or all that a provider sends without an id would be one event.
#[test]
fn an_empty_id_tells_nothing() {
    for body in [r#"{"id":"","n":1}"#, r#"{"id":"","n":2}"#] {
        let of_body = InboxKey::of_body("acme", body.as_bytes());
        assert_eq!(key::<InBody>(body), of_body.as_str(), "{body}");
    }
    #[cfg(feature = "workos")]
    for id in ["1", "2"] {
        let json = format!(
            r#"{{"id":"","event":"group.member_added","created_at":"2026-01-02T03:04:05Z","data":{{"group_id":"{id}","organization_membership_id":"2"}}}}"#
        );
        let event = countersign::workos::Event::from_json(json.as_bytes()).unwrap();
        let written = serde_json::to_vec(&event).unwrap();
        let of_event = InboxKey::of_body("workos", &written);
        assert_eq!(InboxKey::from(&event), of_event, "{json}");
    }
    // A blank is a text, and nobody says that it is none.
    assert_eq!(
        key::<InBody>(r#"{"id":" "}"#),
        InboxKey::new("acme", " ").as_str()
    );
}

#[test]
fn a_body_without_one_id_is_hashed() {
    for body in [
        r#"{"id":"evt_1","id":"evt_1"}"#,
        r#"{"id":"evt_1","id":"evt_1","id":"evt_1"}"#,
        r#"{"id":"evt_1","\u0069d":"evt_2"}"#,
        r#"{"id":7}"#,
        r#"{"id":null}"#,
        r#"{"id":["evt_1"]}"#,
        r#"{"ID":"evt_1"}"#,
        r#"{"data":{"id":"evt_1"}}"#,
        r#"[{"id":"evt_1"}]"#,
        r#"{"id":"evt_1"} {}"#,
        r#"{"id":"evt_1""#,
        r#"{"id":"\ud800"}"#,
        r#""evt_1""#,
        "",
    ] {
        let of_body = InboxKey::of_body("acme", body.as_bytes());
        assert_eq!(key::<InBody>(body), of_body.as_str(), "{body}");
    }
    let not_utf8 = b"{\"id\":\"\xff\"}";
    let of_body = InboxKey::of_body("acme", not_utf8);
    assert_eq!(key::<InBody>(not_utf8), of_body.as_str());
}

/// The hashes are those of `sha256sum`.
#[test]
fn what_would_not_fit_is_hashed() {
    let plain = "!\"#$%&'()*+,-.0123456789:;<=>?@AZ[\\]^_`az{|}~";
    assert_eq!(InboxKey::new("a", plain).to_string(), format!("a//{plain}"));
    let longest = "x".repeat(256);
    assert_eq!(
        InboxKey::new("a", &longest).to_string(),
        format!("a//{longest}")
    );
    for (id, hash) in [
        (
            "",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            "a/b",
            "c14cddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11",
        ),
        (
            "a b",
            "c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65",
        ),
        (
            "a\0",
            "ffe9aaeaa2a2d5048174df0b80599ef0197ec024c4b051bc9860cff58ef7f9f3",
        ),
    ] {
        assert_eq!(
            InboxKey::new("a", id).to_string(),
            format!("a//sha256-{hash}")
        );
    }
    for id in ["\u{e4}", "sha256-abc", "body-sha256-abc", &"x".repeat(257)] {
        let key = InboxKey::new("a", id).to_string();
        assert!(
            key.starts_with("a//sha256-") && key.len() == 3 + 7 + 64,
            "{key}"
        );
    }
}

#[test]
fn endpoints() {
    let key = InboxKey::new("acme", "evt_1");
    assert_eq!(key.at_endpoint("eu").as_str(), "acme/eu/evt_1");
    assert_eq!(
        key.at_endpoint("eu").at_endpoint("us"),
        key.at_endpoint("us")
    );
    assert_eq!(key.at_endpoint("eu").at_endpoint(""), key);
    assert_ne!(
        key.at_endpoint("a/b"),
        InboxKey::new("acme", "b/evt_1").at_endpoint("a")
    );
    assert_ne!(
        InboxKey::new("a/b", "c"),
        InboxKey::new("a", "c").at_endpoint("b")
    );
    assert_eq!(
        InboxKey::new("a/b", "c").at_endpoint("d/e").as_str(),
        "sha256-c14cddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11/\
         sha256-beca7883ac15db928b3a23b745ef662ecec67568d4b8b02111e538cdd58ed183/c"
    );
}

/// Both sign the same id, of which one of them knows from the other.
#[test]
fn of_two_tenants() {
    let now = OffsetDateTime::now_utc();
    let keys =
        [("a", r#"{"id":"evt_1"}"#), ("b", r#"{"id":"evt_1","n":2}"#)].map(|(tenant, body)| {
            let secret = Secret::new(format!("secret of {tenant}")).expect("a secret");
            let headers = Signer::<InBody>::new(secret.clone()).headers(body.as_bytes(), now);
            let delivery = Verifier::<InBody>::new(secret).verify_request(&headers, body);
            (InboxKey::from(&delivery.expect("genuine")), tenant)
        });
    let [(a, of_a), (b, of_b)] = keys;
    assert_eq!(a, b);
    assert_eq!(a.at_endpoint(of_a).as_str(), "acme/a/evt_1");
    assert_eq!(b.at_endpoint(of_b).as_str(), "acme/b/evt_1");
}

#[test]
fn forms() {
    let key = InboxKey::new("acme", "evt_1");
    assert_eq!(format!("{key:?}"), r#"InboxKey("acme//evt_1")"#);
    assert_eq!(format!("{key:>13}"), "  acme//evt_1");
    assert_eq!(key.as_ref(), "acme//evt_1");
    assert_eq!(String::from(key), "acme//evt_1");
}

#[test]
fn claims() {
    assert_eq!("new".parse(), Ok(Claim::New));
    assert_eq!("in_progress".parse(), Ok(Claim::InProgress));
    assert_eq!("done".parse(), Ok(Claim::Done));
    for text in ["", "New", "done ", "1"] {
        let error = text
            .parse::<Claim>()
            .expect_err("not the answer of a claim");
        assert_eq!(error.to_string(), "not the answer of a claim");
    }
}

#[cfg(feature = "workos")]
mod workos {
    use countersign::workos::{Event, EventPage};

    use super::*;

    const EVENT: &str = r#"{"object":"event","event":"role.deleted","id":"event_01J44T81",
        "data":{"slug":"admin"},"created_at":"2026-01-02T03:04:05.678Z"}"#;

    #[test]
    fn by_webhook_and_from_the_events_api() {
        let expected = "workos//event_01J44T81";
        assert_eq!(key::<countersign::workos::WorkOs>(EVENT), expected);
        let event = Event::from_json(EVENT.as_bytes()).expect("an event");
        assert_eq!(InboxKey::from(&event).as_str(), expected);
        let undecoded = r#"{"id":"event_01J44T81"}"#;
        let page = format!(r#"{{"data":[{EVENT},{undecoded},7],"list_metadata":{{}}}}"#);
        let page = EventPage::from_json(page.as_bytes()).expect("a page");
        let keys: Vec<_> = page.data.iter().map(InboxKey::from).collect();
        assert_eq!(
            keys,
            [
                InboxKey::new("workos", "event_01J44T81"),
                InboxKey::new("workos", "event_01J44T81"),
                InboxKey::of_body("workos", b"7")
            ]
        );
    }
}

#[cfg(feature = "clerk")]
#[test]
fn of_clerk() {
    use countersign::clerk::{Clerk, Event, Verifier};

    let now = OffsetDateTime::now_utc();
    let secret = StandardSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    let body = br#"{"type":"role.created","data":{"object":"role","id":"1"}}"#;
    let headers = Signer::<Clerk>::new(secret.clone()).headers_with_id("msg_1", body, now);
    let delivery = Verifier::new(secret)
        .verify_request(&headers, body)
        .expect("genuine");
    let expected = InboxKey::new("clerk", "msg_1");
    assert_eq!(InboxKey::from(&delivery), expected);
    let event = delivery.event().expect("an event");
    assert_eq!(event.inbox_key(), Some(expected));
    let event = Event::from_json(body).expect("an event");
    assert_eq!(event.inbox_key(), None);
}

#[cfg(feature = "courier")]
#[test]
fn of_courier() {
    use countersign::courier::Event;

    let body = br#"{"type":"message:updated","data":{"id":"1-a","status":"SENT"}}"#;
    let event = Event::from_json(body).expect("an event");
    assert_eq!(
        InboxKey::from(&event).as_str(),
        r#"courier//["message:updated","1-a","SENT"]"#
    );
}
