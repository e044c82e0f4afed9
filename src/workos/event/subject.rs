//! Which object an event is about, and by which time events about it are ordered.

use alloc::{borrow::Cow, format};
use core::fmt;

use time::OffsetDateTime;

use super::{Event, EventData, UnknownEvent};
use crate::{
    digest::bounded,
    event::json::{self, Text},
};

/// The object that an event is about: its kind, and its id among those of that kind.
///
/// All events about one object have the same subject, whatever they are called: `user.created` and `user.deleted`,
/// `api_key.created` and `api_key.updated`, `flag.updated` and `feature_flags.flag.updated`.
///
/// `Display` writes `kind:id`, such as `user:user_01E4ZCR3C56J083X43JQXF3JK5`, for a column or a key. No two subjects
/// are written alike, as no kind has a colon in it, and each fits into an index: of a kind or an id that is not 1 to 256
/// visible characters of ASCII, `sha256-` and a hash are written.
///
/// It is of one environment: another one can have an object of the same name, such as the role `admin`. Where the events of
/// several environments or tenants come into one table, write which of them it is before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject<'a> {
    kind: Cow<'a, str>,
    id: Cow<'a, str>,
}

impl<'a> Subject<'a> {
    fn new(kind: &'static str, id: &'a str) -> Self {
        Self {
            kind: Cow::Borrowed(kind),
            id: Cow::Borrowed(id),
        }
    }

    /// What is identified by two ids. The first `/` parts them, so there is none in the first.
    fn pair(kind: &'static str, first: &str, second: &str) -> Self {
        let first = first.replace('%', "%25").replace('/', "%2F");
        Self {
            kind: Cow::Borrowed(kind),
            id: Cow::Owned(format!("{first}/{second}")),
        }
    }

    /// What the data says it is, if it says so and the kind can be told from the id.
    fn of_unknown(event: &'a UnknownEvent) -> Option<Self> {
        let ([kind], id) = json::fields(event.data().get(), ["object"], "id").ok()?;
        let (Text(kind), Text(id)) = (json::required("object", kind).ok()?, id?);
        (!kind.contains(':')).then_some(Self { kind, id })
    }

    /// The provider's name for this kind of object, such as `user`, `directory_user` or `organization_membership`: what its
    /// field `object` says where it has one.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Identifies the object among those of its kind: mostly its `id`.
    ///
    /// A role is identified by its slug, an object in the vault by its name. What belongs to a pair has the ids of both:
    /// `directory_group_membership` those of the group and the user, `group_member` those of the group and the
    /// membership, `organization_role` that of the organization and the slug. A slash is between them; one in the
    /// first of them is written `%2F`, and a `%` as `%25`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", bounded(&self.kind), bounded(&self.id))
    }
}

