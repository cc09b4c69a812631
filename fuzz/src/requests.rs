//! Requests of odd values go to the org, at the depth that was planned, and filters hold values as values.

use std::sync::LazyLock;

use okta::Kind;
use okta::catalog::{Filter, Resource, resources};
use okta::plan::{Defaults, Needs, Op, Predicate, PredicateValue, choose, path};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::{Input, request};

/// Every path of the catalogue.
static PATHS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let of = |resource: &'static Resource| {
        let writes = resource.insert.into_iter().chain(resource.delete);
        let list = resource.collection.as_ref().map(|collection| collection.path);
        let items = resource.item.into_iter().chain(resource.other_item).map(|item| item.path);
        items.chain(list).chain(writes.map(|w| w.path))
    };
    resources().flat_map(of).collect()
});

pub fn a_path(input: &mut Input<'_>) {
    let template = input.one_of(&PATHS);
    let values: Vec<_> = path::parameters(template).map(|name| (name, input.text())).collect();
    let value = |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, v)| v);
    let path = path::fill(template, |name| value(name).map(|v| v.into()));
    let mut request = request(input, &path);
    request.query = (0..input.below(3)).map(|_| (input.text(), input.text())).collect();
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
}

/// Paths that nobody encoded are refused rather than read otherwise.
pub fn a_path_as_it_stands(input: &mut Input<'_>) {
    let path = input.mutated("/api/v1/users/00u1/groups");
    let request = request(input, &path);
    match request.url() {
        Ok(url) => {
            let base = request.org.base().path().trim_end_matches('/');
            assert_eq!(url.path(), format!("{base}{path}"));
            assert_eq!(url.origin(), request.org.base().origin());
            assert!(url.query().is_none() && url.fragment().is_none(), "{path:?}");
        }
        Err(error) => assert_eq!(error.kind, Kind::CannotAsk, "{path:?}"),
    }
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

static DEFAULTS: LazyLock<Defaults> =
    LazyLock::new(|| Defaults { subdomain: Some("acme".parse().unwrap()), ..Defaults::default() });

/// The resources whose list takes a filter.
static FILTERED: LazyLock<Vec<(&Resource, &Filter)>> = LazyLock::new(|| {
    let filter = |r: &'static Resource| Some((r, r.collection.as_ref()?.filter.as_ref()?));
    resources().filter_map(filter).collect()
});

/// A LIKE pattern without its escapes.
fn unescaped(pattern: &str) -> String {
    let mut characters = pattern.chars();
    let mut text = String::new();
    while let Some(c) = characters.next() {
        text.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    text
}

pub fn a_filter(input: &mut Input<'_>) {
    let (resource, filter) = input.one_of(&FILTERED);
    let (mut given, mut patterns) = (Vec::new(), Vec::new());
    let mut predicates: Vec<_> = (0..2 + input.below(4))
        .map(|_| {
            let values: Vec<_> = (0..1 + input.below(3)).map(|_| input.text()).collect();
            let attribute = &filter.attributes[input.below(filter.attributes.len())];
            let op = input.one_of(&[Op::Eq, Op::Eq, Op::Like, Op::ILike, Op::Lt, Op::Ge]);
            match op {
                Op::Like | Op::ILike => {
                    patterns.extend(values.iter().map(|pattern| unescaped(pattern)))
                }
                _ => given.extend_from_slice(&values),
            }
            Predicate {
                column: attribute.column.to_owned(),
                op,
                value: PredicateValue::Known(values),
            }
        })
        .collect();
    let list = predicates.split_off(1 + input.below(predicates.len() - 1));
    let mut plan = choose(resource, predicates, Needs::default(), |_| true).unwrap();
    plan.filter_by_any(list);
    let asked = plan.bind(&[], &DEFAULTS).unwrap();
    for fetch in asked.iter().flat_map(|fetches| fetches.iter()) {
        let request = fetch.request(None);
        let name = filter.parameter;
        let Some((_, expression)) = request.query.iter().find(|(known, _)| known == name) else {
            continue;
        };
        let (literals, words) = parts(expression);
        for literal in literals {
            // A time is rounded.
            let time = literal.ends_with('Z') && literal.len() == 24;
            // Of a pattern stands the beginning.
            let beginning = || patterns.iter().any(|pattern| pattern.starts_with(&literal));
            assert!(time || given.contains(&literal) || beginning(), "{literal:?} of {expression}");
        }
        for word in words {
            let known = filter.attributes.iter().any(|attribute| attribute.name == word);
            let grammar = ["eq", "sw", "lt", "le", "gt", "ge", "pr", "or", "and", "id", "status"];
            assert!(known || grammar.contains(&word.as_str()), "{word} of {expression}");
        }
    }
}
