//! What reading expressions and templates has in common: the next token, how deep it stands, and
//! the trees that grow from it.

use std::ops::Range;
use std::sync::Arc;

use super::Error;
use super::scan::{self, Token};
use crate::Text;
use crate::node::{Node, Root};

/// How deeply an expression may be nested, and how many operators or steps may follow each other.
///
/// Deep enough for anything that a person or a generator writes; shallow enough that everything
/// that walks a tree recursively fits on a thread's stack of 2 MB, in debug builds too.
pub const MAX_DEPTH: usize = 100;

/// A tree, and how high it is.
pub(super) struct Tree {
    pub(super) node: Arc<Node>,
    pub(super) height: usize,
}

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Whether a newline ends something here.
    pub(super) newlines: bool,
    depth: usize,
    /// Names of enclosing `for`s and `dynamic` blocks, which hide all else.
    pub(super) bound: Vec<Text>,
}

pub(super) type Parsed = Result<Tree, Error>;

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, bound: &[Text]) -> Self {
        Self {
            text,
            at: 0,
            newlines: false,
            depth: 0,
            bound: bound.to_vec(),
        }
    }

    /// The next token and its place.
    pub(super) fn peek(&self) -> Result<(Token<'t>, Range<usize>), Error> {
        scan::token(self.text, self.at, self.newlines)
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Result<(Token<'t>, Range<usize>), Error> {
        let (token, at) = self.peek()?;
        self.at = at.end;
        Ok((token, at))
    }

    /// Takes a sign, if it is the next token.
    pub(super) fn takes(&mut self, sign: &str) -> Result<bool, Error> {
        let (token, at) = self.peek()?;
        let found = matches!(token, Token::Sign(found) if found == sign);
        if found {
            self.at = at.end;
        }
        Ok(found)
    }

    pub(super) fn expects(&mut self, sign: &str, wanted: &str) -> Result<(), Error> {
        if self.takes(sign)? {
            return Ok(());
        }
        Err(self.unexpected(wanted))
    }

    /// An error at the next token.
    pub(super) fn unexpected(&self, wanted: &str) -> Error {
        match self.peek() {
            Ok((token, at)) => Error::new(format!("{} where {wanted}", token.shown()), at),
            Err(error) => error,
        }
    }

    pub(super) fn identifier(&mut self, wanted: &str) -> Result<&'t str, Error> {
        match self.peek()? {
            (Token::Identifier(name), at) => {
                self.at = at.end;
                Ok(name)
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    /// Says whether newlines end something from here on, and gives what held before. Nobody puts it
    /// back behind an error: the first one ends the reading.
    pub(super) fn set_newlines(&mut self, newlines: bool) -> bool {
        std::mem::replace(&mut self.newlines, newlines)
    }

    /// Goes one level deeper. As with newlines, an error leaves it there.
    pub(super) fn enter(&mut self) -> Result<(), Error> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(self.too_deep()),
            false => Ok(()),
        }
    }

    /// Goes back.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn too_deep(&self) -> Error {
        let at = self.at.min(self.text.len());
        Error::too_deep(
            format!("the expression is nested more than {MAX_DEPTH} levels deep"),
            at..at,
        )
    }

    /// A tree on top of others.
    pub(super) fn grow(&self, node: Node, below: impl IntoIterator<Item = usize>) -> Parsed {
        let height = below.into_iter().max().unwrap_or(0) + 1;
        self.check(height)?;
        Ok(Tree {
            node: Arc::new(node),
            height,
        })
    }

    pub(super) fn check(&self, height: usize) -> Result<(), Error> {
        match height > MAX_DEPTH {
            true => Err(self.too_deep()),
            false => Ok(()),
        }
    }

    pub(super) fn at_word(&self, word: &str) -> Result<bool, Error> {
        Ok(self.peek()?.0 == Token::Identifier(word))
    }

    /// The end of the text, or an error.
    pub(super) fn end(&self) -> Result<(), Error> {
        match self.peek()?.0 {
            Token::End => Ok(()),
            _ => Err(self.unexpected("the expression should end")),
        }
    }

    /// A name that nothing of the language has.
    pub(super) fn plain(name: &str) -> Root {
        Root::Name(name.to_owned().into())
    }
}
