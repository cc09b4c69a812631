//! Where PostgreSQL's majors differ: every `cfg` on a version stands in this file.

use std::ffi::c_char;

use pgrx::list::old_list::PgList;
use pgrx::pg_sys;

/// The characters of a String node.
///
/// # Safety
/// `node` is a valid node with the tag `T_String`.
pub(super) unsafe fn string_node(node: *mut pg_sys::Node) -> *const c_char {
    // SAFETY: the tag says which struct the node is.
    unsafe {
        #[cfg(feature = "pg14")]
        let text = (*node.cast::<pg_sys::Value>()).val.str_;
        #[cfg(not(feature = "pg14"))]
        let text = (*node.cast::<pg_sys::String>()).sval;
        text
    }
}

/// What makes a path dearer than any that works, where PostgreSQL does not count the disabled nodes.
const LAST_RESORT_COST: f64 = 1e20;

/// Makes a path for scanning a foreign base relation. One of last resort is taken when there is no other,
/// whatever methods are switched off.
///
/// # Safety
/// The pointers are the planner's, of one planning run.
#[allow(clippy::too_many_arguments)]
pub(super) unsafe fn create_foreignscan_path(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    rows: f64,
    startup_cost: f64,
    total_cost: f64,
    last_resort: bool,
    pathkeys: *mut pg_sys::List,
    required_outer: pg_sys::Relids,
    private: *mut pg_sys::List,
) -> *mut pg_sys::ForeignPath {
    let (targets, outer) = (std::ptr::null_mut(), std::ptr::null_mut());
    let dearer = if last_resort { LAST_RESORT_COST } else { 0.0 };
    // SAFETY: the caller's; null targets, outer paths and restrictions mean the relation's own.
    unsafe {
        pg_sys::create_foreignscan_path(
            root,
            rel,
            targets,
            rows,
            #[cfg(feature = "pg18")]
            if last_resort { 1000 } else { 0 },
            startup_cost + dearer,
            total_cost + dearer,
            pathkeys,
            required_outer,
            outer,
            #[cfg(any(feature = "pg17", feature = "pg18"))]
            std::ptr::null_mut(),
            private,
        )
    }
}

/// The role whose rights and user mapping count for a range table entry: a view's owner, or else the
/// current user.
///
/// # Safety
/// `estate` is the executor's state, `rtindex` an index of its range table.
pub(super) unsafe fn executing_user(
    estate: *mut pg_sys::EState,
    rtindex: pg_sys::Index,
) -> pg_sys::Oid {
    // SAFETY: exec_rt_fetch's contract is the caller's; range table entries outlive the execution.
    let check_as = unsafe {
        let rtable = PgList::<pg_sys::RangeTblEntry>::from_pg((*estate).es_range_table);
        let Some(rte) = rtable.get_ptr(rtindex as usize - 1) else {
            return pg_sys::GetUserId();
        };
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        let check_as = (*rte).checkAsUser;
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        let check_as = if (*rte).perminfoindex == 0 {
            pg_sys::InvalidOid
        } else {
            (*pg_sys::getRTEPermissionInfo((*estate).es_rteperminfos, rte)).checkAsUser
        };
        check_as
    };
    if check_as == pg_sys::InvalidOid {
        // SAFETY: reads a variable of the backend.
        unsafe { pg_sys::GetUserId() }
    } else {
        check_as
    }
}

/// The role whose rights and user mapping count for a scan. Since PostgreSQL 16 the plan says it, as a
/// partition has no entry of its own that could.
///
/// # Safety
/// `estate` is the executor's state, and `scan` a plan node that it executes.
pub(super) unsafe fn scanning_user(
    estate: *mut pg_sys::EState,
    scan: *mut pg_sys::ForeignScan,
) -> pg_sys::Oid {
    // SAFETY: the caller's; scanrelid is an index of the range table.
    unsafe {
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        if (*scan).checkAsUser != pg_sys::InvalidOid {
            return (*scan).checkAsUser;
        }
        executing_user(estate, (*scan).scan.scanrelid)
    }
}

/// Tells PostgreSQL that no other setting begins with this prefix.
pub(crate) fn reserve_guc_prefix(prefix: &'static std::ffi::CStr) {
    // SAFETY: the prefix is a static C string.
    unsafe {
        #[cfg(feature = "pg14")]
        pg_sys::EmitWarningsOnPlaceholders(prefix.as_ptr());
        #[cfg(not(feature = "pg14"))]
        pg_sys::MarkGUCPrefixReserved(prefix.as_ptr());
    }
}

