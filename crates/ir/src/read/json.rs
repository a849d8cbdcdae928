//! JSON with the position of every value and key.
//!
//! A parser of our own, because what Terraform takes is fixed: no byte order mark, no comments, no
//! control characters in texts, but repeated keys and halves of surrogate pairs (which become
//! U+FFFD). jsonc-parser 0.34, even at its strictest, takes raw control characters in texts, blanks
//! of all scripts between tokens and empty documents, and refuses the halves. This one borrows from
//! the text and keeps the digits of numbers.
//!
//! Source: the JSON scanner of HCL 2 and Go's `encoding/json`, tried with Terraform 1.11.4.

use std::borrow::Cow;

use super::Error;

/// How deeply objects and lists may stand in each other.
pub const MAX_DEPTH: usize = 200;

/// A value and where it stands: offsets in bytes.
#[derive(Debug, PartialEq)]
pub struct Value<'t> {
    /// The value.
    pub json: Json<'t>,
    /// Offset of its first byte; of the opening quote for a text.
    pub start: u32,
    /// Offset behind its last byte.
    pub end: u32,
}

/// A JSON value.
#[derive(Debug, PartialEq)]
pub enum Json<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in its digits.
    Number(&'t str),
    /// A text, without its escapes.
    Text(Cow<'t, str>),
    /// `[…]`
    List(Vec<Value<'t>>),
    /// `{…}`, in the order written. A key may stand there twice.
    Object(Vec<Member<'t>>),
}

/// A key of an object and its value.
#[derive(Debug, PartialEq)]
pub struct Member<'t> {
    /// The key, without its escapes.
    pub key: Cow<'t, str>,
    /// Offset of its opening quote.
    pub key_start: u32,
    /// Offset behind its closing quote.
    pub key_end: u32,
    /// Its value.
    pub value: Value<'t>,
}

impl Json<'_> {
    /// What a message calls a value of this kind: `a text`, `an object`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads a document.
///
/// # Errors
/// The first thing that is not JSON as Terraform takes it, or nested deeper than [`MAX_DEPTH`].
pub fn parse(text: &str) -> Result<Value<'_>, Error> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    if text.starts_with('\u{feff}') {
        return Err(Error::new("the file begins with a byte order mark", 0..3)
            .hint("save it as UTF-8 without a byte order mark"));
    }
    let value = parser.value()?;
    if parser.peek().is_some() {
        let at = parser.at..parser.at + 1;
        return Err(Error::new(
            "more text stands behind the end of the document",
            at,
        ));
    }
    Ok(value)
}

