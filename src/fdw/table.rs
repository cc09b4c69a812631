//! A foreign table, understood: its resource, what each of its columns is, and the options that count.
//!
//! It is read anew for each planning and each execution, so that ALTER takes effect at once.

use std::rc::Rc;

use okta::catalog::{self, Resource};
use okta::decode::{Form, Wanted};
use okta::org::Org;
use okta::plan::{Defaults, wrong_partition};
use okta::{Error, Kind};
use pgrx::pg_sys;

use super::bound::{self, Rest};
use super::column::{Meaning, TableColumn};
use super::options::{self, Costs};
use crate::pg::foreign::{self, Server};
use crate::pg::{callbacks, relation, time};

/// A foreign table and its server.
pub(crate) struct Table {
    pub(crate) relation: pg_sys::Oid,
    pub(crate) resource: &'static Resource,
    pub(crate) columns: Vec<TableColumn>,
    pub(crate) server: Server,
    pub(crate) defaults: Defaults,
    /// What the bound of a partition says beyond that.
    pub(crate) rest: Rc<Rest>,
    /// Rows of a page, as asked for and clamped to what the endpoint allows; `None` where it has no say.
    pub(crate) page_size: Option<u32>,
    pub(crate) estimated_rows: Option<u32>,
    pub(crate) max_concurrency: usize,
    /// Parents that one scan may ask on its own; `None` for no bound.
    pub(crate) max_fan_out: Option<usize>,
    pub(crate) costs: Costs,
}

impl Table {
    /// Reads a foreign table.
    ///
    /// # Errors
    /// [`Kind::OptionValue`] for a missing or bad option, and for a column that stands for nothing.
    pub(crate) fn open(relation: pg_sys::Oid) -> Result<Self, Error> {
        let table = foreign::table(relation);
        let server = foreign::server(table.server);
        let resource = options::find(&table.options, "resource").ok_or_else(|| {
            let name = foreign::relation_name(relation);
            Error::new(
                Kind::OptionValue,
                format!("foreign table \"{name}\" has no option \"resource\""),
            )
            .hint("ALTER FOREIGN TABLE … OPTIONS (ADD resource 'identity_sources.sessions').")
        })?;
        let resource = catalog::find(resource)?;
        let columns = relation::attributes(relation);
        let columns = columns.into_iter().map(|a| TableColumn::understand(relation, resource, a));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let (bound, rest) = bound::read(relation, resource, &columns);
        let defaults = options::defaults(&server.options, &table.options, resource)?;
        Ok(Self {
            relation,
            resource,
            columns,
            defaults: Defaults {
                bound,
                now: time::timestamp(callbacks::statement_started()),
                ..defaults
            },
            rest: Rc::new(rest),
            page_size: page_size(resource, options::page_size(&server.options, &table.options)?),
            estimated_rows: options::estimated_rows(&table.options)?,
            costs: options::costs(&server.options)?,
            max_concurrency: options::max_concurrency(&server.options)?,
            max_fan_out: options::max_fan_out(&server.options, &table.options)?,
            server,
        })
    }

    /// The org that a row is written to, which may name it.
    ///
    /// # Errors
    /// Those of [`Defaults::row_org`]; [`Kind::NotAllowed`] for one that a partition is not for.
    pub(crate) fn row_org(&self, name: Option<&str>) -> Result<Org, Error> {
        let column = self.resource.org_column().map_or("", |column| column.name);
        let org = self.defaults.row_org(column, name)?;
        if self.rest.admits_row(|name| (name == column).then(|| org.name())) {
            return Ok(org);
        }
        Err(wrong_partition(org.name()))
    }

    /// The name of the relation, for messages.
    pub(crate) fn name(&self) -> String {
        foreign::relation_name(self.relation)
    }

    /// The column of an attribute number.
    pub(crate) fn column(&self, attnum: i16) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.attribute.attnum == attnum)
    }

    /// The column that stands for a column of the catalogue.
    pub(crate) fn column_for(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.catalogue_name(self.resource) == Some(name))
    }

    /// Adds the cells that a column is made of to what is wanted of an answer.
    pub(crate) fn want(&self, column: &TableColumn, wanted: &mut Wanted) -> Cell {
        match &column.meaning {
            Meaning::Org => Cell::Org,
            Meaning::Link(path) => self.property(column, wanted.add(path, Form::LastSegment)),
            Meaning::Parameter(name) => Cell::Parameter(name),
            Meaning::Property(path) => {
                let json = matches!(column.attribute.base, pg_sys::JSONOID | pg_sys::JSONBOID);
                let form = if json { Form::Json } else { Form::Text };
                self.property(column, wanted.add(path, form))
            }
        }
    }

    /// A cell, and the parameter that stands in for it, where the object does not repeat it.
    fn property(&self, column: &TableColumn, cell: usize) -> Cell {
        let name = column.catalogue_name(self.resource);
        let mut parameters = self.resource.parameters.iter().copied();
        let parameter = parameters.find(|parameter| name == Some(parameter));
        Cell::Property { cell, parameter }
    }
}

/// Where a column's value is found in an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell {
    Org,
    Parameter(&'static str),
    /// A cell, or the path parameter that was asked with where the object does not repeat it.
    Property {
        cell: usize,
        parameter: Option<&'static str>,
    },
}

/// The page size to ask for: what the option says, within what the endpoint allows.
fn page_size(resource: &Resource, option: Option<u32>) -> Option<u32> {
    let limit = resource.collection.as_ref()?.page?;
    Some(option.unwrap_or(limit.default).clamp(1, limit.max))
}
