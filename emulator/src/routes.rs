//! The paths that the org answers: verb, pattern, rate-limit bucket, scope and handler of each.
//!
//! A path that is not here is unknown to the emulator, though Okta may know it.

use crate::answer::Answer;
use crate::api::Call;
use crate::api::{apps, groups, sessions, source_groups, source_users, token, users};
use crate::refusal::Refusal;

pub(crate) type Handler = fn(&mut Call<'_>) -> Result<Answer, Refusal>;

#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Segments; `{}` stands for any one.
    pattern: &'static str,
    /// Requests of one bucket share a rate limit. `{}` is filled from the path.
    bucket: &'static str,
    /// None: the endpoint does its own authentication.
    pub(crate) scope: Option<&'static str>,
    pub(crate) handler: Handler,
}

const SESSIONS: &str = "/api/v1/identity-sources/{}/sessions";
const SESSION: &str = "/api/v1/identity-sources/{}/sessions/{}";
const SOURCE_USERS: &str = "/api/v1/identity-sources/{}/users";
const SOURCE_USER: &str = "/api/v1/identity-sources/{}/users/{}";
const SOURCE_GROUPS: &str = "/api/v1/identity-sources/{}/groups";
const SOURCE_GROUP: &str = "/api/v1/identity-sources/{}/groups/{}";
const MEMBERSHIP: &str = "/api/v1/identity-sources/{}/groups/{}/membership";
const MEMBER: &str = "/api/v1/identity-sources/{}/groups/{}/membership/{}";

/// Buckets below the sessions of a source. Those of groups and memberships share them.
const UPSERTS: &str = "/api/v1/identity-sources/{}/sessions/{id}/bulk-upsert";
const DELETES: &str = "/api/v1/identity-sources/{}/sessions/{id}/bulk-delete";
const STARTS: &str = "/api/v1/identity-sources/{}/sessions/{id}/start-import";

const SOURCES_READ: &str = "okta.identitySources.read";
const SOURCES_MANAGE: &str = "okta.identitySources.manage";
const APPS_READ: &str = "okta.apps.read";
const USERS_READ: &str = "okta.users.read";
const GROUPS_READ: &str = "okta.groups.read";

const fn route(
    method: &'static str,
    pattern: &'static str,
    bucket: &'static str,
    scope: &'static str,
    handler: Handler,
) -> Route {
    Route { method, pattern, bucket, scope: Some(scope), handler }
}

const fn bulk(pattern: &'static str, bucket: &'static str, handler: Handler) -> Route {
    route("POST", pattern, bucket, SOURCES_MANAGE, handler)
}

