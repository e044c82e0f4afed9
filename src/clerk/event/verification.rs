//! How far something that identifies a user is verified.

use alloc::string::String;

use time::OffsetDateTime;

use crate::event::{RawJson, open_enum};

object! {
    /// How far an email address, a phone number, an account or the like is verified, and by what means.
    ///
    /// The specification has a union of eleven objects here. They are told apart by `object`, which may be absent, and
    /// differ in optional fields alone. So this is all of them, as in the provider's SDK.
    pub struct Verification {
        /// The provider's name for this kind of object, such as `verification_otp`.
        pub object: Option<VerificationObject>,
        /// Where the verification stands.
        pub status: Option<VerificationStatus>,
        /// By what means it is done. `Unknown` for OAuth, whose strategies are named after the account, such as
        /// `oauth_google` and `from_oauth_google`.
        pub strategy: Option<VerificationStrategy>,
        /// How many attempts there were, if they are counted.
        pub attempts: Option<i64>,
        /// When the verification expires, if it does.
        pub expire_at: Option<OffsetDateTime>,
        /// What a code was sent by, if it was sent to a phone number.
        pub channel: Option<String>,
        /// The client that it was verified in, if known.
        pub verified_at_client: Option<String>,
        /// URL to send the user to, if somebody else verifies.
        pub external_verification_redirect_url: Option<String>,
        /// What went wrong, if something did.
        pub error: Option<ClerkError>,
        /// What a wallet or a passkey is to sign.
        pub nonce: Option<String>,
        /// The text that a wallet or a passkey is to sign.
        pub message: Option<String>,
        /// Identifies the verification. Only the provider's SDK has it.
        pub id: Option<String>,
    }

    /// What went wrong.
    pub struct ClerkError {
        /// What went wrong, in short.
        pub message: Option<String>,
        /// What went wrong, at more length.
        pub long_message: Option<String>,
        /// What went wrong, for programs.
        pub code: Option<String>,
        /// More about it, such as the name of a parameter.
        pub meta: Option<RawJson>,
    }
}

open_enum! {
    /// What kind of verification it is.
    pub enum VerificationObject {
        "verification_otp" => Otp,
        "verification_admin" => Admin,
        "verification_from_oauth" => FromOauth,
        "verification_ticket" => Ticket,
        "verification_saml" => Saml,
        "verification_email_link" => EmailLink,
        "verification_scim" => Scim,
        "verification_web3" => Web3,
        "verification_passkey" => Passkey,
        "verification_oauth" => Oauth,
        "verification_google_one_tap" => GoogleOneTap,
    }

    /// Where a verification stands.
    pub enum VerificationStatus {
        "unverified" => Unverified,
        "verified" => Verified,
        "failed" => Failed,
        "expired" => Expired,
        "transferable" => Transferable,
    }

    /// By what means something is verified.
    pub enum VerificationStrategy {
        "phone_code" => PhoneCode,
        "email_code" => EmailCode,
        "reset_password_email_code" => ResetPasswordEmailCode,
        "admin" => Admin,
        "ticket" => Ticket,
        "saml" => Saml,
        "email_link" => EmailLink,
        "scim" => Scim,
        "web3_metamask_signature" => Web3MetamaskSignature,
        "web3_base_signature" => Web3BaseSignature,
        "web3_coinbase_wallet_signature" => Web3CoinbaseWalletSignature,
        "web3_okx_wallet_signature" => Web3OkxWalletSignature,
        "web3_solana_signature" => Web3SolanaSignature,
        "passkey" => Passkey,
        "google_one_tap" => GoogleOneTap,
    }
}
