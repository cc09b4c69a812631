//! Things worth telling after the tests: what was measured, what was accepted. They never decide
//! whether a test passes.

use std::sync::{Mutex, PoisonError};

static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

pub(crate) fn add(note: String) {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).push(note);
}

pub(crate) fn print() {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    notes.sort();
    for note in notes.drain(..) {
        println!("note: {note}");
    }
}
