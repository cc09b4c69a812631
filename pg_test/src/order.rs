//! Gives what may arrive in either order a fixed one: a warning that the server sends right after
//! an error is printed by psql before or after it. Here it stands before.
//!
//! Nothing else is moved: requests made at the same time are sorted by the test itself.

/// What the lines read last belong to, and where the error began.
enum Place {
    Elsewhere,
    Error(usize),
    Warning(usize),
}

pub(crate) fn settle(output: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut place = Place::Elsewhere;
    for line in output.split_inclusive('\n') {
        place = match place {
            _ if line.starts_with("ERROR:  ") => {
                lines.push(line);
                Place::Error(lines.len() - 1)
            }
            Place::Error(at) | Place::Warning(at) if line.starts_with("WARNING:  ") => {
                lines.insert(at, line);
                Place::Warning(at + 1)
            }
            Place::Warning(at) if continues(line) => {
                lines.insert(at, line);
                Place::Warning(at + 1)
            }
            Place::Error(at) if continues(line) => {
                lines.push(line);
                Place::Error(at)
            }
            _ => {
                lines.push(line);
                Place::Elsewhere
            }
        };
    }
    lines.concat()
}

/// Whether a line goes on with the message above it. An echoed statement does not look like this.
fn continues(line: &str) -> bool {
    const STARTS: [&str; 7] =
        ["DETAIL:  ", "HINT:  ", "CONTEXT:  ", "QUERY:  ", "LINE ", " ", "X-Okta-Request-Id: "];
    STARTS.iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::settle;

    const ERROR: &str = "ERROR:  division by zero\nDETAIL:  of 1\n";
    const WARNING: &str = "WARNING:  it stays done\nDETAIL:  this does\n";

    #[test]
    fn a_warning_of_the_same_statement_comes_first() {
        let settled = format!("SELECT 1 / 0;\n{WARNING}{ERROR}ROLLBACK;\n");
        assert_eq!(settle(&format!("SELECT 1 / 0;\n{ERROR}{WARNING}ROLLBACK;\n")), settled);
        assert_eq!(settle(&settled), settled);
    }

    #[test]
    fn a_warning_of_the_next_statement_stays_there() {
        let output = format!("SELECT 1 / 0;\n{ERROR}ROLLBACK;\n{WARNING}SELECT 1;\n{ERROR}");
        assert_eq!(settle(&output), output);
    }
}
