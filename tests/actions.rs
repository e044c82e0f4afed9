//! WorkOS Actions: requests are verified and typed, and their answers are the bytes that the provider's own libraries sign.
#![cfg(feature = "workos-actions")]

mod support;

use countersign::{
    DecodeError, Delivery, EventMismatch, Fault, Misfit, Tolerance, VerifyError,
    workos::{
        self, WorkOs,
        actions::{
            self, Action, Actions, Answer, AuthenticationActionContext, AuthenticationMethod,
            Request, UserRegistrationActionContext,
        },
    },
};
use proptest::prelude::*;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use support::{BODY, OLD_SECRET, SECRET, SIGNED_AT_MS, date, model, secret};

const AUTHENTICATION: &str =
    include_str!("vectors/events/workos_actions/authentication_action_context.json");
const USER_REGISTRATION: &str =
    include_str!("vectors/events/workos_actions/user_registration_action_context.json");
const SPARSE_AUTHENTICATION: &str =
    r#"{"id":"action_1","object":"authentication_action_context","user":{"id":"user_1"}}"#;
const SPARSE_USER_REGISTRATION: &str = r#"{"id":"action_1","object":"user_registration_action_context","user_data":{"email":"ada@example.com"}}"#;

assert_impl_all!(Action: Clone, Eq, Send, Sync, Unpin);
assert_impl_all!(Answer: Clone, Eq, Send, Sync, Unpin);
assert_impl_all!(actions::Response: Clone, Eq, Send, Sync, Unpin);
assert_impl_all!(actions::Verifier: Clone, Send, Sync);
// Nothing but a verified request leads to an answer, and none is an answer by default.
assert_not_impl_any!(Answer: Default, From<bool>, DeserializeOwned);
assert_not_impl_any!(actions::Response: Default, From<String>);
assert_not_impl_any!(Action: Default, DeserializeOwned);
assert_not_impl_any!(Request<AuthenticationActionContext>: Default, DeserializeOwned, From<AuthenticationActionContext>);

#[track_caller]
fn verifier() -> actions::Verifier {
    actions::Verifier::new(secret(SECRET))
}

#[track_caller]
fn signed_by(with: &str, body: &[u8]) -> String {
    actions::Signer::new(secret(with)).sign(body, date(SIGNED_AT_MS))
}

fn verified(body: &[u8]) -> actions::Delivery<'_> {
    verifier()
        .verify_at(signed_by(SECRET, body), body, date(SIGNED_AT_MS))
        .expect("a genuine request")
}

