//! Feature flags as the newer events have them: rules and targets.

use alloc::string::String;

use time::OffsetDateTime;

object! {
    /// A rule of a feature flag.
    pub struct FlagRule {
        /// The provider's name for this kind of object, `flag_rule`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the rule.
        pub id: String,
        /// ID of the flag.
        pub flag_id: String,
        /// Name of the flag, for programs.
        pub flag_slug: Option<String>,
        /// ID of the WorkOS environment.
        pub environment_id: Option<String>,
        /// What kind of target the rule is for, if it is for one.
        pub target_type: Option<String>,
        /// The rule's place in the order of the flag's rules.
        pub position: Option<i64>,
        /// Type of `value`: `boolean`.
        pub value_type: Option<String>,
        /// The value that the flag has by it.
        pub value: Option<bool>,
        /// When the rule was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the rule was last changed.
        pub updated_at: Option<OffsetDateTime>,
    }

    /// A target of a feature flag: whom it is on for.
    pub struct FlagTarget {
        /// The provider's name for this kind of object, `flag_target`. Some deliveries omit it.
        pub object: Option<String>,
        /// Identifies the target.
        pub id: Option<String>,
        /// ID of the flag.
        pub flag_id: Option<String>,
        /// Name of the flag, for programs.
        pub flag_slug: Option<String>,
        /// ID of the WorkOS environment.
        pub environment_id: Option<String>,
        /// What kind of thing the target is.
        pub target_type: Option<String>,
        /// ID of the user or organization that is the target.
        pub target_id: Option<String>,
        /// When the target was created.
        pub created_at: Option<OffsetDateTime>,
        /// When the target was last changed.
        pub updated_at: Option<OffsetDateTime>,
        /// ID of the rule that the target stands in.
        pub rule_id: Option<String>,
        /// Type of `value`: `boolean`.
        pub value_type: Option<String>,
        /// The value that the flag has by it.
        pub value: Option<bool>,
    }
}
