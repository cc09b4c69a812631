//! The tables that load an import session: many rows travel as one call.
//!
//! Okta offers no way to read them back.

use super::SOURCES;
use crate::catalog::{Entry, Load, Resource, SUBDOMAIN, json, parameter, text};

/// A table that does nothing but load.
const fn load(table: &'static str, about: &'static str, load: Load) -> Resource {
    Resource {
        service: "identity_sources",
        table,
        about,
        columns: &[],
        item: None,
        other_item: None,
        collection: None,
        parent: Some(SOURCES),
        insert: None,
        load: Some(load),
        updates: &[],
        delete: None,
        read_scope: "okta.identitySources.read",
        write_scope: "okta.identitySources.manage",
    }
}

/// Users to create or to change.
pub(in crate::catalog) static UPSERT: Resource = Resource {
    columns: &[
        SUBDOMAIN,
        parameter("identity_source_id"),
        parameter("session_id"),
        text("external_id", "externalId").required().length(1, 512),
        text("user_name", "profile.userName").length(1, 100),
        text("email", "profile.email").length(5, 100),
        text("first_name", "profile.firstName").length(1, 50),
        text("last_name", "profile.lastName").length(1, 50),
        text("second_email", "profile.secondEmail").length(5, 100),
        text("mobile_phone", "profile.mobilePhone").length(0, 100),
        text("home_address", "profile.homeAddress").length(0, 4096),
        json("profile", "profile"),
    ],
    ..load(
        "bulk_upsert",
        "Users to create or to change, in an import session",
        Load {
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{session_id}/bulk-upsert",
            open: r#"{"entityType":"USERS","profiles":["#,
            close: "]}",
            entry: Entry::Object,
            nouns: ("user", "users"),
            deletes: false,
            opposite: "bulk_delete",
        },
    )
};

/// Users to deactivate.
pub(in crate::catalog) static DELETE: Resource = Resource {
    columns: &[
        SUBDOMAIN,
        parameter("identity_source_id"),
        parameter("session_id"),
        text("external_id", "externalId").required().length(1, 512),
    ],
    ..load(
        "bulk_delete",
        "Users to deactivate, in an import session",
        Load {
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{session_id}/bulk-delete",
            open: r#"{"entityType":"USERS","profiles":["#,
            close: "]}",
            entry: Entry::Object,
            nouns: ("deletion", "deletions"),
            deletes: true,
            opposite: "bulk_upsert",
        },
    )
};

/// Groups to create or to change.
pub(in crate::catalog) static GROUPS_UPSERT: Resource = Resource {
    columns: &[
        SUBDOMAIN,
        parameter("identity_source_id"),
        parameter("session_id"),
        text("external_id", "externalId").required().length(1, 255),
        text("display_name", "profile.displayName").length(1, 255),
        text("description", "profile.description").length(0, 1024),
        json("profile", "profile"),
    ],
    ..load(
        "bulk_groups_upsert",
        "Groups to create or to change, in an import session",
        Load {
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{session_id}/bulk-groups-upsert",
            open: r#"{"profiles":["#,
            close: "]}",
            entry: Entry::Object,
            nouns: ("group", "groups"),
            deletes: false,
            opposite: "bulk_groups_delete",
        },
    )
};

/// Groups to delete.
pub(in crate::catalog) static GROUPS_DELETE: Resource = Resource {
    columns: &[
        SUBDOMAIN,
        parameter("identity_source_id"),
        parameter("session_id"),
        text("external_id", "externalId").required().length(1, 255),
    ],
    ..load(
        "bulk_groups_delete",
        "Groups to delete, in an import session",
        Load {
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{session_id}/bulk-groups-delete",
            open: r#"{"externalIds":["#,
            close: "]}",
            entry: Entry::Value { column: "external_id" },
            nouns: ("group deletion", "group deletions"),
            deletes: true,
            opposite: "bulk_groups_upsert",
        },
    )
};

/// The columns of both membership tables.
const MEMBERSHIP: &[crate::catalog::Column] = &[
    SUBDOMAIN,
    parameter("identity_source_id"),
    parameter("session_id"),
    text("group_external_id", "groupExternalId").required().length(1, 255),
    text("member_external_id", "memberExternalIds").required().length(1, 255),
];

/// Rows of one group travel as one entry.
const BY_GROUP: Entry = Entry::Grouped { by: "group_external_id", members: "member_external_id" };

/// Members to add to groups.
pub(in crate::catalog) static GROUP_MEMBERSHIPS_UPSERT: Resource = Resource {
    columns: MEMBERSHIP,
    ..load(
        "bulk_group_memberships_upsert",
        "Members to add to groups, in an import session",
        Load {
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{session_id}/bulk-group-memberships-upsert",
            open: r#"{"memberships":["#,
            close: "]}",
            entry: BY_GROUP,
            nouns: ("membership", "memberships"),
            deletes: false,
            opposite: "bulk_group_memberships_delete",
        },
    )
};

/// Members to remove from groups.
pub(in crate::catalog) static GROUP_MEMBERSHIPS_DELETE: Resource = Resource {
    columns: MEMBERSHIP,
    ..load(
        "bulk_group_memberships_delete",
        "Members to remove from groups, in an import session",
        Load {
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{session_id}/bulk-group-memberships-delete",
            open: r#"{"memberships":["#,
            close: "]}",
            entry: BY_GROUP,
            nouns: ("membership deletion", "membership deletions"),
            deletes: true,
            opposite: "bulk_group_memberships_upsert",
        },
    )
};
