//! What a case draws its choices from, and the odd texts that it makes of them.
//!
//! The choices are bytes: libFuzzer learns which of them reach new code and changes those, and a fixed case
//! takes them from a generator. Where they end, every choice is the first one, and every loop is over.

use arbitrary::Unstructured;

use crate::Rng;

/// What has a meaning somewhere on the way: in paths, URLs, headers, JSON, filters and PEM.
const PIECES: &[&str] = &[
    "..",
    ".",
    "/",
    "\\",
    "//",
    "%2e",
    "%2E%2e",
    "%2f",
    "%5c",
    "%00",
    "%",
    "?",
    "#",
    "&",
    "=",
    "+",
    ";",
    ":",
    "@",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    ",",
    "\"",
    "'",
    "\\\"",
    "\\u0000",
    "\\ud800",
    "\r\n",
    "\n",
    "\t",
    "\0",
    " ",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "🦀",
    "\u{ffff}",
    "https://",
    "http://",
    "evil.example",
    "@evil.example",
    "localhost",
    "127.0.0.1",
    "-admin",
    "{subdomain}",
    "acme",
    "rel=\"next\"",
    "rel=next",
    "anchor",
    "/api/v1/users",
    "?after=x",
    " or ",
    " and ",
    "eq",
    "pr",
    "null",
    "true",
    "1e999",
    "-0",
    "-----BEGIN PRIVATE KEY-----",
    "-----END ",
    "hunter2",
];

/// The choices of one case.
#[derive(Debug)]
pub struct Input<'a>(Unstructured<'a>);

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// A number below `count`, or 0 when there is none.
    pub fn below(&mut self, count: usize) -> usize {
        self.0.int_in_range(0..=count.saturating_sub(1)).unwrap_or_default()
    }

    pub fn bool(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn number(&mut self) -> i64 {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn char(&mut self) -> char {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Fewer than `count` bytes as they are in the input: there libFuzzer can write what it sees compared.
    fn raw(&mut self, count: usize) -> &'a [u8] {
        let count = self.below(count).min(self.0.len());
        self.0.bytes(count).unwrap_or_default()
    }

    /// A text of some pieces, characters of any kind, and harmless ones between.
    pub fn text(&mut self) -> String {
        const HARMLESS: &[u8] = b"abcXYZ0123456789";
        let mut text = String::new();
        for _ in 0..self.below(8) {
            match self.below(5) {
                0 | 1 => text.push_str(self.one_of(PIECES)),
                2 => text.extend((0..self.below(12)).map(|_| char::from(self.one_of(HARMLESS)))),
                3 => text.push_str(&String::from_utf8_lossy(self.raw(16))),
                _ => text.push(self.char()),
            }
        }
        if self.below(50) == 49 {
            text = text.repeat(self.below(200));
        }
        text
    }

    /// A good text, or one with some faults in it.
    pub fn mutated(&mut self, good: &str) -> String {
        String::from_utf8_lossy(&self.mutated_bytes(good.as_bytes())).into_owned()
    }

    /// Good bytes, or some with faults: changed, missing, doubled, cut, or with odd pieces between.
    pub fn mutated_bytes(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..self.below(6) {
            let at = self.below(bytes.len() + 1);
            let end = bytes.len().min(at + self.below(16));
            match self.below(7) {
                0 => drop(bytes.splice(at..at, self.one_of(PIECES).bytes())),
                1 => drop(bytes.splice(at..end, self.one_of(PIECES).bytes())),
                2 => drop(bytes.drain(at..end)),
                3 => drop(bytes.splice(at..at, self.raw(16).iter().copied())),
                4 => {
                    let again = bytes[at..end].to_vec();
                    drop(bytes.splice(at..at, again));
                }
                5 if self.below(4) == 3 => bytes.truncate(at),
                _ => {
                    let bit = 1 << self.below(8);
                    bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= bit);
                }
            }
        }
        bytes
    }
}

/// The bytes of a case that a generator chooses: more than most cases use.
pub fn drawn(rng: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    rng.fill(&mut bytes);
    bytes
}

/// An odd text, for tests whose choices are a generator's.
pub fn text(rng: &mut Rng) -> String {
    Input::new(&drawn(rng)).text()
}

/// A good text, or one with some faults in it, for the same tests.
pub fn mutated(rng: &mut Rng, good: &str) -> String {
    Input::new(&drawn(rng)).mutated(good)
}
