//! Bad catalogues, and what is said of them.

mod specification;

use super::{File, rust};

const GOOD: &str = r#"
[zones]
about   = "Zones"
noun    = "zone"
scope   = "okta.zones"
label   = "name"
get     = "/api/v1/zones/{id}"
list    = { path = "/api/v1/zones", page = 20, max = 200 }
filters.filter = { combines = true }
insert  = { call = "POST /api/v1/zones" }
update  = { call = "POST /api/v1/zones/{id}", always = ["name"] }
set.status.activate = { to = "ACTIVE", call = "POST /api/v1/zones/{id}/lifecycle/activate", done = "zone activated" }
columns = { id = "text", status = "text", name = { write = "required", filter = "eq" }, created = "timestamptz" }

[rows]
about   = "Rows of a zone"
noun    = "row"
scope   = "okta.zones"
columns = { zone_id = { in = "path", parent = "zones.zones.id" }, name = { write = "required" } }
load    = { call = "POST /api/v1/zones/{zone_id}/rows", body = { rows = ["{*}"] }, opposite = "unrows" }

[unrows]
about   = "Rows to take away"
noun    = "row"
scope   = "okta.zones"
columns = { zone_id = { in = "path" }, name = { write = "required" } }
load    = { call = "POST /api/v1/zones/{zone_id}/unrows", body = { rows = ["{name}"] }, opposite = "rows", deletes = true }
"#;

fn file(name: &str, text: &str) -> File {
    File { name: name.to_owned(), text: text.to_owned() }
}

