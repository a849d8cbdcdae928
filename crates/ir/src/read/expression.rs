//! HCL's expressions, read into the expression tree.
//!
//! A parser of our own: hcl-edit 0.10 reads the text between directives in quotes
//! (`"%{if a}\n%{endif}"`) without its escapes and `1.e5` as an attribute, takes raw newlines in
//! quotes, refuses them in directives, and would need a second walk to build our tree. This one
//! follows HCL's grammar rule by rule and builds the tree at once.
//!
//! Source: the scanner and parser of HCL 2.23, tried with Terraform 1.11.4.

use std::sync::Arc;

use super::Error;
use super::parser::{Parsed, Parser, Tree};
use super::scan::{self, Token};
use crate::Text;
use crate::node::{BinaryOperator, Call, For, Node, UnaryOperator};

impl<'t> Parser<'t> {
    pub(super) fn expression(&mut self) -> Parsed {
        self.enter()?;
        let mut tree = self.binary(1)?;
        if self.takes("?")? {
            tree = self.conditional(tree)?;
        }
        self.leave();
        Ok(tree)
    }

    fn conditional(&mut self, condition: Tree) -> Parsed {
        let then = self.expression()?;
        self.expects(":", "`:` and what holds otherwise should stand")?;
        let otherwise = self.expression()?;
        let heights = [condition.height, then.height, otherwise.height];
        let node = Node::Conditional(condition.node, then.node, otherwise.node);
        self.grow(node, heights)
    }

