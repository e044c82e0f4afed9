//! Vault: encrypted objects and the keys to them.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use crate::event::open_enum;

object! {
    /// A customer's own encryption key.
    pub struct VaultByokKey {
        /// ID of the organization.
        pub organization_id: String,
        /// The service that keeps the key.
        pub key_provider: Option<VaultByokKeyProvider>,
    }

    /// The outcome of a check of a customer's own encryption key.
    pub struct VaultByokKeyVerification {
        /// ID of the organization.
        pub organization_id: String,
        /// The service that keeps the key.
        pub key_provider: Option<VaultByokKeyProvider>,
        /// Whether the key can be used.
        pub verified: Option<bool>,
    }

    /// An object that was created or updated.
    pub struct VaultDataWritten {
        /// Who did it.
        pub actor_id: Option<String>,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
        /// Name of the object.
        pub kv_name: String,
        /// ID of the key.
        pub key_id: Option<String>,
        /// What selects the key encryption key (KEK).
        pub key_context: Option<BTreeMap<String, String>>,
    }

    /// An object that was deleted, or whose metadata was read.
    pub struct VaultObject {
        /// Who did it.
        pub actor_id: Option<String>,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
        /// Name of the object.
        pub kv_name: String,
    }

    /// An object that was read.
    pub struct VaultDataRead {
        /// Who did it.
        pub actor_id: Option<String>,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
        /// Name of the object.
        pub kv_name: String,
        /// ID of the key.
        pub key_id: Option<String>,
    }

    /// A data encryption key (DEK) that was decrypted.
    pub struct VaultDekDecrypted {
        /// Who did it.
        pub actor_id: Option<String>,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
        /// ID of the key.
        pub key_id: String,
    }

    /// Data encryption keys (DEKs) that were handed out or encrypted anew.
    pub struct VaultDekRead {
        /// Who did it.
        pub actor_id: Option<String>,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
        /// IDs of the keys.
        pub key_ids: Vec<String>,
        /// What selects the key encryption key (KEK).
        pub key_context: Option<BTreeMap<String, String>>,
    }

    /// A key encryption key (KEK) that was created or deleted.
    pub struct VaultKek {
        /// Who did it.
        pub actor_id: Option<String>,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
        /// Name of the key.
        pub key_name: Option<String>,
        /// ID of the key.
        pub key_id: String,
    }

    /// Who listed the names of the objects.
    pub struct VaultActor {
        /// Who did it.
        pub actor_id: String,
        /// Where it was done.
        pub actor_source: Option<VaultActorSource>,
        /// Name of who did it.
        pub actor_name: Option<String>,
    }
}

open_enum! {
    /// The service that keeps a customer's own key.
    pub enum VaultByokKeyProvider {
        "AWS_KMS" => AwsKms,
        "GCP_KMS" => GcpKms,
        "AZURE_KEY_VAULT" => AzureKeyVault,
    }

    /// Where something was done in the vault.
    pub enum VaultActorSource {
        "api" => Api,
        "dashboard" => Dashboard,
    }
}