static ROUTES: &[Route] = &[
    Route {
        method: "POST",
        pattern: token::PATH,
        bucket: token::PATH,
        scope: None,
        handler: token::token,
    },
    route("GET", SESSIONS, SESSIONS, SOURCES_READ, sessions::list),
    route("POST", SESSIONS, SESSIONS, SOURCES_MANAGE, sessions::create),
    route("GET", SESSION, SESSIONS, SOURCES_READ, sessions::get),
    route("DELETE", SESSION, SESSIONS, SOURCES_MANAGE, sessions::cancel),
    bulk("/api/v1/identity-sources/{}/sessions/{}/bulk-upsert", UPSERTS, sessions::upsert),
    bulk("/api/v1/identity-sources/{}/sessions/{}/bulk-delete", DELETES, sessions::delete),
    bulk(
        "/api/v1/identity-sources/{}/sessions/{}/bulk-groups-upsert",
        UPSERTS,
        sessions::groups_upsert,
    ),
    bulk(
        "/api/v1/identity-sources/{}/sessions/{}/bulk-groups-delete",
        DELETES,
        sessions::groups_delete,
    ),
    bulk(
        "/api/v1/identity-sources/{}/sessions/{}/bulk-group-memberships-upsert",
        UPSERTS,
        sessions::memberships_upsert,
    ),
    bulk(
        "/api/v1/identity-sources/{}/sessions/{}/bulk-group-memberships-delete",
        DELETES,
        sessions::memberships_delete,
    ),
    bulk("/api/v1/identity-sources/{}/sessions/{}/start-import", STARTS, sessions::start_import),
    route("POST", SOURCE_USERS, SOURCE_USERS, SOURCES_MANAGE, source_users::create),
    route("GET", SOURCE_USER, SOURCE_USERS, SOURCES_READ, source_users::get),
    route("PUT", SOURCE_USER, SOURCE_USERS, SOURCES_MANAGE, source_users::replace),
    route("PATCH", SOURCE_USER, SOURCE_USERS, SOURCES_MANAGE, source_users::update),
    route("DELETE", SOURCE_USER, SOURCE_USERS, SOURCES_MANAGE, source_users::delete),
    route("POST", SOURCE_GROUPS, SOURCE_GROUPS, SOURCES_MANAGE, source_groups::create),
    route("GET", SOURCE_GROUP, SOURCE_GROUPS, SOURCES_READ, source_groups::get),
    route("POST", SOURCE_GROUP, SOURCE_GROUPS, SOURCES_MANAGE, source_groups::update),
    route("DELETE", SOURCE_GROUP, SOURCE_GROUPS, SOURCES_MANAGE, source_groups::delete),
    route("GET", MEMBERSHIP, SOURCE_GROUPS, SOURCES_READ, source_groups::members),
    route("POST", MEMBERSHIP, SOURCE_GROUPS, SOURCES_MANAGE, source_groups::join),
    route("DELETE", MEMBER, SOURCE_GROUPS, SOURCES_MANAGE, source_groups::part),
    route("GET", "/api/v1/apps", "/api/v1/apps", APPS_READ, apps::list),
    route("GET", "/api/v1/apps/{}", "/api/v1/apps/{id}", APPS_READ, apps::get),
    route("GET", "/api/v1/users", "/api/v1/users", USERS_READ, users::list),
    route("GET", "/api/v1/users/{}", "/api/v1/users/{id}", USERS_READ, users::get),
    route("GET", "/api/v1/users/{}/groups", "/api/v1/users/{id}", USERS_READ, groups::of_user),
    route("GET", "/api/v1/groups", "/api/v1/groups", GROUPS_READ, groups::list),
    route("GET", "/api/v1/groups/{}", "/api/v1/groups/{id}", GROUPS_READ, groups::get),
    route("GET", "/api/v1/groups/{}/users", "/api/v1/groups/{id}", GROUPS_READ, groups::users),
];

/// The route of a request, and what its path has in place of each `{}`.
pub(crate) fn find(
    method: &str,
    segments: &[String],
) -> Result<(&'static Route, Vec<String>), Refusal> {
    let mut known = false;
    for route in ROUTES {
        if let Some(parameters) = route.parameters(segments) {
            if route.method == method {
                return Ok((route, parameters));
            }
            known = true;
        }
    }
    Err(if known { Refusal::wrong_method() } else { Refusal::unknown_path() })
}

/// How many segments of a path are those of a route, whatever the verb; `None` without a route.
pub(crate) fn literals(segments: &[String]) -> Option<usize> {
    let known = ROUTES.iter().filter(|route| route.parameters(segments).is_some());
    known.map(Route::literals).max()
}

impl Route {
    /// The bucket's name, with the first path parameter in place of `{}`.
    pub(crate) fn bucket(&self, parameters: &[String]) -> String {
        self.bucket.replacen("{}", parameters.first().map_or("", String::as_str), 1)
    }

    /// How many segments of its path are its own.
    fn literals(&self) -> usize {
        self.pattern.trim_start_matches('/').split('/').filter(|segment| *segment != "{}").count()
    }

    fn parameters(&self, segments: &[String]) -> Option<Vec<String>> {
        let mut parameters = Vec::new();
        let mut segments = segments.iter();
        for expected in self.pattern.trim_start_matches('/').split('/') {
            let segment = segments.next()?;
            if expected == "{}" && !segment.is_empty() {
                parameters.push(segment.clone());
            } else if expected != segment {
                return None;
            }
        }
        segments.next().is_none().then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, path: &str) -> u16 {
        let segments: Vec<_> = path.trim_start_matches('/').split('/').map(str::to_owned).collect();
        find(method, &segments).map_or_else(|refusal| refusal.status, |_| 200)
    }

    #[test]
    fn unknown_path_and_wrong_verb_differ() {
        assert_eq!(status("GET", "/api/v1/users/x"), 200);
        assert_eq!(status("PATCH", "/api/v1/users/x"), 405);
        assert_eq!(status("GET", "/api/v1/user"), 404);
        assert_eq!(status("GET", "/api/v1/users/"), 404);
        assert_eq!(status("GET", "/api/v1/users/x/y"), 404);
    }
}
