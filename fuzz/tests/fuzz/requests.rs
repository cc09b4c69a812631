//! Requests of odd values go to the org, at the depth that was planned, and filters hold values as values.

use okta::Kind;
use okta::catalog::{RESOURCES, Resource};
use okta::plan::{Defaults, Op, Predicate, Value, choose, path};
use okta_fuzz::{Rng, input, run};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::request;

fn paths() -> Vec<&'static str> {
    let of = |resource: &&'static Resource| {
        let writes = resource.insert.into_iter().chain(resource.delete);
        let list = resource.collection.as_ref().map(|collection| collection.path);
        [resource.item, resource.other_item, list]
            .into_iter()
            .flatten()
            .chain(writes.map(|w| w.path))
    };
    RESOURCES.iter().flat_map(of).collect()
}

#[test]
fn a_path() {
    let paths = paths();
    run(|rng| {
        let template = paths[rng.usize(..paths.len())];
        let values: Vec<_> =
            path::parameters(template).map(|name| (name, input::text(rng))).collect();
        let value = |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, v)| v);
        let path = path::fill(template, |name| value(name).map(|v| v.into()));
        let mut request = request(rng, &path);
        request.query = (0..rng.usize(..3)).map(|_| (input::text(rng), input::text(rng))).collect();
        let base = request.org.base().clone();
        let url = match request.url() {
            Ok(url) => url,
            Err(error) => return assert_eq!(error.kind, Kind::CannotAsk, "{values:?}"),
        };
        assert_eq!(url.origin(), base.origin(), "{values:?}");
        assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
        assert!(url.as_str().bytes().all(|b| b.is_ascii_graphic()), "{url}");
        let below = url.path().strip_prefix(base.path().trim_end_matches('/')).unwrap();
        let (planned, sent): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), below.split('/').collect());
        assert_eq!(planned.len(), sent.len(), "{values:?}");
        for (planned, sent) in planned.into_iter().zip(sent) {
            let name = planned.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let meant = name.and_then(value).map_or(planned, String::as_str);
            assert_eq!(percent_decode_str(sent).decode_utf8().unwrap(), meant);
            assert!(meant.split(['/', '\\']).all(|part| part != ".." && part != "."), "{meant:?}");
        }
        let query = url.query().unwrap_or_default();
        let read: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(read, request.query);
    });
}

/// Paths that nobody encoded are refused rather than read otherwise.
#[test]
fn a_path_as_it_stands() {
    run(|rng| {
        let path = input::mutated(rng, "/api/v1/users/00u1/groups");
        let request = request(rng, &path);
        match request.url() {
            Ok(url) => {
                let base = request.org.base().path().trim_end_matches('/');
                assert_eq!(url.path(), format!("{base}{path}"));
                assert_eq!(url.origin(), request.org.base().origin());
                assert!(url.query().is_none() && url.fragment().is_none(), "{path:?}");
            }
            Err(error) => assert_eq!(error.kind, Kind::CannotAsk, "{path:?}"),
        }
    });
}

/// The values of an expression's literals, and the words between them.
fn parts(expression: &str) -> (Vec<String>, Vec<String>) {
    let (mut literals, mut between) = (Vec::new(), String::new());
    let mut characters = expression.chars();
    while let Some(c) = characters.next() {
        if c != '"' {
            between.push(c);
            continue;
        }
        let mut literal = String::new();
        loop {
            match characters.next().unwrap() {
                '"' => break,
                '\\' => literal.push(characters.next().unwrap()),
                c => literal.push(c),
            }
        }
        literals.push(literal);
        between.push(' ');
    }
    let words = between.split([' ', '(', ')']).filter(|word| !word.is_empty()).map(str::to_owned);
    (literals, words.collect())
}

fn predicate(rng: &mut Rng, column: &str) -> Predicate {
    let values = (0..rng.usize(1..4)).map(|_| input::text(rng)).collect();
    let op = [Op::Eq, Op::Eq, Op::Lt, Op::Ge][rng.usize(..4)];
    Predicate { column: column.to_owned(), op, value: Value::Known(values) }
}

#[test]
fn a_filter() {
    let defaults = Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() };
    let filtered: Vec<_> = RESOURCES
        .iter()
        .filter_map(|r| Some((r, r.collection.as_ref()?.filter.as_ref()?)))
        .collect();
    run(|rng| {
        let (resource, filter) = filtered[rng.usize(..filtered.len())];
        let count = rng.usize(1..4);
        let predicates: Vec<_> = (0..count)
            .map(|_| {
                let attribute = &filter.attributes[rng.usize(..filter.attributes.len())];
                predicate(rng, attribute.column)
            })
            .collect();
        let given: Vec<String> = predicates
            .iter()
            .flat_map(|p| match &p.value {
                Value::Known(values) => values.clone(),
                Value::Slot(_) => Vec::new(),
            })
            .collect();
        let plan = choose(resource, predicates, |_| true).unwrap();
        for fetch in plan.bind(&[], &defaults).unwrap() {
            let request = fetch.request(None);
            let name = filter.parameter;
            let Some((_, expression)) = request.query.iter().find(|(known, _)| known == name)
            else {
                continue;
            };
            let (literals, words) = parts(expression);
            for literal in literals {
                // A time is rounded.
                let time = literal.ends_with('Z') && literal.len() == 24;
                assert!(time || given.contains(&literal), "{literal:?} of {expression}");
            }
            for word in words {
                let known = filter.attributes.iter().any(|attribute| attribute.name == word);
                let grammar = ["eq", "lt", "le", "gt", "ge", "pr", "or", "and", "id", "status"];
                assert!(known || grammar.contains(&word.as_str()), "{word} of {expression}");
            }
        }
    });
}
