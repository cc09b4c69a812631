//! Builds an expression from tokens: `and` binds tighter than `or`, parentheses tighter than both.

use super::lexer::{Token, tokens};
use super::{Dialect, Expression, Literal, Op, Test};

/// Deeper nesting than anybody needs; a limit keeps a hostile expression from using up the stack.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str, dialect: Dialect<'_>) -> Result<Expression, String> {
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), dialect };
    let expression = parser.any(0)?;
    match parser.tokens.next() {
        None => Ok(expression),
        Some(token) => Err(format!("{token:?} is too much")),
    }
}

struct Parser<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    dialect: Dialect<'a>,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Expression, String> {
        let mut terms = vec![self.all(depth)?];
        while self.keyword("or")? {
            terms.push(self.all(depth)?);
        }
        Ok(flat(terms, Expression::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, String> {
        let mut terms = vec![self.term(depth)?];
        while self.keyword("and")? {
            terms.push(self.term(depth)?);
        }
        Ok(flat(terms, Expression::All))
    }

    fn term(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > MAX_DEPTH {
            return Err("parentheses are nested too deep".to_owned());
        }
        if self.tokens.next_if_eq(&Token::Open).is_none() {
            return self.test();
        }
        let expression = self.any(depth + 1)?;
        match self.tokens.next() {
            Some(Token::Close) => Ok(expression),
            other => Err(format!("expected ) and found {other:?}")),
        }
    }

    fn test(&mut self) -> Result<Expression, String> {
        let Some(Token::Word(path)) = self.tokens.next() else {
            return Err("expected an attribute".to_owned());
        };
        let Some(Token::Word(word)) = self.tokens.next() else {
            return Err(format!("expected an operator after {path}"));
        };
        let op = operator(&word).ok_or_else(|| format!("{word} is no operator"))?;
        if !(self.dialect.allows)(&path, op) {
            return Err(format!("{path} {word} is not supported"));
        }
        let literal = if op == Op::Present { Literal::None } else { self.literal(op)? };
        Ok(Expression::Test(Test { path, op, literal, ignore_case: self.dialect.ignore_case }))
    }

    fn literal(&mut self, op: Op) -> Result<Literal, String> {
        match self.tokens.next() {
            Some(Token::Text(text)) => {
                let comparable = op == Op::Equal || op.orders();
                let time = text.parse().ok().filter(|_| comparable);
                let text = if self.dialect.ignore_case { text.to_lowercase() } else { text };
                Ok(Literal::Text(text, time))
            }
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Ok(Literal::Bool(true)),
                "false" => Ok(Literal::Bool(false)),
                _ => match word.parse() {
                    Ok(number) => Ok(Literal::Number(number)),
                    Err(_) => Err(format!("{word} is no value: text needs double quotes")),
                },
            },
            other => Err(format!("expected a value and found {other:?}")),
        }
    }

    fn keyword(&mut self, keyword: &str) -> Result<bool, String> {
        let found = self
            .tokens
            .next_if(|t| matches!(t, Token::Word(word) if word.eq_ignore_ascii_case(keyword)));
        if found.is_some() && self.dialect.single {
            return Err(format!("{keyword}: only a single expression is supported"));
        }
        Ok(found.is_some())
    }
}

fn flat(mut terms: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        Some(last) => {
            terms.push(last);
            many(terms)
        }
        None => many(terms),
    }
}

fn operator(word: &str) -> Option<Op> {
    Some(match word.to_ascii_lowercase().as_str() {
        "co" => Op::Contains,
        "eq" => Op::Equal,
        "ge" => Op::GreaterOrEqual,
        "gt" => Op::Greater,
        "le" => Op::LessOrEqual,
        "lt" => Op::Less,
        "pr" => Op::Present,
        "sw" => Op::StartsWith,
        _ => return None,
    })
}
