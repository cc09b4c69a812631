//! What the program prints. The standard macros panic when nobody reads it any more.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Prints a line to standard output, unless its reader is gone, as that of `… | head` may be.
pub(super) fn print_line(line: impl Display) -> io::Result<()> {
    print_lines([line])
}

pub(super) fn print_lines(lines: impl IntoIterator<Item = impl Display>) -> io::Result<()> {
    match write_lines(lines) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn write_lines(lines: impl IntoIterator<Item = impl Display>) -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in lines {
        writeln!(output, "{line}")?;
    }
    output.flush()
}
