//! Directory sync: directories, their users and their groups.

use alloc::{boxed::Box, string::String, vec::Vec};

use time::OffsetDateTime;

use super::role::SlimRole;
use crate::event::{RawJson, open_enum};

object! {
    /// A directory: a customer's list of users and groups, kept in step with its source.
    pub struct Directory {
        /// The provider's name for this kind of object, `directory`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the directory.
        pub id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// Where the directory has its entries from.
        pub r#type: Option<DirectoryType> = "type",
        /// The state of the directory.
        pub state: Option<DirectoryState>,
        /// Name of the directory, for people.
        pub name: Option<String>,
        /// When the directory was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the directory was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// An older key of the directory. Not with `dsync.deleted`.
        pub external_key: Option<String>,
        /// The domains of the directory. Not with `dsync.deleted`.
        pub domains: Option<Vec<DirectoryDomain>>,
    }

    /// A domain of a directory.
    pub struct DirectoryDomain {
        /// The provider's name for this kind of object, `organization_domain`. Some deliveries omit
        /// it.
        pub object: Option<String>,
        /// Identifies the domain.
        pub id: String,
        /// The domain, such as `example.com`.
        pub domain: Option<String>,
    }

    /// A group in a directory.
    pub struct DirectoryGroup {
        /// The provider's name for this kind of object, `directory_group`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the group.
        pub id: String,
        /// What the directory's source itself calls it.
        pub idp_id: Option<String>,
        /// ID of the directory.
        pub directory_id: Option<String>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// Name of the group, for people.
        pub name: Option<String>,
        /// What the directory's source sent, as it sent it.
        pub raw_attributes: Option<RawJson>,
        /// When the group was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the group was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// The old values of what changed, and of nothing else. A value that is new is `null`. With
        /// `dsync.group.updated` only.
        pub previous_attributes: Option<RawJson>,
    }

    /// A bearer token with which a directory's source writes to it.
    pub struct DirectoryToken {
        /// The provider's name for this kind of object, `directory_token`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the token.
        pub id: String,
        /// ID of the directory.
        pub directory_id: String,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// The last characters of the token, by which people can tell it.
        pub token_suffix: Option<String>,
        /// When the token was created.
        pub created_at: Option<OffsetDateTime>,
    }

    /// That a user belongs to a group of a directory, or no longer does.
    pub struct DirectoryGroupMembership {
        /// ID of the directory.
        pub directory_id: Option<String>,
        /// The user.
        pub user: Box<DirectoryUser>,
        /// The group.
        pub group: DirectoryGroup,
    }

    /// A user in a directory.
    pub struct DirectoryUser {
        /// The provider's name for this kind of object, `directory_user`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the user.
        pub id: String,
        /// ID of the directory.
        pub directory_id: Option<String>,
        /// ID of the organization.
        pub organization_id: Option<String>,
        /// What the directory's source itself calls it.
        pub idp_id: Option<String>,
        /// The primary email address.
        pub email: Option<String>,
        /// Given name.
        pub first_name: Option<String>,
        /// Family name.
        pub last_name: Option<String>,
        /// Full name.
        pub name: Option<String>,
        /// All email addresses. Deprecated by the provider.
        pub emails: Option<Vec<DirectoryUserEmail>>,
        /// Job title. Deprecated by the provider.
        pub job_title: Option<String>,
        /// User name. Deprecated by the provider.
        pub username: Option<String>,
        /// Whether the source deems the user active.
        pub state: Option<DirectoryUserState>,
        /// What the directory's source sent, as it sent it. Deprecated by the provider.
        pub raw_attributes: Option<RawJson>,
        /// The attributes that you have mapped in the dashboard.
        pub custom_attributes: Option<RawJson>,
        /// The role that the directory gives to the user.
        pub role: Option<SlimRole>,
        /// All roles, where there can be more than one.
        pub roles: Option<Vec<SlimRole>>,
        /// When the user was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the user was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// The old values of what changed, and of nothing else. A value that is new is `null`. With
        /// `dsync.user.updated` only.
        pub previous_attributes: Option<RawJson>,
    }

    /// An email address of a directory's user.
    pub struct DirectoryUserEmail {
        /// Whether it is the primary address.
        pub primary: Option<bool>,
        /// Kind of address, such as `work`.
        pub r#type: Option<String> = "type",
        /// The address.
        pub value: Option<String>,
    }
}

open_enum! {
    /// Where a directory has its entries from.
    pub enum DirectoryType {
        "azure scim v2.0" => AzureScimV2_0,
        "bamboohr" => Bamboohr,
        "breathe hr" => BreatheHr,
        "cezanne hr" => CezanneHr,
        "cyberark scim v2.0" => CyberarkScimV2_0,
        "fourth hr" => FourthHr,
        "generic scim v2.0" => GenericScimV2_0,
        "gsuite directory" => GsuiteDirectory,
        "gusto" => Gusto,
        "hibob" => Hibob,
        "jump cloud scim v2.0" => JumpCloudScimV2_0,
        "okta scim v2.0" => OktaScimV2_0,
        "onelogin scim v2.0" => OneloginScimV2_0,
        "people hr" => PeopleHr,
        "personio" => Personio,
        "pingfederate scim v2.0" => PingfederateScimV2_0,
        "rippling scim v2.0" => RipplingScimV2_0,
        "rippling" => Rippling,
        "sailpoint scim v2.0" => SailpointScimV2_0,
        "s3" => S3,
        "sftp" => Sftp,
        "sftp workday" => SftpWorkday,
        "workday" => Workday,
    }

    /// Whether a directory is kept in step.
    pub enum DirectoryState {
        "active" => Active,
        "validating" => Validating,
        "invalid_credentials" => InvalidCredentials,
        "inactive" => Inactive,
        "deleting" => Deleting,
    }

    /// Whether the source deems a user active.
    pub enum DirectoryUserState {
        "active" => Active,
        "suspended" => Suspended,
        "inactive" => Inactive,
    }
}
