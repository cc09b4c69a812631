//! From the bytes of an answer to rows: wanted properties become cells, the others are skipped unread.
//!
//! It knows JSON and dotted paths, not resources. A cell is text; what PostgreSQL makes of it is not
//! decided here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How a property becomes a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Strings lose their quotes and escapes; anything else keeps its JSON text.
    Text,
    /// The JSON text as Okta sent it.
    Json,
    /// The last segment of an address.
    LastSegment,
}

/// The properties that rows are made of, as a tree over their paths.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    root: Node,
    width: usize,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// Cells that hold this property itself.
    cells: Vec<(usize, Form)>,
    children: BTreeMap<String, Node>,
}

impl Wanted {
    /// Adds a property, a dotted path or `$` for the whole object, and returns the number of its cell.
    pub fn add(&mut self, path: &str, form: Form) -> usize {
        let steps = path.split('.').filter(|_| path != "$");
        let node = steps
            .fold(&mut self.root, |node, step| node.children.entry(step.to_owned()).or_default());
        node.cells.push((self.width, form));
        self.width += 1;
        self.width - 1
    }
}

/// The place of a string that is no text: outside every buffer.
const BROKEN: Range<usize> = usize::MAX..usize::MAX;

/// Rows of one answer. The text of all cells stands in one buffer, so that a page costs few
/// allocations whatever its size.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    cells: Vec<Option<Range<usize>>>,
    width: usize,
    rows: usize,
}

impl Page {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Bytes of memory that the page holds.
    pub fn bytes(&self) -> usize {
        self.text.capacity() + self.cells.capacity() * size_of::<Option<Range<usize>>>()
    }

    /// The text of a cell; `None` for JSON's null, and for a property that the object does not have.
    pub fn cell(&self, row: usize, cell: usize) -> Option<&str> {
        let range = self.cells.get(row * self.width + cell)?.clone()?;
        self.text.get(range)
    }

    /// Decodes an array of objects.
    ///
    /// # Errors
    /// serde_json's, for bytes that are no such JSON.
    pub fn list(bytes: &[u8], wanted: &Wanted) -> serde_json::Result<Self> {
        Self::decode(bytes, |page, json| json.deserialize_seq(Rows { page, wanted }))
    }

    /// Decodes an object whose property of a name is the array of rows.
    ///
    /// # Errors
    /// serde_json's, for bytes that are no such JSON.
    pub fn wrapped(bytes: &[u8], name: &str, wanted: &Wanted) -> serde_json::Result<Self> {
        Self::decode(bytes, |page, json| json.deserialize_map(Wrapper { page, name, wanted }))
    }

    /// Decodes a single object.
    ///
    /// # Errors
    /// serde_json's, for bytes that are no such JSON.
    pub fn object(bytes: &[u8], wanted: &Wanted) -> serde_json::Result<Self> {
        Self::decode(bytes, |page, json| RowSeed { page, wanted }.deserialize(json))
    }

    fn decode<'de>(
        bytes: &'de [u8],
        read: impl FnOnce(
            &mut Self,
            &mut serde_json::Deserializer<serde_json::de::SliceRead<'de>>,
        ) -> serde_json::Result<()>,
    ) -> serde_json::Result<Self> {
        let mut page = Self::default();
        let mut json = serde_json::Deserializer::from_slice(bytes);
        read(&mut page, &mut json)?;
        json.end()?;
        Ok(page)
    }

    /// Whether a cell is a JSON string that is no text: one with half of a surrogate pair.
    pub fn is_broken(&self, row: usize, cell: usize) -> bool {
        self.cells.get(row * self.width + cell) == Some(&Some(BROKEN))
    }

    fn put(&mut self, cell: usize, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.place(cell, start..self.text.len());
    }

    /// Says where in the buffer the text of a cell of the last row stands.
    fn place(&mut self, cell: usize, range: Range<usize>) {
        let row = self.cells.len() - self.width;
        if let Some(slot) = self.cells.get_mut(row + cell) {
            *slot = Some(range);
        }
    }
}

struct Rows<'a> {
    page: &'a mut Page,
    wanted: &'a Wanted,
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(RowSeed { page: self.page, wanted: self.wanted })?.is_some() {}
        Ok(())
    }
}

/// An object around the rows.
struct Wrapper<'a> {
    page: &'a mut Page,
    name: &'a str,
    wanted: &'a Wanted,
}

impl<'de> Visitor<'de> for Wrapper<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with an array {:?}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            if name == self.name && !found {
                found = true;
                let rows = Rows { page: &mut *self.page, wanted: self.wanted };
                members.next_value_seed(rows)?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(serde::de::Error::custom(format!("no {:?}", self.name))) }
    }
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

struct RowSeed<'a> {
    page: &'a mut Page,
    wanted: &'a Wanted,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        let page = self.page;
        page.width = self.wanted.width;
        page.cells.resize(page.cells.len() + page.width, None);
        page.rows += 1;
        let root = &self.wanted.root;
        if root.cells.is_empty() && root.children.is_empty() {
            IgnoredAny::deserialize(json).map(drop)
        } else if root.cells.is_empty() {
            json.deserialize_map(Members { page, node: &self.wanted.root })
        } else {
            Property { page, node: &self.wanted.root }.deserialize(json)
        }
    }
}

