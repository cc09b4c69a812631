//! UPDATE and DELETE of rows whose keys the statement names: the write itself, and nothing read first.
//!
//! It is used only where the keys are all that the statement demands; everything else goes row by row.

use std::sync::Arc;

use okta::Error;
use okta::catalog::Resource;
use okta::client::{Answer, Meter, Request};
use okta::decode::Page;
use okta::plan::{Fetch, write};

use super::modify::{decode, gone_is_no_row, send_write, write_of};
use super::private::{self, DirectPrivate, ModifyPrivate, ScanPrivate};
use super::rows::Outputs;
use super::table::Table;
use super::{clients, modify};
use crate::pg::exec::{Exprs, ScanNode};
use crate::pg::modify::ModifyRequest;

/// A direct modification in execution.
pub(crate) struct Direct {
    table: Table,
    private: DirectPrivate,
    exprs: Exprs,
    outputs: Option<Outputs>,
    meter: Arc<Meter>,
    /// What is still to be done, once it is known.
    left: Option<std::vec::IntoIter<Fetch>>,
}

/// Plans a modification as a direct one, if it can be. Whether it can is returned.
pub(crate) fn plan(request: ModifyRequest) -> Result<bool, Error> {
    let Some(scan) = request.scan() else { return Ok(false) };
    let private: ScanPrivate = private::decode(scan.private())?;
    let resource = private.plan.resource()?;
    let what = modify::plan(request)?;
    let settled = match what {
        // Okta's answer to a DELETE is empty: who wants to see the row must read it.
        ModifyPrivate::Delete => !request.returns(),
        ModifyPrivate::Update(_) => sets_constants(request),
        ModifyPrivate::Insert => false,
    };
    if !settled || !private.exact || !covers(resource, what, &private) {
        return Ok(false);
    }
    let (counts, returns) = (request.counts(), request.returns());
    let private = DirectPrivate { scan: private, modify: what, counts, returns };
    request.make_direct(scan, &private::encode(&private)?);
    Ok(true)
}

/// Whether everything that an UPDATE sets was looked at when it was planned.
fn sets_constants(request: ModifyRequest) -> bool {
    request.assigned().into_iter().all(|attnum| request.constant(attnum).is_some())
}

/// Whether the keys of the scan are those that the write needs.
fn covers(resource: &Resource, what: ModifyPrivate, private: &ScanPrivate) -> bool {
    let known: Vec<_> = okta::plan::path::parameters(private.plan.path(resource)).collect();
    write_of(resource, what)
        .is_some_and(|write| okta::plan::path::parameters(write.path).all(|p| known.contains(&p)))
}

impl Direct {
    /// Prepares a direct modification. No request is made.
    pub(crate) fn begin(node: ScanNode) -> Result<Self, Error> {
        let private: DirectPrivate = private::decode(node.private())?;
        let table = Table::open(node.relation())?;
        let outputs = private.returns.then(|| Outputs::of(&table, |_| true));
        let exprs = node.init_exprs();
        Ok(Self { table, private, exprs, outputs, meter: Arc::default(), left: None })
    }

    /// What the modification has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Does all of it, or, when the rows are wanted, as much as the next row needs.
    pub(crate) fn next(&mut self, node: ScanNode) -> Result<(), Error> {
        let Some(slot) = node.slot() else { return Ok(()) };
        slot.clear();
        while let Some(fetch) = self.next_fetch(node)? {
            let Some((request, answer)) = self.send(node, &fetch)? else { continue };
            if self.private.counts {
                node.count_row();
            }
            let Some(outputs) = &mut self.outputs else {
                node.count_tuple();
                continue;
            };
            let page: Page = decode(&request, &answer, &outputs.wanted())?;
            outputs.store(slot, &page, 0, fetch.org.name(), |name| fetch.parameter(name));
            node.offer_returning(slot);
            return Ok(());
        }
        Ok(())
    }

    fn next_fetch(&mut self, node: ScanNode) -> Result<Option<Fetch>, Error> {
        if self.left.is_none() {
            let values = node.evaluate(&self.exprs);
            let fetches = self.private.scan.plan.bind(&values, &self.table.defaults)?;
            self.left = Some(fetches.into_iter());
        }
        Ok(self.left.as_mut().and_then(Iterator::next))
    }

    fn send(&self, node: ScanNode, fetch: &Fetch) -> Result<Option<(Request, Answer)>, Error> {
        let resource = self.table.resource;
        let Some(write) = write_of(resource, self.private.modify) else { return Ok(None) };
        let request =
            write::request(resource, &write, fetch.org.clone(), |name| fetch.parameter(name))?;
        let client = clients::client(&self.table.server, node.user())?;
        let answer = gone_is_no_row(send_write(&client, &self.meter, &request, write.done))?;
        Ok(answer.map(|answer| (request, answer)))
    }
}