impl Event {
    /// The object that the event is about, if it is about one that lasts.
    ///
    /// `None` for what happens once and is over: a sign-in (`authentication.*`), what an action denied, a read in the
    /// vault, keys of the vault that were handed out. And where the event does not say which object it is: an account that
    /// could not be connected (`pipes.*.connection_failed`, `add_failed`), a customer's own key (`vault.byok_key.*`), a target
    /// of a feature flag without an `id`.
    ///
    /// Of an event that this version does not know, the subject is what the data says in `object` and `id`, if both are
    /// texts and there is no colon in the first. A later version, which knows the event, can tell another one.
    ///
    /// ```
    /// use countersign::workos::Event;
    ///
    /// let event = br#"{"id":"event_01","event":"user.deleted","created_at":"2026-01-02T03:04:05.678Z",
    ///     "data":{"id":"user_01","email":"ada@example.com"}}"#;
    /// let event = Event::from_json(event)?;
    /// let subject = event.subject().ok_or("about no object")?;
    /// assert_eq!((subject.kind(), subject.id()), ("user", "user_01"));
    /// assert_eq!(subject.to_string(), "user:user_01");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn subject(&self) -> Option<Subject<'_>> {
        // Without `_`, so that each new event is decided on.
        Some(match &self.data {
            EventData::AgentBlueprintCreated(it) | EventData::AgentBlueprintUpdated(it) => {
                Subject::new("agent_blueprint", &it.id)
            }
            EventData::AgentBlueprintDeleted(it) => Subject::new("agent_blueprint", &it.id),
            EventData::AgentInstanceCreated(it) | EventData::AgentInstanceDeleted(it) => {
                Subject::new("agent_instance", &it.id)
            }
            EventData::AgentInstanceSessionCreated(it) => {
                Subject::new("agent_instance_session", &it.id)
            }
            EventData::AgentInstanceSessionRevoked(it) => {
                Subject::new("agent_instance_session", &it.id)
            }
            EventData::AgentRegistrationClaimAttemptCreated(it) => {
                Subject::new("agent_registration_claim_attempt", &it.id)
            }
            EventData::AgentRegistrationClaimCompleted(it) => {
                Subject::new("agent_registration_claim", &it.id)
            }
            EventData::AgentRegistrationCreated(it) => Subject::new("agent_registration", &it.id),
            EventData::AgentRegistrationDeleted(it)
            | EventData::AgentRegistrationExpired(it)
            | EventData::AgentRegistrationRefreshed(it)
            | EventData::AgentRegistrationRevoked(it) => {
                Subject::new("agent_registration", &it.agent_registration_id)
            }
            EventData::AgentRegistrationOrganizationSwitched(it) => {
                Subject::new("agent_registration", &it.agent_registration_id)
            }
            EventData::AgentRegistrationCredentialIssued(it) => {
                Subject::new("agent_registration_credential", &it.id)
            }
            EventData::ApiKeyCreated(it) | EventData::ApiKeyRevoked(it) => {
                Subject::new("api_key", &it.id)
            }
            EventData::ApiKeyUpdated(it) => Subject::new("api_key", &it.id),
            EventData::ConnectionActivated(it)
            | EventData::ConnectionDeactivated(it)
            | EventData::ConnectionDeleted(it) => Subject::new("connection", &it.id),
            EventData::ConnectionSamlCertificateRenewalRequired(it) => {
                Subject::new("connection", &it.connection.id)
            }
            EventData::ConnectionSamlCertificateRenewed(it) => {
                Subject::new("connection", &it.connection.id)
            }
            EventData::DsyncActivated(it) | EventData::DsyncDeleted(it) => {
                Subject::new("directory", &it.id)
            }
            EventData::DsyncGroupCreated(it)
            | EventData::DsyncGroupDeleted(it)
            | EventData::DsyncGroupUpdated(it) => Subject::new("directory_group", &it.id),
            EventData::DsyncGroupUserAdded(it) | EventData::DsyncGroupUserRemoved(it) => {
                Subject::pair("directory_group_membership", &it.group.id, &it.user.id)
            }
            EventData::DsyncTokenCreated(it) | EventData::DsyncTokenRevoked(it) => {
                Subject::new("directory_token", &it.id)
            }
            EventData::DsyncUserCreated(it)
            | EventData::DsyncUserDeleted(it)
            | EventData::DsyncUserUpdated(it) => Subject::new("directory_user", &it.id),
            EventData::EmailVerificationCreated(it) => Subject::new("email_verification", &it.id),
            EventData::FeatureFlagsFlagCreated(it)
            | EventData::FeatureFlagsFlagDeleted(it)
            | EventData::FeatureFlagsFlagUpdated(it)
            | EventData::FlagCreated(it)
            | EventData::FlagDeleted(it)
            | EventData::FlagRuleUpdated(it)
            | EventData::FlagUpdated(it) => Subject::new("feature_flag", &it.id),
            EventData::FeatureFlagsFlagRuleCreated(it)
            | EventData::FeatureFlagsFlagRuleDeleted(it)
            | EventData::FeatureFlagsFlagRuleUpdated(it) => Subject::new("flag_rule", &it.id),
            EventData::FeatureFlagsFlagTargetCreated(it)
            | EventData::FeatureFlagsFlagTargetDeleted(it) => {
                Subject::new("flag_target", it.id.as_deref()?)
            }
            EventData::GroupCreated(it)
            | EventData::GroupDeleted(it)
            | EventData::GroupUpdated(it) => Subject::new("group", &it.id),
            EventData::GroupMemberAdded(it) | EventData::GroupMemberRemoved(it) => {
                Subject::pair("group_member", &it.group_id, &it.organization_membership_id)
            }
            EventData::InvitationAccepted(it)
            | EventData::InvitationCreated(it)
            | EventData::InvitationResent(it)
            | EventData::InvitationRevoked(it) => Subject::new("invitation", &it.id),
            EventData::MagicAuthCreated(it) => Subject::new("magic_auth", &it.id),
            EventData::OrganizationCreated(it)
            | EventData::OrganizationDeleted(it)
            | EventData::OrganizationUpdated(it) => Subject::new("organization", &it.id),
            EventData::OrganizationDomainCreated(it)
            | EventData::OrganizationDomainDeleted(it)
            | EventData::OrganizationDomainUpdated(it)
            | EventData::OrganizationDomainVerified(it) => {
                Subject::new("organization_domain", &it.id)
            }
            EventData::OrganizationDomainVerificationFailed(it) => {
                Subject::new("organization_domain", &it.organization_domain.id)
            }
            EventData::OrganizationMembershipCreated(it)
            | EventData::OrganizationMembershipDeleted(it)
            | EventData::OrganizationMembershipUpdated(it) => {
                Subject::new("organization_membership", &it.id)
            }
            EventData::OrganizationRoleCreated(it)
            | EventData::OrganizationRoleDeleted(it)
            | EventData::OrganizationRoleUpdated(it) => {
                Subject::pair("organization_role", &it.organization_id, &it.slug)
            }
            EventData::PasswordResetCreated(it) | EventData::PasswordResetSucceeded(it) => {
                Subject::new("password_reset", &it.id)
            }
            EventData::PermissionCreated(it)
            | EventData::PermissionDeleted(it)
            | EventData::PermissionUpdated(it) => Subject::new("permission", &it.id),
            EventData::PipesAccountConnectionConnected(it)
            | EventData::PipesAccountConnectionDisconnected(it)
            | EventData::PipesAccountConnectionReauthorizationNeeded(it)
            | EventData::PipesConnectedAccountConnected(it)
            | EventData::PipesConnectedAccountDisconnected(it)
            | EventData::PipesConnectedAccountReauthorizationNeeded(it) => {
                Subject::new("connected_account", &it.id)
            }
            EventData::RadarChallengeCreated(it) => {
                Subject::new("radar_challenge", &it.radar_challenge_id)
            }
            EventData::ResourceExportCompleted(it)
            | EventData::ResourceExportCreated(it)
            | EventData::ResourceExportDownloaded(it)
            | EventData::ResourceExportFailed(it) => Subject::new("resource_export", &it.id),
            EventData::RoleCreated(it)
            | EventData::RoleDeleted(it)
            | EventData::RoleUpdated(it) => Subject::new("role", &it.slug),
            EventData::SessionCreated(it) | EventData::SessionRevoked(it) => {
                Subject::new("session", &it.id)
            }
            EventData::UserCreated(it)
            | EventData::UserDeleted(it)
            | EventData::UserUpdated(it) => Subject::new("user", &it.id),
            EventData::VaultDataCreated(it) | EventData::VaultDataUpdated(it) => {
                Subject::new("vault_object", &it.kv_name)
            }
            EventData::VaultDataDeleted(it) => Subject::new("vault_object", &it.kv_name),
            EventData::VaultKekCreated(it) | EventData::VaultKekDeleted(it) => {
                Subject::new("vault_kek", &it.key_id)
            }
            EventData::WaitlistUserApproved(it)
            | EventData::WaitlistUserCreated(it)
            | EventData::WaitlistUserDenied(it) => Subject::new("waitlist_user", &it.id),
            EventData::Unknown(event) => return Subject::of_unknown(event),

            // It happened, and left nothing that another event could be about.
            EventData::ActionAuthenticationDenied(_)
            | EventData::ActionUserRegistrationDenied(_)
            | EventData::AuthenticationEmailVerificationFailed(_)
            | EventData::AuthenticationEmailVerificationSucceeded(_)
            | EventData::AuthenticationMagicAuthFailed(_)
            | EventData::AuthenticationMagicAuthSucceeded(_)
            | EventData::AuthenticationMfaFailed(_)
            | EventData::AuthenticationMfaSucceeded(_)
            | EventData::AuthenticationOauthFailed(_)
            | EventData::AuthenticationOauthSucceeded(_)
            | EventData::AuthenticationPasskeyFailed(_)
            | EventData::AuthenticationPasskeySucceeded(_)
            | EventData::AuthenticationPasswordFailed(_)
            | EventData::AuthenticationPasswordSucceeded(_)
            | EventData::AuthenticationRadarRiskDetected(_)
            | EventData::AuthenticationReauthenticationSucceeded(_)
            | EventData::AuthenticationSsoFailed(_)
            | EventData::AuthenticationSsoStarted(_)
            | EventData::AuthenticationSsoSucceeded(_)
            | EventData::AuthenticationSsoTimedOut(_) => return None,
            // Read or handed out, which changes nothing.
            EventData::VaultDataRead(_)
            | EventData::VaultDekDecrypted(_)
            | EventData::VaultDekRead(_)
            | EventData::VaultDekRekeyed(_)
            | EventData::VaultMetadataRead(_)
            | EventData::VaultNamesListed(_) => return None,
            // The account has no id yet, or it is not told.
            EventData::PipesAccountConnectionAddFailed(_)
            | EventData::PipesAccountConnectionConnectionFailed(_)
            | EventData::PipesConnectedAccountConnectionFailed(_) => return None,
            // They name the organization, and not which of its keys.
            EventData::VaultByokKeyDeleted(_) | EventData::VaultByokKeyVerificationCompleted(_) => {
                return None;
            }
        })
    }

    /// By which time two events about the same [`subject`](Self::subject) are ordered: the event's
    /// [`created_at`](Self::created_at), in milliseconds on the wire.
    ///
    /// Not the object's `updated_at`: a deletion does not move it, and some objects have none. Two events can have the
    /// same time. Not every later event makes an earlier one void: `connection.saml_certificate_renewed` is about a
    /// connection, and does not say what became of that by `connection.deactivated`.
    #[must_use]
    pub fn occurred_at(&self) -> OffsetDateTime {
        self.created_at
    }
}
