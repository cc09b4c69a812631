//! Operations of the specification, and which of them a path of the catalogue is.

use crate::table::in_braces;

/// A method and a path, with what its calls need and take.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    /// `any`, `oauth`, `token` or `none`.
    pub(super) credential: String,
    /// Sorted.
    pub(super) scopes: Vec<String>,
    pub(super) lifecycle: String,
    pub(super) skus: String,
    pub(super) query: Vec<Parameter>,
    /// Types of what is sent and answered; `-` is nothing.
    pub(super) body: String,
    pub(super) answer: String,
}

/// A query parameter, as `limit<=200` or `type*`.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) most: Option<u32>,
}

impl Operation {
    /// Reads a line of operations.tsv.
    pub(super) fn read(line: &str) -> Option<Self> {
        let fields: Vec<_> = line.split('\t').collect();
        let &[method, path, credential, scopes, lifecycle, skus, query, body, answer, ..] =
            fields.as_slice()
        else {
            return None;
        };
        Some(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            credential: credential.to_owned(),
            scopes: words(scopes),
            lifecycle: lifecycle.to_owned(),
            skus: skus.to_owned(),
            query: query.split_whitespace().map(Parameter::read).collect(),
            body: body.to_owned(),
            answer: answer.to_owned(),
        })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.query.iter().find(|parameter| parameter.name == name)
    }
}

impl Parameter {
    fn read(word: &str) -> Self {
        let (word, most) = word.split_once("<=").map_or((word, None), |(w, m)| (w, m.parse().ok()));
        let name = word.strip_suffix('*');
        Self { name: name.unwrap_or(word).to_owned(), required: name.is_some(), most }
    }
}

/// The words of a text, sorted.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    words.sort();
    words
}

/// The operation of a method and a path. A parameter stands for any other; a plain segment stands for
/// itself before it is a value of a parameter.
pub(super) fn find<'a>(
    operations: &'a [Operation],
    method: &str,
    path: &str,
) -> Option<&'a Operation> {
    let of_method = operations.iter().filter(|operation| operation.method == method);
    let scored = of_method.filter_map(|operation| Some((score(&operation.path, path)?, operation)));
    scored.max_by_key(|(score, _)| *score).map(|(_, operation)| operation)
}

/// How many segments are the same; `None` for another path.
fn score(theirs: &str, ours: &str) -> Option<usize> {
    let (theirs, ours) = (theirs.split('/'), ours.split('/'));
    if theirs.clone().count() != ours.clone().count() {
        return None;
    }
    let scores = theirs.zip(ours).map(|(theirs, ours)| {
        match (in_braces(theirs).is_some(), in_braces(ours).is_some()) {
            (true, true) => Some(1),
            (true, false) => Some(0),
            _ => (theirs == ours).then_some(1),
        }
    });
    scores.sum()
}
