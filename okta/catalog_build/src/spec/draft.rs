//! The TOML of a new table, drafted from the specification: what is left is to name it, to say what it is,
//! and to drop what nobody needs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Spec;
use super::operation::Operation;
use crate::names::{Style, folded};
use crate::table::{in_braces, parameters};
use crate::{File, Service, services};

/// The block of a table for a path: that of a list, of one of its objects, or of the only object there.
///
/// # Errors
/// A path that nothing reads, with the nearest ones; and the mistakes of the catalogue.
pub fn draft(files: Vec<File>, spec: &Spec, path: &str) -> Result<String, String> {
    let services = services(files).map_err(|mistakes| {
        mistakes.iter().map(|mistake| format!("{mistake}\n")).collect::<String>()
    })?;
    let paths = Paths::of(spec, path).ok_or_else(|| unknown(spec, path))?;
    Ok(Draft { spec, services: &services, paths: &paths }.block())
}

fn unknown(spec: &Spec, path: &str) -> String {
    let mut reads: Vec<_> = spec.operations.iter().filter(|one| one.method == "GET").collect();
    reads.sort_by_key(|one| strsim::damerau_levenshtein(&one.path, path));
    let nearest = reads.iter().take(3).map(|one| format!("  {}\n", one.path));
    format!("Okta reads nothing at {path}. The nearest paths are:\n{}", nearest.collect::<String>())
}

/// The operations that read a table.
struct Paths<'a> {
    list: Option<&'a Operation>,
    item: Option<&'a Operation>,
    /// The type of a row, and the property that holds the rows.
    row: String,
    wrapped: Option<String>,
}

impl<'a> Paths<'a> {
    fn of(spec: &'a Spec, path: &str) -> Option<Self> {
        let asked = spec.read_of(path)?;
        if let Some((row, wrapped)) = spec.rows(asked) {
            let item = spec.operations.iter().find(|one| {
                let below =
                    one.path.strip_prefix(&asked.path).and_then(|rest| rest.strip_prefix('/'));
                one.method == "GET" && below.and_then(in_braces).is_some()
            });
            return Some(Self { list: Some(asked), item, row, wrapped });
        }
        let above = path.rsplit_once('/').filter(|(_, key)| in_braces(key).is_some());
        if let Some((above, _)) = above
            && spec.read_of(above).is_some_and(|list| spec.rows(list).is_some())
        {
            return Self::of(spec, above);
        }
        Some(Self { list: None, item: Some(asked), row: asked.answer.clone(), wrapped: None })
    }
}

struct Draft<'a> {
    spec: &'a Spec,
    services: &'a [Service],
    paths: &'a Paths<'a>,
}

