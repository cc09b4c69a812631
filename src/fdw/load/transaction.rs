//! The imports of the transaction under way: it is the import. The first row opens a session, COMMIT
//! starts it, ROLLBACK cancels it.
//!
//! It follows the transaction; what is sent when stands in `session`.

use std::cell::RefCell;
use std::sync::Arc;

use okta::catalog::{Load, Resource};
use okta::client::{Caller, Client, Meter};
use okta::org::Org;
use okta::plan::load::LoadRow;
use okta::{Error, scan};
use pgrx::{PgSqlErrorCode, pg_sys};

use super::super::{clients, statement};
use super::session::{Key, SessionLoad};
use crate::pg::callbacks;
use crate::pg::foreign::Server;
use crate::pg::report::raise_as;

/// Where a row goes.
pub(crate) struct LoadTarget<'a> {
    pub(crate) server: &'a Server,
    pub(crate) user: pg_sys::Oid,
    pub(crate) resource: &'static Resource,
    pub(crate) load: &'static Load,
    pub(crate) org: Org,
    pub(crate) source: Option<String>,
    /// The session that the row names; without one the transaction's own.
    pub(crate) session: Option<String>,
}

thread_local! {
    static IMPORTS: RefCell<Vec<SessionLoad>> = const { RefCell::new(Vec::new()) };
}

/// Takes a row for its session, which is opened when it must be.
pub(crate) fn add(target: &LoadTarget<'_>, row: LoadRow, meter: &Arc<Meter>) -> Result<(), Error> {
    let client = clients::client(target.server, target.user)?;
    let found = target.source.is_none();
    let source = match &target.source {
        Some(source) => source.clone(),
        None => only_source(target, &client, meter)?,
    };
    let key = Key { org: target.org.base().to_string(), source, session: target.session.clone() };
    IMPORTS.with_borrow_mut(|imports| {
        let known = imports.iter().position(|import| import.key == key);
        let number = known.unwrap_or(imports.len());
        if known.is_none() {
            let (org, opener) = (target.org.clone(), Arc::clone(&client));
            imports.push(SessionLoad::new(key, found, org, opener));
        }
        match imports.get_mut(number) {
            Some(import) => import.add(target.resource, target.load, row, &client, meter),
            None => Ok(()),
        }
    })
}

/// The source of rows that name none: the one that was found for the transaction before, or the org's
/// only one.
fn only_source(
    target: &LoadTarget<'_>,
    client: &Arc<Client>,
    meter: &Arc<Meter>,
) -> Result<String, Error> {
    let known = IMPORTS.with_borrow(|imports| {
        let same =
            |import: &&SessionLoad| import.found && import.key.org == target.org.base().as_str();
        imports.iter().find(same).map(|import| import.key.source.clone())
    });
    if let Some(source) = known {
        return Ok(source);
    }
    let (org, resource) = (target.org.clone(), target.resource);
    let caller = Caller::new(Arc::clone(client), Arc::clone(meter));
    statement::call(&caller, |caller| async move {
        scan::only_parent(&caller, &org, resource, "identity_source_id").await
    })
}

/// Ends a statement: sessions that rows named themselves get what waits for them.
pub(crate) fn end_statement(meter: &Arc<Meter>) -> Result<(), Error> {
    IMPORTS.with_borrow_mut(|imports| {
        let mut named = imports.iter_mut().filter(|import| import.key.session.is_some());
        named.try_for_each(|import| import.flush(meter))
    })
}

/// Before the commit: everything is sent, then every import is started.
pub(crate) fn before_commit() -> Result<(), Error> {
    if IMPORTS.with_borrow(Vec::is_empty) {
        return Ok(());
    }
    IMPORTS.with_borrow_mut(|imports| {
        for import in imports.iter_mut() {
            import.flush(&statement::meter())?;
        }
        callbacks::settle_serialization();
        for import in imports.iter_mut() {
            import.finish(&statement::meter())?;
        }
        Ok(())
    })
}

/// Before a two-phase commit, which an import cannot take part in: Okta has no way to prepare one.
pub(crate) fn refuse_prepare() {
    if !IMPORTS.with_borrow(Vec::is_empty) {
        raise_as(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            "cannot PREPARE a transaction that loads an import session of Okta".to_owned(),
            Some("COMMIT it, or load the session in another transaction.".to_owned()),
        );
    }
}

/// After the commit there is nothing left to do.
pub(crate) fn after_commit() {
    IMPORTS.take();
}

/// After a rollback: sessions are cancelled. Nothing may raise here. When the process ends in the middle
/// of a call the imports cannot be looked at, and Okta expires the session.
pub(crate) fn after_abort() {
    let imports =
        IMPORTS.with(|imports| imports.try_borrow_mut().map(|mut i| std::mem::take(&mut *i)));
    imports.into_iter().flatten().for_each(SessionLoad::abandon);
}

/// A savepoint's rows have become those of the level above.
pub(crate) fn after_release(level: i32) {
    IMPORTS.with_borrow_mut(|imports| imports.iter_mut().for_each(|import| import.release(level)));
}

/// A savepoint was rolled back.
pub(crate) fn after_rollback_to(level: i32) {
    IMPORTS.with_borrow_mut(|imports| imports.iter_mut().for_each(|i| i.roll_back_to(level)));
}
