//! Batches of rows for an import session, cut by Okta's limits: entries and bytes.
//!
//! Rows come as JSON texts that were checked before; when a batch is sent is not decided here.

use serde_json::Value;

use super::body::{self, Subject};
use crate::catalog::{Column, EntryShape, Load, Resource, Type};
use crate::error::{Error, Kind};

/// The most entries of one call, by Okta's rule.
pub const MOST_ENTRIES: usize = 200;
/// The most bytes of one body: 200 KB, read strictly.
pub const MOST_BYTES: usize = 200_000;
/// The most calls of one session.
pub const MOST_CALLS: usize = 50;

/// A row on its way: its parts of the body, and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadRow {
    /// The entry, or the value by which entries are grouped.
    head: String,
    /// The member, for grouped entries.
    member: Option<String>,
    /// The external id of the user or group that it is about.
    id: String,
}

/// The entries of one body, in the order in which they came.
#[derive(Debug)]
pub struct LoadBatch {
    entries: Vec<BatchEntry>,
    /// For each row the number of its entry, and the mark that it came with.
    rows: Vec<(usize, i32)>,
    bytes: usize,
}

#[derive(Debug)]
struct BatchEntry {
    head: String,
    id: String,
    members: Vec<String>,
}

impl LoadRow {
    /// Builds a row of the texts that a table's columns have, checked by Okta's rules. `profile` holds
    /// further properties, under the named ones.
    ///
    /// # Errors
    /// [`Kind::Invalid`] for a value that Okta would refuse; the message names row and column.
    pub fn build(
        resource: &Resource,
        load: &Load,
        values: Vec<(String, Value)>,
    ) -> Result<Self, Error> {
        if let Some((path, _)) = values.iter().find(|(path, _)| !is_loaded(resource, path)) {
            let message = format!("{} takes no property \"{path}\"", resource.name);
            return Err(Error::new(Kind::Invalid, message).hint("Leave it out of the INSERT."));
        }
        let object = body::object(resource, values, Vec::new(), Subject::New)?;
        let of = |column: &str| {
            let path = resource.column(column).and_then(Column::property);
            path.and_then(|path| body::at(&object, path)).map(Value::to_string).unwrap_or_default()
        };
        let (head, member) = match load.entry {
            EntryShape::Object => (object.to_string(), None),
            EntryShape::Value { column } => (of(column), None),
            EntryShape::Grouped { by, members, .. } => (of(by), Some(of(members))),
        };
        let id = match load.entry {
            EntryShape::Object => {
                let keys = resource.columns.iter().filter(|column| resource.is_key(column.name));
                let mut keys = keys.filter_map(|column| body::at(&object, column.property()?));
                keys.next().map(Value::to_string).unwrap_or_default()
            }
            EntryShape::Value { .. } | EntryShape::Grouped { .. } => head.clone(),
        };
        Ok(Self { head, member, id })
    }
}

/// Whether a property is that of a column, or an attribute of a profile.
fn is_loaded(resource: &Resource, path: &str) -> bool {
    resource.columns.iter().any(|column| {
        let rest = column.property().and_then(|property| path.strip_prefix(property));
        rest.is_some_and(|rest| {
            rest.is_empty() || column.kind == Type::Json && rest.starts_with('.')
        })
    })
}

