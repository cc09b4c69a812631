//! The program `okta-emulator`: serves, or speaks to one that serves.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("okta-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}
