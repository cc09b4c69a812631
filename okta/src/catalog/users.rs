//! The service `users`.

use super::{
    Attribute, Collection, Filter, PageLimit, Resource, SUBDOMAIN, Sort, json, text, timestamp,
};

/// The org's users. Without an expression Okta's list leaves out deprovisioned users, so one is
/// always sent.
pub(super) static USERS: Resource = Resource {
    service: "users",
    table: "users",
    about: "Users of the org, in every status",
    columns: &[
        text("id", "id"),
        text("status", "status"),
        timestamp("created", "created"),
        timestamp("activated", "activated"),
        timestamp("status_changed", "statusChanged"),
        timestamp("last_login", "lastLogin"),
        timestamp("last_updated", "lastUpdated"),
        timestamp("password_changed", "passwordChanged"),
        text("login", "profile.login"),
        text("email", "profile.email"),
        text("first_name", "profile.firstName"),
        text("last_name", "profile.lastName"),
        json("profile", "profile"),
        SUBDOMAIN,
    ],
    item: Some("/api/v1/users/{id}"),
    other_item: None,
    collection: Some(Collection {
        path: "/api/v1/users",
        wrapped: None,
        page: Some(PageLimit { default: 200, max: 200 }),
        filter: Some(Filter {
            parameter: "search",
            all: Some("status pr"),
            attributes: &[
                prefixed("id", "id"),
                exact("status", "status"),
                prefixed("login", "profile.login"),
                prefixed("email", "profile.email"),
                prefixed("first_name", "profile.firstName"),
                prefixed("last_name", "profile.lastName"),
                sorted("created", "created"),
                range("activated", "activated"),
                range("status_changed", "statusChanged"),
                sorted("last_updated", "lastUpdated"),
            ],
            combines: true,
            sort: Some(Sort {
                by: "sortBy",
                order: "sortOrder",
                ascending: "asc",
                descending: "desc",
            }),
        }),
        typical_rows: 2000,
    }),
    parent: None,
    insert: None,
    load: None,
    updates: &[],
    delete: None,
    read_scope: "okta.users.read",
    write_scope: "okta.users.manage",
};

const fn exact(column: &'static str, name: &'static str) -> Attribute {
    Attribute { column, name, ranges: false, prefixes: false, sorts: false }
}

const fn prefixed(column: &'static str, name: &'static str) -> Attribute {
    Attribute { prefixes: true, ..exact(column, name) }
}

const fn range(column: &'static str, name: &'static str) -> Attribute {
    Attribute { ranges: true, ..exact(column, name) }
}

const fn sorted(column: &'static str, name: &'static str) -> Attribute {
    Attribute { sorts: true, ..range(column, name) }
}