/// The offset in the raw text of a quoted string that belongs to `offset` in its value: how an
/// error inside a text finds its place in the file. `raw` begins behind the opening quote.
#[must_use]
pub fn raw_offset(raw: &str, offset: usize) -> usize {
    let (mut at, mut value) = (0, 0);
    while value < offset && at < raw.len() {
        let rest = &raw[at..];
        let Some(c) = rest.chars().next() else { break };
        if c != '\\' {
            at += c.len_utf8();
            value += c.len_utf8();
        } else if let Some((c, length)) = unescape(rest) {
            at += length;
            value += c.len_utf8();
        } else {
            break;
        }
    }
    at
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

const TRAILING_COMMA: &str = "take the comma away: JSON has none behind the last entry";

impl<'t> Parser<'t> {
    fn value(&mut self) -> Result<Value<'t>, Error> {
        let first = self.peek();
        let start = self.at;
        let json = match first {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Json::Text(self.string()?),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word()?,
            None => {
                return Err(Error::new(
                    "the document ends where a value should stand",
                    start..start,
                ));
            }
            Some(_) => return Err(self.unexpected("a value should stand")),
        };
        Ok(Value {
            json,
            start: start as u32,
            end: self.at as u32,
        })
    }

    fn nested(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Json<'t>, Error>,
    ) -> Result<Json<'t>, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("values are nested more than {MAX_DEPTH} levels deep");
            return Err(Error::too_deep(message, self.at..self.at + 1));
        }
        self.at += 1;
        let json = inner(self)?;
        self.depth -= 1;
        Ok(json)
    }

    fn object(&mut self) -> Result<Json<'t>, Error> {
        let open = self.at - 1;
        let mut members = Vec::new();
        if self.takes(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            match self.peek() {
                Some(b'"') => {}
                Some(b'}') => {
                    return Err(self.unexpected("a key should stand").hint(TRAILING_COMMA));
                }
                None => return Err(Error::new("this object is never closed", open..open + 1)),
                Some(_) => {
                    return Err(self
                        .unexpected("a key should stand")
                        .hint("write keys in double quotes"));
                }
            }
            let key_start = self.at as u32;
            let key = self.string()?;
            let key_end = self.at as u32;
            if !self.takes(b':') {
                return Err(self.unexpected("a colon should stand between a key and its value"));
            }
            let value = self.value()?;
            members.push(Member {
                key,
                key_start,
                key_end,
                value,
            });
            if self.takes(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.takes(b',') {
                return Err(self.separator("this object is never closed", open));
            }
        }
    }

    fn list(&mut self) -> Result<Json<'t>, Error> {
        let open = self.at - 1;
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(Json::List(items));
        }
        loop {
            if self.peek() == Some(b']') {
                return Err(self.unexpected("a value should stand").hint(TRAILING_COMMA));
            }
            items.push(self.value()?);
            if self.takes(b']') {
                return Ok(Json::List(items));
            }
            if !self.takes(b',') {
                return Err(self.separator("this list is never closed", open));
            }
        }
    }

    fn separator(&mut self, unclosed: &str, open: usize) -> Error {
        match self.peek() {
            None => Error::new(unclosed, open..open + 1),
            Some(_) => self.unexpected("a comma should stand between entries"),
        }
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Error> {
        let text = self.text;
        let open = self.at;
        let mut plain = open + 1;
        let mut at = plain;
        let mut out = String::new();
        loop {
            match text.as_bytes().get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    let rest = &text[plain..at];
                    return Ok(if out.is_empty() {
                        Cow::Borrowed(rest)
                    } else {
                        out.push_str(rest);
                        Cow::Owned(out)
                    });
                }
                Some(b'\\') => {
                    out.push_str(&text[plain..at]);
                    let Some((c, length)) = unescape(&text[at..]) else {
                        let end = at + 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
                        let shown = &text[at..end];
                        let message = format!("`{shown}` is no escape sequence of JSON");
                        return Err(Error::new(message, at..end)
                            .hint(r#"use `\"` `\\` `\/` `\b` `\f` `\n` `\r` `\t`, or `\u` with four digits"#));
                    };
                    out.push(c);
                    at += length;
                    plain = at;
                }
                Some(byte @ 0..0x20) => {
                    let message =
                        format!("a raw control character (U+{byte:04X}) stands in a text");
                    return Err(Error::new(message, at..at + 1).hint(match byte {
                        b'\n' | b'\r' => r"write `\n` for a new line, or close the quotes",
                        b'\t' => r"write `\t` for a tab",
                        _ => r"write it as `\u` with four digits",
                    }));
                }
                Some(_) => at += 1,
                None => return Err(Error::new("this text is never closed", open..open + 1)),
            }
        }
    }

    fn number(&mut self) -> Result<Json<'t>, Error> {
        let start = self.at;
        let length = self.text.as_bytes()[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
            .count();
        self.at += length;
        let digits = &self.text[start..self.at];
        if !is_number(digits) {
            return Err(Error::new(format!("`{digits}` is no number of JSON"), start..self.at).hint(
                "write it without a `+` in front, without leading zeros, and with digits on both sides of a point",
            ));
        }
        Ok(Json::Number(digits))
    }

    fn word(&mut self) -> Result<Json<'t>, Error> {
        let start = self.at;
        let length = self.text.as_bytes()[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_')
            .count();
        self.at += length;
        match &self.text[start..self.at] {
            "null" => Ok(Json::Null),
            "true" => Ok(Json::Bool(true)),
            "false" => Ok(Json::Bool(false)),
            word => Err(
                Error::new(format!("`{word}` is no value of JSON"), start..self.at).hint(
                    "write text in double quotes; the only words are `true`, `false` and `null`",
                ),
            ),
        }
    }

    /// The first byte of the next token.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, wanted: &str) -> Error {
        let rest = &self.text[self.at..];
        let end = self.at + rest.chars().next().map_or(0, char::len_utf8);
        let mut error = match &self.text[self.at..end] {
            "" => Error::new(format!("the document ends where {wanted}"), self.at..end),
            found => Error::new(format!("`{found}` where {wanted}"), self.at..end),
        };
        if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
            error.hint = Some(
                "take the comment out, or write it as the key `\"//\"` of a block, which Terraform ignores",
            );
        }
        error
    }
}

