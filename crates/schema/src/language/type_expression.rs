//! Types of variables as they are written: `object({name = string, zones = optional(list(string), [])})`.

use terrace_ir::types::Field;
use terrace_ir::{Any, Type};

use super::variable::mismatch;

/// Reads the type of a variable.
///
/// Gives [`Type::Dynamic`] for what is no type as far as this reader understands, but might be to Terraform: an error is
/// certain.
///
/// # Errors
/// What is wrong, in words.
pub fn parse(text: &str) -> Result<Type, String> {
    match text.trim() {
        // Two shorthands from before types had elements.
        "list" => return Ok(Type::list(Type::Dynamic)),
        "map" => return Ok(Type::map(Type::Dynamic)),
        _ => {}
    }
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
    };
    reader.skip_lines();
    let ty = reader.ty()?;
    reader.skip_lines();
    match reader.tokens.get(reader.at) {
        None => Ok(ty),
        Some(token) => Err(format!(
            "{} is not expected behind the type",
            token.quoted()
        )),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Sign(char),
    /// A literal, which only a default can be.
    Literal(Literal),
    Line,
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Text(String),
    Number(String),
}

impl Token {
    /// How a message names the token.
    fn quoted(&self) -> String {
        match self {
            Self::Word(word) => format!("`{word}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::Literal(Literal::Text(text)) => format!("\"{text}\""),
            Self::Literal(Literal::Number(digits)) => digits.clone(),
            Self::Line => "a new line".to_owned(),
        }
    }
}

/// How deep types may be nested here; Terraform has no limit, but no type is that deep.
const DEPTH: usize = 100;

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut depth = 0_usize;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let until = |end: fn(char) -> bool| rest.find(end).unwrap_or(rest.len());
        if c == '\n' {
            tokens.push(Token::Line);
            rest = after;
        } else if c.is_whitespace() {
            rest = after;
        } else if c == '#' || rest.starts_with("//") {
            rest = &rest[until(|c| c == '\n')..];
        } else if rest.starts_with("/*") {
            let (_, behind) = rest.split_once("*/").ok_or("a comment has no end")?;
            rest = behind;
        } else if c.is_alphabetic() || c == '_' {
            let end = until(|c| !(c.is_alphanumeric() || c == '_' || c == '-'));
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else if c.is_ascii_digit() {
            let end = until(|c| !(c.is_ascii_alphanumeric() || c == '.'));
            tokens.push(Token::Literal(Literal::Number(rest[..end].to_owned())));
            rest = &rest[end..];
        } else if c == '"' {
            let (literal, behind) = quoted(after).ok_or("a quoted text has no end")?;
            tokens.push(Token::Literal(Literal::Text(literal)));
            rest = behind;
        } else {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEPTH {
                return Err(format!("types are nested more than {DEPTH} levels deep"));
            }
            tokens.push(Token::Sign(c));
            rest = after;
        }
    }
    Ok(tokens)
}

