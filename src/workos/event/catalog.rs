//! The table of all events: one row each, by the provider's name, in alphabetical order.

use super::{
    action::{ActionAuthenticationDenied, ActionUserRegistrationDenied},
    agent::{
        AgentBlueprint, AgentBlueprintDeleted, AgentInstance, AgentInstanceSession,
        AgentInstanceSessionRevoked, AgentRegistration, AgentRegistrationClaim,
        AgentRegistrationClaimAttempt, AgentRegistrationCredential,
        AgentRegistrationOrganizationSwitched, AgentRegistrationRef,
    },
    api_key::{ApiKey, ApiKeyWithPreviousAttributes},
    authentication::{
        AuthenticationFailed, AuthenticationOAuthSucceeded, AuthenticationRadarRiskDetected,
        AuthenticationSsoFailed, AuthenticationSsoStarted, AuthenticationSsoSucceeded,
        AuthenticationSucceeded,
    },
    connection::{Connection, SamlCertificateRenewalRequired, SamlCertificateRenewed},
    dsync::{Directory, DirectoryGroup, DirectoryGroupMembership, DirectoryToken, DirectoryUser},
    email_verification::EmailVerification,
    feature_flags::{FlagRule, FlagTarget},
    flag::FeatureFlag,
    group::{Group, GroupMember},
    invitation::Invitation,
    magic_auth::MagicAuth,
    organization::Organization,
    organization_domain::{OrganizationDomain, OrganizationDomainVerificationFailed},
    organization_membership::OrganizationMembership,
    organization_role::OrganizationRole,
    password_reset::PasswordReset,
    permission::Permission,
    pipes::{PipesConnectedAccount, PipesConnectionFailed},
    radar::RadarChallenge,
    resource_export::ResourceExport,
    role::Role,
    session::Session,
    user::User,
    vault::{
        VaultActor, VaultByokKey, VaultByokKeyVerification, VaultDataRead, VaultDataWritten,
        VaultDekDecrypted, VaultDekRead, VaultKek, VaultObject,
    },
    waitlist_user::WaitlistUser,
};
use crate::{event::events, workos::WorkOs};

