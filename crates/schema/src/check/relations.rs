//! Relations: arguments that exclude each other, and arguments that are needed beside others.
//!
//! The meaning is that of the provider SDK: paths start at the root of the resource and say `0` for the first block of
//! a name; an argument counts itself among a group, whether the group names it or not; what contains something unknown
//! counts neither as given nor as left out where exactly one is wanted.

use std::collections::BTreeSet;

use terrace_ir::{Diagnostic, Origin};

use super::codes::{EXCLUSIVE_ARGUMENTS, INCOMPLETE_ARGUMENTS};
use super::content::{Argument, Blocks, Content};
use super::walk::Walk;
use crate::eval::Val;
use crate::model::{Member, Relations};

/// The relations of one resource.
struct Related<'c, 'a> {
    root: &'c Content<'a>,
    /// Groups of arguments about whose relation there is a finding already: each member of a group names all others.
    told: BTreeSet<String>,
}

/// Whether an argument or block is given.
enum Given<'c, 'a> {
    No,
    Argument(&'c Argument<'a>),
    Blocks(&'c Blocks<'a>),
    /// A member of an attribute that is made of objects, beside the argument that holds it.
    Member(&'c Val, &'c Argument<'a>),
    /// Something unknown may make it.
    Perhaps,
}

impl Given<'_, '_> {
    fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }

    fn origin(&self) -> Origin {
        match self {
            Self::Argument(argument) | Self::Member(_, argument) => argument.written.origin(),
            Self::Blocks(blocks) => blocks.origin,
            Self::No | Self::Perhaps => Origin::Default,
        }
    }

    /// Whether it may turn out to be null.
    fn may_be_null(&self) -> bool {
        match self {
            Self::Argument(argument) => !argument.value.is_known(),
            Self::Member(value, _) => !value.is_known(),
            Self::Blocks(_) => false,
            Self::No | Self::Perhaps => true,
        }
    }

    fn has_unknown(&self) -> bool {
        match self {
            Self::Argument(argument) => !argument.value.is_wholly_known(),
            Self::Member(value, _) => !value.is_wholly_known(),
            Self::Blocks(blocks) => !blocks.is_known(),
            Self::No => false,
            Self::Perhaps => true,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Argument(a), Self::Argument(b)) => std::ptr::eq(*a, *b),
            (Self::Blocks(a), Self::Blocks(b)) => std::ptr::eq(*a, *b),
            (Self::Member(a, _), Self::Member(b, _)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }
}

impl<'a> Walk<'_, 'a> {
    /// Checks the relations of everything that may stand in a body.
    pub(super) fn relations(&mut self, root: &Content<'a>) {
        let mut related = Related {
            root,
            told: BTreeSet::new(),
        };
        self.relations_in(&mut related, root);
    }

    fn relations_in(&mut self, related: &mut Related<'_, 'a>, content: &Content<'a>) {
        let attributes = content.ty.attributes.iter();
        let attributes =
            attributes.map(|attribute| (attribute.name.as_str(), Member::Attribute(attribute)));
        let blocks = content.ty.blocks.iter();
        let blocks = blocks.map(|block| (block.name.as_str(), Member::Block(block)));
        for (name, member) in attributes.chain(blocks) {
            let relations = member.relations();
            if !relations.is_empty() {
                let own = given(content, name);
                self.at(name, |walk| {
                    walk.relations_of(related, name, relations, &own, content.origin);
                });
            }
        }
        let was_certain = self.is_certain;
        for blocks in &content.blocks {
            self.at(&blocks.block.name, |walk| {
                for one in &blocks.bodies {
                    walk.is_certain = was_certain && one.is_certain;
                    walk.inside(one.index, |walk| walk.relations_in(related, &one.content));
                }
            });
        }
        self.is_certain = was_certain;
    }

    fn relations_of(
        &mut self,
        related: &mut Related<'_, 'a>,
        name: &str,
        relations: &Relations,
        own: &Given<'_, 'a>,
        origin: Origin,
    ) {
        if !relations.exactly_one_of.is_empty() {
            self.exactly_one(related, name, &relations.exactly_one_of, own, origin);
        }
        let one_of = &relations.at_least_one_of;
        if !one_of.is_empty()
            && own.is_no()
            && one_of.iter().all(|path| related.at(path).is_no())
            && self.is_first_about(related, name, one_of)
        {
            self.one_is_needed(one_of, "at least one", origin);
        }
        if matches!(own, Given::No | Given::Perhaps) {
            return;
        }
        let mut needed = relations.required_with.iter();
        if let Some(missing) = needed.find(|path| related.at(path).is_no()) {
            let summary = format!("`{name}` needs `{}` beside it", readable(missing));
            self.find_value(
                Diagnostic::error(&INCOMPLETE_ARGUMENTS, summary),
                own.origin(),
            );
        }
        if own.may_be_null() {
            return;
        }
        for path in &relations.conflicts_with {
            let other = related.at(path);
            if !other.may_be_null()
                && !other.is_same(own)
                && self.is_first_about(related, name, std::slice::from_ref(path))
            {
                let summary = format!("`{name}` and `{}` exclude each other", readable(path));
                let finding = Diagnostic::error(&EXCLUSIVE_ARGUMENTS, summary);
                self.find_value(finding.hint("take one of them out"), own.origin());
            }
        }
    }

