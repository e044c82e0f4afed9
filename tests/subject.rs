//! The object that each event is about, by its fixture: `tests/vectors/events/workos`.
#![cfg(feature = "workos")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use countersign::workos::{Event, EventData, WorkOs};
use support::events::{COMPLETE, fixtures};
use time::macros::datetime;

/// The name of each event, and its subject as it is written. `~` is what the ids of the fixtures have in common, `-` stands
/// for none.
const SUBJECTS: &str = "\
action.authentication.denied -
action.user_registration.denied -
agent.blueprint.created agent_blueprint:agent_blueprint_~ID
agent.blueprint.deleted agent_blueprint:agent_blueprint_~ID
agent.blueprint.updated agent_blueprint:agent_blueprint_~ID
agent.instance.created agent_instance:agent_instance_~ID
agent.instance.deleted agent_instance:agent_instance_~ID
agent.instance.session.created agent_instance_session:agent_instance_session_~ID
agent.instance.session.revoked agent_instance_session:agent_instance_session_~ID
agent.registration.claim.attempt.created agent_registration_claim_attempt:agent_claim_attempt_~ID
agent.registration.claim.completed agent_registration_claim:agent_claim_~ID
agent.registration.created agent_registration:agent_reg_~ID
agent.registration.credential.issued agent_registration_credential:agent_credential_~ID
agent.registration.deleted agent_registration:agent_reg_~RF
agent.registration.expired agent_registration:agent_reg_~RF
agent.registration.organization.switched agent_registration:agent_reg_~RF
agent.registration.refreshed agent_registration:agent_reg_~RF
agent.registration.revoked agent_registration:agent_reg_~RF
api_key.created api_key:api_key_~ID
api_key.revoked api_key:api_key_~ID
api_key.updated api_key:api_key_~ID
authentication.email_verification_failed -
authentication.email_verification_succeeded -
authentication.magic_auth_failed -
authentication.magic_auth_succeeded -
authentication.mfa_failed -
authentication.mfa_succeeded -
authentication.oauth_failed -
authentication.oauth_succeeded -
authentication.passkey_failed -
authentication.passkey_succeeded -
authentication.password_failed -
authentication.password_succeeded -
authentication.radar_risk_detected -
authentication.reauthentication_succeeded -
authentication.sso_failed -
authentication.sso_started -
authentication.sso_succeeded -
authentication.sso_timed_out -
connection.activated connection:conn_~ID
connection.deactivated connection:conn_~ID
connection.deleted connection:conn_~ID
connection.saml_certificate_renewal_required connection:conn_~ID
connection.saml_certificate_renewed connection:conn_~ID
dsync.activated directory:directory_~ID
dsync.deleted directory:directory_~ID
dsync.group.created directory_group:directory_group_~ID
dsync.group.deleted directory_group:directory_group_~ID
dsync.group.updated directory_group:directory_group_~ID
dsync.group.user_added directory_group_membership:directory_group_~ID/directory_user_~ID
dsync.group.user_removed directory_group_membership:directory_group_~ID/directory_user_~ID
dsync.token.created directory_token:directory_token_~ID
dsync.token.revoked directory_token:directory_token_~ID
dsync.user.created directory_user:directory_user_~ID
dsync.user.deleted directory_user:directory_user_~ID
dsync.user.updated directory_user:directory_user_~ID
email_verification.created email_verification:email_verification_~ID
feature_flags.flag.created feature_flag:flag_~ID
feature_flags.flag.deleted feature_flag:flag_~ID
feature_flags.flag.updated feature_flag:flag_~ID
feature_flags.flag_rule.created flag_rule:flag_rule_~ID
feature_flags.flag_rule.deleted flag_rule:flag_rule_~ID
feature_flags.flag_rule.updated flag_rule:flag_rule_~ID
feature_flags.flag_target.created flag_target:flag_target_~ID
feature_flags.flag_target.deleted flag_target:flag_target_~ID
flag.created feature_flag:flag_~ID
flag.deleted feature_flag:flag_~ID
flag.rule_updated feature_flag:flag_~ID
flag.updated feature_flag:flag_~ID
group.created group:group_~ID
group.deleted group:group_~ID
group.member_added group_member:group_~RF/om_~RF
group.member_removed group_member:group_~RF/om_~RF
group.updated group:group_~ID
invitation.accepted invitation:invitation_~ID
invitation.created invitation:invitation_~ID
invitation.resent invitation:invitation_~ID
invitation.revoked invitation:invitation_~ID
magic_auth.created magic_auth:magic_auth_~ID
organization.created organization:org_~ID
organization.deleted organization:org_~ID
organization.updated organization:org_~ID
organization_domain.created organization_domain:org_domain_~ID
organization_domain.deleted organization_domain:org_domain_~ID
organization_domain.updated organization_domain:org_domain_~ID
organization_domain.verification_failed organization_domain:org_domain_~ID
organization_domain.verified organization_domain:org_domain_~ID
organization_membership.created organization_membership:om_~ID
organization_membership.deleted organization_membership:om_~ID
organization_membership.updated organization_membership:om_~ID
organization_role.created organization_role:org_~RF/admin
organization_role.deleted organization_role:org_~RF/admin
organization_role.updated organization_role:org_~RF/admin
password_reset.created password_reset:password_reset_~ID
password_reset.succeeded password_reset:password_reset_~ID
permission.created permission:perm_~ID
permission.deleted permission:perm_~ID
permission.updated permission:perm_~ID
pipes.account_connection.add_failed -
pipes.account_connection.connected connected_account:data_installation_~ID
pipes.account_connection.connection_failed -
pipes.account_connection.disconnected connected_account:data_installation_~ID
pipes.account_connection.reauthorization_needed connected_account:data_installation_~ID
pipes.connected_account.connected connected_account:data_installation_~ID
pipes.connected_account.connection_failed -
pipes.connected_account.disconnected connected_account:data_installation_~ID
pipes.connected_account.reauthorization_needed connected_account:data_installation_~ID
radar.challenge_created radar_challenge:radar_challenge_~RF
resource_export.completed resource_export:resource_export_~ID
resource_export.created resource_export:resource_export_~ID
resource_export.downloaded resource_export:resource_export_~ID
resource_export.failed resource_export:resource_export_~ID
role.created role:admin
role.deleted role:admin
role.updated role:admin
session.created session:session_~ID
session.revoked session:session_~ID
user.created user:user_~ID
user.deleted user:user_~ID
user.updated user:user_~ID
vault.byok_key.deleted -
vault.byok_key.verification_completed -
vault.data.created vault_object:db-password
vault.data.deleted vault_object:db-password
vault.data.read -
vault.data.updated vault_object:db-password
vault.dek.decrypted -
vault.dek.read -
vault.dek.rekeyed -
vault.kek.created vault_kek:key_~RF
vault.kek.deleted vault_kek:key_~RF
vault.metadata.read -
vault.names.listed -
waitlist_user.approved waitlist_user:waitlist_user_~ID
waitlist_user.created waitlist_user:waitlist_user_~ID
waitlist_user.denied waitlist_user:waitlist_user_~ID";

