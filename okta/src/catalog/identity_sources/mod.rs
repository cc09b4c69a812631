//! The service `identity_sources`: anything-as-a-source.

pub(super) mod bulk;
pub(super) mod rows;

use super::{Body, Collection, Parent, Resource, SUBDOMAIN, Update, Write, text, timestamp};
use crate::client::Method;

/// The custom identity sources of an org: they are app instances.
const SOURCES: Parent = Parent {
    parameter: "identity_source_id",
    noun: "custom identity source",
    path: "/api/v1/apps",
    query: &[("filter", "name eq \"custom_identity_source\""), ("limit", "200")],
    field: "id",
    label: "label",
    scope: "okta.apps.read",
};

/// Import sessions. The collection lists the active ones only; the item answers for any.
pub(super) static SESSIONS: Resource = Resource {
    service: "identity_sources",
    table: "sessions",
    about: "Import sessions of custom identity sources",
    columns: &[
        text("id", "id"),
        text("identity_source_id", "identitySourceId"),
        text("status", "status"),
        text("import_type", "importType"),
        timestamp("created", "created"),
        timestamp("last_updated", "lastUpdated"),
        SUBDOMAIN,
    ],
    item: Some("/api/v1/identity-sources/{identity_source_id}/sessions/{id}"),
    other_item: None,
    collection: Some(Collection {
        path: "/api/v1/identity-sources/{identity_source_id}/sessions",
        wrapped: None,
        page: None,
        filter: None,
        typical_rows: 2,
    }),
    parent: Some(SOURCES),
    insert: Some(Write {
        method: Method::Post,
        path: "/api/v1/identity-sources/{identity_source_id}/sessions",
        body: Body::None,
        done: "session opened",
    }),
    load: None,
    updates: &[Update {
        sets: Some(("status", "TRIGGERED")),
        write: Write {
            method: Method::Post,
            path: "/api/v1/identity-sources/{identity_source_id}/sessions/{id}/start-import",
            body: Body::None,
            done: "import started",
        },
    }],
    delete: Some(Write {
        method: Method::Delete,
        path: "/api/v1/identity-sources/{identity_source_id}/sessions/{id}",
        body: Body::None,
        done: "session cancelled",
    }),
    read_scope: "okta.identitySources.read",
    write_scope: "okta.identitySources.manage",
};