    fn exactly_one(
        &mut self,
        related: &mut Related<'_, 'a>,
        name: &str,
        group: &[String],
        own: &Given<'_, 'a>,
        origin: Origin,
    ) {
        let others: Vec<_> = group
            .iter()
            .map(|path| (path.as_str(), related.at(path)))
            .collect();
        let others = others.iter().map(|(path, given)| (*path, given));
        let mut given: Vec<(&str, &Given<'_, 'a>)> = Vec::new();
        let mut is_open = false;
        for (path, member) in std::iter::once((name, own)).chain(others) {
            if member.has_unknown() {
                is_open = true;
            } else if !member.is_no() && !given.iter().any(|(_, other)| other.is_same(member)) {
                given.push((path, member));
            }
        }
        if given.is_empty() && !is_open && self.is_first_about(related, name, group) {
            self.one_is_needed(group, "exactly one", origin);
        }
        if let [(first, member), (other, _), ..] = given.as_slice()
            && self.is_first_about(related, name, group)
        {
            let names = given
                .iter()
                .map(|(path, _)| format!("`{}`", readable(path)));
            let names: Vec<String> = names.collect();
            let summary = format!("only one of {} may be given", names.join(", "));
            let (first, other) = (readable(first), readable(other));
            let hint = format!("take `{other}` out, or `{first}`");
            let finding = Diagnostic::error(&EXCLUSIVE_ARGUMENTS, summary).hint(hint);
            self.find_value(finding, member.origin());
        }
    }

    fn one_is_needed(&mut self, group: &[String], number: &str, origin: Origin) {
        let names: Vec<_> = group
            .iter()
            .map(|path| format!("`{}`", readable(path)))
            .collect();
        let summary = format!("{number} of {} is needed", names.join(", "));
        self.find_value(Diagnostic::error(&INCOMPLETE_ARGUMENTS, summary), origin);
    }

    /// Whether a group was not spoken of before. Its members name each other, each perhaps leaving itself out.
    fn is_first_about(&self, related: &mut Related<'_, 'a>, name: &str, others: &[String]) -> bool {
        let last = |path: &'_ str| path.rsplit('.').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = others.iter().map(|path| last(path)).collect();
        names.push(name.to_owned());
        names.sort_unstable();
        names.dedup();
        let place = self.report.holder();
        related.told.insert(format!("{place} {}", names.join(" ")))
    }
}

impl<'c, 'a> Related<'c, 'a> {
    /// What stands at a path from the root of the resource, `identity.0.type`.
    fn at(&self, path: &str) -> Given<'c, 'a> {
        let mut content = self.root;
        let mut parts = path.split('.').peekable();
        while let Some(name) = parts.next() {
            let found = given(content, name);
            let index = parts.next_if(|part| part.parse::<usize>().is_ok());
            if parts.peek().is_none() {
                return found;
            }
            let index = index.and_then(|index| index.parse().ok()).unwrap_or(0);
            match found {
                Given::Blocks(blocks) => match blocks.bodies.get(index) {
                    Some(one) => content = &one.content,
                    None if blocks.is_open => return Given::Perhaps,
                    None => return Given::No,
                },
                Given::Argument(argument) => return within(argument, index, parts),
                found => return found,
            }
        }
        Given::No
    }
}

/// Goes on inside an attribute made of objects.
fn within<'c, 'a, 'p>(
    argument: &'c Argument<'a>,
    index: usize,
    parts: impl Iterator<Item = &'p str>,
) -> Given<'c, 'a> {
    fn first(value: &Val, index: usize) -> Option<&Val> {
        match value.as_items() {
            Some(items) => items.get(index),
            None => Some(value),
        }
    }
    let mut value = &argument.value;
    let mut index = index;
    for name in parts.filter(|part| part.parse::<usize>().is_err()) {
        let Some(object) = first(value, index) else {
            return Given::No;
        };
        if !object.is_known() {
            return Given::Perhaps;
        }
        let Some(member) = object.get(name).filter(|member| !member.is_null()) else {
            return Given::No;
        };
        (value, index) = (member, 0);
    }
    Given::Member(value, argument)
}

/// An attribute is given unless it is null, a block unless there is none of it.
fn given<'c, 'a>(content: &'c Content<'a>, name: &str) -> Given<'c, 'a> {
    if let Some(argument) = content.argument(name) {
        return Given::Argument(argument);
    }
    match content.blocks_of(name) {
        Some(blocks) if blocks.count > 0 && !blocks.is_open => Given::Blocks(blocks),
        Some(blocks) if blocks.is_open => Given::Perhaps,
        _ => Given::No,
    }
}

/// A path as a person writes it: `identity.type` for `identity.0.type`.
fn readable(path: &str) -> String {
    let names = path
        .split('.')
        .filter(|part| part.parse::<usize>().is_err());
    names.collect::<Vec<_>>().join(".")
}
