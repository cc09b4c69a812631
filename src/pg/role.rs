//! Roles, and what they may do.

use pgrx::pg_sys;

use super::compat;
use super::foreign::{Server, has_mapping};
use super::text::owned;

/// The role that is acting.
pub(crate) fn current_user() -> pg_sys::Oid {
    // SAFETY: reads a variable of the backend.
    unsafe { pg_sys::GetUserId() }
}

/// The name of a role.
pub(crate) fn role_name(role: pg_sys::Oid) -> String {
    // SAFETY: with noerr false it raises rather than return null.
    unsafe { owned(pg_sys::GetUserNameFromId(role, false)) }
}

/// Whether the acting role is a superuser.
pub(crate) fn is_superuser() -> bool {
    // SAFETY: reads the backend's user.
    unsafe { pg_sys::superuser() }
}

/// Raises unless the acting role may read a relation.
pub(crate) fn require_select(relation: pg_sys::Oid) {
    // SAFETY: catalog lookups by value; the name is a C string or null.
    unsafe {
        let verdict = pg_sys::pg_class_aclcheck(
            relation,
            current_user(),
            compat::access_mode(pg_sys::ACL_SELECT),
        );
        if verdict != pg_sys::AclResult::ACLCHECK_OK {
            let kind = pg_sys::ObjectType::OBJECT_FOREIGN_TABLE;
            pg_sys::aclcheck_error(verdict, kind, pg_sys::get_rel_name(relation));
        }
    }
}

/// Raises unless the acting role may use a server, or has a user mapping of its own for it.
pub(crate) fn require_usage(server: &Server) {
    if has_mapping(current_user(), server.oid) {
        return;
    }
    let verdict = compat::may_use(server.oid, current_user());
    if verdict != pg_sys::AclResult::ACLCHECK_OK {
        let kind = pg_sys::ObjectType::OBJECT_FOREIGN_SERVER;
        // SAFETY: GetForeignServer raises rather than return null; the name is palloc'd.
        unsafe {
            let name = (*pg_sys::GetForeignServer(server.oid)).servername;
            pg_sys::aclcheck_error(verdict, kind, name);
        }
    }
}
