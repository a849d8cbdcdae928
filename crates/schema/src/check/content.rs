//! A body as Terraform sees it: its arguments evaluated, and the blocks that `dynamic` makes among the others.

use std::collections::HashSet;

use terrace_ir::{Any, Data, Diagnostic, Entry, Key, Object, Origin};

use super::codes::{UNKNOWN_ARGUMENT, WRONG_TYPE};
use super::walk::Walk;
use super::written::Written;
use crate::eval::{SharedText, Val};
use crate::language::codes::DUPLICATE;
use crate::model::{Attribute, BlockType, NestedBlock};
use crate::nearest::nearest;

/// What a body holds, by what its type says.
pub(super) struct Content<'a> {
    pub(super) ty: &'static BlockType,
    pub(super) arguments: Vec<Argument<'a>>,
    pub(super) blocks: Vec<Blocks<'a>>,
    pub(super) origin: Origin,
}

/// An argument that is set.
pub(super) struct Argument<'a> {
    pub(super) attribute: &'static Attribute,
    pub(super) written: Written<'a>,
    pub(super) value: Val,
    /// Whether it is written as blocks, in which what is not used may be left out.
    pub(super) as_blocks: bool,
}

/// The nested blocks of one name.
pub(super) struct Blocks<'a> {
    pub(super) block: &'static NestedBlock,
    pub(super) bodies: Vec<One<'a>>,
    /// How many there are, unless more come to be.
    pub(super) count: usize,
    /// Whether an unknown number more comes to be, and how many there are is not known.
    pub(super) is_open: bool,
    pub(super) origin: Origin,
}

/// One nested block.
pub(super) struct One<'a> {
    /// Its place in the list that it was written in.
    pub(super) index: Option<usize>,
    pub(super) content: Content<'a>,
    /// Whether it surely comes to be.
    pub(super) is_certain: bool,
}

impl<'a> Content<'a> {
    /// The value of an argument that is set and not `null`.
    pub(super) fn argument(&self, name: &str) -> Option<&Argument<'a>> {
        let argument = self
            .arguments
            .iter()
            .find(|argument| argument.attribute.name == name)?;
        (!argument.value.is_null()).then_some(argument)
    }

    pub(super) fn blocks_of(&self, name: &str) -> Option<&Blocks<'a>> {
        self.blocks.iter().find(|blocks| blocks.block.name == name)
    }

    /// Whether everything in it is known.
    pub(super) fn is_known(&self) -> bool {
        let arguments = || self.arguments.iter();
        arguments().all(|argument| argument.value.is_wholly_known())
            && self.blocks.iter().all(Blocks::is_known)
    }

    /// The body as a value: an object of what is set, blocks being lists of objects.
    pub(super) fn to_value(&self) -> Val {
        let arguments = self.arguments.iter().map(|argument| {
            (
                SharedText::fixed(&argument.attribute.name),
                argument.value.clone(),
            )
        });
        let blocks = self.blocks.iter().map(|blocks| {
            let value = match blocks.is_open {
                true => Val::dynamic(),
                false => Val::tuple(
                    blocks
                        .bodies
                        .iter()
                        .map(|one| one.content.to_value())
                        .collect(),
                ),
            };
            (SharedText::fixed(&blocks.block.name), value)
        });
        Val::object(arguments.chain(blocks))
    }
}

impl Blocks<'_> {
    pub(super) fn is_known(&self) -> bool {
        !self.is_open && self.bodies.iter().all(|one| one.content.is_known())
    }
}

