//! Relations: arguments that exclude each other, and arguments that are needed beside others.
//!
//! The meaning is that of the provider SDK: paths start at the root of the resource and say `0` for the first block of
//! a name; an argument counts itself among a group, whether the group names it or not; what contains something unknown
//! counts neither as given nor as left out where exactly one is wanted.

use terrace_ir::{Any, Data, Diagnostic, Object, Origin, Step};

use super::Walk;
use super::body::dynamics;
use super::codes::{EXCLUSIVE_ARGUMENTS, INCOMPLETE_ARGUMENTS};
use crate::model::{BlockType, Member, Relations};

/// Whether an argument or block is given.
enum Given<'a> {
    No,
    Yes(&'a Any),
    /// A `dynamic` may make it.
    Perhaps,
}

impl<'a> Walk<'a> {
    /// Checks the relations of everything that may stand in a body.
    pub(super) fn relations(&mut self, ty: &'a BlockType, body: &'a Object, origin: Origin) {
        let attributes = ty
            .attributes
            .iter()
            .map(|attribute| (attribute.name.as_str(), Member::Attribute(attribute)));
        let blocks = ty
            .blocks
            .iter()
            .map(|block| (block.name.as_str(), Member::Block(block)));
        for (name, member) in attributes.chain(blocks) {
            let relations = member.relations();
            if !relations.is_empty() {
                let own = given(body, name, member);
                self.step(Step::Name(name.to_owned().into()), |walk| {
                    walk.relations_of(name, relations, &own, origin)
                });
            }
        }
    }

    fn relations_of(
        &mut self,
        name: &str,
        relations: &'a Relations,
        own: &Given<'a>,
        origin: Origin,
    ) {
        if !relations.exactly_one_of.is_empty() {
            self.exactly_one(name, &relations.exactly_one_of, own, origin);
        }
        if !relations.at_least_one_of.is_empty() {
            let others = relations.at_least_one_of.iter();
            let none = matches!(own, Given::No)
                && others
                    .clone()
                    .all(|path| matches!(self.at(path), Given::No));
            if none && self.is_first_about(name, others) {
                self.one_is_needed(&relations.at_least_one_of, "at least one", origin);
            }
        }
        let Given::Yes(value) = own else { return };
        let missing = relations
            .required_with
            .iter()
            .find(|path| matches!(self.at(path), Given::No));
        if let Some(missing) = missing {
            let summary = format!("{name} needs {} beside it", readable(missing));
            self.find(
                Diagnostic::error(&INCOMPLETE_ARGUMENTS, summary),
                value.origin,
            );
        }
        if matches!(value.data, Data::Expr(_)) {
            return;
        }
        for path in &relations.conflicts_with {
            if let Given::Yes(other) = self.at(path)
                && !matches!(other.data, Data::Expr(_))
                && !std::ptr::eq(other, *value)
                && self.is_first_about(name, std::iter::once(path))
            {
                let summary = format!("{name} and {} exclude each other", readable(path));
                let finding =
                    Diagnostic::error(&EXCLUSIVE_ARGUMENTS, summary).hint("take one of them out");
                self.find(finding, value.origin);
            }
        }
    }

    fn exactly_one(&mut self, name: &str, group: &'a [String], own: &Given<'a>, origin: Origin) {
        let mut given: Vec<(&str, &Any)> = Vec::new();
        let mut is_open = false;
        for (path, member) in std::iter::once((name, None)).chain(
            group
                .iter()
                .map(|path| (path.as_str(), Some(self.at(path)))),
        ) {
            match member.as_ref().unwrap_or(own) {
                Given::No => {}
                Given::Perhaps => is_open = true,
                Given::Yes(value) if is_unknown_in(value) => is_open = true,
                Given::Yes(value)
                    if given.iter().any(|(_, other)| std::ptr::eq(*other, *value)) => {}
                Given::Yes(value) => given.push((path, value)),
            }
        }
        if given.is_empty() && !is_open && self.is_first_about(name, group.iter()) {
            self.one_is_needed(group, "exactly one", origin);
        }
        if let [(_, value), (other, _), ..] = given.as_slice()
            && self.is_first_about(name, group.iter())
        {
            let names: Vec<_> = given.iter().map(|(path, _)| readable(path)).collect();
            let summary = format!("only one of {} may be given", names.join(", "));
            let hint = format!("take {} out, or the other", readable(other));
            let finding = Diagnostic::error(&EXCLUSIVE_ARGUMENTS, summary).hint(hint);
            self.find(finding, value.origin);
        }
    }