#[track_caller]
fn action(body: &str) -> Action {
    verified(body.as_bytes())
        .action()
        .unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[track_caller]
fn authentication(body: &str) -> Request<AuthenticationActionContext> {
    match action(body) {
        Action::Authentication(request) => request,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn user_registration(body: &str) -> Request<UserRegistrationActionContext> {
    match action(body) {
        Action::UserRegistration(request) => request,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn misfits(misfits: &[Misfit]) -> Vec<(&str, Fault)> {
    misfits.iter().map(|it| (it.path(), it.fault())).collect()
}

#[test]
fn sign_ins() {
    let request = authentication(AUTHENTICATION);
    assert_eq!(request.object, "authentication_action_context");
    assert_eq!(request.id, "action_01K2V5S7Q3N8M4B6C9D1E0F2AC");
    assert_eq!(request.user.email.as_deref(), Some("ada@example.com"));
    let organization = request.organization.as_ref().expect("one");
    assert_eq!(organization.name.as_deref(), Some("Example Ltd"));
    let membership = request.organization_membership.as_ref().expect("one");
    assert_eq!(membership.user_id, request.user.id);
    assert_eq!(
        request.authentication_method,
        Some(AuthenticationMethod::Sso)
    );
    assert_eq!(request.ip_address.as_deref(), Some("203.0.113.7"));
    assert_eq!(request.user_agent.as_deref(), Some("Mozilla/5.0"));
    assert_eq!(request.device_fingerprint.as_deref(), Some("f5a1d9c04b7e"));
    assert!(
        request
            .issuer
            .as_ref()
            .is_some_and(|it| it.starts_with("https:"))
    );
    assert_eq!(request.misfits(), []);
    // No field is forgotten.
    assert_eq!(
        serde_json::to_value(&*request).expect("JSON"),
        serde_json::from_str::<Value>(AUTHENTICATION).expect("JSON")
    );
}

#[test]
fn sign_ups() {
    let request = user_registration(USER_REGISTRATION);
    assert_eq!(request.object, "user_registration_action_context");
    assert_eq!(request.user_data.email, "ada@example.com");
    assert_eq!(request.user_data.first_name.as_deref(), Some("Ada"));
    let invitation = request.invitation.as_ref().expect("one");
    assert_eq!(invitation.role_slug.as_deref(), Some("admin"));
    assert_eq!(
        request.authentication_method,
        Some(AuthenticationMethod::GoogleOAuth)
    );
    assert_eq!(request.misfits(), []);
    assert_eq!(
        serde_json::to_value(&*request).expect("JSON"),
        serde_json::from_str::<Value>(USER_REGISTRATION).expect("JSON")
    );
}

/// The fields that a request can do without, absent or null.
#[test]
fn what_is_optional() {
    let request = authentication(SPARSE_AUTHENTICATION);
    assert_eq!((&*request.id, &*request.user.id), ("action_1", "user_1"));
    let nulls = SPARSE_AUTHENTICATION.replacen(
        '{',
        r#"{"organization":null,"organization_membership":null,"authentication_method":null,"issuer":null,
            "ip_address":null,"user_agent":null,"device_fingerprint":null,"#,
        1,
    );
    assert_eq!(authentication(&nulls), request);

    let request = user_registration(SPARSE_USER_REGISTRATION);
    assert_eq!(request.user_data.email, "ada@example.com");
    let nulls = SPARSE_USER_REGISTRATION.replacen(
        '{',
        r#"{"invitation":null,"authentication_method":null,"ip_address":null,"user_agent":null,
            "device_fingerprint":null,"#,
        1,
    );
    let nulls = nulls.replace(
        r#""email""#,
        r#""object":null,"name":null,"first_name":null,"last_name":null,"email""#,
    );
    assert_eq!(user_registration(&nulls), request);
}

#[test]
fn new_fields_any_order_and_escapes() {
    let expected = authentication(SPARSE_AUTHENTICATION);
    for body in [
        r#"{"user":{"new":[1e999],"id":"user_1"},"id":"action_1","object":"authentication_action_context","new":{"user":7}}"#,
        r#" {"\u0069d":"action\u005f1","obj\u0065ct":"\u0061uthentication_action_context","user":{"id":"user_1"}} "#,
    ] {
        assert_eq!(authentication(body), expected, "{body}");
    }
}

#[test]
fn kinds_that_are_not_known() {
    for object in [
        "organization_creation_action_context",
        "event",
        "",
        "authentication",
    ] {
        let body = format!(r#"{{"id":"action_1","object":{object:?},"user":7}}"#);
        match action(&body) {
            Action::Unknown(unknown) => {
                assert_eq!(unknown.kind(), object);
                assert_eq!(unknown.json().get(), body);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(action(&body).object(), object);
    }
}

#[test]
fn what_does_not_fit_is_left_out() {
    let body = r#"{"id":"action_1","object":"authentication_action_context","user":{"id":"user_1","email":7},
        "organization":{"name":"Example Ltd"},"ip_address":["1"],"user_agent":"a","user_agent":"b",
        "authentication_method":"Telepathy"}"#;
    let request = authentication(body);
    assert_eq!(
        misfits(request.misfits()),
        [
            ("user.email", Fault::Unexpected),
            ("organization", Fault::Unexpected),
            ("ip_address", Fault::Unexpected),
            ("user_agent", Fault::Duplicate),
            ("user_agent", Fault::Duplicate),
        ]
    );
    let method = request.authentication_method.as_ref().expect("a method");
    assert_eq!(method.as_str(), "Telepathy");
    assert_eq!((&request.user.email, &request.organization), (&None, &None));

    let body = SPARSE_USER_REGISTRATION.replacen('{', r#"{"invitation":"invitation_1","#, 1);
    let request = user_registration(&body);
    assert_eq!(
        misfits(request.misfits()),
        [("invitation", Fault::Unexpected)]
    );
}

#[test]
fn what_does_not_decode() {
    let refused = |body: &[u8], expected: DecodeError| {
        assert_eq!(
            verified(body).action().err(),
            Some(expected),
            "{}",
            body.escape_ascii()
        );
    };
    refused(b"\xff{}", DecodeError::NotUtf8 { valid_up_to: 0 });
    refused(b"", DecodeError::NotJson { line: 1, column: 0 });
    refused(b"{} {}", DecodeError::NotJson { line: 1, column: 4 });
    for body in ["[]", "null", "7", "\"action\""] {
        refused(body.as_bytes(), DecodeError::NotAnObject);
    }
    let missing = |field| DecodeError::MissingField { field };
    refused(b"{}", missing("id"));
    refused(br#"{"id":null,"object":"a"}"#, missing("id"));
    refused(br#"{"id":"1"}"#, missing("object"));
    refused(br#"{"id":"1","object":null}"#, missing("object"));
    let invalid = |field| DecodeError::InvalidField { field };
    refused(br#"{"id":1,"object":"a"}"#, invalid("id"));
    refused(br#"{"id":"1","object":["a"]}"#, invalid("object"));
    let duplicate = |field| DecodeError::DuplicateField { field };
    refused(br#"{"id":"1","id":"1","object":"a"}"#, duplicate("id"));
    refused(
        br#"{"id":"1","object":"a","object":"a"}"#,
        duplicate("object"),
    );
}

#[test]
fn whom_it_is_about_has_to_be_told() {
    let (sign_in, sign_up) = (SPARSE_AUTHENTICATION, SPARSE_USER_REGISTRATION);
    let (user, data) = (r#"{"id":"user_1"}"#, r#"{"email":"ada@example.com"}"#);
    let twice = r#"{"id":"user_1","id":"user_1"}"#;
    for (body, part, new, path, fault) in [
        (sign_in, user, "null", "user", Fault::Missing),
        (sign_in, user, "[]", "user", Fault::Unexpected),
        (sign_in, user, "{}", "user.id", Fault::Missing),
        (sign_in, user, r#"{"id":7}"#, "user.id", Fault::Unexpected),
        (sign_in, user, twice, "user.id", Fault::Duplicate),
        (sign_up, data, "null", "user_data", Fault::Missing),
        (sign_up, data, "{}", "user_data.email", Fault::Missing),
        (
            sign_up,
            data,
            r#"{"email":[]}"#,
            "user_data.email",
            Fault::Unexpected,
        ),
    ] {
        let body = body.replace(part, new);
        let error = verified(body.as_bytes()).action().expect_err(&body);
        let object = if part == user {
            "authentication_action_context"
        } else {
            "user_registration_action_context"
        };
        assert_eq!(error.to_string(), format!("{object}: `{path}` {fault}"));
        let DecodeError::EventMismatch(mismatch) = error else {
            panic!("{error}");
        };
        let told = |it: &EventMismatch| (it.event().to_owned(), it.id().to_owned(), it.fault());
        assert_eq!(told(&mismatch), (object.into(), "action_1".into(), fault));
    }
}

#[test]
fn the_tolerance_is_30_seconds() {
    let header = signed_by(SECRET, BODY);
    let verify = |late_ms: i64| {
        let now = date(SIGNED_AT_MS.saturating_add_signed(late_ms));
        let verdict = verifier().verify_at(&header, BODY, now);
        verdict.map(|delivery| delivery.key_index())
    };
    let seconds = std::time::Duration::from_secs;
    assert_eq!(verify(30_000), Ok(0));
    assert_eq!(verify(-30_000), Ok(0));
    let signed_at = date(SIGNED_AT_MS);
    let age = seconds(31);
    assert_eq!(verify(31_000), Err(VerifyError::Expired { signed_at, age }));
    let ahead = seconds(31);
    assert_eq!(
        verify(-31_000),
        Err(VerifyError::NotYetValid { signed_at, ahead })
    );
    // A webhook has six times that.
    let webhooks = workos::Verifier::new(secret(SECRET));
    let now = date(SIGNED_AT_MS + 31_000);
    assert!(webhooks.verify_at(&header, BODY, now).is_ok());
    let wider = verifier().with_tolerance(Tolerance::new(seconds(31)));
    assert!(wider.verify_at(&header, BODY, now).is_ok());
}

#[test]
fn another_secret_is_refused() {
    let header = signed_by(OLD_SECRET, AUTHENTICATION.as_bytes());
    assert_eq!(
        verifier().verify_at(header, AUTHENTICATION, date(SIGNED_AT_MS)),
        Err(VerifyError::SignatureMismatch)
    );
}

/// With one secret for both, which is a mistake, a signature alone does not tell a webhook from an action.
#[test]
fn webhooks_are_no_actions_and_actions_no_webhooks() {
    let now = date(SIGNED_AT_MS);
    let missing = |field| DecodeError::MissingField { field };
    let webhook = workos::Signer::new(secret(SECRET)).sign(BODY, now);
    let as_action = verifier().verify_at(&webhook, BODY, now).expect("genuine");
    assert_eq!(as_action.action(), Err(missing("object")));
    let event = String::from_utf8_lossy(BODY).replacen('{', r#"{"object":"event","#, 1);
    assert_eq!(action(&event).object(), "event");
    assert!(matches!(action(&event), Action::Unknown(_)));

    let header = signed_by(SECRET, AUTHENTICATION.as_bytes());
    let webhooks = workos::Verifier::new(secret(SECRET));
    let as_event: Delivery<WorkOs, _> = webhooks
        .verify_at(header, AUTHENTICATION, now)
        .expect("genuine");
    assert_eq!(as_event.event(), Err(missing("event")));
}

/// What is answered is signed as what is asked.
#[test]
fn an_answer_that_comes_back_is_no_request() {
    for answer in [
        authentication(AUTHENTICATION).allow(),
        authentication(AUTHENTICATION).deny("No"),
    ] {
        let response = verifier().respond_at(&answer, date(SIGNED_AT_MS));
        let response: Value = serde_json::from_str(response.body()).expect("JSON");
        let payload = response["payload"].to_string();
        let signature = response["signature"].as_str().expect("a text");
        let header = format!("t={SIGNED_AT_MS}, v1={signature}");
        let delivery = verifier()
            .verify_at(header, payload.as_bytes(), date(SIGNED_AT_MS))
            .expect("a genuine signature");
        let missing = DecodeError::MissingField { field: "id" };
        assert_eq!(delivery.action(), Err(missing));
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    #[serde(rename = "about")]
    _about: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    #[serde(rename = "comment")]
    _comment: String,
    secret: String,
    kind: String,
    timestamp_ms: u64,
    verdict: String,
    error_message: Option<String>,
    body: String,
}

#[test]
fn answers_are_these_bytes() {
    let answers = include_str!("vectors/workos_actions/answers.json");
    let answers: Answers = serde_json::from_str(answers).expect("answers");
    assert_eq!(answers.cases.len(), 14);
    for case in answers.cases {
        let verifier = actions::Verifier::new(secret(&case.secret));
        let message = case.error_message.unwrap_or_default();
        let answer = match (case.kind.as_str(), case.verdict.as_str()) {
            ("authentication", "Allow") => authentication(SPARSE_AUTHENTICATION).allow(),
            ("authentication", "Deny") => authentication(SPARSE_AUTHENTICATION).deny(&message),
            ("user_registration", "Allow") => user_registration(SPARSE_USER_REGISTRATION).allow(),
            ("user_registration", "Deny") => {
                user_registration(SPARSE_USER_REGISTRATION).deny(&message)
            }
            other => panic!("{other:?}"),
        };
        let response = verifier.respond_at(&answer, date(case.timestamp_ms));
        assert_eq!(response.body(), case.body, "{}", case.id);
        assert_eq!(response.into_body(), case.body, "{}", case.id);
    }
}

/// As the provider reads it: the timestamp and the payload as they stand in the body.
#[track_caller]
fn signs(with: &str, body: &str) -> bool {
    let (_, payload) = body.split_once(r#""payload":"#).expect("a payload");
    let (payload, _) = payload.split_once(r#","signature""#).expect("a signature");
    let whole: Value = serde_json::from_str(body).expect("JSON");
    let timestamp = whole["payload"]["timestamp"].to_string();
    let mac = model::mac(with.as_bytes(), timestamp.as_bytes(), payload.as_bytes());
    whole["signature"] == hex::encode(mac)
}

#[test]
fn an_answer_is_signed_with_the_secret_of_the_request() {
    let verifier = verifier().with_previous(secret(OLD_SECRET));
    for (with, other) in [(SECRET, OLD_SECRET), (OLD_SECRET, SECRET)] {
        let header = signed_by(with, AUTHENTICATION.as_bytes());
        let delivery = verifier
            .verify_at(header, AUTHENTICATION, date(SIGNED_AT_MS))
            .expect("a genuine request");
        let Ok(Action::Authentication(request)) = delivery.action() else {
            panic!("{delivery:?}");
        };
        let response = verifier.respond_at(&request.allow(), date(SIGNED_AT_MS));
        assert!(signs(with, response.body()));
        assert!(!signs(other, response.body()));
        // A verifier that has one secret has no other to sign with.
        let one = actions::Verifier::new(secret("another secret"));
        let response = one.respond_at(&request.allow(), date(SIGNED_AT_MS));
        assert!(signs("another secret", response.body()));
    }
}

#[test]
fn times_of_answers() {
    let answer = authentication(SPARSE_AUTHENTICATION).allow();
    let timestamp = |response: &actions::Response| -> Value {
        let body: Value = serde_json::from_str(response.body()).expect("JSON");
        body["payload"]["timestamp"].clone()
    };
    let at = |now| timestamp(&verifier().respond_at(&answer, now));
    let late = time::Duration::nanoseconds(999_999);
    assert_eq!(at(date(SIGNED_AT_MS) + late), json!(SIGNED_AT_MS));
    assert_eq!(at(date(0) - late), json!(0));
    assert_eq!(at(date(0) - time::Duration::days(1)), json!(0));
    #[cfg(feature = "std")]
    {
        let millis = || time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let before = millis();
        let response = verifier().respond(&answer);
        let timestamp = timestamp(&response).as_i64().expect("a number").into();
        assert!((before..=millis()).contains(&timestamp));
        assert!(signs(SECRET, response.body()));
    }
}

#[test]
fn answers_differ_in_what_they_say() {
    let (sign_in, sign_up) = (
        authentication(SPARSE_AUTHENTICATION),
        user_registration(SPARSE_USER_REGISTRATION),
    );
    let answers = [
        sign_in.allow(),
        sign_in.deny(""),
        sign_in.deny("No"),
        sign_up.allow(),
        sign_up.deny(""),
    ];
    for (index, answer) in answers.iter().enumerate() {
        for (other, another) in answers.iter().enumerate() {
            assert_eq!(answer == another, index == other);
        }
    }
    assert_eq!(
        sign_in.deny("No"),
        authentication(AUTHENTICATION).deny("No")
    );
}

/// Arguments of functions are printed by `tracing`'s `instrument`.
#[test]
fn what_is_printed() {
    let action = action(AUTHENTICATION);
    assert_eq!(
        format!("{action:?}"),
        r#"Action { object: "authentication_action_context", .. }"#
    );
    let request = user_registration(USER_REGISTRATION);
    assert_eq!(
        format!("{request:?}"),
        r#"Request { object: "user_registration_action_context", .. }"#
    );
    let response = verifier().respond_at(&request.allow(), date(SIGNED_AT_MS));
    assert_eq!(format!("{response:?}"), "Response { .. }");
    let unknown = r#"{"id":"1","object":"other","email":"ada@example.com"}"#;
    assert_eq!(
        format!("{:?}", self::action(unknown)),
        r#"Action { object: "other", .. }"#
    );
}

#[test]
fn methods() {
    // As in `@workos-inc/node` 11.0.0, and `AppleOAuth` as in the crate `workos` 3.5.0.
    let methods = "SSO Password Passkey AppleOAuth BitbucketOAuth DiscordOAuth GitHubOAuth GitLabOAuth GoogleOAuth \
        GrokOAuth XOAuth IntuitOAuth LinkedInOAuth MicrosoftOAuth SalesforceOAuth SlackOAuth VercelMarketplaceOAuth \
        VercelOAuth XeroOAuth MagicAuth CrossAppAuth ExternalAuth MigratedSession Impersonation";
    for text in methods.split_whitespace() {
        let method: AuthenticationMethod = serde_json::from_value(json!(text)).expect("a method");
        assert_eq!(method.as_str(), text);
        assert!(
            !matches!(method, AuthenticationMethod::Unknown(_)),
            "{text}"
        );
    }
}

#[test]
fn any_fixture_with_a_fault_is_consistent() {
    for body in [
        AUTHENTICATION,
        USER_REGISTRATION,
        SPARSE_AUTHENTICATION,
        SPARSE_USER_REGISTRATION,
    ] {
        support::actions::is_consistent(body.as_bytes());
        let body: String = body.split('\n').map(str::trim).collect();
        let starts = body.match_indices(['"', ',', ':', '{', '}', '[', ']']);
        for (start, _) in starts {
            support::actions::is_consistent(&body.as_bytes()[..start]);
            for piece in [
                "null",
                "7",
                "[1e999]",
                "\"\\ud800\",",
                "\"id\":\"1\",",
                "{",
                "}",
                ",",
            ] {
                let faulty = format!("{}{piece}{}", &body[..start], &body[start..]);
                support::actions::is_consistent(faulty.as_bytes());
            }
        }
    }
}

proptest! {
    #[test]
    fn any_body_is_consistent(body: Vec<u8>) {
        support::actions::is_consistent(&body);
    }

    #[test]
    fn any_message_is_told_as_far_as_it_fits(message in ".{0,600}") {
        let request = authentication(SPARSE_AUTHENTICATION);
        let response = verifier().respond_at(&request.deny(&message), date(SIGNED_AT_MS));
        let body: Value = serde_json::from_str(response.body()).expect("JSON");
        let told = body["payload"]["error_message"].as_str().unwrap_or_default();
        prop_assert!(signs(SECRET, response.body()));
        prop_assert!(message.starts_with(told));
        let units = |text: &str| text.encode_utf16().count();
        let next = message[told.len()..].chars().next();
        prop_assert!(units(told) <= 500);
        prop_assert!(next.is_none_or(|it| units(told) + it.len_utf16() > 500));
    }
}

#[cfg(feature = "fixtures")]
#[test]
fn fixtures_are_there_for_users() {
    let fixture = actions::fixture;
    assert_eq!(
        fixture("authentication_action_context"),
        Some(AUTHENTICATION)
    );
    assert_eq!(
        fixture("user_registration_action_context"),
        Some(USER_REGISTRATION)
    );
    for other in ["", "authentication", "authentication_action_response"] {
        assert_eq!(fixture(other), None);
    }
}

#[test]
fn the_provider() {
    use countersign::Provider;

    assert_eq!(Actions::NAME, "workos_actions");
    assert_eq!(
        format!("{:?}", Actions::SCHEME),
        format!("{:?}", WorkOs::SCHEME)
    );
}

/// What a handler does with a request: the same in each framework.
#[cfg(any(feature = "axum", feature = "actix-web"))]
fn decide(action: &Action) -> Option<Answer> {
    match action {
        Action::Authentication(request) => Some(request.allow()),
        Action::UserRegistration(request) => Some(request.deny("Not you")),
        _ => None,
    }
}

/// A request of a handler's test, and what it is answered.
#[cfg(any(feature = "axum", feature = "actix-web"))]
struct Sent {
    body: &'static str,
    signed_with: &'static str,
    status: u16,
    /// The `object` and the verdict.
    answer: Option<(&'static str, &'static str)>,
}

#[cfg(any(feature = "axum", feature = "actix-web"))]
fn requests() -> [Sent; 5] {
    let sent = |body, signed_with, status, answer| Sent {
        body,
        signed_with,
        status,
        answer,
    };
    let (allowed, denied) = (
        Some(("authentication_action_response", "Allow")),
        Some(("user_registration_action_response", "Deny")),
    );
    [
        sent(AUTHENTICATION, SECRET, 200, allowed),
        sent(USER_REGISTRATION, SECRET, 200, denied),
        sent(r#"{"id":"1","object":"other"}"#, SECRET, 501, None),
        sent("{}", SECRET, 500, None),
        sent(AUTHENTICATION, OLD_SECRET, 401, None),
    ]
}

#[cfg(any(feature = "axum", feature = "actix-web"))]
impl Sent {
    fn header(&self) -> String {
        let signer = actions::Signer::new(secret(self.signed_with));
        signer.sign(self.body.as_bytes(), time::OffsetDateTime::now_utc())
    }

    #[track_caller]
    fn is_answered(&self, status: u16, content_type: Option<&[u8]>, body: &[u8]) {
        assert_eq!(status, self.status, "{}", self.body);
        let body = str::from_utf8(body).expect("a text");
        let Some((object, verdict)) = self.answer else {
            assert!(!body.contains("verdict"), "{body}");
            return;
        };
        assert_eq!(content_type, Some(b"application/json".as_slice()));
        assert!(signs(self.signed_with, body));
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["object"], object);
        assert_eq!(body["payload"]["verdict"], verdict);
    }
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn axum_handlers() {
    use axum::{
        Router,
        body::Body,
        extract::State,
        http::{self, StatusCode},
        routing::post,
    };
    use countersign::axum::{Signed, Webhook};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn typed(
        State(verifier): State<actions::Verifier>,
        Webhook(action): Webhook<Action>,
    ) -> Result<actions::Response, StatusCode> {
        let answer = decide(&action).ok_or(StatusCode::NOT_IMPLEMENTED)?;
        Ok(verifier.respond(&answer))
    }

    async fn signed(
        State(verifier): State<actions::Verifier>,
        signed: Signed<Actions>,
    ) -> Result<actions::Response, StatusCode> {
        let action = signed
            .action()
            .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let answer = decide(&action).ok_or(StatusCode::NOT_IMPLEMENTED)?;
        Ok(verifier.respond(&answer))
    }

    let router = Router::new()
        .route("/typed", post(typed))
        .route("/signed", post(signed))
        .with_state(verifier());
    for route in ["/typed", "/signed"] {
        for sent in requests() {
            let request = http::Request::post(route)
                .header(workos::SIGNATURE_HEADER, sent.header())
                .body(Body::from(sent.body))
                .expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            let (head, body) = response.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            let content_type = head.headers.get("content-type").map(|it| it.as_bytes());
            sent.is_answered(head.status.as_u16(), content_type, &body);
        }
    }
}

#[cfg(feature = "actix-web")]
#[actix_web::test]
async fn actix_handlers() {
    use actix_web::{App, Either, HttpResponse, test, web};
    use countersign::actix::Webhook;

    async fn typed(
        verifier: web::Data<actions::Verifier>,
        Webhook(action): Webhook<Action>,
    ) -> Either<actions::Response, HttpResponse> {
        match decide(&action) {
            Some(answer) => Either::Left(verifier.respond(&answer)),
            None => Either::Right(HttpResponse::NotImplemented().finish()),
        }
    }

    let app = App::new()
        .app_data(web::Data::new(verifier()))
        .route("/typed", web::post().to(typed));
    let app = test::init_service(app).await;
    for sent in requests() {
        let request = test::TestRequest::post()
            .uri("/typed")
            .insert_header((workos::SIGNATURE_HEADER, sent.header()))
            .set_payload(sent.body);
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type").cloned();
        let body = test::read_body(response).await;
        sent.is_answered(status, content_type.as_ref().map(|it| it.as_bytes()), &body);
    }
}