fn built(zones: &str) -> Result<String, Vec<String>> {
    let files = vec![file("zones", zones), file("services", r#"services = ["zones"]"#)];
    rust(files).map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

/// Replaces in the good catalogue what stands after each `-` by what stands after the `+`: then the
/// message in the next line is among those that are said.
fn check(cases: &str) {
    for case in cases.trim().split("\n\n") {
        let lines: Vec<_> = case.lines().collect();
        let [old, new, expected] = lines.as_slice() else { panic!("{case}") };
        let (old, new) = (old.strip_prefix("- ").unwrap(), new.strip_prefix("+").unwrap());
        assert_eq!(GOOD.matches(old).count(), 1, "{old}");
        let said = built(&GOOD.replace(old, new.trim())).unwrap_err();
        let expected = format!("okta/catalog/zones.toml:{expected}");
        assert!(said.iter().any(|one| one.starts_with(&expected)), "{expected}\n{said:#?}");
    }
}

#[test]
fn a_good_catalogue_becomes_rust() {
    let rust = built(GOOD).unwrap();
    for part in [
        r#"static ZONES_ZONES: Resource = Resource { name: "zones.zones", service: "zones", table: "zones""#,
        r#"Column { name: "subdomain", folded: "subdomain", camel: "subdomain", alias: None, kind: Type::Text, source: Source::Org"#,
        r#"item: Some(Item { path: "/api/v1/zones/{id}", query: &[], key: &["id"], exact: true })"#,
        r#"page: Some(PageLimit { parameter: "limit", default: 20, max: 200 })"#,
        r#"body: Body::Object { always: &["name"] }, whole: false"#,
        r#"done: "zone updated""#,
        r#"sets: Some(("status", "ACTIVE"))"#,
        r#"open: "{\"rows\":[", close: "]}", entry: EntryShape::Value { column: "name" }"#,
        r#"noun: "zone", label: Some("name")"#,
        r#"ParentColumn { parameter: "zone_id", resource: &ZONES_ZONES, column: "id" }"#,
        r#"ALL: &[&Resource] = &[&ZONES_ZONES, &ZONES_ROWS, &ZONES_UNROWS]"#,
        r#"BY_NAME: &[(&str, &Resource)] = &[("zones.rows", &ZONES_ROWS), ("zones.unrows", &ZONES_UNROWS), ("zones.zones", &ZONES_ZONES)]"#,
    ] {
        assert!(rust.contains(part), "{part}\n{rust}");
    }
}

#[test]
fn the_shape_is_checked() {
    check(
        r#"
- noun    = "zone"
+ noum = "zone"
4: unknown field `noum`, expected one of `about`, `aliases`

- status = "text"
+ status = "txt"
13: unknown variant `txt`, expected one of `text`, `timestamptz`, `jsonb`

- status = "text"
+ status = { fliter = "eq" }
13: unknown field `fliter`, expected one of `type`

- status = "text"
+ status = 7
13: invalid type: integer `7`, expected a type or a table

- filter = "eq"
+ filter = "eq gt"
13: a filter is some of eq, ne, sw, co, range, sort, not "gt"

- filter = "eq"
+ filter = "sw"
13: a filter has eq, too

- write = "required", filter
+ write = "always", filter
13: a write is optional or required, insert or update, or the latter and required, not "always"

- filter = "eq"
+ length = "9..5"
13: a length is LEAST..MOST, not "9..5"

- "POST /api/v1/zones" }
+ "/api/v1/zones" }
10: a call is POST, PUT, PATCH or DELETE and a path, not "/api/v1/zones"

- "zones.zones.id"
+ "zones.id"
19: a parent is service.table.column, not "zones.id"

- about   = "Zones"
+
2: missing field `about`

- done = "zone activated"
+ form = ["INACTIVE"]
12: unknown field `form`

- get     = "/api/v1/zones/{id}"
+ get = 1
7: expected a path, { path = …, query = …, exact = … }, or a list of them

- [rows]
+ [zones]
15: duplicate key
"#,
    );
}

#[test]
fn names_are_checked() {
    check(
        r#"
- label   = "name"
+ label = "nam"
6: label of zones.zones: there is no column "nam". Perhaps you meant "name".

- get     = "/api/v1/zones/{id}"
+ get = "/api/v1/zones/{idx}"
7: path of zones.zones: there is no column "idx". Perhaps you meant "id".

- always = ["name"]
+ always = ["status"]
11: update of zones.zones: column "status" is not written

- to = "ACTIVE", call
+ call
12: set of zones.zones: it needs a "to"

- noun    = "zone"
+ aliases = ["rows"]
15: zones.rows: it has the same name as "rows"

- list    = {
+ list = { query = { type = "{kind}" },
8: list of zones.zones: there is no column "kind". Perhaps you meant "id".

- done = "zone activated"
+ done = "zone activated", bucket = "/api/v1/zones/{name}"
12: bucket of zones.zones: "name" is not in /api/v1/zones/{id}/lifecycle/activate

- set.status.activate
+ set.state.activate
12: set of zones.zones: there is no column "state". Perhaps you meant "status".

- status = "text"
+ na_me = "text"
13: column "name" of zones.zones: it has the same name as "na_me"

- status = "text"
+ Status = "text"
13: column "Status" of zones.zones: a name is of a-z, 0-9 and _

- status = "text"
+ status = { at = "name" }
13: column "name" of zones.zones: another one is at "name", too

- "zones.zones.id"
+ "zones.zone.id"
19: column "zone_id" of zones.rows: there is no parent zones.zone. Perhaps you meant "zones.zones".

- "zones.zones.id"
+ "zones.zones.ip"
19: column "zone_id" of zones.rows: its parent zones.zones has no column "ip"

- created = "timestamptz"
+ created = { type = "timestamptz", at = "Name" }
13: column "created" of zones.zones: another one is spelled "name", too

- id = "text"
+ id = { parent = "zones.zones.id" }
13: column "id" of zones.zones: its parent zones.zones is a parent of its own parents

- opposite = "unrows"
+ opposite = "unrow"
20: load of zones.rows: no table unrow loads. Perhaps you meant "unrows".

- opposite = "rows"
+ opposite = "unrows"
20: load of zones.rows: unrows has another opposite

- rows = ["{name}"]
+ rows = ["{nam}"]
27: load of zones.unrows: there is no column "nam". Perhaps you meant "name".
"#,
    );
}

#[test]
fn what_the_code_cannot_do_is_refused() {
    check(
        r#"
- set.status.activate = { to = "ACTIVE", call = "POST /api/v1/zones/{id}/lifecycle/activate", done = "zone activated" }
+ set.status.start = { to = "ACTIVE", call = "POST /api/v1/zones/{id}/lifecycle/start" }
12: set of zones.zones: it needs a "done"

- "POST /api/v1/zones" }
+ "POST /api/v1/zones", to = "ACTIVE" }
10: insert of zones.zones: only "set" has a "from" and a "to"

- "POST /api/v1/zones" }
+ "POST /api/v1/zones", sends = "whole" }
10: insert of zones.zones: only "update" has a "sends"

- "POST /api/v1/zones" }
+ "POST /api/v1/zones", body = { name = "name" } }
10: insert of zones.zones: its body is none of those that README.md shows