    fn one_is_needed(&mut self, group: &[String], number: &str, origin: Origin) {
        let names: Vec<_> = group.iter().map(|path| readable(path)).collect();
        let summary = format!("{number} of {} is needed", names.join(", "));
        self.find(Diagnostic::error(&INCOMPLETE_ARGUMENTS, summary), origin);
    }

    /// Whether a group was not spoken of before. Its members name each other, each perhaps leaving itself out.
    fn is_first_about<'p>(&mut self, name: &str, others: impl Iterator<Item = &'p String>) -> bool {
        let mut names: Vec<&str> = others
            .map(|path| path.rsplit('.').next().unwrap_or(path))
            .collect();
        names.push(name);
        names.sort_unstable();
        names.dedup();
        let mut place = self.path.clone();
        place.pop();
        self.related.insert(format!("{place} {}", names.join(" ")))
    }

    /// What stands at a path from the root of the resource, `identity.0.type`.
    fn at(&self, path: &str) -> Given<'a> {
        let mut body = self.root;
        let mut ty = &self.schema.body;
        let mut parts = path.split('.').peekable();
        while let Some(name) = parts.next() {
            let Some(member) = ty.member(name) else {
                return Given::No;
            };
            let found = given(body, name, member);
            let index = parts.next_if(|part| part.parse::<usize>().is_ok());
            if parts.peek().is_none() {
                return found;
            }
            let Given::Yes(value) = found else {
                return found;
            };
            let index = index.and_then(|index| index.parse().ok()).unwrap_or(0);
            let (Member::Block(block), Some(inner)) = (member, value.bodies().nth(index)) else {
                return within_attribute(value, index, parts);
            };
            (body, ty) = (inner, &block.body);
        }
        Given::No
    }
}

/// Goes on inside an attribute made of objects.
fn within_attribute<'a, 'p>(
    value: &'a Any,
    index: usize,
    parts: impl Iterator<Item = &'p str>,
) -> Given<'a> {
    let Some(mut object) = value.bodies().nth(index) else {
        return if is_unknown_in(value) {
            Given::Perhaps
        } else {
            Given::No
        };
    };
    let mut names = parts
        .filter(|part| part.parse::<usize>().is_err())
        .peekable();
    while let Some(name) = names.next() {
        match object.get(name) {
            Some(value) if value.data != Data::Null && names.peek().is_none() => {
                return Given::Yes(value);
            }
            Some(value) => match value.bodies().next() {
                Some(inner) => object = inner,
                None => return Given::No,
            },
            None => return Given::No,
        }
    }
    Given::No
}

/// An attribute is given unless it is null, a block unless there is none of it.
fn given<'a>(body: &'a Object, name: &str, member: Member<'_>) -> Given<'a> {
    match (body.get(name), member) {
        (Some(value), Member::Attribute(_)) if value.data != Data::Null => Given::Yes(value),
        (Some(value), Member::Block(_))
            if !matches!(&value.data, Data::Null) && value.as_list() != Some(&[]) =>
        {
            Given::Yes(value)
        }
        _ if dynamics(body).any(|(made, _)| made == name) => Given::Perhaps,
        _ => Given::No,
    }
}

fn is_unknown_in(value: &Any) -> bool {
    let mut unknown = false;
    value.expressions(&mut |_, _| unknown = true);
    unknown
}

/// A path as a person writes it: `identity.type` for `identity.0.type`.
fn readable(path: &str) -> String {
    let names: Vec<_> = path
        .split('.')
        .filter(|part| part.parse::<usize>().is_err())
        .collect();
    names.join(".")
}
