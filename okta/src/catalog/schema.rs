//! What IMPORT FOREIGN SCHEMA finds: the remote schemas, and the names that tables and columns have there.
//!
//! A remote schema is a service, or `okta`, which has the tables of all services. How a table is declared
//! is not known here.

use super::names::{self, Style};
use super::{Column, Resource, resources};

/// The remote schema that has the tables of all services.
pub const OKTA: &str = "okta";

/// A table of a remote schema.
#[derive(Debug)]
pub struct RemoteTable {
    /// Its name there.
    pub name: String,
    /// Its other names there.
    pub aliases: Vec<String>,
    /// What it is.
    pub resource: &'static Resource,
}

/// The name of every remote schema.
pub fn remote_schemas() -> Vec<&'static str> {
    let mut known: Vec<_> = resources().map(|resource| resource.service).collect();
    known.dedup();
    known.push(OKTA);
    known
}

/// The tables of a remote schema, none when there is no such schema. Case and underscores do not count.
pub fn remote_tables(schema: &str) -> Vec<RemoteTable> {
    let schema = names::folded(schema);
    let flat = schema == OKTA;
    let there = resources().filter(|r| flat || names::is_same(r.service, &schema));
    let named = |resource: &'static Resource| {
        let name = |table: &&str| if flat { resource.flat(table) } else { (*table).to_owned() };
        let aliases = resource.aliases.iter().map(name).collect();
        RemoteTable { name: name(&resource.table), aliases, resource }
    };
    there.map(named).collect()
}

impl Resource {
    /// Its name in the schema `okta`.
    pub fn flat_name(&self) -> String {
        self.flat(self.table)
    }

    fn flat(&self, table: &str) -> String {
        if table == self.service { table.to_owned() } else { format!("{}_{table}", self.service) }
    }

    /// Its columns with their names in a style, each name once. Folded names are for SQL that was written
    /// for StackQL, which calls a key by its path parameter: a column may stand under that name, too.
    pub fn spelled(&self, style: Style) -> Vec<(String, &'static Column)> {
        let own = self.served_columns().map(|column| (self.spell(column, style), column));
        let mut spelled: Vec<_> = own.collect();
        if style == Style::Folded {
            for column in self.served_columns() {
                let Some(alias) = column.alias.map(str::to_ascii_lowercase) else { continue };
                let found = self.column(&alias).is_some_and(|found| found.name == column.name);
                if found && spelled.iter().all(|(name, _)| *name != alias) {
                    spelled.push((alias, column));
                }
            }
        }
        spelled
    }

    /// The name of a column in a style. Where the property is called as another column is, this one keeps
    /// the name.
    fn spell(&self, column: &Column, style: Style) -> String {
        let spelled = column.spell(style);
        let folded = names::folded(&spelled);
        let is_free = self.columns.iter().all(|c| c.folded != folded || c.name == column.name);
        if is_free { spelled } else { style.spell(column.name) }
    }