- always = ["name"]
+ twice = true
11: update of zones.zones: only "delete" has "needs", "twice" and "all"

- filters.filter = { combines = true }
+
13: column "name" of zones.zones: the table has no filters

- filters.filter = { combines = true }
+ filters = { filter = {}, q = {} }
9: filters of zones.zones: the code knows one that takes expressions

- filters.filter = { combines = true }
+ filters = { filter = { combines = true }, q = { prefix = ["name"], sort = { order = "o" } } }
9: filters of zones.zones: only one that takes expressions combines, is open or sorts

- filters.filter = { combines = true }
+ filters = { filter = { combines = true }, q = { equals = "name", from = "created" } }
9: filters of zones.zones: it compares in one way

- filters.filter = { combines = true }
+ filters = { filter = { combines = true }, q = { from = "name" } }
9: filters of zones.zones: only timestamptz has a from and a before

- max = 200
+ max = 10
8: list of zones.zones: its page is not above its max

- name = { write = "required", filter = "eq" }
+ name = { type = "jsonb", write = "required", length = "1..2" }
13: column "name" of zones.zones: only text has a length

- filter = "eq"
+ filter = "eq range"
13: column "name" of zones.zones: only timestamptz has range and sort

- created = "timestamptz"
+ created = { type = "timestamptz", filter = "eq sort" }
13: column "created" of zones.zones: the filter of the table has no sort

- status = "text"
+ status = { in = "path" }
13: column "status" of zones.zones: no path has it

- status = "text"
+ status = { in = "path", filter = "eq" }
13: column "status" of zones.zones: only a property is filtered or written

- status = "text"
+ status = { in = "query" }
13: column "status" of zones.zones: no query has it

- status = "text"
+ status = { read = "never" }
13: column "status" of zones.zones: it is neither read nor written

- status = "text"
+ status = { at = "state", link = "_links.state.href" }
13: column "status" of zones.zones: its value is "at", in a "link" or "in" something, one of them

- status = "text"
+ status = { in = "org" }
13: column "status" of zones.zones: subdomain is in = "org", and no other

- id = "text"
+ id = "jsonb"
13: column "id" of zones.zones: it is in a path, and must be text

- get     = "/api/v1/zones/{id}"
+ get = "/api/v1/zones/{id"
7: path of zones.zones: it is /, names and {columns}, not "/api/v1/zones/{id"

- "POST /api/v1/zones" }
+ "POST api/v1/zones" }
10: path of zones.zones: it is /, names and {columns}, not "api/v1/zones"

- body = { rows = ["{*}"] }
+ body = { rows = "{*}" }
20: load of zones.rows: its body has one list, of one of the entries that README.md shows

- call = "POST /api/v1/zones/{zone_id}/rows"
+ call = "PUT /api/v1/zones/{zone_id}/rows"
20: load of zones.rows: the code sends a POST
"#,
    );
}

#[test]
fn scopes_and_ways_are_needed() {
    let table =
        |rest: &str| format!("[zones]\nabout = \"Zones\"\ncolumns = {{ id = \"text\" }}\n{rest}");
    for (rest, expected) in [
        (
            "scope = { raed = \"r\" }\nget = \"/zones/{id}\"",
            "4: expected a scope without its .read, or { read = …, write = … }",
        ),
        ("scope = \"okta.zones\"", "1: zones.zones: nothing reads or writes it"),
        (
            "scope = { write = \"w\" }\nlist = { path = \"/zones\" }",
            "4: scope of zones.zones: reads need one",
        ),
        (
            "scope = { read = \"r\" }\ndelete = { call = \"DELETE /zones/{id}\", done = \"zone deleted\" }",
            "4: scope of zones.zones: writes need one",
        ),
        (
            "scope = { read = \"r\" }\nget = \"/zones\"\nlist = { path = \"/zones\" }",
            "5: get of zones.zones: no parameter tells one object from another",
        ),
    ] {
        assert_eq!(
            built(&table(rest)).unwrap_err(),
            [format!("okta/catalog/zones.toml:{expected}")]
        );
    }
}

#[test]
fn each_file_is_listed_and_there() {
    let files = vec![file("zones", GOOD), file("services", "services = [\n\"zone\"\n]")];
    let said: Vec<_> = rust(files).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "okta/catalog/services.toml:2: there is no zone.toml",
            "okta/catalog/zones.toml:1: services.toml does not list the service",
        ]
    );
}