impl LoadBatch {
    /// An empty batch.
    pub fn new(load: &Load) -> Self {
        Self { entries: Vec::new(), rows: Vec::new(), bytes: load.open.len() + load.close.len() }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows in it.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The highest mark of a row.
    pub fn highest_mark(&self) -> i32 {
        self.rows.iter().map(|(_, mark)| *mark).max().unwrap_or(0)
    }

    /// Lowers the marks that are higher.
    pub fn lower_marks(&mut self, to: i32) {
        self.rows.iter_mut().for_each(|(_, mark)| *mark = to.min(*mark));
    }

    /// Adds a row with a mark, or gives it back when the batch is full. Marks never fall from one row to
    /// the next.
    pub fn add(&mut self, load: &Load, row: LoadRow, mark: i32) -> Result<(), LoadRow> {
        let names = match load.entry {
            EntryShape::Grouped { names, .. } => Some(names),
            EntryShape::Object | EntryShape::Value { .. } => None,
        };
        let same = |entry: &BatchEntry| names.is_some() && entry.head == row.head;
        let known = self.entries.iter().position(same);
        let bytes = match (names, &row.member, known) {
            (_, Some(member), Some(_)) => member.len() + 1,
            (Some(names), Some(member), None) => {
                group_text(names, &row.head, &[]).len() + member.len() + 1
            }
            _ => row.head.len() + 1,
        };
        let full = known.is_none() && self.entries.len() >= MOST_ENTRIES;
        if full || self.bytes + bytes > MOST_BYTES {
            return Err(row);
        }
        let number = known.unwrap_or(self.entries.len());
        if known.is_none() {
            self.entries.push(BatchEntry { head: row.head, id: row.id, members: Vec::new() });
        }
        if let Some(entry) = self.entries.get_mut(number) {
            entry.members.extend(row.member);
        }
        self.bytes += bytes;
        self.rows.push((number, mark));
        Ok(())
    }

    /// Takes back the rows from a mark on. Their bytes stay counted: a batch may be cut early, never late.
    pub fn take_back(&mut self, from: i32) {
        while self.rows.last().is_some_and(|(_, mark)| *mark >= from) {
            let Some((number, _)) = self.rows.pop() else { return };
            if let Some(entry) = self.entries.get_mut(number) {
                entry.members.pop();
            }
            if !self.rows.iter().any(|(other, _)| *other == number) {
                self.entries.truncate(number);
            }
        }
    }

    /// Whether some row is about the same user, group or membership as a row of another batch.
    pub fn mentions(&self, other: &LoadRow) -> bool {
        let same_member = |entry: &BatchEntry| {
            other.member.as_ref().is_none_or(|member| entry.members.contains(member))
        };
        self.entries.iter().any(|entry| entry.id == other.id && same_member(entry))
    }

    /// The body of the call.
    pub fn body(&self, load: &Load) -> String {
        let mut body = String::with_capacity(self.bytes);
        body.push_str(load.open);
        for (i, entry) in self.entries.iter().enumerate() {
            if i > 0 {
                body.push(',');
            }
            match load.entry {
                EntryShape::Grouped { names, .. } => {
                    body.push_str(&group_text(names, &entry.head, &entry.members))
                }
                EntryShape::Object | EntryShape::Value { .. } => body.push_str(&entry.head),
            }
        }
        body.push_str(load.close);
        body
    }
}

fn group_text((by, of): (&str, &str), group: &str, members: &[String]) -> String {
    format!(r#"{{"{by}":{group},"{of}":[{}]}}"#, members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::find;

    fn row(table: &str, values: &[(&str, Value)]) -> Result<LoadRow, Error> {
        let resource = find(table).unwrap();
        let values = values.iter().map(|(path, value)| ((*path).to_owned(), value.clone()));
        LoadRow::build(resource, resource.load.as_ref().unwrap(), values.collect())
    }

    fn load(table: &str) -> &'static Load {
        find(table).unwrap().load.as_ref().unwrap()
    }

    const UPSERT: &str = "identity_sources.bulk_upsert";

    fn user(id: &str) -> [(&'static str, Value); 2] {
        [("externalId", id.into()), ("profile.userName", "x".into())]
    }

    #[test]
    fn named_columns_come_before_the_profile() {
        let profile = serde_json::json!({"email": "x@y.z", "badge": 7, "on": true, "none": null});
        let row = row(
            UPSERT,
            &[
                ("externalId", "1".into()),
                ("profile.email", "a@b.example".into()),
                ("profile", profile),
            ],
        );
        let entry: Value = serde_json::from_str(&row.unwrap().head).unwrap();
        assert_eq!(entry["profile"]["email"], "a@b.example");
        assert_eq!(entry["profile"]["badge"], "7");
        assert_eq!(entry["profile"]["on"], "true");
        assert!(entry["profile"]["none"].is_null());
    }

    #[test]
    fn what_okta_would_refuse_is_refused() {
        let id = ("externalId", Value::from("42"));
        let list = serde_json::json!({"a": [1]});
        for bad in
            [("profile", list), ("profile.email", "x".into()), ("profile.x", serde_json::json!([]))]
        {
            let error = row(UPSERT, &[id.clone(), bad]).unwrap_err();
            assert!(error.message.contains("\"42\""), "{}", error.message);
        }
        assert!(row(UPSERT, &[("profile.email", "a@b.example".into())]).is_err());
        assert!(row(UPSERT, &[id]).is_err());
    }

    #[test]
    fn what_no_entry_has_is_refused() {
        let id = ("externalId", Value::from("42"));
        for table in ["bulk_delete", "bulk_groups_delete"] {
            let table = format!("identity_sources.{table}");
            for path in ["profile.reason", "reason", "$"] {
                let error = row(&table, &[id.clone(), (path, "x".into())]).unwrap_err();
                assert!(error.message.contains(path), "{}", error.message);
            }
            assert!(row(&table, std::slice::from_ref(&id)).is_ok());
        }
        assert!(row(UPSERT, &[id, ("profile.badge", "x".into())]).is_ok());
    }

    #[test]
    fn a_batch_is_cut_by_entries() {
        let mut batch = LoadBatch::new(load(UPSERT));
        for n in 0..MOST_ENTRIES {
            let row = row(UPSERT, &user(&n.to_string())).unwrap();
            assert!(batch.add(load(UPSERT), row, 1).is_ok());
        }
        let more = row(UPSERT, &user("x")).unwrap();
        assert!(batch.add(load(UPSERT), more, 1).is_err());
        let body: Value = serde_json::from_str(&batch.body(load(UPSERT))).unwrap();
        assert_eq!(body["profiles"].as_array().unwrap().len(), MOST_ENTRIES);
        assert_eq!(body["entityType"], "USERS");
    }

    #[test]
    fn a_batch_is_cut_by_bytes() {
        let mut batch = LoadBatch::new(load(UPSERT));
        let big = "é".repeat(4000);
        let mut rows = 0;
        loop {
            let id = ("externalId", Value::from(rows.to_string()));
            let row = row(UPSERT, &[id, ("profile.homeAddress", big.clone().into())]).unwrap();
            if batch.add(load(UPSERT), row, 1).is_err() {
                break;
            }
            rows += 1;
        }
        assert!(batch.body(load(UPSERT)).len() <= MOST_BYTES);
        assert!(batch.body(load(UPSERT)).len() + 8100 > MOST_BYTES);
    }

    #[test]
    fn memberships_are_grouped() {
        let table = "identity_sources.bulk_group_memberships_upsert";
        let mut batch = LoadBatch::new(load(table));
        for (group, member) in [("g", "1"), ("h", "1"), ("g", "2")] {
            let values = [("groupExternalId", group.into()), ("memberExternalIds", member.into())];
            assert!(batch.add(load(table), row(table, &values).unwrap(), 1).is_ok());
        }
        assert_eq!(
            batch.body(load(table)),
            r#"{"memberships":[{"groupExternalId":"g","memberExternalIds":["1","2"]},{"groupExternalId":"h","memberExternalIds":["1"]}]}"#
        );
        assert_eq!(batch.rows(), 3);
    }

    #[test]
    fn opposites_are_noticed() {
        let mut batch = LoadBatch::new(load(UPSERT));
        let upsert = row(UPSERT, &user("1")).unwrap();
        assert!(batch.add(load(UPSERT), upsert, 1).is_ok());
        let delete =
            |id: &str| row("identity_sources.bulk_delete", &[("externalId", id.into())]).unwrap();
        assert!(batch.mentions(&delete("1")));
        assert!(!batch.mentions(&delete("2")));
    }

    #[test]
    fn opposite_memberships_are_those_of_the_same_member() {
        let table = "identity_sources.bulk_group_memberships_upsert";
        let membership = |group: &str, member: &str| {
            let values = [("groupExternalId", group.into()), ("memberExternalIds", member.into())];
            row(table, &values).unwrap()
        };
        let mut batch = LoadBatch::new(load(table));
        assert!(batch.add(load(table), membership("g", "1"), 1).is_ok());
        assert!(batch.mentions(&membership("g", "1")));
        assert!(!batch.mentions(&membership("g", "2")));
        assert!(!batch.mentions(&membership("h", "1")));
    }

    #[test]
    fn rows_can_be_taken_back() {
        let table = "identity_sources.bulk_group_memberships_upsert";
        let mut batch = LoadBatch::new(load(table));
        for (group, member, mark) in [("g", "1", 1), ("g", "2", 2), ("h", "3", 2), ("g", "4", 3)] {
            let values = [("groupExternalId", group.into()), ("memberExternalIds", member.into())];
            assert!(batch.add(load(table), row(table, &values).unwrap(), mark).is_ok());
        }
        batch.lower_marks(2);
        assert_eq!(batch.highest_mark(), 2);
        batch.take_back(2);
        assert_eq!(batch.rows(), 1);
        assert_eq!(
            batch.body(load(table)),
            r#"{"memberships":[{"groupExternalId":"g","memberExternalIds":["1"]}]}"#
        );
    }
}