/// An attribute of a descriptor, counted from 0.
///
/// # Safety
/// The descriptor is valid while the reference is used, and has that attribute.
pub(super) unsafe fn attribute<'a>(
    descriptor: pg_sys::TupleDesc,
    index: usize,
) -> &'a pg_sys::FormData_pg_attribute {
    // SAFETY: the caller's; since PostgreSQL 18 the attributes stand behind an array of as many compact
    // ones.
    unsafe {
        #[cfg(feature = "pg18")]
        let attributes = {
            let natts = (*descriptor).natts as usize;
            (&raw mut (*descriptor).compact_attrs)
                .cast::<pg_sys::CompactAttribute>()
                .add(natts)
                .cast::<pg_sys::FormData_pg_attribute>()
        };
        #[cfg(not(feature = "pg18"))]
        let attributes = (&raw mut (*descriptor).attrs).cast::<pg_sys::FormData_pg_attribute>();
        &*attributes.add(index)
    }
}

/// Whether a pathkey descends.
///
/// # Safety
/// The pathkey is a valid node.
pub(super) unsafe fn descends(key: *mut pg_sys::PathKey) -> bool {
    // SAFETY: the caller's.
    unsafe {
        #[cfg(feature = "pg18")]
        let descends = (*key).pk_cmptype == pg_sys::CompareType::COMPARE_GT;
        #[cfg(not(feature = "pg18"))]
        let descends = (*key).pk_strategy == pg_sys::BTGreaterStrategyNumber as i32;
        descends
    }
}

/// What pg_stat_activity shows while the backend waits for Okta: an event of its own since PostgreSQL 17,
/// the one of all extensions before.
pub(super) fn wait_event() -> u32 {
    #[cfg(any(feature = "pg17", feature = "pg18"))]
    {
        static EVENT: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
        // SAFETY: the name is a C string that PostgreSQL copies.
        *EVENT.get_or_init(|| unsafe { pg_sys::WaitEventExtensionNew(c"OktaHttp".as_ptr()) })
    }
    #[cfg(not(any(feature = "pg17", feature = "pg18")))]
    pg_sys::PG_WAIT_EXTENSION
}

/// A right as an access mode: 32 bits wide, 64 since PostgreSQL 16.
pub(super) fn access_mode(right: u32) -> pg_sys::AclMode {
    #[cfg(any(feature = "pg14", feature = "pg15"))]
    return right;
    #[cfg(not(any(feature = "pg14", feature = "pg15")))]
    right.into()
}

/// Whether a role has USAGE of a foreign server.
pub(super) fn may_use(server: pg_sys::Oid, role: pg_sys::Oid) -> pg_sys::AclResult::Type {
    let usage = access_mode(pg_sys::ACL_USAGE);
    // SAFETY: catalog lookups by value.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        let verdict = pg_sys::pg_foreign_server_aclcheck(server, role, usage);
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        let verdict = pg_sys::object_aclcheck(pg_sys::ForeignServerRelationId, server, role, usage);
        verdict
    }
}

/// The members of an equivalence class that may be a relation's; since PostgreSQL 18 those of partitions
/// and other children stand apart.
///
/// # Safety
/// The class and the relation are valid nodes of one query.
pub(super) unsafe fn members(
    class: *mut pg_sys::EquivalenceClass,
    rel: *mut pg_sys::RelOptInfo,
) -> Vec<*mut pg_sys::EquivalenceMember> {
    // SAFETY: the caller's; the array of children's lists, when there is one, tells its length.
    unsafe {
        let of_list = |list| PgList::<pg_sys::EquivalenceMember>::from_pg(list);
        #[cfg_attr(not(feature = "pg18"), expect(unused_mut))]
        let mut members: Vec<_> = of_list((*class).ec_members).iter_ptr().collect();
        #[cfg(feature = "pg18")]
        {
            let (relid, lists) = ((*rel).relid as usize, (*class).ec_childmembers);
            if !lists.is_null() && relid < (*class).ec_childmembers_size as usize {
                members.extend(of_list(*lists.add(relid)).iter_ptr());
            }
        }
        #[cfg(not(feature = "pg18"))]
        let _ = rel;
        members
    }
}
