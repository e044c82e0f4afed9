//! Every event of the catalogues, by its fixture: it decodes to its own variant and comes out as it went
//! in. Every text of every enum. The sizes.
#![cfg(any(feature = "workos", feature = "clerk", feature = "courier"))]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use support::{
    events::{COMPLETE, NULL, SPARSE, fixtures, shape, table},
    providers::{Typed, for_each_provider},
};

for_each_provider! {
    names_are_sorted_and_each_has_a_fixture
    each_fixture_decodes_to_its_own_variant
    #[cfg(feature = "fixtures")]
    each_fixture_is_there_for_users
    each_fixture_comes_out_as_it_went_in
    each_shape_has_a_sparse_fixture_and_one_of_nulls
    absent_fields_and_nulls_are_the_same
    sizes
}

#[track_caller]
fn event<P: Typed>(name: &str, json: &str) -> P::Event {
    P::event(json.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn names_are_sorted_and_each_has_a_fixture<P: Typed>() {
    assert!(P::NAMES.is_sorted_by(|a, b| a < b));
    let named: Vec<String> = fixtures::<P>(COMPLETE).into_keys().collect();
    assert_eq!(named, P::NAMES);
    let table = table::<P>();
    assert_eq!(table.keys().copied().collect::<Vec<_>>(), P::NAMES);
    for (name, row) in table {
        // Not every file system takes a colon.
        assert_eq!(row.file, name.replace(':', "."));
    }
}

fn each_fixture_decodes_to_its_own_variant<P: Typed>() {
    let table = table::<P>();
    for (name, json) in fixtures::<P>(COMPLETE) {
        let event = event::<P>(&name, &json);
        assert_eq!(P::name(&event), name);
        assert_eq!(P::unknown(&event), None, "{name}");
        assert_eq!(P::misfits(&event), [], "{name}");
        let variant = table[name.as_str()].variant.to_lowercase();
        assert_eq!(variant, name.replace(['.', '_', ':'], "").to_lowercase());
    }
}

#[cfg(feature = "fixtures")]
fn each_fixture_is_there_for_users<P: Typed>() {
    for (name, json) in fixtures::<P>(COMPLETE) {
        assert_eq!(P::fixture(&name), Some(json.as_str()));
    }
    for name in [
        "",
        "user",
        "kitten.created",
        "sparse/User",
        "message.updated",
    ] {
        assert_eq!(P::fixture(name), None, "{name}");
    }
}

fn each_fixture_comes_out_as_it_went_in<P: Typed>() {
    for (name, json) in fixtures::<P>(COMPLETE) {
        let event = event::<P>(&name, &json);
        assert_eq!(P::written(&event), value(&json), "{name}");
        let written = serde_json::to_string(&event).expect("JSON");
        assert_eq!(P::event(written.as_bytes()), Ok(event), "{name}");
    }
}

fn each_shape_has_a_sparse_fixture_and_one_of_nulls<P: Typed>() {
    let shapes: BTreeSet<String> = table::<P>()
        .values()
        .map(|row| row.shape.to_owned())
        .collect();
    for folder in [SPARSE, NULL] {
        let fixtures: BTreeSet<String> = fixtures::<P>(folder).into_keys().collect();
        assert_eq!(fixtures, shapes, "{folder}");
    }
}

fn absent_fields_and_nulls_are_the_same<P: Typed>() {
    let nulls = fixtures::<P>(NULL);
    for (name, sparse) in fixtures::<P>(SPARSE) {
        let event = event::<P>(&name, &sparse);
        assert_eq!(shape::<P>(P::name(&event)), name);
        assert_eq!(P::misfits(&event), [], "{name}");
        assert_eq!(P::event(nulls[&name].as_bytes()).as_ref(), Ok(&event));
        assert_eq!(P::written(&event), value(&sparse), "{name}");
        assert_ne!(value(&nulls[&name]), value(&sparse), "{name}");
    }
}

fn sizes<P: Typed>() {
    let ((data, event), (most_data, most)) = (P::sizes(), P::SIZES);
    assert!(data <= most_data && event <= most, "{data} {event}");
}

/// What the documentation of a variant says of its arrival stands above its row.
#[cfg(feature = "workos")]
#[test]
fn events_that_webhooks_do_not_carry() {
    let table = table::<countersign::workos::WorkOs>();
    let mut marked = Vec::new();
    for (name, row) in &table {
        match row.about.as_str() {
            "" => {}
            "From the Events API only: webhooks do not carry it." => marked.push(*name),
            about => panic!("{name}: {about}"),
        }
    }
    assert_eq!(
        marked,
        [
            "action.authentication.denied",
            "action.user_registration.denied",
            "authentication.email_verification_failed",
            "authentication.mfa_failed",
            "dsync.token.created",
            "dsync.token.revoked",
            "resource_export.completed",
            "resource_export.created",
            "resource_export.downloaded",
            "resource_export.failed",
            "vault.byok_key.deleted",
            "vault.byok_key.verification_completed",
            "vault.data.created",
            "vault.data.deleted",
            "vault.data.read",
            "vault.data.updated",
            "vault.dek.decrypted",
            "vault.dek.read",
            "vault.dek.rekeyed",
            "vault.kek.created",
            "vault.kek.deleted",
            "vault.metadata.read",
            "vault.names.listed",
        ]
    );
}

#[track_caller]
fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

/// Decodes each text to a variant of its own, back to the same text, and keeps one that is not listed.
#[track_caller]
fn open_enum<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug + std::fmt::Display>(
    name: &str,
    texts: &mut BTreeMap<String, Vec<String>>,
) {
    let texts = texts.remove(name).unwrap_or_else(|| panic!("{name}"));
    let decode = |text: &str| serde_json::from_value::<T>(json!(text)).expect("any text");
    let mut variants = BTreeSet::new();
    for text in &texts {
        let value = decode(text);
        let debug = format!("{value:?}");
        assert_eq!(debug.to_lowercase(), variant_of(name, text), "{name}");
        assert_eq!(
            (value.to_string(), json!(value)),
            (text.clone(), json!(text))
        );
        variants.insert(debug);
    }
    assert_eq!(variants.len(), texts.len(), "{name}");
    let future = decode("from the future");
    assert_eq!(
        format!("{future:?}"),
        r#"Unknown(UnknownValue("from the future"))"#
    );
    assert_eq!(json!(future), json!("from the future"));
    assert_ne!(future, decode(&texts[0]));
    assert_eq!(
        format!("{:>6}", decode(&texts[0])),
        format!("{:>6}", texts[0])
    );
    for (other, found) in [
        (json!(null), "null"),
        (json!(1), "integer `1`"),
        (json!(["active"]), "sequence"),
        (json!({}), "map"),
    ] {
        let error = serde_json::from_value::<T>(other).expect_err(name);
        let expected = format!("invalid type: {found}, expected a string");
        assert_eq!(error.to_string(), expected, "{name}");
    }
}

/// The variant's name in lower case: the text without what is no letter or digit.
fn variant_of(name: &str, text: &str) -> String {
    if (name, text) == ("SessionAuthMethod", "unknown") {
        // `Unknown` is what is not listed.
        return "unknownmethod".into();
    }
    let text = match name {
        // They are all verifications.
        "VerificationObject" => text.strip_prefix("verification_").expect("an object"),
        _ => text,
    };
    let letters = text
        .replace(|c: char| !c.is_ascii_alphanumeric(), "")
        .to_lowercase();
    if text.contains("v2.0") {
        letters.replace("v20", "v2_0")
    } else {
        letters
    }
}

/// A test of all enums of a provider.
macro_rules! each_text_of_each_enum {
    ($feature:literal $provider:ident $test:ident: $($module:ident::$name:ident,)*) => {
        #[cfg(feature = $feature)]
        #[test]
        fn $test() {
            #[allow(unused_imports, reason = "one provider has enums beside the modules")]
            use countersign::$provider::event::{self, *};

            let texts = include_str!(concat!("vectors/enums/", $feature, ".json"));
            let mut texts = serde_json::from_str(texts).expect("lists of texts");
            $(open_enum::<$module::$name>(stringify!($name), &mut texts);)*
            assert_eq!(texts, BTreeMap::new());
        }
    };
}

each_text_of_each_enum! {
    "workos" workos each_text_of_each_enum_of_workos:
    agent::AgentInstanceType,
    agent::AgentRegistrationKind,
    agent::AgentRegistrationMethod,
    agent::AgentRegistrationStatus,
    authentication::RadarAction,
    connection::ConnectionState,
    connection::ConnectionStatus,
    connection::ConnectionType,
    connection::SamlCertificateType,
    dsync::DirectoryState,
    dsync::DirectoryType,
    dsync::DirectoryUserState,
    event::EventContextActorSource,
    flag::FlagAccessType,
    invitation::InvitationState,
    organization_domain::OrganizationDomainState,
    organization_domain::OrganizationDomainVerificationFailedReason,
    organization_domain::OrganizationDomainVerificationStrategy,
    organization_membership::OrganizationMembershipStatus,
    pipes::PipesConnectedAccountAuthMethod,
    pipes::PipesConnectedAccountConnectionRole,
    pipes::PipesConnectedAccountState,
    pipes::PipesConnectedAccountStateReason,
    resource_export::ResourceExportResourceType,
    session::SessionAuthMethod,
    session::SessionStatus,
    vault::VaultActorSource,
    vault::VaultByokKeyProvider,
    waitlist_user::WaitlistUserState,
}

each_text_of_each_enum! {
    "clerk" clerk each_text_of_each_enum_of_clerk:
    account::EnterpriseAccountProtocol,
    billing::BillingPeriod,
    billing::BillingSubscriptionItemStatus,
    organization_domain::OrganizationDomainEnrollmentMode,
    organization_domain::OrganizationDomainVerificationStatus,
    organization_domain::OrganizationDomainVerificationStrategy,
    organization_invitation::OrganizationInvitationStatus,
    payment_attempt::BillingPayeeGatewayStatus,
    payment_attempt::BillingPaymentSourcePaymentMethod,
    payment_attempt::BillingPaymentSourceStatus,
    payment_attempt::PaymentAttemptEventPayloadChargeType,
    payment_attempt::PaymentAttemptEventPayloadStatus,
    session::SessionEventPayloadStatus,
    subscription::SubscriptionEventPayloadStatus,
    verification::VerificationObject,
    verification::VerificationStatus,
    verification::VerificationStrategy,
    waitlist_entry::InvitationStatus,
    waitlist_entry::WaitlistEntryStatus,
}

each_text_of_each_enum! {
    "courier" courier each_text_of_each_enum_of_courier:
    message::MessageProviderStatus,
    message::MessageReason,
    message::MessageStatus,
}

#[cfg(feature = "workos")]
#[test]
fn variants_are_named_after_their_texts() {
    for (text, variant) in [
        ("ADFSSAML", "AdfsSaml"),
        ("Auth0Migration", "Auth0Migration"),
        ("CleverOIDC", "CleverOidc"),
        ("VMwareSAML", "VmwareSaml"),
        ("XOAuth", "XOAuth"),
    ] {
        let value: countersign::workos::event::connection::ConnectionType =
            serde_json::from_value(json!(text)).expect("text");
        assert_eq!(format!("{value:?}"), variant);
    }
}

#[cfg(feature = "workos")]
#[test]
fn owners_of_api_keys() {
    use countersign::workos::event::api_key::ApiKeyOwner::{self, Organization, Unknown, User};
    let decode = |json: &Value| serde_json::from_value::<ApiKeyOwner>(json.clone());
    let organization = json!({"type": "organization", "id": "org_1"});
    let user = json!({"id": "user_1", "type": "user", "organization_id": "org_1"});
    let future = json!({"type": "team", "id": "team_1", "members": [1.50]});
    for json in [&organization, &user, &future] {
        assert_eq!(&json!(decode(json).expect("an owner")), json);
    }
    assert!(matches!(decode(&organization), Ok(Organization(owner)) if owner.id == "org_1"));
    assert!(matches!(decode(&user), Ok(User(owner)) if owner.organization_id == "org_1"));
    let Ok(Unknown(owner)) = decode(&future) else {
        panic!("{:?}", decode(&future));
    };
    assert_eq!(owner.kind(), "team");
    assert_eq!(value(owner.json().get()), future);
}

#[cfg(feature = "workos")]
#[test]
fn details_of_credentials() {
    use countersign::workos::event::agent::AgentRegistrationCredentialDetail::{
        self as Detail, AccessToken, ApiKey, Unknown,
    };
    let decode = |json: &Value| serde_json::from_value::<Detail>(json.clone());
    let key = json!({"kind": "api_key", "api_key_id": "api_key_1"});
    let token =
        json!({"kind": "access_token", "jti": "1", "expires_at": "2026-01-02T03:04:05.000Z"});
    let future = json!({"kind": "passport"});
    for json in [&key, &token, &future] {
        assert_eq!(&json!(decode(json).expect("a detail")), json);
    }
    assert!(matches!(decode(&key), Ok(ApiKey(key)) if key.api_key_id == "api_key_1"));
    assert!(matches!(decode(&token), Ok(AccessToken(token)) if token.expires_at.is_some()));
    assert!(matches!(decode(&future), Ok(Unknown(detail)) if detail.kind() == "passport"));
}