/// The character of the escape sequence at the beginning of a text, and the length of the sequence.
/// Half of a surrogate pair is U+FFFD, as in Go.
fn unescape(text: &str) -> Option<(char, usize)> {
    let c = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = unit(text)?;
            return Some(match (high, text.get(6..).and_then(unit)) {
                (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code)?, 12)
                }
                _ => (char::from_u32(high).unwrap_or('\u{fffd}'), 6),
            });
        }
        _ => return None,
    };
    Some((c, 2))
}

/// The number of a `\uXXXX` at the beginning of a text.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Whether a text is a number as JSON writes them.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn refused(text: &str) -> String {
        parse(text).unwrap_err().message
    }

    #[test]
    fn values_know_their_places() {
        let document = parse(" {\"a\\n\": [1.50, \"é\"]}").unwrap();
        let Json::Object(members) = &document.json else {
            panic!("{document:?}");
        };
        assert_eq!((document.start, document.end), (1, 22));
        assert_eq!((members[0].key_start, members[0].key_end), (2, 7));
        assert_eq!(members[0].key, "a\n");
        let Json::List(items) = &members[0].value.json else {
            panic!("{document:?}");
        };
        assert_eq!(items[0].json, Json::Number("1.50"));
        assert_eq!((items[1].start, items[1].end), (16, 20));
    }

    #[test]
    fn what_terraform_refuses_is_refused() {
        for text in [
            "",
            " \n",
            "\u{feff}{}",
            "{} x",
            "{\"a\":1,}",
            "[1,]",
            "// c\n{}",
            "{/* c */}",
            "{'a':1}",
            "{a:1}",
            "{\"a\" 1}",
            "{\"a\"=1}",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "\"a\tb\"",
            "\"a",
            "\"\\x41\"",
            "\"\\'\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "01",
            "+1",
            "1.",
            ".5",
            "1e",
            "-",
            "1e5.5",
            "True",
            "NaN",
            "undefined",
            "\u{a0}",
            "{\u{b}}",
            "[",
            "{",
            "{\"a\":",
            "]",
            "}",
            "nul",
            "[1}",
            "{\"a\":1]",
        ] {
            assert!(parse(text).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn repeated_keys_and_halves_of_surrogate_pairs_are_taken() {
        let Json::Object(members) = parse(r#"{"a":1,"a":2}"#).unwrap().json else {
            unreachable!()
        };
        assert_eq!(members.len(), 2);
        let text = |text| match parse(text).unwrap().json {
            Json::Text(text) => text.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r#""\ud800x""#), "\u{fffd}x");
        assert_eq!(text(r#""\ud800\ud83d\ude00""#), "\u{fffd}😀");
        assert_eq!(text(r#""\/\b\f\u0041""#), "/\u{8}\u{c}A");
    }

    #[test]
    fn depth_beyond_the_limit_is_an_error_and_no_overflow() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        let error = parse(&nested(100_000)).unwrap_err();
        assert!(error.too_deep);
        assert_eq!(error.message, "values are nested more than 200 levels deep");
    }

    #[test]
    fn messages_say_what_should_stand_there() {
        assert_eq!(refused("{\"a\":1,}"), "`}` where a key should stand");
        assert_eq!(
            refused("{\"a\":1 \"b\":2}"),
            "`\"` where a comma should stand between entries"
        );
        assert_eq!(refused("{\"a\":[1"), "this list is never closed");
        assert_eq!(refused(""), "the document ends where a value should stand");
    }

    #[test]
    fn an_offset_in_a_text_is_found_in_its_raw_form() {
        assert_eq!(raw_offset(r#"a\n\u00e9b"#, 0), 0);
        assert_eq!(raw_offset(r#"a\n\u00e9b"#, 2), 3);
        assert_eq!(raw_offset(r#"a\n\u00e9b"#, 4), 9);
    }
}
