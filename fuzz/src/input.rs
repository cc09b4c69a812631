//! Odd texts and bytes.

use fastrand::Rng;

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

fn one<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of.get(rng.usize(..of.len().max(1))).copied().unwrap_or_default()
}

/// One of the pieces.
pub fn piece(rng: &mut Rng) -> &'static str {
    one(rng, PIECES)
}

/// A text of some pieces, characters of any kind, and harmless ones between.
pub fn text(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(..8) {
        match rng.u8(..4) {
            0 | 1 => text.push_str(piece(rng)),
            2 => text.extend((0..rng.usize(..12)).map(|_| rng.alphanumeric())),
            _ => text.push(rng.char(..)),
        }
    }
    if rng.u8(..50) == 0 {
        text = text.repeat(rng.usize(..200));
    }
    text
}

/// A good text with some faults in it.
pub fn mutated(rng: &mut Rng, good: &str) -> String {
    String::from_utf8_lossy(&mutated_bytes(rng, good.as_bytes())).into_owned()
}

/// Good bytes with some faults in them: changed, missing, doubled, cut, or with odd pieces between.
pub fn mutated_bytes(rng: &mut Rng, good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..=bytes.len());
        let end = bytes.len().min(at + rng.usize(..16));
        match rng.u8(..6) {
            0 => drop(bytes.splice(at..at, piece(rng).bytes())),
            1 => drop(bytes.splice(at..end, piece(rng).bytes())),
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, [rng.u8(..)])),
            4 => {
                let again: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
                drop(bytes.splice(at..at, again));
            }
            _ if rng.u8(..4) == 0 => bytes.truncate(at),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.u8(..8)),
        }
    }
    bytes
}