/// An object whose wanted members are read.
struct Members<'a> {
    page: &'a mut Page,
    node: &'a Node,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            match self.node.children.get(name.as_ref()) {
                Some(node) => members.next_value_seed(Property { page: self.page, node })?,
                None => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// A value that some cell holds, or that has members which some cell holds.
struct Property<'a> {
    page: &'a mut Page,
    node: &'a Node,
}

impl<'de> DeserializeSeed<'de> for Property<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        let raw: &'de RawValue = serde::Deserialize::deserialize(json)?;
        fill(self.page, self.node, raw.get()).map_err(serde::de::Error::custom)
    }
}

fn fill(page: &mut Page, node: &Node, raw: &str) -> serde_json::Result<()> {
    if raw == "null" {
        return Ok(());
    }
    for (cell, form) in &node.cells {
        if *form != Form::Json && raw.starts_with('"') {
            match serde_json::from_str::<Cow<'_, str>>(raw) {
                Ok(text) if *form == Form::LastSegment => page.put(*cell, last_segment(&text)),
                Ok(text) => page.put(*cell, &text),
                // Only the row that shows it fails.
                Err(_) => page.place(*cell, BROKEN),
            }
        } else {
            page.put(*cell, raw);
        }
    }
    if !node.children.is_empty() && raw.starts_with('{') {
        serde_json::Deserializer::from_str(raw).deserialize_map(Members { page, node })?;
    }
    Ok(())
}

/// The last segment of the path of an address.
fn last_segment(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(json: &str, paths: &[(&str, Form)]) -> Vec<Vec<Option<String>>> {
        let mut wanted = Wanted::default();
        for (path, form) in paths {
            wanted.add(path, *form);
        }
        let page = Page::list(json.as_bytes(), &wanted).unwrap();
        let cell = |row, cell| page.cell(row, cell).map(str::to_owned);
        (0..page.len()).map(|row| (0..paths.len()).map(|c| cell(row, c)).collect()).collect()
    }

    fn one(json: &str, path: &str, form: Form) -> Option<String> {
        decoded(&format!("[{json}]"), &[(path, form)]).remove(0).remove(0)
    }

    #[test]
    fn scalars() {
        assert_eq!(one(r#"{"a":"x\ny"}"#, "a", Form::Text).unwrap(), "x\ny");
        assert_eq!(one(r#"{"a":"x"}"#, "a", Form::Json).unwrap(), "\"x\"");
        assert_eq!(one(r#"{"a":1.50}"#, "a", Form::Text).unwrap(), "1.50");
        assert_eq!(one(r#"{"a":true}"#, "a", Form::Text).unwrap(), "true");
        assert_eq!(one(r#"{"a":null}"#, "a", Form::Text), None);
        assert_eq!(one(r#"{"b":1}"#, "a", Form::Text), None);
    }

    #[test]
    fn the_last_segment_of_an_address() {
        let segment = |address: &str| {
            one(&format!(r#"{{"a":"{address}"}}"#), "a", Form::LastSegment).unwrap()
        };
        assert_eq!(segment("https://acme.okta.com/api/v1/policies/rst1"), "rst1");
        assert_eq!(segment("https://acme.okta.com/api/v1/policies/rst1/?a=b/c"), "rst1");
        assert_eq!(segment("rst1"), "rst1");
    }

    #[test]
    fn nested_properties_beside_their_parent() {
        let json = r#"[{"profile":{"login":"a","x":[1, 2]},"id":"1"},{"profile":null,"id":"2"}]"#;
        let paths = [("profile", Form::Json), ("profile.login", Form::Text), ("id", Form::Text)];
        let rows = decoded(json, &paths);
        assert_eq!(rows[0][0].as_deref(), Some(r#"{"login":"a","x":[1, 2]}"#));
        assert_eq!(rows[0][1].as_deref(), Some("a"));
        assert_eq!(rows[1], [None, None, Some("2".to_owned())]);
    }

    #[test]
    fn the_whole_object() {
        assert_eq!(one(r#"{"a": 1}"#, "$", Form::Json).unwrap(), r#"{"a": 1}"#);
    }

    #[test]
    fn rows_are_counted_even_without_a_wanted_property() {
        assert_eq!(decoded(r#"[{"a":1},{"a":2}]"#, &[]).len(), 2);
    }

    #[test]
    fn what_is_not_an_array_of_objects_is_an_error() {
        let mut wanted = Wanted::default();
        wanted.add("a", Form::Text);
        for json in ["{}", "[1]", "[{]", "[{}", "[] x", "", "\"a\""] {
            assert!(Page::list(json.as_bytes(), &wanted).is_err(), "{json}");
        }
        assert!(Page::object(b"[]", &wanted).is_err());
    }

    #[test]
    fn the_last_of_twins_wins() {
        assert_eq!(one(r#"{"a":"1","a":"2"}"#, "a", Form::Text).unwrap(), "2");
    }

    #[test]
    fn rows_may_be_wrapped_and_scalar() {
        let mut wanted = Wanted::default();
        let member = wanted.add("$", Form::Text);
        let page = Page::wrapped(br#"{"x":1,"ids":["a","b"]}"#, "ids", &wanted).unwrap();
        assert_eq!((page.len(), page.cell(1, member)), (2, Some("b")));
        assert_eq!(Page::wrapped(br#"{"ids":["a"]}"#, "ids", &Wanted::default()).unwrap().len(), 1);
        assert!(Page::wrapped(br#"{"x":[]}"#, "ids", &wanted).is_err());
    }
}