/// The text up to the closing quote, escapes left as they are, and what is behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return Some((text[..at].to_owned(), &text[at + 1..])),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, sign: char) -> bool {
        let is_there = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_lines(&mut self) {
        while self.peek() == Some(&Token::Line) {
            self.at += 1;
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        self.skip_lines();
        if self.take(sign) {
            return Ok(());
        }
        Err(match self.peek() {
            Some(token) => format!("`{sign}` is expected, not {}", token.quoted()),
            None => format!("a closing `{sign}` is missing"),
        })
    }

    fn ty(&mut self) -> Result<Type, String> {
        let word = match self.peek() {
            Some(Token::Word(word)) => word.clone(),
            Some(token) => return Err(format!("{} is no type", token.quoted())),
            None => return Err("there is no type".to_owned()),
        };
        self.at += 1;
        if self.take('(') {
            return self.call(&word);
        }
        match word.as_str() {
            "string" => Ok(Type::String),
            "number" => Ok(Type::Number),
            "bool" => Ok(Type::Bool),
            "any" => Ok(Type::Dynamic),
            "list" | "set" | "map" => Err(format!(
                "`{word}` needs the type of its elements: `{word}(string)`"
            )),
            "object" => Err("`object` needs its attributes: `object({name = string})`".to_owned()),
            "tuple" => {
                Err("`tuple` needs the types of its elements: `tuple([string, number])`".to_owned())
            }
            "int" | "integer" | "float" => Err(format!("`{word}` is no type: write `number`")),
            "boolean" => Err("`boolean` is no type: write `bool`".to_owned()),
            "str" | "text" => Err(format!("`{word}` is no type: write `string`")),
            _ => Err(format!("`{word}` is no type")),
        }
    }

    fn call(&mut self, word: &str) -> Result<Type, String> {
        self.skip_lines();
        let ty = match word {
            "list" | "set" | "map" => {
                if self.peek() == Some(&Token::Sign(')')) {
                    return Err(format!(
                        "`{word}` needs the type of its elements: `{word}(string)`"
                    ));
                }
                let element = Box::new(self.ty()?);
                match word {
                    "list" => Type::List(element),
                    "set" => Type::Set(element),
                    _ => Type::Map(element),
                }
            }
            "object" => self.object()?,
            "tuple" => self.tuple()?,
            "optional" => return Err("`optional` is for attributes of an object only".to_owned()),
            "string" | "number" | "bool" | "any" => {
                return Err(format!("`{word}` takes nothing in parentheses"));
            }
            _ => return Err(format!("`{word}` is no type")),
        };
        self.skip_lines();
        self.take(',');
        self.expect(')')?;
        Ok(ty)
    }

    fn tuple(&mut self) -> Result<Type, String> {
        if !self.take('[') {
            return Err("`tuple` takes a list of types: `tuple([string, number])`".to_owned());
        }
        let mut elements = Vec::new();
        loop {
            self.skip_lines();
            if self.take(']') {
                return Ok(Type::Tuple(elements));
            }
            elements.push(self.ty()?);
            self.skip_lines();
            if !self.take(',') {
                self.expect(']')?;
                return Ok(Type::Tuple(elements));
            }
        }
    }

    fn object(&mut self) -> Result<Type, String> {
        if !self.take('{') {
            return Err("`object` takes a map of attributes: `object({name = string})`".to_owned());
        }
        let mut fields: Vec<Field> = Vec::new();
        loop {
            self.skip_lines();
            if self.take('}') {
                break;
            }
            let name = match self.peek() {
                Some(Token::Word(name)) => name.clone(),
                Some(token) => {
                    return Err(format!("{} is no name of an attribute", token.quoted()));
                }
                None => return Err("a closing `}` is missing".to_owned()),
            };
            self.at += 1;
            if !self.take('=') && !self.take(':') {
                return Err(format!("`{name}` has no type: write `{name} = string`"));
            }
            self.skip_lines();
            let field = self.field(name)?;
            if fields.iter().any(|other| other.name == field.name) {
                return Err(format!("the attribute `{}` is there twice", field.name));
            }
            fields.push(field);
            let has_line = self.peek() == Some(&Token::Line);
            self.skip_lines();
            if !self.take(',') && !has_line {
                self.expect('}')?;
                break;
            }
        }
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Type::Object(fields))
    }

    /// The type of an attribute, which may be optional.
    fn field(&mut self, name: String) -> Result<Field, String> {
        let is_optional = matches!(
            (self.peek(), self.tokens.get(self.at + 1)),
            (Some(Token::Word(word)), Some(Token::Sign('('))) if word == "optional"
        );
        if !is_optional {
            return Ok(Field {
                name,
                ty: self.ty()?,
                optional: false,
            });
        }
        self.at += 2;
        self.skip_lines();
        if self.peek() == Some(&Token::Sign(')')) {
            return Err(format!(
                "`optional` needs the type of `{name}`: `optional(string)`"
            ));
        }
        let ty = self.ty()?;
        self.skip_lines();
        if self.take(',') {
            self.skip_lines();
            self.default(&name, &ty)?;
        }
        self.expect(')')?;
        Ok(Field {
            name,
            ty,
            optional: true,
        })
    }

    /// Goes over a default. Only a lone literal is held against the type.
    fn default(&mut self, name: &str, ty: &Type) -> Result<(), String> {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Sign('(' | '[' | '{') => depth += 1,
                Token::Sign(')') if depth == 0 => break,
                Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
                Token::Sign(',') if depth == 0 => {
                    let is_last = self.tokens[self.at + 1..]
                        .iter()
                        .find(|token| **token != Token::Line)
                        == Some(&Token::Sign(')'));
                    if !is_last {
                        return Err(format!(
                            "`optional` takes two things for `{name}`: a type and a default"
                        ));
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        let literal = match &self.tokens[start..self.at] {
            [Token::Literal(Literal::Text(text))] if !text.contains(['\\', '$', '%']) => {
                Any::from(text.as_str())
            }
            [Token::Literal(Literal::Number(digits))] => {
                Any::from(terrace_ir::Data::Number(digits.as_str().into()))
            }
            [Token::Word(word)] if word == "true" || word == "false" => Any::from(word == "true"),
            _ => return Ok(()),
        };
        match mismatch(&literal, ty) {
            None => Ok(()),
            Some(problem) => Err(format!("the default of `{name}` does not fit: {problem}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn types_read_as_terraform_reads_them() {
        for (text, shown) in [
            ("string", "string"),
            (" list (string) ", "list(string)"),
            ("list", "list(any)"),
            ("tuple([string, number,])", "tuple([string, number])"),
            ("tuple([])", "tuple([])"),
            ("object({})", "object({})"),
            (
                "object({\n a = string # the name\n b : optional(number, 3)\n})",
                "object({a = string, b = optional(number)})",
            ),
            (
                "map(object({z=optional(list(string), [\"a\", \"b\"],)}))",
                "map(object({z = optional(list(string))}))",
            ),
        ] {
            assert_eq!(
                parse(text).map(|ty| ty.to_string()),
                Ok(shown.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_terraform_refuses_is_refused() {
        for text in [
            "",
            "int",
            "set",
            "list()",
            "list(string,string)",
            "list(list)",
            "map(string",
            "object",
            "object(string)",
            "object({a=string,a=string})",
            "object({\"a\"=string})",
            "object({1=string})",
            "object({a=string b=number})",
            "object({a=optional()})",
            "object({a=optional(string,null,3)})",
            "object({a=optional(number,\"x\")})",
            "optional(string)",
            "list(optional(string))",
            "tuple(string)",
            "\"string\"",
            "${string}",
            "var.x",
            "String",
            "dynamic",
            "string)",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
