//! SSO connections and their SAML certificates.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use crate::event::open_enum;

object! {
    /// A connection to an identity provider, for SSO.
    pub struct Connection {
        /// The provider's name for this kind of object, `connection`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the connection.
        pub id: String,
        /// The state of the connection.
        pub state: Option<ConnectionState>,
        /// Name of the connection, for people.
        pub name: Option<String>,
        /// The identity provider, and its protocol.
        pub connection_type: Option<ConnectionType>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// When the connection was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the connection was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// An older key of the connection. Not with `connection.deleted`.
        pub external_key: Option<String>,
        /// The older word for `state`. Not with `connection.deleted`.
        pub status: Option<ConnectionStatus>,
        /// The domains of the connection. Seldom with `connection.deleted`.
        pub domains: Option<Vec<ConnectionDomain>>,
    }

    /// A domain of a connection.
    pub struct ConnectionDomain {
        /// The provider's name for this kind of object, `connection_domain`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// Identifies the domain.
        pub id: String,
        /// The domain, such as `example.com`.
        pub domain: Option<String>,
    }

    /// A SAML certificate that runs out soon, or has.
    pub struct SamlCertificateRenewalRequired {
        /// The connection whose certificate it is.
        pub connection: ConnectionRef,
        /// The certificate.
        pub certificate: Option<SamlCertificateExpiring>,
        /// How long the certificate is still valid, in whole days.
        pub days_until_expiry: Option<i64>,
    }

    /// Names a connection.
    pub struct ConnectionRef {
        /// Identifies the connection.
        pub id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
    }

    /// The certificate that runs out.
    pub struct SamlCertificateExpiring {
        /// What the certificate is for.
        pub certificate_type: Option<SamlCertificateType>,
        /// When the certificate runs out.
        pub expiry_date: Option<OffsetDateTime>,
        /// Whether it has run out already.
        pub is_expired: Option<bool>,
    }

    /// A SAML certificate that was renewed.
    pub struct SamlCertificateRenewed {
        /// The connection whose certificate it is.
        pub connection: ConnectionRef,
        /// The certificate.
        pub certificate: Option<SamlCertificate>,
        /// When the new certificate took over.
        pub renewed_at: Option<OffsetDateTime>,
    }

    /// The new certificate.
    pub struct SamlCertificate {
        /// What the certificate is for.
        pub certificate_type: Option<SamlCertificateType>,
        /// When the certificate runs out.
        pub expiry_date: Option<OffsetDateTime>,
    }
}

open_enum! {
    /// Whether a connection can be used.
    pub enum ConnectionState {
        "draft" => Draft,
        "active" => Active,
        "validating" => Validating,
        "inactive" => Inactive,
        "deleting" => Deleting,
    }

    /// The identity provider of a connection, and its protocol.
    pub enum ConnectionType {
        "ADFSSAML" => AdfsSaml,
        "AdpOidc" => AdpOidc,
        "AppleOAuth" => AppleOAuth,
        "Auth0Migration" => Auth0Migration,
        "Auth0SAML" => Auth0Saml,
        "AzureSAML" => AzureSaml,
        "BitbucketOAuth" => BitbucketOAuth,
        "CasSAML" => CasSaml,
        "ClassLinkSAML" => ClassLinkSaml,
        "CleverOIDC" => CleverOidc,
        "CloudflareSAML" => CloudflareSaml,
        "CyberArkSAML" => CyberArkSaml,
        "DiscordOAuth" => DiscordOAuth,
        "DuoSAML" => DuoSaml,
        "EntraIdOIDC" => EntraIdOidc,
        "GenericOIDC" => GenericOidc,
        "GenericSAML" => GenericSaml,
        "GitHubOAuth" => GitHubOAuth,
        "GitLabOAuth" => GitLabOAuth,
        "GoogleOAuth" => GoogleOAuth,
        "GoogleOIDC" => GoogleOidc,
        "GoogleSAML" => GoogleSaml,
        "GrokOAuth" => GrokOAuth,
        "XOAuth" => XOAuth,
        "IntuitOAuth" => IntuitOAuth,
        "JumpCloudSAML" => JumpCloudSaml,
        "KeycloakSAML" => KeycloakSaml,
        "LastPassSAML" => LastPassSaml,
        "LinkedInOAuth" => LinkedInOAuth,
        "LoginGovOidc" => LoginGovOidc,
        "MagicLink" => MagicLink,
        "MicrosoftOAuth" => MicrosoftOAuth,
        "MiniOrangeSAML" => MiniOrangeSaml,
        "NetIqSAML" => NetIqSaml,
        "OktaOIDC" => OktaOidc,
        "OktaSAML" => OktaSaml,
        "OneLoginSAML" => OneLoginSaml,
        "OracleSAML" => OracleSaml,
        "PingFederateSAML" => PingFederateSaml,
        "PingOneSAML" => PingOneSaml,
        "RipplingSAML" => RipplingSaml,
        "SalesforceSAML" => SalesforceSaml,
        "ShibbolethGenericSAML" => ShibbolethGenericSaml,
        "ShibbolethSAML" => ShibbolethSaml,
        "SimpleSamlPhpSAML" => SimpleSamlPhpSaml,
        "SalesforceOAuth" => SalesforceOAuth,
        "SlackOAuth" => SlackOAuth,
        "TestIdp" => TestIdp,
        "VercelMarketplaceOAuth" => VercelMarketplaceOAuth,
        "VercelOAuth" => VercelOAuth,
        "VMwareSAML" => VmwareSaml,
        "XeroOAuth" => XeroOAuth,
    }

    /// The older word for the state of a connection.
    pub enum ConnectionStatus {
        "linked" => Linked,
        "unlinked" => Unlinked,
    }

    /// What a SAML certificate is for.
    pub enum SamlCertificateType {
        "ResponseSigning" => ResponseSigning,
        "RequestSigning" => RequestSigning,
        "ResponseEncryption" => ResponseEncryption,
    }
}
