//! Agents: their registrations, blueprints, instances and sessions.

use alloc::{string::String, vec::Vec};

use serde_json::Number;
use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// An attempt to claim the registration of an agent.
    pub struct AgentRegistrationClaimAttempt {
        /// The provider's name for this kind of object, `agent_registration_claim_attempt`. Some
        /// deliveries omit it.
        pub object: Option<String>,
        /// Identifies the attempt.
        pub id: String,
        /// ID of the registration.
        pub agent_registration_id: String,
        /// ID of the claim that the attempt is for.
        pub agent_registration_claim_id: Option<String>,
        /// How the claimant was addressed, such as an email address.
        pub login_hint: Option<String>,
        /// When the attempt expires.
        pub expires_at: Option<OffsetDateTime>,
        /// When the attempt was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the attempt was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A completed claim: a user has taken charge of an agent.
    pub struct AgentRegistrationClaim {
        /// The provider's name for this kind of object, `agent_registration_claim`. Some deliveries
        /// omit it.
        pub object: Option<String>,
        /// Identifies the claim.
        pub id: String,
        /// ID of the registration.
        pub agent_registration_id: String,
        /// ID of the attempt that succeeded.
        pub completed_by_attempt_id: Option<String>,
        /// Who claimed it.
        pub claimed_by: Option<AgentRegistrationClaimedBy>,
        /// When the claim was completed.
        pub completed_at: Option<OffsetDateTime>,
        /// When the claim was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the claim was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// Who claimed the registration of an agent.
    pub struct AgentRegistrationClaimedBy {
        /// ID of the user.
        pub user_id: String,
        /// ID of the user's organization, if there is one.
        pub organization_id: Option<String> | "null",
    }

    /// The registration of an agent with your application.
    pub struct AgentRegistration {
        /// The provider's name for this kind of object, `agent_registration`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// Identifies the registration.
        pub id: String,
        /// The identity under which the agent acts.
        pub agent_identity: Option<AgentIdentity>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// Where the registration stands.
        pub status: Option<AgentRegistrationStatus>,
        /// On whose authority the agent registered.
        pub kind: Option<AgentRegistrationKind>,
        /// How the agent registered.
        pub method: Option<AgentRegistrationMethod>,
        /// When the registration was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the registration was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// The identity under which an agent acts.
    pub struct AgentIdentity {
        /// The provider's name for this kind of object, `agent_identity`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the identity.
        pub id: String,
        /// ID of the AuthKit user that the agent is bound to, if there is one.
        pub userland_user_id: Option<String> | "null",
    }

    /// A credential that was issued to an agent.
    pub struct AgentRegistrationCredential {
        /// The provider's name for this kind of object, `agent_registration_credential`. Some
        /// deliveries omit it.
        pub object: Option<String>,
        /// Identifies the credential.
        pub id: String,
        /// ID of the registration.
        pub agent_registration_id: String,
        /// The credential.
        pub detail: Option<AgentRegistrationCredentialDetail>,
        /// When the credential was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the credential was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// An API key.
    pub struct CredentialDetailApiKey {
        /// Always `api_key`.
        pub kind: String,
        /// ID of the API key.
        pub api_key_id: String,
    }

    /// An access token.
    pub struct CredentialDetailAccessToken {
        /// Always `access_token`.
        pub kind: String,
        /// The token's JWT ID.
        pub jti: String,
        /// When the token expires, if it does.
        pub expires_at: Option<OffsetDateTime>,
    }

    /// Names the registration of an agent.
    pub struct AgentRegistrationRef {
        /// ID of the registration.
        pub agent_registration_id: String,
    }

    /// The move of an agent from one organization to another.
    pub struct AgentRegistrationOrganizationSwitched {
        /// ID of the registration.
        pub agent_registration_id: String,
        /// ID of the organization that the agent left.
        pub from_organization_id: Option<String>,
        /// ID of the organization that the agent went to.
        pub to_organization_id: String,
    }

    /// The blueprint that instances of an agent are made from.
    pub struct AgentBlueprint {
        /// The provider's name for this kind of object, `agent_blueprint`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the blueprint.
        pub id: String,
        /// Name of the blueprint, for people.
        pub name: Option<String>,
        /// What the blueprint is for, if somebody wrote it down.
        pub description: Option<String>,
        /// Slugs of the permissions that it grants.
        pub permissions: Option<Vec<String>>,
        /// Who may invoke its agents.
        pub invocable_by: Option<AgentBlueprintInvocableBy>,
        /// As what its agents may be invoked.
        pub invocable_as: Option<AgentBlueprintInvocableAs>,
        /// How long sessions last.
        pub session_settings: Option<AgentBlueprintSessionSettings>,
        /// When the blueprint was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the blueprint was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// Who may invoke the agents of a blueprint.
    pub struct AgentBlueprintInvocableBy {
        /// Slugs of the roles that may.
        pub role_slugs: Option<Vec<String>>,
        /// IDs of the organizations that may.
        pub organization_ids: Option<Vec<String>>,
    }

    /// As what the agents of a blueprint may be invoked.
    pub struct AgentBlueprintInvocableAs {
        /// The types that its instances may have.
        pub instance_types: Option<Vec<AgentInstanceType>>,
    }

    /// How long the sessions of a blueprint's agents last.
    pub struct AgentBlueprintSessionSettings {
        /// How long a session may last, in seconds.
        pub max_age_seconds: Option<Number>,
        /// How long an access token is valid, in seconds.
        pub access_token_ttl_seconds: Option<Number>,
        /// How long a refresh token is valid, in seconds.
        pub refresh_token_ttl_seconds: Option<Number>,
    }

    /// A blueprint that was deleted.
    pub struct AgentBlueprintDeleted {
        /// The provider's name for this kind of object, `agent_blueprint`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the blueprint.
        pub id: String,
        /// Name of the blueprint, for people.
        pub name: Option<String>,
        /// When the blueprint was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the blueprint was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// An instance of an agent, made from a blueprint.
    pub struct AgentInstance {
        /// The provider's name for this kind of object, `agent_instance`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the instance.
        pub id: String,
        /// ID of the blueprint that it was made from.
        pub agent_blueprint_id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// ID of the membership of the user that it acts for, if it acts for one.
        pub organization_membership_id: Option<String>,
        /// Whether it acts for a user or by itself.
        pub r#type: Option<AgentInstanceType> = "type",
        /// When the instance was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the instance was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A session of an agent's instance.
    pub struct AgentInstanceSession {
        /// The provider's name for this kind of object, `agent_instance_session`. Some deliveries
        /// omit it.
        pub object: Option<String>,
        /// Identifies the session.
        pub id: String,
        /// ID of the instance.
        pub agent_instance_id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// When the session expires.
        pub expires_at: Option<OffsetDateTime>,
        /// When the session was revoked, if it was.
        pub revoked_at: Option<OffsetDateTime>,
        /// When the session was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the session was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// Slugs of the permissions that the session has.
        pub permission_slugs: Option<Vec<String>>,
    }

    /// A session of an agent's instance that was revoked.
    pub struct AgentInstanceSessionRevoked {
        /// The provider's name for this kind of object, `agent_instance_session`. Some deliveries
        /// omit it.
        pub object: Option<String>,
        /// Identifies the session.
        pub id: String,
        /// ID of the instance.
        pub agent_instance_id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// When the session expires.
        pub expires_at: Option<OffsetDateTime>,
        /// When the session was revoked, if it was.
        pub revoked_at: Option<OffsetDateTime>,
        /// When the session was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the session was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }
}

union! {
    /// What kind of credential an agent was issued.
    pub enum AgentRegistrationCredentialDetail by "kind" {
        "api_key" => ApiKey(CredentialDetailApiKey),
        "access_token" => AccessToken(CredentialDetailAccessToken),
    }
}

open_enum! {
    /// Where the registration of an agent stands.
    pub enum AgentRegistrationStatus {
        "unverified" => Unverified,
        "verified" => Verified,
        "expired" => Expired,
        "revoked" => Revoked,
    }

    /// On whose authority an agent registered.
    pub enum AgentRegistrationKind {
        "anonymous" => Anonymous,
        "service_auth" => ServiceAuth,
        "identity_assertion" => IdentityAssertion,
    }

    /// How an agent registered.
    pub enum AgentRegistrationMethod {
        "anonymous" => Anonymous,
        "service_auth" => ServiceAuth,
        "id_jag" => IdJag,
    }

    /// Whether an agent acts for a user or by itself.
    pub enum AgentInstanceType {
        "delegated" => Delegated,
        "autonomous" => Autonomous,
    }
}
