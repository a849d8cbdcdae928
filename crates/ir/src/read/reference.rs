//! What a reference begins with, the steps behind it, and references that stand alone.

use std::sync::Arc;

use super::Error;
use super::parser::{Parser, Tree};
use super::scan::Token;
use crate::Text;
use crate::address::{Mode, ResourceAddress};
use crate::node::{Node, Root, Splat, SplatStep};

impl Parser<'_> {
    /// The root of a reference whose first name was taken. Takes the names that belong to it.
    ///
    /// What is not followed by the names that it needs (`var` alone) stays a plain name: it is
    /// well formed, and what it means is not decided here.
    pub(super) fn root(&mut self, name: &str) -> Result<Root, Error> {
        if self.bound.iter().any(|bound| bound == name) {
            return Ok(Self::plain(name));
        }
        Ok(match name {
            "each" => Root::Each,
            "count" => Root::Count,
            "path" => Root::Path,
            "terraform" => Root::Terraform,
            "self" => Root::SelfObject,
            "var" => self.one(Root::Variable, name)?,
            "local" => self.one(Root::Local, name)?,
            "module" => self.one(Root::Module, name)?,
            "data" => self.resource(Mode::Data, name)?,
            "ephemeral" => self.resource(Mode::Ephemeral, name)?,
            "resource" => self.resource(Mode::Managed, name)?,
            type_name => match self.attribute()? {
                Some(name) => resource(Mode::Managed, type_name.to_owned().into(), name),
                None => Self::plain(type_name),
            },
        })
    }

    fn one(&mut self, root: fn(Text) -> Root, keyword: &str) -> Result<Root, Error> {
        Ok(self.attribute()?.map_or_else(|| Self::plain(keyword), root))
    }

    fn resource(&mut self, mode: Mode, keyword: &str) -> Result<Root, Error> {
        let start = self.at;
        if let Some(type_name) = self.attribute()?
            && let Some(name) = self.attribute()?
        {
            return Ok(resource(mode, type_name, name));
        }
        self.at = start;
        Ok(Self::plain(keyword))
    }

    /// `.name`, if that follows.
    fn attribute(&mut self) -> Result<Option<Text>, Error> {
        let start = self.at;
        if self.takes(".")? {
            if let (Token::Identifier(name), at) = self.peek()? {
                self.at = at.end;
                return Ok(Some(name.to_owned().into()));
            }
            self.at = start;
        }
        Ok(None)
    }

    /// The steps behind a term.
    pub(super) fn steps(&mut self, mut tree: Tree) -> Result<Tree, Error> {
        loop {
            let height = tree.height;
            if self.takes(".")? {
                tree = match self.behind_dot()? {
                    Dot::Name(name) => self.grow(Node::Attribute(tree.node, name), [height])?,
                    Dot::Index(key) => self.grow(Node::Index(tree.node, key), [height])?,
                    Dot::Star => self.attribute_splat(tree)?,
                };
            } else if self.takes("[")? {
                tree = if self.takes("*")? {
                    self.expects("]", "`]` should follow `[*`")?;
                    self.full_splat(tree)?
                } else {
                    let key = self.index()?;
                    self.grow(Node::Index(tree.node, key.node), [height, key.height])?
                };
            } else {
                return Ok(tree);
            }
        }
    }

    /// The key between brackets, of which the opening one was taken.
    fn index(&mut self) -> Result<Tree, Error> {
        let newlines = self.set_newlines(false);
        let key = self.expression()?;
        self.expects("]", "`]` should close the index")?;
        self.set_newlines(newlines);
        Ok(key)
    }

    fn behind_dot(&mut self) -> Result<Dot, Error> {
        let (token, at) = self.peek()?;
        let found = match token {
            Token::Identifier(name) => Dot::Name(name.to_owned().into()),
            Token::Sign("*") => Dot::Star,
            Token::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let digits = match digits.trim_start_matches('0') {
                    "" => "0",
                    digits => digits,
                };
                Dot::Index(Arc::new(Node::Number(digits.into())))
            }
            Token::Number(_) => {
                return Err(
                    Error::new("two indexes cannot follow each other with dots", at)
                        .hint("write them in brackets, like `[0][1]`"),
                );
            }
            _ => return Err(self.unexpected("the name of an attribute should stand")),
        };
        self.at = at.end;
        Ok(found)
    }

    /// `.*` with the attributes behind it, which alone belong to it. With an index among them, as
    /// in `a.*.b.0`, it is the same as `a[*].b[0]`.
    fn attribute_splat(&mut self, source: Tree) -> Result<Tree, Error> {
        let mut each = Vec::new();
        let mut full = false;
        while self.takes(".")? {
            let at = self.at;
            match self.behind_dot()? {
                Dot::Name(name) => each.push(SplatStep::Attribute(name)),
                Dot::Index(key) => {
                    full = true;
                    each.push(SplatStep::Index(key));
                }
                Dot::Star => {
                    return Err(Error::new("`.*` stands behind another `.*`", at..self.at)
                        .hint("write both as `[*]`"));
                }
            }
        }
        self.splat(source, full, each, 0)
    }

    /// `[*]` with all steps behind it.
    fn full_splat(&mut self, source: Tree) -> Result<Tree, Error> {
        let mut each: Vec<SplatStep> = Vec::new();
        let mut height = 0;
        // Whether the steps belong to a `.*` inside the splat.
        let mut attributes_only = false;
        loop {
            if self.takes(".")? {
                let at = self.at;
                each.push(match self.behind_dot()? {
                    Dot::Name(name) => SplatStep::Attribute(name),
                    Dot::Index(key) if !attributes_only => SplatStep::Index(key),
                    Dot::Star if !attributes_only => {
                        attributes_only = true;
                        SplatStep::Splat { full: false }
                    }
                    _ => {
                        return Err(Error::new("only names can follow `.*` here", at..self.at)
                            .hint("write it as `[*]`, and indexes in brackets"));
                    }
                });
            } else if self.takes("[")? {
                attributes_only = false;
                if self.takes("*")? {
                    self.expects("]", "`]` should follow `[*`")?;
                    each.push(SplatStep::Splat { full: true });
                } else {
                    let key = self.index()?;
                    height = height.max(key.height);
                    each.push(SplatStep::Index(key.node));
                }
            } else {
                return self.splat(source, true, each, height);
            }
        }
    }

    fn splat(
        &self,
        source: Tree,
        full: bool,
        each: Vec<SplatStep>,
        height: usize,
    ) -> Result<Tree, Error> {
        // What walks the steps may do so recursively.
        let height = height.max(source.height).max(each.len());
        let splat = Splat {
            source: source.node,
            full,
            each,
        };
        self.grow(Node::Splat(Box::new(splat)), [height])
    }

    /// A reference that stands alone, with literal indexes. `named` keeps its first name a plain
    /// one: a provider, an argument, a keyword.
    pub(super) fn traversal(&mut self, named: bool) -> Result<Arc<Node>, Error> {
        let name = self.identifier("a reference should begin with a name")?;
        let root = match named {
            true => Self::plain(name),
            false => self.root(name)?,
        };
        let mut tree = self.grow(Node::Root(root), [])?;
        loop {
            let height = tree.height;
            tree = if self.takes(".")? {
                let name = self.identifier("the name of an attribute should stand")?;
                self.grow(Node::Attribute(tree.node, name.to_owned().into()), [height])?
            } else if self.takes("[")? {
                let (token, at) = self.peek()?;
                let key = match token {
                    Token::Quote | Token::Number(_) => self.index()?,
                    _ => return Err(self.unexpected("a number or a text should stand as index")),
                };
                match &*key.node {
                    Node::Text(_) | Node::Number(_) => {}
                    _ => {
                        return Err(Error::new(
                            "the index of a reference is computed",
                            at.start..self.at,
                        )
                        .hint("write a number or a plain text as the index"));
                    }
                }
                self.grow(Node::Index(tree.node, key.node), [height])?
            } else {
                self.end()?;
                return Ok(tree.node);
            };
        }
    }
}

/// What can stand behind a dot.
enum Dot {
    Name(Text),
    /// A number: the old way to write an index.
    Index(Arc<Node>),
    Star,
}

fn resource(mode: Mode, type_name: Text, name: Text) -> Root {
    Root::Resource {
        stack: 0,
        address: Arc::new(ResourceAddress::new(mode, type_name, name)),
    }
}
