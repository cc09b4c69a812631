//! The choice between asking for objects and asking for a collection.
//!
//! It looks at which columns have predicates, never at values: those may be known only later.

use super::{Op, Predicate, ScanPlan, filter, path};
use crate::catalog::{Item, Resource};
use crate::error::{Error, Kind};

/// Chooses how to read a resource. `given` says whether an option of the table gives a path parameter.
///
/// The item path is used when all its parameters are known, the collection otherwise.
///
/// # Errors
/// [`Kind::CannotAsk`] when Okta cannot list the resource and the query does not name its objects.
pub fn choose(
    resource: &Resource,
    predicates: Vec<Predicate>,
    given: impl Fn(&str) -> bool,
) -> Result<ScanPlan, Error> {
    let equal = |name: &str| predicates.iter().any(|p| p.column == name && p.op == Op::Eq);
    // Without a collection to look through, the parents are asked one by one.
    let parent = resource.parent.as_ref().map(|parent| parent.parameter);
    let found = |name: &str| resource.collection.is_none() && parent == Some(name);
    let usable = |item: Item| {
        item.key.iter().all(|name| equal(name) || given(name))
            && path::parameters(item.path).all(|name| equal(name) || given(name) || found(name))
    };
    let item = resource.item.is_some_and(usable);
    let other_item = !item && resource.other_item.is_some_and(usable);
    let listable = resource.collection.as_ref().is_some_and(|collection| {
        path::parameters(collection.path).all(|n| equal(n) || given(n) || parent == Some(n))
    });
    if !item && !other_item && !listable {
        return Err(cannot_list(resource));
    }
    let plan = ScanPlan { other_item, ..ScanPlan::new(resource, item || other_item, Vec::new()) };
    let keys: Vec<_> = path::parameters(plan.path(resource)).collect();
    let org = resource.org_column().map(|column| column.name);
    // Where the whole key of a write is known, nothing needs to be read.
    let writes = resource.delete.into_iter().chain(resource.updates.iter().map(|u| u.write));
    let written: Vec<_> = writes.flat_map(|write| path::parameters(write.path)).collect();
    let whole = written.iter().all(|name| equal(name) || given(name));
    let is_key = |name: &str| {
        keys.contains(&name) || org == Some(name) || (whole && written.contains(&name))
    };
    let (predicates, local_conditions): (Vec<_>, Vec<_>) = predicates.into_iter().partition(|p| {
        let key = p.op == Op::Eq && is_key(&p.column);
        key || (!plan.item && filter::understands(resource, p))
    });
    let local_conditions = local_conditions.into_iter().map(|predicate| vec![predicate]).collect();
    Ok(ScanPlan { predicates, local_conditions, ..plan })
}

/// The error for a query that names nothing that Okta can be asked for.
pub(super) fn cannot_list(resource: &Resource) -> Error {
    let name = resource.name;
    let parent = resource.parent.as_ref().map(|parent| parent.parameter);
    let item = resource.item.map(|item| item.path);
    let item = item.or(resource.collection.as_ref().map(|collection| collection.path));
    let Some(item) = item else {
        let message = format!("{name} can only be written to: Okta offers no way to read it back");
        return Error::new(Kind::CannotAsk, message);
    };
    let keys: Vec<_> = path::parameters(item).filter(|key| parent != Some(*key)).collect();
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
        choose(resource, columns.iter().map(|c| eq(c)).collect(), |_| option).unwrap()
    }

    #[test]
    fn an_object_is_asked_for_when_all_its_keys_are_known() {
        assert!(sessions(&["id", "identity_source_id"], false).item);
        assert!(sessions(&["id"], true).item);
        assert!(!sessions(&["id"], false).item);
        assert!(sessions(&[], true).item);
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
        let plan = choose(resource, vec![eq("status"), eq("last_login")], |_| false).unwrap();
        assert_eq!(plan.predicates, [eq("status")]);
    }
}
