//! Keeps Rust's backtraces from errors: pgrx would show them to the client.

use std::backtrace::Backtrace;
use std::env;

const NAME: &str = "RUST_LIB_BACKTRACE";

/// Switches backtraces off in this library, whatever RUST_BACKTRACE says. Rust reads the environment at
/// the first backtrace only, so that the environment is put back for the programs that the server starts.
pub(crate) fn forbid() {
    let before = env::var_os(NAME);
    // SAFETY: called when the library is loaded, before it has started a thread; PostgreSQL has none.
    unsafe {
        env::set_var(NAME, "0");
        drop(Backtrace::capture());
        match before {
            Some(before) => env::set_var(NAME, before),
            None => env::remove_var(NAME),
        }
    }
}
