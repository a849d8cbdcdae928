//! The tokens of HCL's expressions.

use std::ops::Range;

use super::Error;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Identifier(&'t str),
    Number(&'t str),
    /// An operator or a bracket.
    Sign(&'static str),
    /// `"`: a template follows.
    Quote,
    /// `<<NAME` or `<<-NAME` with its newline: the lines of a template follow.
    Heredoc {
        marker: &'t str,
        flush: bool,
    },
    Newline,
    End,
}

/// Longer signs come before those that they begin with.
const SIGNS: [&str; 28] = [
    "...", "==", "!=", "<=", ">=", "&&", "||", "=>", "::", "~}", "(", ")", "[", "]", "{", "}", ".",
    ",", "?", ":", "=", "<", ">", "!", "+", "-", "*", "/",
];

/// The token at an offset, behind blanks and comments; where newlines mean nothing, behind them
/// too. Gives its place.
pub(super) fn token(
    text: &str,
    mut at: usize,
    newlines: bool,
) -> Result<(Token<'_>, Range<usize>), Error> {
    loop {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            return Ok((Token::End, at..at));
        };
        let skip = match first {
            ' ' | '\t' => 1,
            '\n' if newlines => return Ok((Token::Newline, at..at + 1)),
            '\r' if rest.starts_with("\r\n") && newlines => {
                return Ok((Token::Newline, at..at + 2));
            }
            '\n' => 1,
            '\r' if rest.starts_with("\r\n") => 2,
            '#' => line(rest, newlines),
            '/' if rest.starts_with("//") => line(rest, newlines),
            '/' if rest.starts_with("/*") => match rest[2..].find("*/") {
                Some(end) => end + 4,
                None => return Err(Error::new("this comment is never closed", at..at + 2)),
            },
            _ => break,
        };
        at += skip;
    }
    let (token, length) = starting(&text[at..]).map_err(|error| Error {
        at: at + error.at.start..at + error.at.end,
        ..error
    })?;
    Ok((token, at..at + length))
}

/// The length of a comment up to the end of its line. The newline ends it; where newlines mean
/// something it stays for itself.
fn line(rest: &str, newlines: bool) -> usize {
    match rest.find('\n') {
        Some(end) => end + usize::from(!newlines),
        None => rest.len(),
    }
}

fn starting(rest: &str) -> Result<(Token<'_>, usize), Error> {
    let first = rest.chars().next().unwrap_or_default();
    if is_identifier_start(first) {
        let name = identifier(rest);
        return Ok((Token::Identifier(name), name.len()));
    }
    if first.is_ascii_digit() {
        let digits = number(rest);
        return Ok((Token::Number(digits), digits.len()));
    }
    if first == '"' {
        return Ok((Token::Quote, 1));
    }
    if let Some((token, length)) = heredoc(rest) {
        return Ok((token, length));
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Ok((Token::Sign(sign), sign.len()));
    }
    if first == '%' {
        return Ok((Token::Sign("%"), 1));
    }
    let at = 0..first.len_utf8();
    Err(match first {
        '\'' => Error::new("text stands in single quotes", at).hint("write it in double quotes"),
        '&' => Error::new("`&` is no operator", at).hint("write `&&`"),
        '|' => Error::new("`|` is no operator", at).hint("write `||`"),
        '$' => Error::new("`$` stands inside an expression", at)
            .hint("put `${…}` into a text in quotes, or write the reference without it"),
        c => Error::new(format!("`{}` has no meaning here", c.escape_debug()), at),
    })
}

fn is_identifier_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    &text[..end.unwrap_or(text.len())]
}

/// Digits, points and exponents, as long as the last is not a point: `1...` is a number and three
/// points.
fn number(text: &str) -> &str {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut at, mut end) = (0, 0);
    loop {
        match bytes.get(at) {
            Some(b'0'..=b'9') => {
                at += 1;
                end = at;
            }
            Some(b'.') => at += 1,
            Some(b'e' | b'E') if digit(at + 1) => at += 1,
            Some(b'e' | b'E')
                if matches!(bytes.get(at + 1), Some(b'+' | b'-')) && digit(at + 2) =>
            {
                at += 2;
            }
            _ => return &text[..end],
        }
    }
}

fn heredoc(rest: &str) -> Option<(Token<'_>, usize)> {
    let behind = rest.strip_prefix("<<")?;
    let flush = behind.starts_with('-');
    let name = behind.strip_prefix('-').unwrap_or(behind);
    if !name.starts_with(is_identifier_start) {
        return None;
    }
    let marker = identifier(name);
    let newline = match &name[marker.len()..] {
        end if end.starts_with('\n') => 1,
        end if end.starts_with("\r\n") => 2,
        _ => return None,
    };
    let length = 2 + usize::from(flush) + marker.len() + newline;
    Some((Token::Heredoc { marker, flush }, length))
}

impl Token<'_> {
    /// What a message calls the token.
    pub(super) fn shown(self) -> String {
        match self {
            Self::Identifier(name) => format!("`{name}`"),
            Self::Number(digits) => format!("`{digits}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::Quote => "a text".to_owned(),
            Self::Heredoc { marker, .. } => format!("`<<{marker}`"),
            Self::Newline => "a new line".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}
