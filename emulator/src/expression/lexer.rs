//! Splits an expression into words, literals and parentheses.

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    /// An attribute, an operator, a number or a boolean.
    Word(String),
    Text(String),
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '"' => quoted(rest)?,
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

/// A literal in quotes is a JSON string, and is read as one.
fn quoted(text: &str) -> Result<(Token, usize), String> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let literal = text.get(..=at).unwrap_or_default();
                let parsed = serde_json::from_str(literal);
                let content = parsed.map_err(|e| format!("{literal} is no JSON string: {e}"))?;
                return Ok((Token::Text(content), at + 1));
            }
            _ => {}
        }
    }
    Err(format!("{text} lacks its closing quote"))
}

fn word(text: &str) -> Result<(Token, usize), String> {
    let end = text.find(|c: char| c.is_whitespace() || "()\"".contains(c)).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:+".contains(c);
    match word.chars().find(|c| !plain(*c)) {
        Some(c) => Err(format!("{c:?} has no place in {word}")),
        None => Ok((Token::Word(word.to_owned()), end)),
    }
}