events! {
    WorkOs, "../../../tests/vectors/events/workos/";
    /// What happened, and the object that it happened to: one variant for each event name.
    ///
    /// Each variant shows the name that the provider gives it. An event arrives by webhook and from the Events API,
    /// unless its variant says otherwise.
    ///
    /// ```
    /// use countersign::workos::EventData;
    ///
    /// fn handle(data: EventData) {
    ///     match data {
    ///         EventData::DsyncUserCreated(user) => println!("{}: {:?}", user.id, user.email),
    ///         EventData::UserDeleted(user) => println!("farewell, {}", user.id),
    ///         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
    ///         _ => {}
    ///     }
    /// }
    /// ```
    ///
    /// `Debug` prints the name alone; the structs' own print all of them, which is mostly about people.
    pub enum EventData {
        /// From the Events API only: webhooks do not carry it.
        "action.authentication.denied" => ActionAuthenticationDenied(ActionAuthenticationDenied),
        /// From the Events API only: webhooks do not carry it.
        "action.user_registration.denied" => ActionUserRegistrationDenied(ActionUserRegistrationDenied),
        "agent.blueprint.created" => AgentBlueprintCreated(AgentBlueprint),
        "agent.blueprint.deleted" => AgentBlueprintDeleted(AgentBlueprintDeleted),
        "agent.blueprint.updated" => AgentBlueprintUpdated(AgentBlueprint),
        "agent.instance.created" => AgentInstanceCreated(AgentInstance),
        "agent.instance.deleted" => AgentInstanceDeleted(AgentInstance),
        "agent.instance.session.created" => AgentInstanceSessionCreated(AgentInstanceSession),
        "agent.instance.session.revoked" => AgentInstanceSessionRevoked(AgentInstanceSessionRevoked),
        "agent.registration.claim.attempt.created" => AgentRegistrationClaimAttemptCreated(AgentRegistrationClaimAttempt),
        "agent.registration.claim.completed" => AgentRegistrationClaimCompleted(AgentRegistrationClaim),
        "agent.registration.created" => AgentRegistrationCreated(AgentRegistration),
        "agent.registration.credential.issued" => AgentRegistrationCredentialIssued(AgentRegistrationCredential),
        "agent.registration.deleted" => AgentRegistrationDeleted(AgentRegistrationRef),
        "agent.registration.expired" => AgentRegistrationExpired(AgentRegistrationRef),
        "agent.registration.organization.switched" => AgentRegistrationOrganizationSwitched(AgentRegistrationOrganizationSwitched),
        "agent.registration.refreshed" => AgentRegistrationRefreshed(AgentRegistrationRef),
        "agent.registration.revoked" => AgentRegistrationRevoked(AgentRegistrationRef),
        "api_key.created" => ApiKeyCreated(ApiKey),
        "api_key.revoked" => ApiKeyRevoked(ApiKey),
        "api_key.updated" => ApiKeyUpdated(ApiKeyWithPreviousAttributes),
        /// From the Events API only: webhooks do not carry it.
        "authentication.email_verification_failed" => AuthenticationEmailVerificationFailed(AuthenticationFailed),
        "authentication.email_verification_succeeded" => AuthenticationEmailVerificationSucceeded(AuthenticationSucceeded),
        "authentication.magic_auth_failed" => AuthenticationMagicAuthFailed(AuthenticationFailed),
        "authentication.magic_auth_succeeded" => AuthenticationMagicAuthSucceeded(AuthenticationSucceeded),
        /// From the Events API only: webhooks do not carry it.
        "authentication.mfa_failed" => AuthenticationMfaFailed(AuthenticationFailed),
        "authentication.mfa_succeeded" => AuthenticationMfaSucceeded(AuthenticationSucceeded),
        "authentication.oauth_failed" => AuthenticationOauthFailed(AuthenticationFailed),
        "authentication.oauth_succeeded" => AuthenticationOauthSucceeded(AuthenticationOAuthSucceeded),
        "authentication.passkey_failed" => AuthenticationPasskeyFailed(AuthenticationFailed),
        "authentication.passkey_succeeded" => AuthenticationPasskeySucceeded(AuthenticationSucceeded),
        "authentication.password_failed" => AuthenticationPasswordFailed(AuthenticationFailed),
        "authentication.password_succeeded" => AuthenticationPasswordSucceeded(AuthenticationSucceeded),
        "authentication.radar_risk_detected" => AuthenticationRadarRiskDetected(AuthenticationRadarRiskDetected),
        "authentication.reauthentication_succeeded" => AuthenticationReauthenticationSucceeded(AuthenticationSucceeded),
        "authentication.sso_failed" => AuthenticationSsoFailed(AuthenticationSsoFailed),
        "authentication.sso_started" => AuthenticationSsoStarted(AuthenticationSsoStarted),
        "authentication.sso_succeeded" => AuthenticationSsoSucceeded(AuthenticationSsoSucceeded),
        "authentication.sso_timed_out" => AuthenticationSsoTimedOut(AuthenticationSsoFailed),
        "connection.activated" => ConnectionActivated(Connection),
        "connection.deactivated" => ConnectionDeactivated(Connection),
        "connection.deleted" => ConnectionDeleted(Connection),
        "connection.saml_certificate_renewal_required" => ConnectionSamlCertificateRenewalRequired(SamlCertificateRenewalRequired),
        "connection.saml_certificate_renewed" => ConnectionSamlCertificateRenewed(SamlCertificateRenewed),
        "dsync.activated" => DsyncActivated(Directory),
        "dsync.deleted" => DsyncDeleted(Directory),
        "dsync.group.created" => DsyncGroupCreated(DirectoryGroup),
        "dsync.group.deleted" => DsyncGroupDeleted(DirectoryGroup),
        "dsync.group.updated" => DsyncGroupUpdated(DirectoryGroup),
        "dsync.group.user_added" => DsyncGroupUserAdded(DirectoryGroupMembership),
        "dsync.group.user_removed" => DsyncGroupUserRemoved(DirectoryGroupMembership),
        /// From the Events API only: webhooks do not carry it.
        "dsync.token.created" => DsyncTokenCreated(DirectoryToken),
        /// From the Events API only: webhooks do not carry it.
        "dsync.token.revoked" => DsyncTokenRevoked(DirectoryToken),
        "dsync.user.created" => DsyncUserCreated(DirectoryUser),
        "dsync.user.deleted" => DsyncUserDeleted(DirectoryUser),
        "dsync.user.updated" => DsyncUserUpdated(DirectoryUser),
        "email_verification.created" => EmailVerificationCreated(EmailVerification),
        "feature_flags.flag.created" => FeatureFlagsFlagCreated(FeatureFlag),
        "feature_flags.flag.deleted" => FeatureFlagsFlagDeleted(FeatureFlag),
        "feature_flags.flag.updated" => FeatureFlagsFlagUpdated(FeatureFlag),
        "feature_flags.flag_rule.created" => FeatureFlagsFlagRuleCreated(FlagRule),
        "feature_flags.flag_rule.deleted" => FeatureFlagsFlagRuleDeleted(FlagRule),
        "feature_flags.flag_rule.updated" => FeatureFlagsFlagRuleUpdated(FlagRule),
        "feature_flags.flag_target.created" => FeatureFlagsFlagTargetCreated(FlagTarget),
        "feature_flags.flag_target.deleted" => FeatureFlagsFlagTargetDeleted(FlagTarget),
        "flag.created" => FlagCreated(FeatureFlag),
        "flag.deleted" => FlagDeleted(FeatureFlag),
        "flag.rule_updated" => FlagRuleUpdated(FeatureFlag),
        "flag.updated" => FlagUpdated(FeatureFlag),
        "group.created" => GroupCreated(Group),
        "group.deleted" => GroupDeleted(Group),
        "group.member_added" => GroupMemberAdded(GroupMember),
        "group.member_removed" => GroupMemberRemoved(GroupMember),
        "group.updated" => GroupUpdated(Group),
        "invitation.accepted" => InvitationAccepted(Invitation),
        "invitation.created" => InvitationCreated(Invitation),
        "invitation.resent" => InvitationResent(Invitation),
        "invitation.revoked" => InvitationRevoked(Invitation),
        "magic_auth.created" => MagicAuthCreated(MagicAuth),
        "organization.created" => OrganizationCreated(Organization),
        "organization.deleted" => OrganizationDeleted(Organization),
        "organization.updated" => OrganizationUpdated(Organization),
        "organization_domain.created" => OrganizationDomainCreated(OrganizationDomain),
        "organization_domain.deleted" => OrganizationDomainDeleted(OrganizationDomain),
        "organization_domain.updated" => OrganizationDomainUpdated(OrganizationDomain),
        "organization_domain.verification_failed" => OrganizationDomainVerificationFailed(OrganizationDomainVerificationFailed),
        "organization_domain.verified" => OrganizationDomainVerified(OrganizationDomain),
        "organization_membership.created" => OrganizationMembershipCreated(OrganizationMembership),
        "organization_membership.deleted" => OrganizationMembershipDeleted(OrganizationMembership),
        "organization_membership.updated" => OrganizationMembershipUpdated(OrganizationMembership),
        "organization_role.created" => OrganizationRoleCreated(OrganizationRole),
        "organization_role.deleted" => OrganizationRoleDeleted(OrganizationRole),
        "organization_role.updated" => OrganizationRoleUpdated(OrganizationRole),
        "password_reset.created" => PasswordResetCreated(PasswordReset),
        "password_reset.succeeded" => PasswordResetSucceeded(PasswordReset),
        "permission.created" => PermissionCreated(Permission),
        "permission.deleted" => PermissionDeleted(Permission),
        "permission.updated" => PermissionUpdated(Permission),
        "pipes.account_connection.add_failed" => PipesAccountConnectionAddFailed(PipesConnectionFailed),
        "pipes.account_connection.connected" => PipesAccountConnectionConnected(PipesConnectedAccount),
        "pipes.account_connection.connection_failed" => PipesAccountConnectionConnectionFailed(PipesConnectionFailed),
        "pipes.account_connection.disconnected" => PipesAccountConnectionDisconnected(PipesConnectedAccount),
        "pipes.account_connection.reauthorization_needed" => PipesAccountConnectionReauthorizationNeeded(PipesConnectedAccount),
        "pipes.connected_account.connected" => PipesConnectedAccountConnected(PipesConnectedAccount),
        "pipes.connected_account.connection_failed" => PipesConnectedAccountConnectionFailed(PipesConnectionFailed),
        "pipes.connected_account.disconnected" => PipesConnectedAccountDisconnected(PipesConnectedAccount),
        "pipes.connected_account.reauthorization_needed" => PipesConnectedAccountReauthorizationNeeded(PipesConnectedAccount),
        "radar.challenge_created" => RadarChallengeCreated(RadarChallenge),
        /// From the Events API only: webhooks do not carry it.
        "resource_export.completed" => ResourceExportCompleted(ResourceExport),
        /// From the Events API only: webhooks do not carry it.
        "resource_export.created" => ResourceExportCreated(ResourceExport),
        /// From the Events API only: webhooks do not carry it.
        "resource_export.downloaded" => ResourceExportDownloaded(ResourceExport),
        /// From the Events API only: webhooks do not carry it.
        "resource_export.failed" => ResourceExportFailed(ResourceExport),
        "role.created" => RoleCreated(Role),
        "role.deleted" => RoleDeleted(Role),
        "role.updated" => RoleUpdated(Role),
        "session.created" => SessionCreated(Session),
        "session.revoked" => SessionRevoked(Session),
        "user.created" => UserCreated(User),
        "user.deleted" => UserDeleted(User),
        "user.updated" => UserUpdated(User),
        /// From the Events API only: webhooks do not carry it.
        "vault.byok_key.deleted" => VaultByokKeyDeleted(VaultByokKey),
        /// From the Events API only: webhooks do not carry it.
        "vault.byok_key.verification_completed" => VaultByokKeyVerificationCompleted(VaultByokKeyVerification),
        /// From the Events API only: webhooks do not carry it.
        "vault.data.created" => VaultDataCreated(VaultDataWritten),
        /// From the Events API only: webhooks do not carry it.
        "vault.data.deleted" => VaultDataDeleted(VaultObject),
        /// From the Events API only: webhooks do not carry it.
        "vault.data.read" => VaultDataRead(VaultDataRead),
        /// From the Events API only: webhooks do not carry it.
        "vault.data.updated" => VaultDataUpdated(VaultDataWritten),
        /// From the Events API only: webhooks do not carry it.
        "vault.dek.decrypted" => VaultDekDecrypted(VaultDekDecrypted),
        /// From the Events API only: webhooks do not carry it.
        "vault.dek.read" => VaultDekRead(VaultDekRead),
        /// From the Events API only: webhooks do not carry it.
        "vault.dek.rekeyed" => VaultDekRekeyed(VaultDekRead),
        /// From the Events API only: webhooks do not carry it.
        "vault.kek.created" => VaultKekCreated(VaultKek),
        /// From the Events API only: webhooks do not carry it.
        "vault.kek.deleted" => VaultKekDeleted(VaultKek),
        /// From the Events API only: webhooks do not carry it.
        "vault.metadata.read" => VaultMetadataRead(VaultObject),
        /// From the Events API only: webhooks do not carry it.
        "vault.names.listed" => VaultNamesListed(VaultActor),
        "waitlist_user.approved" => WaitlistUserApproved(WaitlistUser),
        "waitlist_user.created" => WaitlistUserCreated(WaitlistUser),
        "waitlist_user.denied" => WaitlistUserDenied(WaitlistUser),
    }
}