const COMMON: &str = "01K2V5S7Q3N8M4B6C9D1E0F2";

#[track_caller]
fn event(name: &str, data: &str) -> Event {
    let event = format!(
        r#"{{"id":"event_01","event":"{name}","created_at":"2026-01-02T03:04:05.678Z","data":{data}}}"#
    );
    Event::from_json(event.as_bytes()).unwrap_or_else(|error| panic!("{error}: {event}"))
}

#[track_caller]
fn subject(name: &str, data: &str) -> Option<String> {
    event(name, data).subject().map(|it| it.to_string())
}

fn subjects() -> BTreeMap<String, Option<String>> {
    let subject = |name: &str, json: &str| {
        let event = Event::from_json(json.as_bytes()).expect("an event");
        assert_eq!(event.occurred_at(), event.created_at, "{name}");
        event.subject().map(|it| it.to_string())
    };
    fixtures::<WorkOs>(COMPLETE)
        .into_iter()
        .map(|(name, json)| {
            let subject = subject(&name, &json);
            (name, subject)
        })
        .collect()
}

#[test]
fn each_event_is_about_what_is_written_here() {
    let expected: BTreeMap<String, Option<String>> = SUBJECTS
        .lines()
        .map(|row| {
            let (name, subject) = row.split_once(' ').expect("two columns");
            let subject = (subject != "-").then(|| subject.replace('~', COMMON));
            (name.to_owned(), subject)
        })
        .collect();
    assert_eq!(expected.len(), EventData::NAMES.len());
    assert!(expected.keys().eq(EventData::NAMES));
    for (name, subject) in subjects() {
        assert_eq!(subject, expected[&name], "{name}");
    }
}

/// The fixtures of one object have one id, so those of its kind have one subject.
#[test]
fn the_events_of_one_object_have_one_subject() {
    let mut groups: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for (name, subject) in subjects() {
        let (object, _) = name.rsplit_once('.').expect("a name of two parts");
        groups.entry(object.to_owned()).or_default().insert(subject);
    }
    let several: Vec<&str> = groups
        .iter()
        .filter(|(_, subjects)| subjects.len() > 1)
        .map(|(object, _)| object.as_str())
        .collect();
    // Groups and their members, accounts and failures to connect one, objects of the vault and reads; and registrations,
    // of which the fixtures have two ids.
    assert_eq!(
        several,
        [
            "agent.registration",
            "dsync.group",
            "group",
            "pipes.account_connection",
            "pipes.connected_account",
            "vault.data",
        ]
    );
    assert_eq!(groups["flag"], groups["feature_flags.flag"]);
    for name in ["created", "deleted", "expired", "refreshed", "revoked"] {
        let data = r#"{"id":"agent_reg_1","agent_registration_id":"agent_reg_1"}"#;
        assert_eq!(
            subject(&format!("agent.registration.{name}"), data).as_deref(),
            Some("agent_registration:agent_reg_1")
        );
    }
}

