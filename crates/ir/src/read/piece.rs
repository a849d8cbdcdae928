//! The pieces of a template, put together: text joined, and what stands between directives put
//! into them.

use std::ops::Range;

use super::Error;
use super::parser::{Parser, Tree};
use crate::Text;
use crate::node::{Node, TemplatePart};

/// A piece of a template, in the order written.
pub(super) enum Piece {
    /// Plain text without its escapes. HCL reads text in several pieces, and `~` takes blanks away
    /// only from the one that it touches.
    Text(String),
    Interpolation(Tree),
    If(Tree, Range<usize>),
    Else(Range<usize>),
    EndIf(Range<usize>),
    For(Option<Text>, Text, Tree, Range<usize>),
    EndFor(Range<usize>),
}

impl Parser<'_> {
    /// The template of the pieces. A single interpolation is its expression and keeps its type.
    pub(super) fn assemble(&self, mut pieces: Vec<Piece>) -> Result<Tree, Error> {
        if let [Piece::Interpolation(_)] = pieces.as_slice()
            && let Some(Piece::Interpolation(tree)) = pieces.pop()
        {
            return Ok(tree);
        }
        let (mut parts, height) = self.parts(pieces)?;
        let node = match parts.as_slice() {
            [] => Node::Text("".into()),
            [TemplatePart::Text(text)] => Node::Text(text.clone()),
            // Empty text beside it made it a text, and has to stay.
            [TemplatePart::Interpolation(_)] => {
                parts.push(TemplatePart::Interpolation(Node::text("")));
                Node::Template(parts)
            }
            _ => Node::Template(parts),
        };
        self.grow(node, [height])
    }

    /// Pieces with what stands between directives put into them, and the height of the highest.
    fn parts(&self, pieces: Vec<Piece>) -> Result<(Vec<TemplatePart>, usize), Error> {
        // The directives that are open, each with what stood before it.
        let mut open: Vec<(Open, Level)> = Vec::new();
        let mut level = Level::default();
        for piece in pieces {
            match piece {
                Piece::Text(text) => level.push(TemplatePart::Text(text.into()), 0),
                Piece::Interpolation(tree) => match &*tree.node {
                    Node::Text(text) => level.push(TemplatePart::Text(text.clone()), 0),
                    _ => level.push(TemplatePart::Interpolation(tree.node), tree.height),
                },
                Piece::If(condition, at) => {
                    open.push((Open::If(condition, at), std::mem::take(&mut level)));
                }
                Piece::For(key, value, source, at) => {
                    let directive = Open::For(key, value, source, at);
                    open.push((directive, std::mem::take(&mut level)));
                }
                Piece::Else(at) => match open.pop() {
                    Some((Open::If(condition, opened), before)) => {
                        let then = std::mem::take(&mut level);
                        open.push((Open::Else(condition, then, opened), before));
                    }
                    _ => return Err(Error::new("`%{else}` belongs to no `%{if}`", at)),
                },
                Piece::EndIf(at) => {
                    let (condition, then, otherwise, before) = match open.pop() {
                        Some((Open::If(condition, _), before)) => {
                            (condition, level, Level::default(), before)
                        }
                        Some((Open::Else(condition, then, _), before)) => {
                            (condition, then, level, before)
                        }
                        _ => return Err(Error::new("`%{endif}` closes no `%{if}`", at)),
                    };
                    let height = condition.height.max(then.height).max(otherwise.height) + 1;
                    let part = TemplatePart::If {
                        condition: condition.node,
                        then: then.parts,
                        otherwise: otherwise.parts,
                    };
                    level = before;
                    level.push(part, height);
                }
                Piece::EndFor(at) => {
                    let Some((Open::For(key_name, value_name, source, _), before)) = open.pop()
                    else {
                        return Err(Error::new("`%{endfor}` closes no `%{for}`", at));
                    };
                    let height = level.height.max(source.height) + 1;
                    let part = TemplatePart::For {
                        key_name,
                        value_name,
                        source: source.node,
                        body: level.parts,
                    };
                    level = before;
                    level.push(part, height);
                }
            }
            self.check(level.height)?;
        }
        match open.pop() {
            None => Ok((level.parts, level.height)),
            Some((Open::For(.., at), _)) => {
                Err(Error::new("this `%{for}` is closed by no `%{endfor}`", at))
            }
            Some((Open::If(_, at) | Open::Else(.., at), _)) => {
                Err(Error::new("this `%{if}` is closed by no `%{endif}`", at))
            }
        }
    }
}

/// A directive that is not closed yet, and where it stands.
enum Open {
    If(Tree, Range<usize>),
    /// With what stood between `%{if}` and `%{else}`.
    Else(Tree, Level, Range<usize>),
    For(Option<Text>, Text, Tree, Range<usize>),
}

/// Parts side by side, and the height of the highest.
#[derive(Default)]
struct Level {
    parts: Vec<TemplatePart>,
    height: usize,
}

impl Level {
    /// Adds a part. Neighbouring texts become one.
    fn push(&mut self, part: TemplatePart, height: usize) {
        self.height = self.height.max(height);
        match (self.parts.last_mut(), part) {
            (_, TemplatePart::Text(text)) if text.is_empty() => {}
            (Some(TemplatePart::Text(before)), TemplatePart::Text(text)) => {
                let mut joined = std::mem::take(before).into_string();
                joined.push_str(&text);
                *before = joined.into();
            }
            (_, part) => self.parts.push(part),
        }
    }
}