    /// Whether a column shows a secret of Okta's: its own value, or a part of it, is one.
    pub fn shows_secret(&self, column: &Column) -> bool {
        let holds = |inner: &str| {
            column.property().is_some_and(|outer| {
                let rest = inner.strip_prefix(outer);
                outer == "$" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let mut secrets = self.columns.iter().filter(|column| column.secret);
        column.secret || secrets.any(|secret| secret.property().is_some_and(holds))
    }

    /// The column that the option `field` names: one that is no property by its own name, any by its
    /// property, and one whose property is called as another column is by its own name, too.
    pub fn by_field(&self, field: &str) -> Option<&'static Column> {
        let named = |column: &&Column| column.name == field;
        let mut others = self.served_columns().filter(|column| column.property().is_none());
        let other = others.find(named);
        other
            .or_else(|| self.served_columns().find(|column| column.property() == Some(field)))
            .or_else(|| self.served_columns().find(named))
    }

    /// What the option `field` says for a column.
    pub fn field(&self, column: &Column) -> &'static str {
        let property = column.property();
        let is_clear = |field: &&str| self.by_field(field).is_none_or(|c| c.property() == property);
        property.filter(is_clear).unwrap_or(column.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::ALL;
    use super::*;

    /// PostgreSQL cuts longer names.
    const LONGEST: usize = 63;

    #[test]
    fn flat_names_are_short_and_told_apart() {
        let mut known = HashSet::new();
        for resource in ALL {
            for table in std::iter::once(&resource.table).chain(resource.aliases) {
                let name = resource.flat(table);
                assert!(name.len() <= LONGEST, "{name}");
                assert!(known.insert(name.clone()), "{name}");
            }
        }
        for (resource, flat) in [
            ("users.users", "users"),
            ("users.factors", "users_factors"),
            ("apps.application_users", "apps_application_users"),
            ("logs.system_log_events", "logs_system_log_events"),
        ] {
            let found = ALL.iter().find(|r| r.name == resource).unwrap();
            assert_eq!(found.flat_name(), flat);
        }
    }

    #[test]
    fn services_are_told_apart_without_underscores() {
        let mut services: Vec<_> = ALL.iter().map(|resource| resource.service).collect();
        services.dedup();
        let folded: HashSet<_> = services.iter().map(|name| names::folded(name)).collect();
        assert_eq!(folded.len(), services.len());
        assert!(!folded.contains(OKTA));
    }

    #[test]
    fn a_schema_is_found_whatever_its_case_and_underscores() {
        let names = |schema| remote_tables(schema).into_iter().map(|table| table.name);
        assert!(names("Authorization_Servers").eq(names("authorizationservers")));
        assert!(names("_well_known").eq(names("wellknown")));
        assert_eq!(names("OKTA").count(), resources().count());
        assert_eq!(names("nothing").count(), 0);
    }

    #[test]
    fn columns_are_told_apart_in_every_style() {
        for resource in ALL {
            for style in [Style::Snake, Style::Folded, Style::Camel] {
                let mut known = HashSet::new();
                for column in resource.columns {
                    let name = resource.spell(column, style);
                    assert!(name.len() <= LONGEST, "{} of {}", name, resource.name);
                    assert!(known.insert(name.clone()), "{style:?}: {name} of {}", resource.name);
                }
            }
        }
    }

    #[test]
    fn a_field_leads_back_to_its_column() {
        for resource in resources() {
            for column in resource.served_columns() {
                let found = resource.by_field(resource.field(column)).unwrap();
                assert_eq!(found.source, column.source, "{}.{}", resource.name, column.name);
            }
        }
    }

    #[test]
    fn a_secret_is_shown_by_what_it_is_a_part_of() {
        for resource in ALL.iter().filter(|r| r.columns.iter().any(|column| column.secret)) {
            for column in resource.columns {
                let shows = column.secret || column.property() == Some("$");
                assert_eq!(resource.shows_secret(column), shows, "{}", resource.name);
            }
        }
    }

    #[test]
    fn names_of_stackql_are_found() {
        let claims = super::super::find("authorizationservers.claims").unwrap();
        let names: Vec<_> =
            claims.spelled(Style::Folded).into_iter().map(|(name, _)| name).collect();
        for name in ["id", "authserverid", "alwaysincludeintoken", "group_filter_type", "claimid"] {
            assert!(names.iter().any(|known| known == name), "{name} of {names:?}");
            assert!(claims.column(name).is_some(), "{name}");
        }
        assert!(claims.spelled(Style::Snake).iter().all(|(name, _)| name != "claim_id"));
    }

    #[test]
    fn each_alias_names_one_column() {
        for resource in ALL {
            let mut known = HashSet::new();
            let aliases = resource.columns.iter().filter_map(|column| column.alias);
            for alias in aliases {
                assert!(known.insert(names::folded(alias)), "{alias} of {}", resource.name);
            }
        }
    }
}
