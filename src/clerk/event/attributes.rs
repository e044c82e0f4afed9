//! How events came about.

use alloc::string::String;

object! {
    /// How an event came about.
    pub struct EventAttributes {
        /// The request that it came by.
        pub http_request: Option<HttpRequest>,
    }

    /// A request to Clerk.
    pub struct HttpRequest {
        /// IP address that the request came from. May be empty.
        pub client_ip: Option<String>,
        /// User agent that sent the request. May be empty.
        pub user_agent: Option<String>,
    }
}
