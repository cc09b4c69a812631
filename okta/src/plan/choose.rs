//! The choice between asking for objects and asking for a collection.
//!
//! It looks at which columns have predicates, never at values: those may be known only later.

use super::{Access, Op, Predicate, ScanPlan, demanded, path, query};
use crate::catalog::{Item, Resource};
use crate::error::{Error, Kind};

/// What a query wants that only some answers have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// Something that only the answer to a request for one object has.
    pub items: bool,
    /// Something that only a list has.
    pub lists: bool,
}

/// Chooses how to read a resource. `given` says whether an option of the table gives a parameter.
///
/// The item path is used when all its parameters are known, the collection otherwise.
///
/// # Errors
/// [`Kind::CannotAsk`] when Okta cannot list the resource and the query does not name its objects.
pub fn choose(
    resource: &'static Resource,
    predicates: Vec<Predicate>,
    needs: Needs,
    given: impl Fn(&str) -> bool,
) -> Result<ScanPlan, Error> {
    let equal = |name: &str| predicates.iter().any(|p| p.column == name && p.op == Op::Eq);
    let known = |name: &str| equal(name) || given(name);
    let access = access(resource, needs, &known).ok_or_else(|| cannot_list(resource))?;
    let plan = ScanPlan::new(resource, access);
    let mut keys: Vec<_> = path::parameters(plan.path()).collect();
    keys.extend(path::query_parameters(plan.query()));
    keys.extend(resource.org_column().map(|column| column.name));
    // Where the whole key of a write is known, nothing needs to be read.
    let writes = resource.delete.into_iter().chain(resource.updates.iter().map(|u| u.write));
    let written: Vec<_> = writes.flat_map(|write| path::parameters(write.path)).collect();
    if written.iter().all(|name| known(name)) {
        keys.extend(written);
    }
    let is_key = |p: &Predicate| p.op == Op::Eq && keys.contains(&p.column.as_str());
    let is_listed = plan.list().is_some();
    let (predicates, local_conditions): (Vec<_>, Vec<_>) = predicates
        .into_iter()
        .partition(|p| is_key(p) || (is_listed && query::understands(resource, p)));
    let local_conditions = local_conditions.into_iter().map(|predicate| vec![predicate]).collect();
    Ok(ScanPlan { predicates, local_conditions, ..plan })
}

fn access(
    resource: &'static Resource,
    needs: Needs,
    known: &impl Fn(&str) -> bool,
) -> Option<Access> {
    let list = resource.collection.as_ref();
    // Without a collection to look through, the parents are asked one by one.
    let found = |name: &str| list.is_none() && can_find(resource, name, known);
    let usable = |item: Item| {
        item.key.iter().all(|name| known(name))
            && demanded(resource, item.path, item.query).all(|name| known(name) || found(name))
    };
    let listable = list.is_some_and(|list| can_list(resource, list.path, list.query, known));
    let prefers_list = needs.lists && listable;
    if resource.item.is_some_and(usable) && !prefers_list {
        return Some(Access::Item);
    }
    if resource.other_item.is_some_and(usable) && !prefers_list {
        return Some(Access::OtherItem);
    }
    let list = list.filter(|_| listable)?;
    if needs.items && resource.item.is_some_and(|item| item.key.len() == 1) {
        return Some(Access::EachItem);
    }
    let longer = list.also.is_some_and(|also| path::parameters(also).all(known));
    Some(if longer { Access::Sublist } else { Access::List })
}

/// Whether every parameter of a list is known or can be found.
fn can_list(
    resource: &'static Resource,
    path: &'static str,
    query: crate::catalog::Query,
    known: &impl Fn(&str) -> bool,
) -> bool {
    demanded(resource, path, query).all(|name| known(name) || can_find(resource, name, known))
}

/// Whether the values of a parameter are known beforehand, or a list has them.
fn can_find(resource: &'static Resource, name: &str, known: &impl Fn(&str) -> bool) -> bool {
    if !resource.known_values(name).is_empty() {
        return true;
    }
    let Some(parent) = resource.parent(name) else { return false };
    let list = parent.resource.collection.as_ref();
    list.is_some_and(|list| can_list(parent.resource, list.path, list.query, known))
}

/// The error for a query that names nothing that Okta can be asked for.
pub(super) fn cannot_list(resource: &'static Resource) -> Error {
    let name = resource.name;
    let item = resource.item.map(|item| (item.path, item.query));
    let list = resource.collection.as_ref().map(|list| (list.path, list.query));
    let Some((path, query)) = list.or(item) else {
        let message = format!("{name} can only be written to: Okta offers no way to read it back");
        return Error::new(Kind::CannotAsk, message);
    };
    let keys = demanded(resource, path, query);
    let keys: Vec<_> = keys.filter(|key| !can_find(resource, key, &|_| false)).collect();
    Error::new(Kind::CannotAsk, format!("Okta has no list of {name}"))
        .hint(format!("Name what you want: WHERE {} = …", keys.join(" = … AND ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::plan::PredicateValue;

    fn eq(column: &str) -> Predicate {
        Predicate { column: column.into(), op: Op::Eq, value: PredicateValue::Param(0) }
    }

    fn sessions(columns: &[&str], option: bool) -> ScanPlan {
        let resource = catalog::find("identity_sources.sessions").unwrap();
        choose(resource, columns.iter().map(|c| eq(c)).collect(), Needs::default(), |_| option)
            .unwrap()
    }

    #[test]
    fn an_object_is_asked_for_when_all_its_keys_are_known() {
        assert!(sessions(&["id", "identity_source_id"], false).is_item());
        assert!(sessions(&["id"], true).is_item());
        assert!(!sessions(&["id"], false).is_item());
        assert!(sessions(&[], true).is_item());
    }

    #[test]
    fn only_usable_predicates_are_kept() {
        let plan = sessions(&["id", "status", "subdomain"], false);
        let kept: Vec<_> = plan.predicates.iter().map(|p| p.column.as_str()).collect();
        assert_eq!(kept, ["subdomain"]);
    }

    #[test]
    fn users_are_filtered_by_okta() {
        let resource = catalog::find("users.users").unwrap();
        let plan =
            choose(resource, vec![eq("status"), eq("last_login")], Needs::default(), |_| false)
                .unwrap();
        assert_eq!(plan.predicates, [eq("status")]);
    }
}
