//! The columns of a relation, as the relation cache has them.
//!
//! It reads only; the caller holds the lock that PostgreSQL takes before any callback.

use pgrx::{PgRelation, pg_sys};

use super::encoding;

/// A column that exists: dropped ones are left out.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Counted from 1.
    pub(crate) attnum: i16,
    pub(crate) name: String,
    pub(crate) type_oid: pg_sys::Oid,
    pub(crate) typmod: i32,
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

/// The columns of a relation that some query has already locked.
pub(crate) fn attributes(relation: pg_sys::Oid) -> Vec<Attribute> {
    // SAFETY: the lock is held, so the relation is there; the reference ends with this function.
    let relation = unsafe { PgRelation::open(relation) };
    let descriptor = relation.tuple_desc();
    let kept = descriptor.iter().filter(|attribute| !attribute.attisdropped);
    kept.map(|attribute| Attribute {
        attnum: attribute.attnum,
        // SAFETY: the name of an attribute is a C string.
        name: unsafe { encoding::owned(attribute.attname.data.as_ptr()) },
        type_oid: attribute.atttypid,
        typmod: attribute.atttypmod,
        generated: attribute.attgenerated != 0,
    })
    .collect()
}
