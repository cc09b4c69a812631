//! The system catalogs of foreign data: servers, tables, user mappings and their options.
//!
//! Options come out as plain text; what they mean is not known here.

use pgrx::list::old_list::PgList;
use pgrx::{PgSqlErrorCode, pg_sys};

use super::report::raise_as;
use super::text::{c_string, owned};

/// Options as the catalogs hold them, in the order in which they were given.
pub(crate) type Options = Vec<(String, String)>;

/// A foreign server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) oid: pg_sys::Oid,
    pub(crate) name: String,
    pub(crate) options: Options,
}

/// A foreign table.
#[derive(Debug, Clone)]
pub(crate) struct ForeignTable {
    pub(crate) server: pg_sys::Oid,
    pub(crate) options: Options,
}

/// A user mapping.
#[derive(Clone)]
pub(crate) struct Mapping {
    pub(crate) oid: pg_sys::Oid,
    pub(crate) options: Options,
}

/// The server of an OID. Raises when there is none.
pub(crate) fn server(oid: pg_sys::Oid) -> Server {
    // SAFETY: GetForeignServer raises rather than return null; what it returns is palloc'd.
    unsafe {
        let server = pg_sys::GetForeignServer(oid);
        Server { oid, name: owned((*server).servername), options: options((*server).options) }
    }
}

/// The server of an OID, unless it is gone.
pub(crate) fn server_if_any(oid: pg_sys::Oid) -> Option<Server> {
    // SAFETY: with FSV_MISSING_OK it returns null for a server that is gone, else as in `server`.
    unsafe {
        let server =
            pg_sys::GetForeignServerExtended(oid, pg_sys::FSV_MISSING_OK as pg_sys::bits16);
        if server.is_null() {
            return None;
        }
        let (name, options) = (owned((*server).servername), options((*server).options));
        Some(Server { oid, name, options })
    }
}

/// The foreign table of a relation. Raises when the relation is none.
pub(crate) fn table(relation: pg_sys::Oid) -> ForeignTable {
    // SAFETY: as for `server`.
    unsafe {
        let table = pg_sys::GetForeignTable(relation);
        ForeignTable { server: (*table).serverid, options: options((*table).options) }
    }
}

/// Returns whether a relation is a foreign table, of whatever wrapper.
pub(crate) fn is_table(relation: pg_sys::Oid) -> bool {
    // SAFETY: a syscache probe by value; FOREIGNTABLEREL is keyed by the relation's OID.
    unsafe {
        pg_sys::SearchSysCacheExists(
            pg_sys::SysCacheIdentifier::FOREIGNTABLEREL as i32,
            relation.into(),
            pg_sys::Datum::from(0),
            pg_sys::Datum::from(0),
            pg_sys::Datum::from(0),
        )
    }
}

/// The options of a column.
pub(crate) fn column_options(relation: pg_sys::Oid, attnum: i16) -> Options {
    // SAFETY: an attribute without options gives an empty (null) list.
    unsafe { options(pg_sys::GetForeignColumnOptions(relation, attnum)) }
}

/// The user mapping of a role for a server, or the one of PUBLIC; `None` when there is neither.
pub(crate) fn mapping(user: pg_sys::Oid, server: pg_sys::Oid) -> Option<Mapping> {
    if !has_mapping(user, server) && !has_mapping(pg_sys::InvalidOid, server) {
        return None;
    }
    // SAFETY: GetUserMapping raises rather than return null, and was just seen to have something to find.
    unsafe {
        let mapping = pg_sys::GetUserMapping(user, server);
        Some(Mapping { oid: (*mapping).umid, options: options((*mapping).options) })
    }
}

pub(super) fn has_mapping(user: pg_sys::Oid, server: pg_sys::Oid) -> bool {
    // SAFETY: a syscache probe by value; USERMAPPINGUSERSERVER is keyed by these two OIDs.
    unsafe {
        pg_sys::SearchSysCacheExists(
            pg_sys::SysCacheIdentifier::USERMAPPINGUSERSERVER as i32,
            user.into(),
            server.into(),
            pg_sys::Datum::from(0),
            pg_sys::Datum::from(0),
        )
    }
}

/// The OID of a server by its name. Raises when there is none.
pub(crate) fn server_named(name: &str) -> pg_sys::Oid {
    let text = c_string(name);
    // SAFETY: the name is a C string for the length of the call.
    let oid = unsafe { pg_sys::get_foreign_server_oid(text.as_ptr(), true) };
    if oid == pg_sys::InvalidOid {
        // PostgreSQL's own error would lose the characters of a database that is not UTF8.
        raise_as(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            format!("server \"{name}\" does not exist"),
            None,
        );
    }
    oid
}

/// The OID of a schema by its name. Raises when there is none.
pub(crate) fn schema_named(name: &str) -> pg_sys::Oid {
    let text = c_string(name);
    // SAFETY: the name is a C string for the length of the call.
    let oid = unsafe { pg_sys::get_namespace_oid(text.as_ptr(), true) };
    if oid == pg_sys::InvalidOid {
        raise_as(
            PgSqlErrorCode::ERRCODE_INVALID_SCHEMA_NAME,
            format!("schema \"{name}\" does not exist"),
            None,
        );
    }
    oid
}

/// The version of the PostgreSQL server, as it calls it.
pub(crate) fn server_version() -> String {
    // SAFETY: the setting exists in every PostgreSQL, so its value is a C string.
    unsafe {
        let name = c"server_version";
        owned(pg_sys::GetConfigOption(name.as_ptr(), false, false))
    }
}

/// `schema.table` of a relation, for messages.
pub(crate) fn relation_name(relation: pg_sys::Oid) -> String {
    // SAFETY: get_rel_name returns null for a relation that is gone.
    unsafe {
        let name = pg_sys::get_rel_name(relation);
        if name.is_null() { String::new() } else { owned(name) }
    }
}

/// Copies the options of a list of DefElem nodes.
///
/// # Safety
/// `list` is null or a valid list of DefElem nodes.
pub(super) unsafe fn options(list: *mut pg_sys::List) -> Options {
    // SAFETY: the caller's; defGetString returns a C string or raises.
    unsafe {
        let list = PgList::<pg_sys::DefElem>::from_pg(list);
        list.iter_ptr()
            .map(|def| (owned((*def).defname), owned(pg_sys::defGetString(def))))
            .collect()
    }
}
