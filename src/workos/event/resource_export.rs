//! Exports of your data from the WorkOS dashboard.

use alloc::string::String;

use crate::event::open_enum;

object! {
    /// An export of your data.
    pub struct ResourceExport {
        /// Identifies the export.
        pub id: String,
        /// What it holds.
        pub resource_type: Option<ResourceExportResourceType>,
    }
}

open_enum! {
    /// What an export holds.
    pub enum ResourceExportResourceType {
        "users" => Users,
        "organizations" => Organizations,
        "events" => Events,
        "sessions" => Sessions,
        "auditLogEvents" => AuditLogEvents,
        "connections" => Connections,
        "directoryUsers" => DirectoryUsers,
        "scimLogs" => ScimLogs,
        "radarDetections" => RadarDetections,
        "teamActivityLogEvents" => TeamActivityLogEvents,
    }
}
