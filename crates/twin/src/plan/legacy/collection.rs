//! Lists and sets, of blocks and of values.
//!
//! A list is compared by place. A set is compared by what can be written in its elements: one that differs is a new one.

use terrace_ir::{Step, Type};
use terrace_schema::eval::{Val, equal};
use terrace_schema::model::{Attribute, BlockType, Members};

use super::{Walk, default, is_computed, is_empty, is_zero, member};
use crate::plan::spelling;

/// What the elements of a list or set are.
#[derive(Clone, Copy)]
pub(super) enum Element<'a> {
    Block(&'a BlockType),
    Members(&'a Members),
    /// A plain value, to which the list hands down its own facts.
    Plain(&'a Attribute),
}

/// A list or set of blocks, or of values.
#[derive(Clone, Copy)]
pub(super) struct Collection<'t, 'a> {
    pub(super) ty: &'t Type,
    pub(super) element: Element<'a>,
    pub(super) computed: bool,
    pub(super) force_new: bool,
    /// No blocks are as good as none written.
    pub(super) is_block: bool,
}

fn items(value: Option<&Val>) -> &[Val] {
    value.and_then(Val::as_items).unwrap_or_default()
}

impl<'a> Walk<'a> {
    pub(super) fn list(
        &mut self,
        list: Collection<'_, 'a>,
        old: Option<&Val>,
        new: Option<&Val>,
    ) -> Val {
        if let Some(settled) = self.unless_compared(list, old, new) {
            return settled;
        }
        let (was, is) = (items(old), items(new));
        if was.len() != is.len() {
            self.differs(list.force_new);
        }
        let count = was.len().max(is.len());
        let mut planned = Vec::with_capacity(count);
        for index in 0..count {
            let (old, new) = (was.get(index), is.get(index));
            let value = self.at(Step::Index(index), |walk| walk.element(list, old, new));
            if index < is.len() {
                planned.push(value);
            }
        }
        crate::value::collection(list.ty, planned)
    }

    fn element(&mut self, list: Collection<'_, 'a>, old: Option<&Val>, new: Option<&Val>) -> Val {
        let was_of_new = std::mem::replace(&mut self.of_new, old.is_none());
        let value = self.element_inside(list, old, new);
        self.of_new = was_of_new;
        value
    }

    fn element_inside(
        &mut self,
        list: Collection<'_, 'a>,
        old: Option<&Val>,
        new: Option<&Val>,
    ) -> Val {
        match list.element {
            Element::Block(body) => match new {
                Some(new) if !new.is_known() => {
                    self.differs(list.force_new);
                    new.clone()
                }
                _ => self.body(body, old, new),
            },
            Element::Members(members) => self.members(members, old, new),
            Element::Plain(attribute) => {
                let ty = list.ty.element().unwrap_or(&Type::Dynamic);
                match ty.is_primitive() {
                    true => self.scalar(attribute, ty, old, new, list.force_new),
                    // A list of lists: compared as a whole.
                    false => {
                        if old != new {
                            self.differs(list.force_new);
                        }
                        new.or(old)
                            .cloned()
                            .unwrap_or_else(|| Val::null_of(ty.clone()))
                    }
                }
            }
        }
    }

    /// The members of an object in an attribute that is written as a list of them.
    pub(super) fn members(
        &mut self,
        members: &'a Members,
        old: Option<&Val>,
        new: Option<&Val>,
    ) -> Val {
        let mut entries = Vec::with_capacity(members.attributes.len());
        for attribute in &members.attributes {
            let name = attribute.name.as_str();
            let value = self.at(Step::Name(name.to_owned().into()), |walk| {
                walk.attribute(
                    attribute,
                    member(old, name),
                    member(new, name),
                    attribute.force_new,
                )
            });
            entries.push((name, value));
        }
        Val::object(entries)
    }

    pub(super) fn set(
        &mut self,
        set: Collection<'_, 'a>,
        old: Option<&Val>,
        new: Option<&Val>,
    ) -> Val {
        if let Some(settled) = self.unless_compared(set, old, new) {
            return settled;
        }
        let (was, is) = (items(old), items(new));
        // New elements are told from old ones by what can be written in them, defaults filled in.
        let mut left: Vec<Option<&Val>> = was.iter().map(Some).collect();
        let mut planned = Vec::with_capacity(is.len());
        let mut fresh = Vec::new();
        for new in is {
            let mut matching = left
                .iter_mut()
                .filter(|old| old.is_some_and(|old| is_same_element(set.element, old, new)));
            match matching.next() {
                Some(old) => planned.extend(old.take().cloned()),
                None => fresh.push(new),
            }
        }
        let gone: Vec<&Val> = left.into_iter().flatten().collect();
        if !fresh.is_empty() || !gone.is_empty() {
            self.differs(
                set.force_new
                    && (was.len() != is.len() || matches!(set.element, Element::Plain(_))),
            );
        }
        // What differs inside an element is blamed on the set, as Terraform cannot point into one.
        let before = self.replace.len();
        let was_of_set = std::mem::replace(&mut self.of_set, true);
        for old in gone {
            self.element(set, Some(old), None);
        }
        for new in fresh {
            planned.push(self.element(set, None, Some(new)));
        }
        self.of_set = was_of_set;
        if self.replace.len() > before {
            self.replace.truncate(before);
            self.differs(true);
        }
        crate::value::collection(set.ty, planned)
    }

    /// What is planned for a list or set where there is nothing to compare element by element.
    fn unless_compared(
        &mut self,
        collection: Collection<'_, 'a>,
        old: Option<&Val>,
        new: Option<&Val>,
    ) -> Option<Val> {
        let ty = || collection.ty.clone();
        let nothing = || match collection.is_block {
            true => crate::value::collection(collection.ty, Vec::new()),
            false => Val::null_of(ty()),
        };
        let new = new.filter(|new| !(collection.is_block && is_empty(new)));
        match (old, new) {
            (_, Some(new)) if !new.is_known() => {
                self.differs(collection.force_new);
                Some(new.clone())
            }
            (Some(old), None) if collection.computed => Some(old.clone()),
            (None, None) if collection.computed && self.is_create() => Some(Val::unknown(ty())),
            (old, None) if old.is_none_or(is_empty) => Some(old.cloned().unwrap_or_else(nothing)),
            (None, Some(new)) if is_empty(new) && !self.is_create() => Some(nothing()),
            (Some(old), Some(new)) if equal(old, new) == Some(true) => Some(old.clone()),
            (Some(_), None) if !collection.is_block => {
                // All elements go, and `null` stands for them.
                self.list_or_set_goes(collection, old);
                Some(nothing())
            }
            _ => None,
        }
    }

    fn list_or_set_goes(&mut self, collection: Collection<'_, 'a>, old: Option<&Val>) {
        self.differs(collection.force_new);
        for (index, old) in items(old).iter().enumerate() {
            if let Element::Members(_) = collection.element {
                self.at(Step::Index(index), |walk| {
                    walk.element(collection, Some(old), None)
                });
            }
        }
    }
}

/// Whether two elements of a set are one: in all that can be written, an empty value being as good as none.
fn is_same_element(element: Element<'_>, old: &Val, new: &Val) -> bool {
    let same_attribute = |attribute: &Attribute| {
        if !attribute.presence.is_settable() || attribute.write_only {
            return true;
        }
        let of = |object: &Val| {
            let value = object.get(&attribute.name).filter(|value| !value.is_null());
            value
                .cloned()
                .or_else(|| default(attribute))
                .filter(|value| !is_zero(value))
        };
        match (of(old), of(new)) {
            (None, None) => true,
            (Some(old), Some(new)) => match &attribute.members {
                Some(members) => same_items(Element::Members(members), &old, &new),
                None => {
                    equal(&old, &new) == Some(true)
                        || spelling::is_same(attribute, Some(&old), Some(&new))
                }
            },
            // What the provider filled in is not written.
            (Some(_), None) => is_computed(attribute),
            (None, Some(_)) => false,
        }
    };
    match element {
        Element::Plain(_) => equal(old, new) == Some(true),
        Element::Members(members) => members.attributes.iter().all(same_attribute),
        Element::Block(body) => {
            body.attributes.iter().all(same_attribute)
                && body.blocks.iter().all(|block| {
                    match (old.get(&block.name), new.get(&block.name)) {
                        (Some(old), Some(new)) => same_items(Element::Block(&block.body), old, new),
                        _ => true,
                    }
                })
        }
    }
}

fn same_items(element: Element<'_>, old: &Val, new: &Val) -> bool {
    let (Some(was), Some(is)) = (old.as_items(), new.as_items()) else {
        return equal(old, new) == Some(true);
    };
    was.len() == is.len()
        && is
            .iter()
            .all(|new| was.iter().any(|old| is_same_element(element, old, new)))
}
