//! The columns of a relation, as the relation cache has them.
//!
//! It reads only; the caller holds the lock that PostgreSQL takes before any callback.

use pgrx::{PgRelation, pg_sys};

use super::text;

/// A column that exists: dropped ones are left out.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Counted from 1.
    pub(crate) attnum: i16,
    pub(crate) name: String,
    pub(crate) type_oid: pg_sys::Oid,
    pub(crate) typmod: i32,
    /// The type, or what a domain is made of.
    pub(crate) base: pg_sys::Oid,
    /// Whether the column holds a text, a point in time or a boolean as it was sent: the type neither
    /// rounds, cuts nor pads.
    pub(crate) exact: bool,
    /// Whether the values are arrays.
    pub(crate) is_array: bool,
    /// `GENERATED ALWAYS AS … STORED`: PostgreSQL computes it.
    pub(crate) generated: bool,
}

/// The rows that ANALYZE has counted in a relation that some query has already locked, when it has. The
/// planner's own figure will not do: once the size of the relation is set, it holds that.
pub(crate) fn analyzed_rows(relation: pg_sys::Oid) -> Option<f64> {
    // SAFETY: the lock is held, so the relation is there; the reference ends with this function.
    let rows = unsafe { (*PgRelation::open(relation).rd_rel).reltuples };
    // A table that was never analyzed has -1.
    (rows > 0.0).then(|| rows.into())
}

/// Locks a relation to the end of the transaction, so that it can be looked at.
pub(crate) fn lock(relation: pg_sys::Oid) {
    // SAFETY: an OID and a lock mode, by value; the relation may be gone.
    unsafe { pg_sys::LockRelationOid(relation, pg_sys::AccessShareLock as pg_sys::LOCKMODE) }
}

/// The columns of a relation that some query has already locked.
pub(crate) fn attributes(relation: pg_sys::Oid) -> Vec<Attribute> {
    // SAFETY: the lock is held, so the relation is there; the reference ends with this function.
    let relation = unsafe { PgRelation::open(relation) };
    let descriptor = relation.tuple_desc();
    let kept = descriptor.iter().filter(|attribute| !attribute.attisdropped);
    let described = kept.map(|attribute| {
        let mut typmod = attribute.atttypmod;
        // SAFETY: the name of an attribute is a C string; the rest are catalog lookups by value.
        let (name, base, element) = unsafe {
            let base = pg_sys::getBaseTypeAndTypmod(attribute.atttypid, &mut typmod);
            let name = text::owned(attribute.attname.data.as_ptr());
            (name, base, pg_sys::get_element_type(base))
        };
        Attribute {
            attnum: attribute.attnum,
            name,
            type_oid: attribute.atttypid,
            typmod: attribute.atttypmod,
            base,
            exact: typmod < 0 && EXACT.contains(&base),
            is_array: element != pg_sys::InvalidOid,
            generated: attribute.attgenerated != 0,
        }
    });
    described.collect()
}

/// The types that hold a value as it was sent, where they have no modifier.
const EXACT: &[pg_sys::Oid] =
    &[pg_sys::TEXTOID, pg_sys::VARCHAROID, pg_sys::TIMESTAMPTZOID, pg_sys::BOOLOID];