#[test]
fn the_kind_is_the_same_whatever_the_event_says() {
    for object in ["", r#""object":"other","#, r#""object":null,"#] {
        let event = event("flag.created", &format!(r#"{{{object}"id":"flag_1"}}"#));
        let subject = event.subject().expect("a subject");
        assert_eq!((subject.kind(), subject.id()), ("feature_flag", "flag_1"));
    }
}

#[test]
fn pairs_are_told_apart() {
    let member = |group: &str, member: &str| {
        subject(
            "group.member_added",
            &format!(r#"{{"group_id":"{group}","organization_membership_id":"{member}"}}"#),
        )
    };
    let expected = [
        ("a/b", "c", "group_member:a%2Fb/c"),
        ("a", "b/c", "group_member:a/b/c"),
        ("a%2Fb", "c", "group_member:a%252Fb/c"),
        ("a", "%2Fb", "group_member:a/%2Fb"),
        ("", "a", "group_member:/a"),
    ];
    for (group, membership, expected) in expected {
        assert_eq!(member(group, membership).as_deref(), Some(expected));
    }
}

#[test]
fn a_target_without_an_id_cannot_be_told() {
    let name = "feature_flags.flag_target.deleted";
    assert_eq!(subject(name, r#"{"flag_id":"flag_1"}"#), None);
    assert_eq!(subject(name, r#"{"id":7}"#), None);
    assert_eq!(
        subject(name, r#"{"id":"flag_target_1"}"#).as_deref(),
        Some("flag_target:flag_target_1")
    );
}

#[test]
fn events_that_are_not_known() {
    for (data, expected) in [
        (
            r#"{"object":"kitten","id":"kitten_1"}"#,
            Some("kitten:kitten_1"),
        ),
        (
            r#"{"id":"k:1","x":[{}],"object":"kitten"}"#,
            Some("kitten:k:1"),
        ),
        (
            r#"{"\u006fbject":"kitte\u006e","id":"\u006b1"}"#,
            Some("kitten:k1"),
        ),
        (r#"{"object":"kitten"}"#, None),
        (r#"{"object":"kitten","id":null}"#, None),
        (r#"{"object":"kitten","id":1}"#, None),
        (r#"{"object":"kitten","id":"\ud800"}"#, None),
        (r#"{"object":"kitten","id":"1","id":"1"}"#, None),
        (r#"{"id":"kitten_1"}"#, None),
        (r#"{"object":null,"id":"kitten_1"}"#, None),
        (r#"{"object":["kitten"],"id":"kitten_1"}"#, None),
        (r#"{"object":"kitten","object":"kitten","id":"1"}"#, None),
        (r#"{"object":"kit:ten","id":"1"}"#, None),
        (r#"["object","kitten","id","1"]"#, None),
        ("7", None),
    ] {
        assert_eq!(
            subject("kitten.created", data).as_deref(),
            expected,
            "{data}"
        );
    }
}

/// The hashes are those of `sha256sum`.
#[test]
fn what_fits_into_no_index_is_hashed() {
    let data = r#"{"id":"a\u0000"}"#;
    let expected = "user:sha256-ffe9aaeaa2a2d5048174df0b80599ef0197ec024c4b051bc9860cff58ef7f9f3";
    assert_eq!(subject("user.created", data).as_deref(), Some(expected));
    assert_eq!(
        event("user.created", data)
            .subject()
            .map(|it| it.id().to_owned()),
        Some("a\0".into())
    );
    let long = format!(r#"{{"object":"kitten","id":"{}"}}"#, "x".repeat(257));
    let text = subject("kitten.created", &long).expect("a subject");
    assert!(
        text.starts_with("kitten:sha256-") && text.len() == 7 + 7 + 64,
        "{text}"
    );
    let long = format!(r#"{{"object":"{}","id":"1"}}"#, "x".repeat(257));
    let text = subject("kitten.created", &long).expect("a subject");
    assert!(
        text.starts_with("sha256-") && text.ends_with(":1"),
        "{text}"
    );
}

#[test]
fn what_has_the_same_kind_and_id_is_the_same() {
    use std::collections::HashSet;

    let events = [
        event("user.created", r#"{"id":"user_1"}"#),
        event(
            "user.deleted",
            r#"{"id":"user_1","email":"ada@example.com"}"#,
        ),
        event("user.hugged", r#"{"object":"user","id":"user_1"}"#),
        event("user.created", r#"{"id":"user_2"}"#),
        event("dsync.user.created", r#"{"id":"user_1"}"#),
    ];
    let different: HashSet<_> = events.iter().map(Event::subject).collect();
    assert_eq!(different.len(), 3);
    assert_eq!(
        format!("{:?}", events[0].subject()),
        r#"Some(Subject { kind: "user", id: "user_1" })"#
    );
    assert_eq!(
        events[0].occurred_at(),
        datetime!(2026-01-02 03:04:05.678 UTC)
    );
}
