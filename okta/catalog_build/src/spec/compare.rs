//! One table beside the specification.

use super::Spec;
use super::operation::{Operation, find, words};
use super::schema::holds;
use crate::names::did_you_mean;
use crate::read::{Column, Credential, In, Lifecycle, Read, Scope, Table, Text, Write};
use crate::table::parameters;
use crate::words::Method;
use crate::{Mistake, Service};

/// A table under comparison.
pub(super) struct Comparison<'a> {
    pub(super) spec: &'a Spec,
    pub(super) service: &'a Service,
    pub(super) name: &'a Text,
    pub(super) table: &'a Table,
    pub(super) found: &'a mut Vec<Mistake>,
}

/// What differs in a part of the table.
type Differences = Vec<String>;

impl Comparison<'_> {
    pub(super) fn table(mut self) {
        let table = self.table;
        let at = self.name.span().start;
        self.tell(at, "", table.differs.as_ref(), self.reads());
        if let Some(list) = &table.list {
            let (at, list) = (list.span().start, list.get_ref());
            self.tell(at, "list", list.differs.as_ref(), self.list());
        }
        for (key, write) in table.writes() {
            let at = write.call.span().start;
            self.tell(at, key, write.differs.as_ref(), self.write(write));
        }
        for (_, name, action) in table.actions() {
            let at = action.call.span().start;
            self.tell(at, name, action.differs.as_ref(), self.write(action));
        }
        if let Some(load) = &table.load {
            let call = load.call.get_ref();
            let differences = self.call(method_name(call.method), &call.path, Scope::write).1;
            self.tell(load.call.span().start, "load", load.differs.as_ref(), differences);
        }
        for (name, column) in &table.columns {
            let part = format!("column \"{}\"", name.get_ref());
            let differences = self.column(name.get_ref(), column);
            self.tell(name.span().start, &part, column.differs.as_ref(), differences);
        }
    }

    /// Notes what differs, unless the text says why; and that nothing does, if the text says why.
    fn tell(&mut self, at: usize, part: &str, why: Option<&String>, differences: Differences) {
        let of = if part.is_empty() { "" } else { " of " };
        let whole = format!("{part}{of}{}.{}", self.service.file.name, self.name.get_ref());
        let needless = why.is_some() && differences.is_empty();
        let told = differences.into_iter().filter(|_| why.is_none());
        let told = told.chain(needless.then(|| "it does not differ any more".to_owned()));
        let mistakes = told.map(|what| self.service.file.mistake(at, format!("{whole}: {what}")));
        self.found.extend(mistakes);
    }

    /// The gets, and what is said of the table as a whole.
    fn reads(&self) -> Differences {
        let mut found = Vec::new();
        for way in self.table.gets() {
            let (operations, differences) = self.call("GET", way.path, Scope::read);
            found.extend(differences);
            let query = way.query.into_iter().flat_map(|query| query.keys());
            found.extend(self.query(&operations, query.map(String::as_str)));
        }
        if let Some(first) = self.first() {
            found.extend(self.release(first));
        }
        found
    }

    /// The operation that says how far the table is released.
    fn first(&self) -> Option<&Operation> {
        let list = self.table.list.iter().map(|list| ("GET", list.get_ref().path.as_str()));
        let gets = self.table.gets().map(|way| ("GET", way.path));
        let writes = self.table.writes().map(|(_, write)| &write.call);
        let writes = writes.map(|call| {
            let call = call.get_ref();
            (method_name(call.method), call.path.as_str())
        });
        let mut operations = list.chain(gets).chain(writes);
        operations.find_map(|(method, path)| self.operations(method, path).into_iter().next())
    }

    fn release(&self, operation: &Operation) -> Differences {
        let table = self.table;
        let lifecycle = match table.lifecycle {
            Lifecycle::Ga => "GA",
            Lifecycle::LimitedGa => "LIMITED_GA",
            Lifecycle::Ea => "EA",
            Lifecycle::Beta => "BETA",
        };
        let theirs = operation.lifecycle.as_str();
        let mut found = Vec::new();
        // A few operations say nothing of it.
        if !theirs.is_empty() && theirs != lifecycle {
            found.push(format!("it is {theirs}, and not {lifecycle}"));
        }
        let sku = table.sku.as_deref().unwrap_or_default();
        if sku != operation.skus {
            found.push(format!("its sku is \"{}\", and not \"{sku}\"", operation.skus));
        }
        found
    }

    fn list(&self) -> Differences {
        let Some(list) = self.table.list.as_ref().map(toml::Spanned::get_ref) else {
            return Vec::new();
        };
        let (operations, mut found) = self.call("GET", &list.path, Scope::read);
        if let Some(also) = &list.also {
            found.extend(self.call("GET", also, Scope::read).1);
        }
        let sorts = self.table.filters.values().filter_map(|filter| filter.sort.as_ref());
        let sorts = sorts.flat_map(|sort| sort.by.iter().chain([&sort.order]));
        let filters = self.table.filters.keys().map(Text::get_ref);
        let page = list.page.iter().map(|_| &list.limit);
        let fields = list.fields.then_some("fields");
        let names = list.query.keys().chain(filters).chain(sorts).chain(page);
        found.extend(self.query(&operations, names.map(String::as_str).chain(fields)));
        for operation in operations {
            let most = operation.parameter(&list.limit).and_then(|parameter| parameter.most);
            let ours = list.max.or(list.page);
            if most.is_some() && most != ours {
                found.push(format!("a page has {} rows at most", most.unwrap_or_default()));
            }
            found.extend(self.wrapped(operation, list.wrapped.as_deref()));
        }
        found
    }

    /// The answer of a list is one where the rows are to be found.
    fn wrapped(&self, operation: &Operation, wrapped: Option<&str>) -> Differences {
        if self.rows(operation, wrapped).is_empty() {
            return vec![format!("its answer is {}, which has no rows there", operation.answer)];
        }
        Vec::new()
    }

    /// The types of the rows of a list.
    fn rows(&self, operation: &Operation, wrapped: Option<&str>) -> Vec<String> {
        let lists = match wrapped {
            Some(name) => self.spec.schemas.types(&operation.answer, name),
            None => vec![operation.answer.clone()],
        };
        let element = |list: &String| match list.as_str() {
            "text[]" => Some("text".to_owned()),
            list => list.strip_prefix("[]").map(str::to_owned),
        };
        lists.iter().filter_map(element).collect()
    }

    fn write(&self, write: &Write) -> Differences {
        let method = method_name(write.call.get_ref().method);
        let mut found = Vec::new();
        for path in write.paths() {
            // Those that write many rows are deletes as they are.
            let (operations, differences) = match &write.scope {
                None => self.call(method, path, Scope::write),
                Some(scope) => self.scoped(method, path, &words(scope)),
            };
            found.extend(differences);
            found.extend(self.query(&operations, write.query.keys().map(String::as_str)));
            let accepted = credential_name(write.credential.unwrap_or(self.table.credential));
            let other = operations.iter().filter(|operation| operation.credential != accepted);
            found.extend(
                other.map(|o| format!("{path} accepts {} and not {accepted}", o.credential)),
            );
        }
        found
    }

    /// The operations of a call, and how they differ from what the table says of all.
    fn call(
        &self,
        method: &str,
        path: &str,
        scope: fn(&Scope) -> Option<String>,
    ) -> (Vec<&Operation>, Differences) {
        let ours = self.table.scope.as_ref().and_then(|ours| scope(ours.get_ref()));
        self.scoped(method, path, &words(&ours.unwrap_or_default()))
    }

    /// The same of a call that needs some scopes.
    fn scoped(&self, method: &str, path: &str, ours: &[String]) -> (Vec<&Operation>, Differences) {
        let operations = self.operations(method, path);
        let mut found = Vec::new();
        if operations.is_empty() {
            found.push(format!("there is no {method} {path}"));
        }
        let accepted = credential_name(self.table.credential);
        for operation in &operations {
            if operation.scopes != ours {
                found.push(format!("{method} {path} needs {:?}", operation.scopes));
            }
            if method == "GET" && operation.credential != accepted {
                found.push(format!("{path} accepts {} and not {accepted}", operation.credential));
            }
        }
        (operations, found)
    }

    /// The operation of a path, or those that it is with the known values of its columns.
    fn operations(&self, method: &str, path: &str) -> Vec<&Operation> {
        let find = |path: &str| find(&self.spec.operations, method, path);
        if let Some(operation) = find(path) {
            return vec![operation];
        }
        let mut known = parameters(path).filter_map(|name| Some((name, self.table.column(name)?)));
        let Some((name, column)) = known.find(|(_, column)| !column.values.is_empty()) else {
            return Vec::new();
        };
        let values = column.values.iter();
        let paths = values.map(|value| path.replace(&format!("{{{name}}}"), value));
        paths.map(|path| find(&path)).collect::<Option<_>>().unwrap_or_default()
    }

    /// The parameters that are sent are there, and those that must be sent are.
    fn query<'a>(
        &self,
        operations: &[&Operation],
        sent: impl Iterator<Item = &'a str>,
    ) -> Differences {
        let sent: Vec<_> = sent.collect();
        let mut found = Vec::new();
        for operation in operations {
            let known = || operation.query.iter().map(|parameter| parameter.name.as_str());
            let unknown = sent.iter().filter(|name| operation.parameter(name).is_none());
            found.extend(unknown.map(|name| {
                format!("there is no parameter \"{name}\". {}", did_you_mean(name, known()))
            }));
            let needed = operation.query.iter().filter(|parameter| parameter.required);
            let missing = needed.filter(|parameter| !sent.contains(&parameter.name.as_str()));
            found.extend(missing.map(|parameter| format!("it needs \"{}\"", parameter.name)));
        }
        found
    }

    fn column(&self, name: &str, column: &Column) -> Differences {
        let mut found = Vec::new();
        // Entries of a load have a shape of their own.
        if self.table.load.is_some() || matches!(column.r#in, Some(In::Org | In::Path)) {
            return found;
        }
        let link = column.link.clone();
        if let Some(path) = column.property(name).or(link).filter(|path| path != "$")
            && column.read != Read::Never
        {
            found.extend(self.property(&path, column, &self.answers(column.read)));
        }
        let sent = column.written_at.clone().or_else(|| column.property(name));
        if let Some(path) = sent.filter(|path| path != "$") {
            found.extend(self.property(&path, column, &self.bodies(column)));
        }
        found
    }

    /// A property is in one of some objects, if there are any, and of a type that the column can hold.
    fn property(&self, path: &str, column: &Column, objects: &[String]) -> Differences {
        let types = objects.iter().flat_map(|object| self.spec.schemas.types(object, path));
        let types: Vec<_> = types.collect();
        if types.is_empty() && !objects.is_empty() {
            return vec![format!("there is no property {path}")];
        }
        let other = types.iter().filter(|kind| !holds(column.r#type, kind));
        let mut told: Vec<_> = other.map(|kind| format!("{path} is {kind}")).collect();
        told.sort();
        told.dedup();
        told
    }

    /// The types of the objects that answers have.
    fn answers(&self, read: Read) -> Vec<String> {
        let table = self.table;
        let mut answers = Vec::new();
        if matches!(read, Read::Always | Read::List)
            && let Some(list) = table.list.as_ref().map(toml::Spanned::get_ref)
        {
            let operations = self.operations("GET", &list.path);
            let rows = operations.iter().flat_map(|o| self.rows(o, list.wrapped.as_deref()));
            answers.extend(rows);
        }
        if matches!(read, Read::Always | Read::Get) {
            let gets = table.gets().flat_map(|way| self.operations("GET", way.path));
            answers.extend(gets.map(|operation| operation.answer.clone()));
        }
        if read == Read::Insert || !table.is_read() {
            let insert = table.insert.iter().flat_map(|insert| self.calls_of(insert));
            answers.extend(insert.map(|operation| operation.answer.clone()));
        }
        answers.retain(|answer| answer != "-");
        answers
    }

    /// The types of the objects that a column is sent in.
    fn bodies(&self, column: &Column) -> Vec<String> {
        let Some(writing) = column.write else { return Vec::new() };
        let table = self.table;
        let writes = [(writing.insert, &table.insert), (writing.update, &table.update)];
        let sent = writes.into_iter().filter(|(sends, _)| *sends).filter_map(|(_, w)| w.as_ref());
        // Of the others the text says what they hold.
        let sent = sent.filter(|write| write.given().is_none());
        let bodies = sent.flat_map(|write| self.calls_of(write)).map(|o| o.body.clone());
        bodies.filter(|body| body != "-").collect()
    }

    fn calls_of(&self, write: &Write) -> Vec<&Operation> {
        let call = write.call.get_ref();
        self.operations(method_name(call.method), &call.path)
    }
}

fn method_name(method: Method) -> &'static str {
    match method {
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

fn credential_name(credential: Credential) -> &'static str {
    match credential {
        Credential::Any => "any",
        Credential::Oauth => "oauth",
        Credential::Token => "token",
        Credential::None => "none",
    }
}
