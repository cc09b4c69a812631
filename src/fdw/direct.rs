//! UPDATE and DELETE of rows whose keys the statement names: the write itself, and nothing read first.
//!
//! It is used only where the keys are all that the statement demands; everything else goes row by row.

use std::rc::Rc;
use std::sync::Arc;

use okta::Error;
use okta::catalog::{Body, Write};
use okta::client::{Caller, Meter, Request};
use okta::decode::Page;
use okta::plan::body::{self, Subject};
use okta::plan::{Fetch, Fetches, write};

use super::modify::{constants, decode, gone_is_no_row, send_writes, write_of};
use super::private::{self, DirectPrivate, ModifyPrivate, ScanPrivate};
use super::rows::Outputs;
use super::table::Table;
use super::{clients, modify, statement};
use crate::pg::exec::{Exprs, ScanNode};
use crate::pg::modify_plan::ModifyRequest;

/// A direct modification in execution.
pub(crate) struct Direct {
    table: Table,
    private: DirectPrivate,
    exprs: Exprs,
    outputs: Option<Outputs>,
    meter: Arc<Meter>,
    /// What is still to be done, once it is known.
    left: Option<Box<dyn Iterator<Item = Fetch>>>,
}

/// Plans a modification as a direct one, and returns whether it can be one.
pub(crate) fn plan(request: ModifyRequest) -> Result<bool, Error> {
    let Some(scan) = request.scan() else { return Ok(false) };
    let private: ScanPrivate = private::decode(scan.private())?;
    let resource = private.plan.resource();
    let what = modify::plan(request)?;
    let table = Table::open(request.relation())?;
    let given = |name: &str| table.defaults.gives(name);
    let plan = &private.plan;
    let named = plan.names_one_way()
        && write_of(resource, &what)
            .is_some_and(|write| plan.names_exactly(plan.write_path(&write), given));
    // Okta's answer to a DELETE is empty: who wants to see the row must read it.
    let body = match &what {
        ModifyPrivate::Delete if !request.returns() => Some(KnownBody(None)),
        ModifyPrivate::Update { .. } => constant_body(&table, &what, request)?,
        _ => None,
    };
    let Some(KnownBody(body)) = body.filter(|_| named && private.complete) else {
        return Ok(false);
    };
    let (counts, returns) = (request.counts(), request.returns());
    let private = DirectPrivate { scan: private, modify: what, body, counts, returns };
    request.make_direct(scan, &private::encode(&private)?);
    Ok(true)
}

/// A body that is known without the rows; an action's and a DELETE's is empty.
struct KnownBody(Option<String>);

/// Returns what an UPDATE sends, when that is known without its rows.
fn constant_body(
    table: &Table,
    what: &ModifyPrivate,
    request: ModifyRequest,
) -> Result<Option<KnownBody>, Error> {
    let Some(write) = write_of(table.resource, what) else { return Ok(None) };
    let assigned = request.assigned();
    let values = constants(table, request)?;
    if values.len() < assigned.len() {
        return Ok(None);
    }
    let columns = assigned.into_iter().filter_map(|attnum| table.column(attnum));
    let names: Vec<_> =
        columns.filter_map(|column| column.catalogue_name(table.resource)).collect();
    match write.body {
        Body::None => Ok(Some(KnownBody(None))),
        Body::Object { always } if always.iter().all(|name| names.contains(name)) => {
            let subject = Subject::Known(None);
            let object = body::object(table.resource, values, Vec::new(), subject)?;
            Ok(Some(KnownBody(Some(object.to_string()))))
        }
        _ => Ok(None),
    }
}

impl Direct {
    /// Prepares a direct modification. No request is made.
    pub(crate) fn begin(node: ScanNode) -> Result<Self, Error> {
        let private: DirectPrivate = private::decode(node.private())?;
        let table = Table::open(node.relation())?;
        let outputs = private.returns.then(|| Outputs::of(&table, |_| true));
        let exprs = node.init_exprs();
        let meter = statement::meter();
        Ok(Self { table, private, exprs, outputs, meter, left: None })
    }

    /// What the modification has cost so far.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Does all of it, as many at once as are allowed; or, when the rows are wanted, as much as the next
    /// row needs.
    pub(crate) fn next(&mut self, node: ScanNode) -> Result<(), Error> {
        let Some(slot) = node.slot() else { return Ok(()) };
        slot.clear();
        let write = write_of(self.table.resource, &self.private.modify);
        let Some(write) = write else { return Ok(()) };
        let path = self.private.scan.plan.write_path(&write);
        let write = Write { path, ..write };
        let window = if self.private.returns { 1 } else { self.table.max_concurrency };
        loop {
            let fetches = self.next_fetches(node, &write, window)?;
            if fetches.is_empty() {
                return Ok(());
            }
            let requests: Result<Vec<_>, _> =
                fetches.iter().map(|fetch| self.request(&write, fetch)).collect();
            let requests = requests?;
            let pages = self.send(node, &requests, &write)?;
            for (fetch, page) in fetches.iter().zip(pages) {
                let Some(page) = page else { continue };
                if self.private.counts {
                    node.count_row();
                }
                let Some(outputs) = &mut self.outputs else {
                    node.count_tuple();
                    continue;
                };
                outputs.store(slot, &page, 0, fetch.org.name(), |name| fetch.parameter(name));
                node.offer_returning(slot);
                return Ok(());
            }
        }
    }

    /// Sends the writes. Each gives the row as it is afterwards, as far as somebody wants it; `None` when
    /// there was no such row.
    fn send(
        &self,
        node: ScanNode,
        requests: &[Request],
        write: &Write,
    ) -> Result<Vec<Option<Page>>, Error> {
        // Each of them is reported.
        if requests.iter().filter(|request| statement::is_dry_run(request)).count() > 0 {
            return Ok(requests.iter().map(|_| Some(Page::default())).collect());
        }
        let client = clients::client(&self.table.server, node.user())?;
        let caller = Caller::new(client, Arc::clone(&self.meter));
        let ends = send_writes(&caller, requests, write.done)?;
        let pages = requests.iter().zip(ends).map(|(request, end)| {
            let Some(answer) = gone_is_no_row(end)? else { return Ok(None) };
            let wanted = self.outputs.as_ref().map(Outputs::wanted);
            let page = wanted.map(|wanted| decode(request, &answer, &wanted)).transpose()?;
            Ok(Some(page.unwrap_or_default()))
        });
        pages.collect()
    }

    /// The next rows to change; none when all are.
    fn next_fetches(
        &mut self,
        node: ScanNode,
        write: &Write,
        window: usize,
    ) -> Result<Vec<Fetch>, Error> {
        if self.left.is_none() {
            let values = node.evaluate(&self.exprs);
            let plan = &self.private.scan.plan;
            let fetches = plan.bind_to(write.path, &values, &self.table.defaults)?;
            let fetches = fetches.into_iter().flat_map(Fetches::into_fetches);
            let rest = Rc::clone(&self.table.rest);
            self.left = Some(Box::new(fetches.filter(move |fetch| rest.admits(fetch))));
        }
        Ok(self.left.as_mut().map(|left| left.take(window).collect()).unwrap_or_default())
    }

    fn request(&self, write: &Write, fetch: &Fetch) -> Result<Request, Error> {
        let org = fetch.org.clone();
        let mut request =
            write::request(self.table.resource, write, org, |name| fetch.parameter(name))?;
        request.body.clone_from(&self.private.body);
        Ok(request)
    }
}
