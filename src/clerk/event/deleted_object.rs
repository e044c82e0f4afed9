//! What is left of something that was deleted.

use alloc::string::String;

object! {
    /// Something that was deleted.
    pub struct DeletedObject {
        /// The provider's name for the kind of object, such as `user`.
        pub object: Option<String>,
        /// Identifies what was deleted. The provider does not promise it.
        pub id: Option<String>,
        /// The slug, of what has one.
        pub slug: Option<String>,
        /// Always `true`.
        pub deleted: Option<bool>,
        /// Your own identifier of a user, if you gave one.
        pub external_id: Option<String>,
    }
}
