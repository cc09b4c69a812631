//! The program `okta-emulator`: serves, or speaks to one that serves.

mod cli;

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done when this can't be printed, either.
            let _ = writeln!(io::stderr(), "okta-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}