impl Draft<'_> {
    fn block(&self) -> String {
        let any = self.paths.list.or(self.paths.item);
        let path = any.map_or("", |one| one.path.as_str());
        let last = path.split('/').rev().find(|segment| in_braces(segment).is_none());
        let name = snake(last.unwrap_or_default());
        let mut text = format!("[{name}]\nabout  = \"{}\"\n", name.replace('_', " "));
        if let Some(scope) = any.and_then(|one| one.scopes.first()) {
            let _ = writeln!(text, "scope  = \"{}\"", scope.trim_end_matches(".read"));
        }
        if let Some(one) = any.filter(|one| one.credential != "any") {
            let _ = writeln!(text, "credential = \"{}\"", one.credential);
        }
        if let Some(one) = any.filter(|one| !matches!(one.lifecycle.as_str(), "" | "GA")) {
            let _ = writeln!(text, "lifecycle = \"{}\"", one.lifecycle);
        }
        if let Some(one) = any.filter(|one| !one.skus.is_empty()) {
            let _ = writeln!(text, "sku    = \"{}\"", one.skus);
        }
        if let Some(item) = self.paths.item {
            let _ = writeln!(text, "get    = \"{}\"", self.named(&item.path));
        }
        self.list(&mut text);
        self.writes(&mut text);
        let _ = write!(text, "\n[{name}.columns]\n");
        for (column, value) in self.columns() {
            let _ = writeln!(text, "{column} = {value}");
        }
        text
    }

    fn list(&self, text: &mut String) {
        let Some(list) = self.paths.list else { return };
        let mut parts = vec![format!("path = \"{}\"", self.named(&list.path))];
        if let Some(wrapped) = &self.paths.wrapped {
            parts.push(format!("wrapped = \"{wrapped}\""));
            let links = !self.spec.schemas.types(&list.answer, "_links").is_empty();
            parts.extend(links.then(|| "next = \"body\"".to_owned()));
        }
        let limit = list.query.iter().find(|one| one.name.starts_with("limit"));
        if let Some(limit) = limit {
            parts.push(format!("page = {}", limit.most.unwrap_or(200)));
            let other = limit.name != "limit";
            parts.extend(other.then(|| format!("limit = \"{}\"", limit.name)));
        }
        let _ = writeln!(text, "list   = {{ {} }}", parts.join(", "));
    }

    fn writes(&self, text: &mut String) {
        for (key, one) in self.write_operations() {
            let call = format!("{} {}", one.method, self.named(&one.path));
            let _ = writeln!(text, "{key} = {{ call = \"{call}\" }}");
        }
    }

    fn write_operations(&self) -> Vec<(&'static str, &Operation)> {
        let find = |method: &str, path: Option<&Operation>| {
            let path = &path?.path;
            self.spec.operations.iter().find(|one| one.method == method && one.path == *path)
        };
        let (list, item) = (self.paths.list, self.paths.item);
        let update = ["PATCH", "PUT", "POST"].iter().find_map(|method| find(method, item));
        let writes =
            [("insert", find("POST", list)), ("update", update), ("delete", find("DELETE", item))];
        writes.into_iter().filter_map(|(key, one)| Some((key, one?))).collect()
    }

    /// The name of a path parameter: of the object's own key that of its property.
    fn parameter(&self, name: &str) -> String {
        let own = self.paths.item.and_then(|item| item.path.rsplit('/').next().and_then(in_braces));
        let has_id = !self.spec.schemas.types(&self.paths.row, "id").is_empty();
        if own == Some(name) && self.paths.list.is_some() && has_id {
            "id".to_owned()
        } else {
            snake(name)
        }
    }

    /// A path with the names of columns for its parameters.
    fn named(&self, path: &str) -> String {
        let segments = path.split('/').map(|segment| match in_braces(segment) {
            Some(name) => format!("{{{}}}", self.parameter(name)),
            None => segment.to_owned(),
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// Columns and what is said of each: the key, the parents, then the properties.
    fn columns(&self) -> Vec<(String, String)> {
        let properties = self.spec.schemas.properties(&self.paths.row);
        let written: Vec<_> =
            self.write_operations().into_iter().map(|(_, one)| &one.body).collect();
        let is_written = |name: &str| {
            let schemas = &self.spec.schemas;
            let is_sent = written.iter().any(|body| !schemas.types(body, name).is_empty());
            is_sent && !name.starts_with('_') && !schemas.is_read_only(&self.paths.row, name)
        };
        let mut columns = Vec::new();
        let any = self.paths.item.or(self.paths.list).map_or("", |one| one.path.as_str());
        for name in parameters(any) {
            let column = self.parameter(name);
            let mut parts = Vec::new();
            parts.extend(
                (folded(&column) != folded(name)).then(|| format!("parameter = \"{name}\"")),
            );
            let property = properties.keys().find(|known| folded(known) == folded(&column));
            parts.extend(property.is_none().then(|| "in = \"path\"".to_owned()));
            parts.extend(self.parent(any, name).map(|parent| format!("parent = \"{parent}\"")));
            columns.push((column, said(&parts)));
        }
        for (property, kind) in &properties {
            let column = snake(property);
            if columns.iter().any(|(known, _)| folded(known) == folded(&column)) {
                continue;
            }
            let mut parts = Vec::new();
            parts.extend(sql_type(kind).map(|kind| format!("type = \"{kind}\"")));
            let plain = Style::Camel.spell(&column) == *property;
            parts.extend((!plain).then(|| format!("at = \"{property}\"")));
            parts.extend(is_written(property).then(|| "write = \"optional\"".to_owned()));
            columns.push((column, said(&parts)));
        }
        columns
    }

    /// The relation that lists the values of a parameter: its list has the path before it.
    fn parent(&self, path: &str, parameter: &str) -> Option<String> {
        let (above, _) = path.split_once(&format!("/{{{parameter}}}"))?;
        if self.paths.list.is_some_and(|list| list.path == above) {
            return None;
        }
        let shape = |path: &str| {
            let segments = path.split('/').map(|one| in_braces(one).map_or(one, |_| "{}"));
            segments.collect::<Vec<_>>().join("/")
        };
        let mut tables = self.services.iter().flat_map(Service::tables);
        let (service, name, _) = tables.find(|(.., table)| {
            let list = table.list.as_ref().map(|list| list.get_ref());
            list.is_some_and(|list| list.query.is_empty() && shape(&list.path) == shape(above))
        })?;
        Some(format!("{service}.{name}.id"))
    }
}

/// What is said of a column: its type alone as a text, more as a table.
fn said(parts: &[String]) -> String {
    match parts {
        [] => "\"text\"".to_owned(),
        [one] if one.starts_with("type = ") => one.trim_start_matches("type = ").to_owned(),
        several => format!("{{ {} }}", several.join(", ")),
    }
}

/// The type of a column for a type of the specification; none for text.
fn sql_type(kind: &str) -> Option<&str> {
    match kind {
        "text" => None,
        "integer" => Some("bigint"),
        "boolean" | "double precision" | "text[]" | "timestamptz" => Some(kind),
        _ => Some("jsonb"),
    }
}

/// A name of Okta's in `snake_case`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for letter in name.trim_start_matches(['_', '$']).chars() {
        if letter.is_ascii_uppercase() && after_small {
            snake.push('_');
        }
        after_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        snake.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    snake
}

impl Spec {
    /// The operation that reads a path, whatever its parameters are called.
    fn read_of(&self, path: &str) -> Option<&Operation> {
        super::operation::find(&self.operations, "GET", path)
    }

    /// The type of the rows that an operation lists, and the property that holds them.
    fn rows(&self, operation: &Operation) -> Option<(String, Option<String>)> {
        if let Some(row) = operation.answer.strip_prefix("[]") {
            return Some((row.to_owned(), None));
        }
        let properties: BTreeMap<_, _> = self.schemas.properties(&operation.answer);
        let frame = |name: &str| name.starts_with('_') || name == "next";
        let mut lists = properties.iter().filter(|(name, _)| !frame(name));
        let (name, kind) = lists.next()?;
        let row = kind.strip_prefix("[]").filter(|_| lists.next().is_none())?;
        Some((row.to_owned(), Some(name.clone())))
    }
}
