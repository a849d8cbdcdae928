//! `dynamic`: blocks that are made of the elements of a value.
//!
//! Where the elements are known, each makes its block; where they are not, one block stands for all, and what is wrong with
//! its values is no more than a warning, since there may be none of it.

use terrace_ir::{Any, Diagnostic, Key, Object, Origin, Type};

use super::content::{Argument, Content};
use super::providers;
use super::walk::Walk;
use super::written::Written;
use crate::eval::problem::INVALID_EXPRESSION;
use crate::eval::{Kind, Val};
use crate::language::{dynamic_shape, nested};
use crate::model::{Attribute, BlockType, MembersForm};

/// How many blocks that the `dynamic`s of one resource make are looked at, and then only the first of each.
const MOST_EXPANDED: usize = 1000;

impl<'a> Walk<'_, 'a> {
    /// The `dynamic` blocks of a body.
    pub(super) fn dynamics(&mut self, content: &mut Content<'a>, value: &'a Any) {
        let is_nested = !self.report.steps().is_empty();
        for (name, key, value) in nested::labels(value) {
            for (_, dynamic) in nested::bodies(value) {
                let at = value.origin.or(key);
                // In the block itself the language says it, without knowing the provider.
                if is_nested {
                    self.at(name, |walk| dynamic_shape(&mut walk.report, dynamic, at));
                }
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
            self.label(content.ty, name, key);
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
        let most = MOST_EXPANDED.saturating_sub(self.expanded).max(1);
        let elements = elements.into_iter().take(most);
        self.expanded += elements.len();
        let was_certain = self.is_certain;
        self.is_certain &= !is_open;
        if let Some(body) = body
            && self.is_certain
            && count > 0
        {
            self.made.insert(std::ptr::from_ref(body));
        }
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
            _ => self.label(content.ty, name, key),
        }
        self.is_certain = was_certain;
    }

    /// What a `dynamic` makes must be blocks that there are.
    fn label(&mut self, ty: &'static BlockType, name: &str, key: Origin) {
        if ty.block(name).is_none() && !ty.attribute(name).is_some_and(is_block_too) {
            let blocks = ty.blocks.iter().map(|block| block.name.as_str());
            self.unknown(blocks, name, "block", key);
        }
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

/// Whether an attribute can be written as blocks.
fn is_block_too(attribute: &Attribute) -> bool {
    let members = attribute.members.as_ref();
    members.is_some_and(|members| members.form == MembersForm::BlockAsAttribute)
}
