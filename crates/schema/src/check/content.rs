//! A body as Terraform sees it: its arguments evaluated, and the blocks that `dynamic` makes among the others.

use std::collections::HashSet;

use terrace_ir::{Any, Data, Diagnostic, Entry, Key, Object, Origin, Type};

use super::codes::{UNKNOWN_ARGUMENT, WRONG_TYPE};
use super::providers;
use super::walk::Walk;
use super::written::Written;
use crate::eval::problem::INVALID_EXPRESSION;
use crate::eval::{Kind, Val};
use crate::language::codes::DUPLICATE;
use crate::language::nested;
use crate::model::{Attribute, BlockType, MembersForm, NestedBlock};
use crate::nearest::nearest;

/// How many blocks of one `dynamic` are looked at.
const MOST_EXPANDED: usize = 100;

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
        let arguments = self
            .arguments
            .iter()
            .map(|argument| (argument.attribute.name.as_str(), argument.value.clone()));
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
            (blocks.block.name.as_str(), value)
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
            let value = self.value(&entry.value, entry.key_origin);
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

    fn one(
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

    /// The `dynamic` blocks of a body.
    fn dynamics(&mut self, content: &mut Content<'a>, value: &'a Any) {
        for (name, key, value) in nested::labels(value) {
            for (_, dynamic) in nested::bodies(value) {
                let at = value.origin.or(key);
                self.at(name, |walk| walk.dynamic(content, name, dynamic, key, at));
            }
        }
    }

    fn dynamic(
        &mut self,
        content: &mut Content<'a>,
        name: &'a str,
        dynamic: &'a Object,
        key: Origin,
        at: Origin,
    ) {
        let Some(for_each) = dynamic.entry("for_each") else {
            return;
        };
        let for_each_at = for_each.value.origin.or(for_each.key_origin);
        let source = self.value(&for_each.value, for_each.key_origin);
        let (elements, is_open) = self.elements(&source, for_each_at);
        let iterator = dynamic.get("iterator").and_then(providers::local_name);
        let iterator = iterator.unwrap_or(name);
        let body = dynamic
            .get("content")
            .and_then(|content| content.bodies().next());
        let count = elements.len();
        let elements = elements.into_iter().take(MOST_EXPANDED);
        let was_certain = self.is_certain;
        self.is_certain &= !is_open;
        match (content.ty.block(name), content.ty.attribute(name)) {
            (Some(block), _) => {
                let bodies = elements.map(|element| {
                    self.bound(iterator, element, |walk| walk.one(block, body, None, at))
                });
                let bodies = bodies.collect();
                content.add(block, bodies, count, is_open, at);
            }
            (None, Some(attribute)) if is_block_too(attribute) => {
                let items = elements.map(|element| {
                    self.bound(iterator, element, |walk| {
                        walk.block_of_attribute(attribute, body)
                    })
                });
                let items = Val::tuple(items.collect());
                content.arguments.push(Argument {
                    attribute,
                    written: Written::nothing(at),
                    value: match is_open {
                        true => Val::unknown(attribute.ty.clone()),
                        false => items,
                    },
                    as_blocks: true,
                });
            }
            _ => {
                let blocks = content.ty.blocks.iter().map(|block| block.name.as_str());
                self.unknown(blocks, name, "block", key);
            }
        }
        self.is_certain = was_certain;
    }

    /// Does something where an iterator is known.
    fn bound<T>(
        &mut self,
        iterator: &'a str,
        element: Val,
        look: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.place.iterators.push((iterator, element));
        let result = look(self);
        self.place.iterators.pop();
        result
    }

    /// The iterator for each element of the source of a `dynamic`. Where the elements are not known there is one that stands
    /// for all.
    fn elements(&mut self, source: &Val, at: Origin) -> (Vec<Val>, bool) {
        let iterator = |key: Val, value: Val| Val::object([("key", key), ("value", value)]);
        let unknown =
            |key: Type, value: Type| (vec![iterator(Val::unknown(key), Val::unknown(value))], true);
        let marks = source.marks();
        let of = |key: Val, value: &Val| iterator(key.marked(marks), value.clone().marked(marks));
        let refusal = match source.kind() {
            Kind::List(_, items) | Kind::Tuple(items) => {
                let keys = (0..).map(Val::whole);
                return (
                    keys.zip(items.iter())
                        .map(|(key, item)| of(key, item))
                        .collect(),
                    false,
                );
            }
            Kind::Set(_, items) if items.iter().all(Val::is_wholly_known) => {
                return (
                    items.iter().map(|item| of(item.clone(), item)).collect(),
                    false,
                );
            }
            Kind::Set(element, _) => return unknown(Type::Dynamic, (**element).clone()),
            Kind::Map(_, entries) | Kind::Object(entries) => {
                let entries = entries.iter();
                return (
                    entries
                        .map(|(key, item)| of(Val::text(key.clone()), item))
                        .collect(),
                    false,
                );
            }
            Kind::Unknown(ty) => match &**ty {
                Type::List(element) => return unknown(Type::Number, (**element).clone()),
                Type::Set(element) => return unknown((**element).clone(), (**element).clone()),
                Type::Map(element) => return unknown(Type::String, (**element).clone()),
                ty if !ty.is_primitive() => return unknown(Type::Dynamic, Type::Dynamic),
                ty => format!("a {ty}"),
            },
            Kind::Null(_) => "`null`".to_owned(),
            Kind::Text(_) => "text".to_owned(),
            Kind::Number(_) => "a number".to_owned(),
            Kind::Bool(_) => "a boolean".to_owned(),
        };
        let summary =
            format!("`for_each` of a `dynamic` takes a list, a set or a map, not {refusal}");
        self.at("for_each", |walk| {
            walk.find_value(Diagnostic::error(&INVALID_EXPRESSION, summary), at);
        });
        unknown(Type::Dynamic, Type::Dynamic)
    }

    /// A block that becomes an element of an attribute: an object of what is set.
    fn block_of_attribute(
        &mut self,
        attribute: &'static Attribute,
        body: Option<&'a Object>,
    ) -> Val {
        let mut members = Vec::new();
        for entry in body.into_iter().flat_map(Object::iter) {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if name == "//" || name == "dynamic" {
                continue;
            }
            let value = self.at(name, |walk| {
                if attribute.member(name).is_none() {
                    let known = attribute
                        .members
                        .iter()
                        .flat_map(|members| &members.attributes);
                    let origin = entry.key_origin.or(entry.value.origin);
                    walk.unknown(
                        known.map(|member| member.name.as_str()),
                        name,
                        "argument",
                        origin,
                    );
                }
                walk.value(&entry.value, entry.key_origin)
            });
            members.push((name.as_ref(), value));
        }
        Val::object(members)
    }
}

impl<'a> Content<'a> {
    /// Adds blocks to those of the same name.
    fn add(
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

/// Whether an attribute can be written as blocks.
fn is_block_too(attribute: &Attribute) -> bool {
    let members = attribute.members.as_ref();
    members.is_some_and(|members| members.form == MembersForm::BlockAsAttribute)
}