    /// Operators that bind at least as tightly as `least`, all to the left.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.operand()?;
        loop {
            let (Token::Sign(sign), at) = self.peek()? else {
                return Ok(left);
            };
            let Some(operator) = operator(sign).filter(|found| found.precedence() >= least) else {
                return Ok(left);
            };
            self.at = at.end;
            let right = self.binary(operator.precedence() + 1)?;
            let heights = [left.height, right.height];
            left = self.grow(Node::Binary(operator, left.node, right.node), heights)?;
        }
    }

    /// A term with the steps behind it.
    fn operand(&mut self) -> Parsed {
        let term = self.term()?;
        self.steps(term)
    }

    fn term(&mut self) -> Parsed {
        let (token, at) = self.next()?;
        match token {
            Token::Number(digits) => match number(digits) {
                Some(digits) => self.grow(Node::Number(digits), []),
                None => Err(Error::new(format!("`{digits}` is no number"), at)),
            },
            Token::Identifier(name) => self.named(name),
            Token::Quote => self.quoted(at),
            Token::Heredoc { marker, flush } => self.heredoc(marker, flush, at),
            Token::Sign("-") => self.unary(UnaryOperator::Negate),
            Token::Sign("!") => self.unary(UnaryOperator::Not),
            Token::Sign("(") => self.parenthesis(),
            Token::Sign("[") => self.list(),
            Token::Sign("{") => self.braces(),
            _ => {
                self.at = at.start;
                Err(self.unexpected("an expression should stand"))
            }
        }
    }

    fn parenthesis(&mut self) -> Parsed {
        let newlines = self.set_newlines(false);
        let inner = self.expression()?;
        self.expects(")", "`)` should close the parenthesis")?;
        self.set_newlines(newlines);
        Ok(inner)
    }

    fn list(&mut self) -> Parsed {
        let newlines = self.set_newlines(false);
        let list = match self.at_word("for")? {
            true => self.comprehension("]")?,
            false => {
                let (items, height) = self.items()?;
                self.grow(Node::List(items), [height])?
            }
        };
        self.set_newlines(newlines);
        Ok(list)
    }

    /// An object, in which newlines end entries, or a `for`, in which they do not.
    fn braces(&mut self) -> Parsed {
        let newlines = self.set_newlines(false);
        let object = match self.at_word("for")? {
            true => self.comprehension("}")?,
            false => {
                self.set_newlines(true);
                self.object()?
            }
        };
        self.set_newlines(newlines);
        Ok(object)
    }

    fn unary(&mut self, operator: UnaryOperator) -> Parsed {
        self.enter()?;
        let operand = self.operand()?;
        self.leave();
        match (&operator, &*operand.node) {
            // One form for one number.
            (UnaryOperator::Negate, Node::Number(digits)) if !digits.starts_with('-') => {
                self.grow(Node::Number(format!("-{digits}").into()), [])
            }
            _ => self.grow(Node::Unary(operator, operand.node), [operand.height]),
        }
    }

    /// What begins with a name: a word of the language, a call, or a reference.
    fn named(&mut self, name: &'t str) -> Parsed {
        if let Token::Sign("(" | "::") = self.peek()?.0 {
            return self.call(name);
        }
        match name {
            "null" => self.grow(Node::Null, []),
            "true" => self.grow(Node::Bool(true), []),
            "false" => self.grow(Node::Bool(false), []),
            _ => {
                let root = self.root(name)?;
                self.grow(Node::Root(root), [])
            }
        }
    }

    fn call(&mut self, first: &str) -> Parsed {
        let mut name = first.to_owned();
        while self.takes("::")? {
            name.push_str("::");
            name.push_str(self.identifier("the name of a function should stand")?);
        }
        self.expects("(", "`(` and the arguments of the function should stand")?;
        let newlines = self.set_newlines(false);
        let mut arguments = Vec::new();
        let (mut height, mut spread) = (0, false);
        while !self.takes(")")? {
            let argument = self.expression()?;
            height = height.max(argument.height);
            arguments.push(argument.node);
            if self.takes("...")? {
                spread = true;
                self.expects(")", "`)` should follow directly")?;
                break;
            }
            if !self.takes(",")? {
                self.expects(")", "`,` or `)` should stand behind an argument")?;
                break;
            }
        }
        self.set_newlines(newlines);
        let call = Call {
            name: name.into(),
            arguments,
            spread,
        };
        self.grow(Node::Call(Box::new(call)), [height])
    }

    /// The elements of a list, and the height of the highest.
    fn items(&mut self) -> Result<(Vec<Arc<Node>>, usize), Error> {
        let mut items = Vec::new();
        let mut height = 0;
        while !self.takes("]")? {
            let item = self.expression()?;
            height = height.max(item.height);
            items.push(item.node);
            if !self.takes(",")? {
                self.expects("]", "`,` or `]` should stand behind an element")?;
                break;
            }
        }
        Ok((items, height))
    }

    fn object(&mut self) -> Parsed {
        let mut entries = Vec::new();
        let mut height = 0;
        loop {
            while self.peek()?.0 == Token::Newline {
                self.next()?;
            }
            if self.takes("}")? {
                break;
            }
            let key = self.key()?;
            if !self.takes("=")? {
                self.expects(":", "`=` should stand between a key and its value")?;
            }
            let value = self.expression()?;
            height = height.max(key.height).max(value.height);
            entries.push((key.node, value.node));
            if self.takes("}")? {
                break;
            }
            if !matches!(self.peek()?.0, Token::Newline | Token::Sign(",")) {
                return Err(self.unexpected("`,`, a new line or `}` should stand behind an entry"));
            }
            self.next()?;
        }
        self.grow(Node::Object(entries), [height])
    }

    /// A key: a name alone is itself as text.
    fn key(&mut self) -> Parsed {
        if let (Token::Identifier(name), at) = self.peek()? {
            let behind = scan::token(self.text, at.end, self.newlines)?.0;
            if matches!(behind, Token::Sign("=" | ":")) {
                self.at = at.end;
                return self.grow(Node::Text(name.into()), []);
            }
        }
        self.expression()
    }

    /// `for` between brackets, of which the opening one was taken.
    fn comprehension(&mut self, close: &'static str) -> Parsed {
        let makes_object = close == "}";
        self.next()?;
        let (key_name, value_name) = self.for_names()?;
        let source = self.expression()?;
        self.expects(":", "`:` and the result should stand")?;
        let outside = self.bound.len();
        self.bound.extend(key_name.clone());
        self.bound.push(value_name.clone());

        let start = self.at;
        let mut value = self.expression()?;
        let mut key = None;
        if self.takes("=>")? {
            key = Some(std::mem::replace(&mut value, self.expression()?));
        }
        let result = start..self.at;
        let grouped = self.takes("...")?;
        let condition = match self.at_word("if")? {
            true => {
                self.next()?;
                Some(self.expression()?)
            }
            false => None,
        };
        self.bound.truncate(outside);
        self.expects(close, &format!("`{close}` should close the `for`"))?;
        match (makes_object, &key) {
            (true, None) => {
                return Err(Error::new("`{for …}` has no key for its results", result)
                    .hint("write `key => value`, or `[for …]` for a list"));
            }
            (false, Some(_)) => {
                return Err(
                    Error::new("`[for …]` makes a list, which has no keys", result)
                        .hint("write `{for …}` for an object"),
                );
            }
            (false, None) if grouped => {
                return Err(Error::new(
                    "`...` groups values by key, and a list has no keys",
                    result,
                ));
            }
            _ => {}
        }
        let heights = [
            Some(&source),
            key.as_ref(),
            Some(&value),
            condition.as_ref(),
        ]
        .map(|tree| tree.map_or(0, |tree| tree.height));
        let each = For {
            key_name,
            value_name,
            source: source.node,
            key: key.map(|key| key.node),
            value: value.node,
            grouped,
            condition: condition.map(|condition| condition.node),
        };
        self.grow(Node::For(Box::new(each)), heights)
    }

    /// `key, value in`, behind `for`.
    pub(super) fn for_names(&mut self) -> Result<(Option<Text>, Text), Error> {
        let first = self.identifier("the name of the element should stand")?;
        let (key_name, value_name) = match self.takes(",")? {
            true => (
                Some(first),
                self.identifier("the name of the element should stand")?,
            ),
            false => (None, first),
        };
        if !self.at_word("in")? {
            return Err(self.unexpected("`in` should stand"));
        }
        self.next()?;
        let owned = |name: &str| Text::Owned(name.to_owned());
        Ok((key_name.map(owned), owned(value_name)))
    }
}

fn operator(sign: &str) -> Option<BinaryOperator> {
    use BinaryOperator as B;
    Some(match sign {
        "||" => B::Or,
        "&&" => B::And,
        "==" => B::Equal,
        "!=" => B::NotEqual,
        "<" => B::Less,
        "<=" => B::LessOrEqual,
        ">" => B::Greater,
        ">=" => B::GreaterOrEqual,
        "+" => B::Add,
        "-" => B::Subtract,
        "*" => B::Multiply,
        "/" => B::Divide,
        "%" => B::Modulo,
        _ => return None,
    })
}

/// The digits of a number as JSON writes them too; `None` when it is none. HCL takes zeros in
/// front and nothing behind a point.
fn number(digits: &str) -> Option<Box<str>> {
    let exponent = digits.find(['e', 'E']).unwrap_or(digits.len());
    let (mantissa, exponent) = digits.split_at(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let written = format!("{whole}{point}{fraction}{exponent}");
    super::json::is_number(&written).then(|| written.into())
}