impl<'a> Walk<'_, 'a> {
    /// Reads a body, and reports what is wrong with names and expressions. `is_meta` says which names belong to Terraform.
    pub(super) fn content(
        &mut self,
        ty: &'static BlockType,
        body: Option<&'a Object>,
        origin: Origin,
        is_meta: &dyn Fn(&str) -> bool,
    ) -> Content<'a> {
        let mut content = Content {
            ty,
            arguments: Vec::with_capacity(body.map_or(0, Object::len)),
            blocks: Vec::new(),
            origin,
        };
        for entry in body.into_iter().flat_map(Object::iter) {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if name == "//" || is_meta(name) {
                continue;
            }
            if name == "dynamic" && ty.member(name).is_none() {
                self.dynamics(&mut content, &entry.value);
            } else {
                self.at(name, |walk| walk.entry(&mut content, name, entry));
            }
        }
        content
    }

    fn entry(&mut self, content: &mut Content<'a>, name: &'a str, entry: &'a Entry) {
        let ty = content.ty;
        if let Some(attribute) = ty.attribute(name) {
            if content.argument(name).is_some() {
                self.set_twice(name, entry.key_origin);
            }
            self.keys_set_twice(&entry.value);
            let outside = std::mem::replace(&mut self.is_secret, attribute.is_secret());
            let value = self.value(&entry.value, entry.key_origin);
            self.is_secret = outside;
            content.arguments.push(Argument {
                attribute,
                written: Written::new(&entry.value, entry.key_origin),
                value,
                as_blocks: false,
            });
        } else if let Some(block) = ty.block(name) {
            self.written_blocks(content, block, entry);
        } else {
            let origin = entry.key_origin.or(entry.value.origin);
            self.unknown(ty.settable_names(), name, "argument or block", origin);
            self.value(&entry.value, origin);
        }
    }

    /// Reports keys that stand twice in one object of a value.
    fn keys_set_twice(&mut self, value: &'a Any) {
        match &value.data {
            Data::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    self.inside(Some(index), |walk| walk.keys_set_twice(item));
                }
            }
            Data::Object(object) => {
                let mut seen = HashSet::with_capacity(object.len());
                for entry in object {
                    let Key::Text(name) = &entry.key else {
                        continue;
                    };
                    self.at(name, |walk| {
                        if !seen.insert(name) {
                            walk.set_twice(name, entry.key_origin);
                        }
                        walk.keys_set_twice(&entry.value);
                    });
                }
            }
            _ => {}
        }
    }

    fn set_twice(&mut self, name: &str, origin: Origin) {
        let finding = Diagnostic::error(&DUPLICATE, format!("`{name}` is set twice"));
        self.find(finding.hint("take one of the two out"), origin);
    }

    fn written_blocks(
        &mut self,
        content: &mut Content<'a>,
        block: &'static NestedBlock,
        entry: &'a Entry,
    ) {
        let at = entry.value.origin.or(entry.key_origin);
        let mut bodies = Vec::new();
        match &entry.value.data {
            Data::Null => {}
            Data::Object(body) => bodies.push(self.one(block, Some(body), None, at)),
            Data::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    let at = item.origin.or(at);
                    let body = match &item.data {
                        Data::Null => None,
                        Data::Object(body) => Some(body),
                        _ => {
                            self.inside(Some(index), |walk| {
                                walk.not_a_block(&block.name, item, at)
                            });
                            continue;
                        }
                    };
                    let one =
                        self.inside(Some(index), |walk| walk.one(block, body, Some(index), at));
                    bodies.push(one);
                }
            }
            _ => {
                self.not_a_block(&block.name, &entry.value, at);
                // Something is meant to be there: that it is missing would be said in vain.
                content.add(block, Vec::new(), 0, true, at);
                return;
            }
        }
        let count = bodies.len();
        content.add(block, bodies, count, false, at);
    }

    pub(super) fn one(
        &mut self,
        block: &'static NestedBlock,
        body: Option<&'a Object>,
        index: Option<usize>,
        origin: Origin,
    ) -> One<'a> {
        One {
            index,
            content: self.content(&block.body, body, origin, &|_| false),
            is_certain: self.is_certain,
        }
    }

    fn not_a_block(&mut self, name: &str, value: &Any, at: Origin) {
        let is = match &value.data {
            Data::Expr(_) => "an expression",
            Data::Text(_) => "text",
            Data::List(_) => "a list in a list",
            _ => "a single value",
        };
        let finding = Diagnostic::error(&WRONG_TYPE, format!("`{name}` is a block, not {is}"));
        let hint = match &value.data {
            Data::Expr(_) => "write the block out, or make blocks with `dynamic`",
            _ => "give an object, or a list of objects",
        };
        self.find(finding.hint(hint), at);
    }

    /// Reports a name that does not stand in a type. The walk stands at the name.
    pub(super) fn unknown(
        &mut self,
        known: impl Iterator<Item = &'static str>,
        name: &str,
        what: &str,
        origin: Origin,
    ) {
        let summary = format!("{} has no {what} `{name}`", self.owner());
        let mut finding = Diagnostic::error(&UNKNOWN_ARGUMENT, summary);
        if let Some(nearest) = nearest(name, known) {
            finding = finding.hint(format!("did you mean `{nearest}`?"));
        }
        self.find(finding, origin);
    }
}

impl<'a> Content<'a> {
    /// Adds blocks to those of the same name.
    pub(super) fn add(
        &mut self,
        block: &'static NestedBlock,
        bodies: Vec<One<'a>>,
        count: usize,
        is_open: bool,
        origin: Origin,
    ) {
        let known = self
            .blocks
            .iter_mut()
            .find(|blocks| blocks.block.name == block.name);
        match known {
            Some(blocks) => {
                blocks.bodies.extend(bodies);
                blocks.is_open |= is_open;
                blocks.count += count;
            }
            None => self.blocks.push(Blocks {
                block,
                bodies,
                count,
                is_open,
                origin,
            }),
        }
    }
}
