//! The service `apps`.

use super::{Attribute, Collection, Filter, PageLimit, Resource, SUBDOMAIN, text, timestamp};

/// The org's app instances. Their endpoint filters by one equality at a time.
pub(super) static APPS: Resource = Resource {
    service: "apps",
    table: "apps",
    about: "App instances of the org",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("label", "label"),
        text("status", "status"),
        timestamp("created", "created"),
        timestamp("last_updated", "lastUpdated"),
        SUBDOMAIN,
    ],
    item: Some("/api/v1/apps/{id}"),
    other_item: None,
    collection: Some(Collection {
        path: "/api/v1/apps",
        wrapped: None,
        page: Some(PageLimit { default: 200, max: 200 }),
        filter: Some(Filter {
            parameter: "filter",
            all: None,
            attributes: &[exact("name"), exact("status")],
            combines: false,
            sort: None,
        }),
        typical_rows: 100,
    }),
    parent: None,
    insert: None,
    load: None,
    updates: &[],
    delete: None,
    read_scope: "okta.apps.read",
    write_scope: "okta.apps.manage",
};

const fn exact(name: &'static str) -> Attribute {
    Attribute { column: name, name, ranges: false, prefixes: false, sorts: false }
}
