//! What a user can be known by: email addresses, phone numbers, wallets and passkeys.

use alloc::{string::String, vec::Vec};

use time::OffsetDateTime;

use super::verification::Verification;

object! {
    /// An email address of a user.
    pub struct EmailAddress {
        /// Identifies the email address. The specification does not promise it.
        pub id: Option<String>,
        /// The provider's name for this kind of object, `email_address`. Some samples omit it.
        pub object: Option<String>,
        /// The email address.
        pub email_address: Option<String>,
        /// Whether the email address is reserved for the user.
        pub reserved: Option<bool>,
        /// How far the email address is verified, if that was begun.
        pub verification: Option<Verification>,
        /// The accounts that it was verified by.
        pub linked_to: Option<Vec<IdentificationLink>>,
        /// Whether the domain of the email address is that of an active enterprise connection.
        pub matches_sso_connection: Option<bool>,
        /// When the email address was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the email address was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A phone number of a user.
    pub struct PhoneNumber {
        /// Identifies the phone number. The specification does not promise it.
        pub id: Option<String>,
        /// The provider's name for this kind of object, `phone_number`.
        pub object: Option<String>,
        /// The phone number, such as `+12025550123`.
        pub phone_number: Option<String>,
        /// Whether the phone number is for a second factor.
        pub reserved_for_second_factor: Option<bool>,
        /// Whether it is the user's first choice for a second factor.
        pub default_second_factor: Option<bool>,
        /// Whether the phone number is reserved for the user.
        pub reserved: Option<bool>,
        /// How far the phone number is verified, if that was begun.
        pub verification: Option<Verification>,
        /// The accounts that it was verified by.
        pub linked_to: Option<Vec<IdentificationLink>>,
        /// Codes to sign in with in its place, if there are any.
        pub backup_codes: Option<Vec<String>>,
        /// When the phone number was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the phone number was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A wallet of a user.
    pub struct Web3Wallet {
        /// Identifies the wallet. The specification does not promise it.
        pub id: Option<String>,
        /// The provider's name for this kind of object, `web3_wallet`.
        pub object: Option<String>,
        /// Address of the wallet.
        pub web3_wallet: Option<String>,
        /// How far the wallet is verified, if that was begun.
        pub verification: Option<Verification>,
        /// When the wallet was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the wallet was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A passkey of a user.
    pub struct Passkey {
        /// Identifies the passkey. The specification does not promise it.
        pub id: Option<String>,
        /// The provider's name for this kind of object, `passkey`.
        pub object: Option<String>,
        /// Name of the passkey, for people.
        pub name: Option<String>,
        /// When the passkey was last used.
        pub last_used_at: Option<OffsetDateTime>,
        /// How far the passkey is verified, if that was begun.
        pub verification: Option<Verification>,
    }

    /// Names an account that an email address or a phone number was verified by.
    pub struct IdentificationLink {
        /// The kind of account, such as `oauth_google`.
        pub r#type: Option<String> = "type",
        /// Identifies the account.
        pub id: String,
        /// The provider's name for this kind of object. Only the provider's SDK has it.
        pub object: Option<String>,
    }
}
