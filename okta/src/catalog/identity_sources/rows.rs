//! A source's users, groups and memberships, one by one and without a session.
//!
//! Okta has no list of a source's users or groups, only of the members of a group.

use super::SOURCES;
use crate::catalog::{
    Body, Collection, PageLimit, Resource, SUBDOMAIN, Update, Write, json, parameter, text,
    timestamp,
};
use crate::client::Method;

const READ: &str = "okta.identitySources.read";
const MANAGE: &str = "okta.identitySources.manage";

/// Users of a source, by their external id.
pub(in crate::catalog) static USERS: Resource = Resource {
    service: "identity_sources",
    table: "users",
    about: "Users of a custom identity source",
    columns: &[
        text("id", "id"),
        text("external_id", "externalId").required().length(1, 512).written(),
        parameter("identity_source_id"),
        timestamp("created", "created"),
        timestamp("last_updated", "lastUpdated"),
        text("user_name", "profile.userName").required().length(1, 100).written(),
        text("email", "profile.email").required().length(5, 100).written(),
        text("first_name", "profile.firstName").length(1, 50).written(),
        text("last_name", "profile.lastName").length(1, 50).written(),
        text("second_email", "profile.secondEmail").length(5, 100).written(),
        text("mobile_phone", "profile.mobilePhone").length(0, 100).written(),
        text("home_address", "profile.homeAddress").length(0, 4096).written(),
        json("profile", "profile").written(),
        SUBDOMAIN,
    ],
    item: Some("/api/v1/identity-sources/{identity_source_id}/users/{external_id}"),
    other_item: None,
    collection: None,
    parent: Some(SOURCES),
    insert: Some(Write {
        method: Method::Post,
        path: "/api/v1/identity-sources/{identity_source_id}/users",
        body: Body::Object { always: &[] },
        done: "user created",
    }),
    load: None,
    updates: &[Update {
        sets: None,
        write: Write {
            method: Method::Patch,
            path: "/api/v1/identity-sources/{identity_source_id}/users/{external_id}",
            // Okta wants these two in every PATCH.
            body: Body::Object { always: &["user_name", "email"] },
            done: "user updated",
        },
    }],
    delete: Some(Write {
        method: Method::Delete,
        path: "/api/v1/identity-sources/{identity_source_id}/users/{external_id}",
        body: Body::None,
        done: "user deleted",
    }),
    read_scope: READ,
    write_scope: MANAGE,
};

/// Groups of a source, by their external id or Okta's own.
pub(in crate::catalog) static GROUPS: Resource = Resource {
    service: "identity_sources",
    table: "groups",
    about: "Groups of a custom identity source",
    columns: &[
        text("id", "id"),
        text("external_id", "externalId").required().length(1, 255).written(),
        parameter("identity_source_id"),
        text("display_name", "profile.displayName").required().length(1, 255).written(),
        text("description", "profile.description").length(0, 1024).written(),
        json("profile", "profile").written(),
        SUBDOMAIN,
    ],
    item: Some("/api/v1/identity-sources/{identity_source_id}/groups/{external_id}"),
    other_item: Some("/api/v1/identity-sources/{identity_source_id}/groups/{id}"),
    collection: None,
    parent: Some(SOURCES),
    insert: Some(Write {
        method: Method::Post,
        path: "/api/v1/identity-sources/{identity_source_id}/groups",
        body: Body::Object { always: &[] },
        done: "group created",
    }),
    load: None,
    updates: &[Update {
        sets: None,
        write: Write {
            method: Method::Post,
            path: "/api/v1/identity-sources/{identity_source_id}/groups/{external_id}",
            body: Body::Object { always: &["external_id", "display_name", "description"] },
            done: "group updated",
        },
    }],
    delete: Some(Write {
        method: Method::Delete,
        path: "/api/v1/identity-sources/{identity_source_id}/groups/{external_id}",
        body: Body::None,
        done: "group deleted",
    }),
    read_scope: READ,
    write_scope: MANAGE,
};

/// Members of a group of a source. The list holds their external ids alone.
pub(in crate::catalog) static GROUP_MEMBERSHIPS: Resource = Resource {
    service: "identity_sources",
    table: "group_memberships",
    about: "Members of a group of a custom identity source",
    columns: &[
        parameter("identity_source_id"),
        parameter("group_external_id"),
        text("member_external_id", "$").required().length(1, 255).written(),
        SUBDOMAIN,
    ],
    item: None,
    other_item: None,
    collection: Some(Collection {
        path: "/api/v1/identity-sources/{identity_source_id}/groups/{group_external_id}/membership",
        wrapped: Some("memberExternalIds"),
        page: Some(PageLimit { default: 1000, max: 1000 }),
        filter: None,
        typical_rows: 100,
    }),
    parent: Some(SOURCES),
    insert: Some(Write {
        method: Method::Post,
        path: "/api/v1/identity-sources/{identity_source_id}/groups/{group_external_id}/membership",
        body: Body::Value { property: "memberExternalId", column: "member_external_id" },
        done: "member added",
    }),
    load: None,
    updates: &[],
    delete: Some(Write {
        method: Method::Delete,
        path: "/api/v1/identity-sources/{identity_source_id}/groups/{group_external_id}/membership/{member_external_id}",
        body: Body::None,
        done: "member removed",
    }),
    read_scope: READ,
    write_scope: MANAGE,
};
