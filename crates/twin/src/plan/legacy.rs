//! The plan of a provider on Terraform's older SDK: azurerm.
//!
//! The SDK compares each argument's text in the state with that in the configuration, where an empty text is no text,
//! and what is left out and computed is never a difference. Only what differs changes; a plan without differences is the
//! state, to the letter. Source: the behaviour of `helper/schema` 2.x.

use terrace_ir::{Step, Type};
use terrace_schema::eval::number::{Number, Parsed};
use terrace_schema::eval::{Kind, Val, equal};
use terrace_schema::model::{
    Attribute, BlockType, Members, NestedBlock, Nesting, Presence, Scalar,
};

use super::{Asked, Planned, rules, spelling};
use crate::protocol::schema::{blocks_type, object_type};
use crate::value::with;

/// The block that says how long operations may take. A change of it alone is none.
const TIMEOUTS: &str = "timeouts";

/// Plans a change.
#[must_use]
pub fn plan(asked: Asked<'_>) -> Planned {
    let settled = settle(&asked.schema.body, asked.proposed);
    let mut walk = Walk {
        asked,
        settled: &settled,
        path: Vec::new(),
        replace: Vec::new(),
        is_changed: false,
        of_set: false,
    };
    let mut value = walk.body(&asked.schema.body, asked.prior, Some(asked.proposed));
    let Walk {
        mut replace,
        is_changed,
        ..
    } = walk;
    let Some(prior) = asked.prior else {
        return Planned { value, replace };
    };
    if !is_changed {
        return Planned {
            value: prior.clone(),
            replace: Vec::new(),
        };
    }
    for name in rules::follows(&asked, &value) {
        if let Some(attribute) = asked.schema.body.attribute(name) {
            value = with(&value, name, Val::unknown(attribute.ty.clone()));
        }
    }
    replace.extend(rules::replacements(&asked, &value));
    Planned { value, replace }
}

/// The configuration with its defaults filled in.
fn settle(body: &BlockType, value: &Val) -> Val {
    let Some(entries) = value.as_entries() else {
        return value.clone();
    };
    Val::object(entries.iter().map(|(name, value)| {
        let settled = match body.member(name) {
            Some(terrace_schema::Member::Block(block)) => {
                each(value, |one| settle(&block.body, one))
            }
            Some(terrace_schema::Member::Attribute(attribute)) if value.is_null() => {
                default(attribute).unwrap_or_else(|| value.clone())
            }
            _ => value.clone(),
        };
        (name.clone(), settled)
    }))
}

/// A list or set with each element made anew, or a single object.
fn each(value: &Val, make: impl Fn(&Val) -> Val) -> Val {
    match value.kind() {
        Kind::List(ty, items) => Val::list((**ty).clone(), items.iter().map(make).collect()),
        Kind::Set(ty, items) => Val::set((**ty).clone(), items.iter().map(make).collect()),
        Kind::Object(_) => make(value),
        _ => value.clone(),
    }
}

/// The value that an attribute has when it is left out.
pub(super) fn default(attribute: &Attribute) -> Option<Val> {
    let value = match attribute.default.as_ref()? {
        Scalar::Bool(value) => Val::bool(*value),
        Scalar::Int(value) => Val::whole(*value),
        Scalar::Float(value) => match Number::parse(&value.to_string()) {
            Parsed::Exact(number) => Val::number(number),
            _ => return None,
        },
        Scalar::Text(text) => Val::text(text.as_str()),
    };
    terrace_schema::eval::convert(&value, &attribute.ty).ok()
}

fn is_computed(attribute: &Attribute) -> bool {
    matches!(
        attribute.presence,
        Presence::Computed | Presence::OptionalComputed
    )
}

/// Whether the SDK takes a value for the zero of its type.
fn is_zero(value: &Val) -> bool {
    match value.kind() {
        Kind::Null(_) => true,
        Kind::Bool(value) => !value,
        Kind::Number(number) => *number == Number::ZERO,
        Kind::Text(text) => text.is_empty(),
        Kind::Unknown(_) => false,
        _ => is_empty(value),
    }
}

fn is_empty(value: &Val) -> bool {
    value.as_items().is_some_and(<[Val]>::is_empty)
        || value.as_entries().is_some_and(<[_]>::is_empty)
}

fn items(value: Option<&Val>) -> &[Val] {
    value.and_then(Val::as_items).unwrap_or_default()
}

/// What the elements of a list or set are.
#[derive(Clone, Copy)]
enum Element<'a> {
    Block(&'a BlockType),
    Members(&'a Members),
    /// A plain value, to which the list hands down its own facts.
    Plain(&'a Attribute),
}

/// A list or set of blocks, or of values.
#[derive(Clone, Copy)]
struct Collection<'t, 'a> {
    ty: &'t Type,
    element: Element<'a>,
    computed: bool,
    force_new: bool,
    /// No blocks are as good as none written.
    is_block: bool,
}

struct Walk<'a> {
    asked: Asked<'a>,
    settled: &'a Val,
    path: Vec<Step>,
    replace: Vec<Vec<Step>>,
    is_changed: bool,
    /// Whether it stands in an element of a set: those are told apart by what they hold, so all of a new one is new.
    of_set: bool,
}

impl<'a> Walk<'a> {
    fn body(&mut self, body: &'a BlockType, old: Option<&Val>, new: Option<&Val>) -> Val {
        let mut entries: Vec<(&str, Val)> =
            Vec::with_capacity(body.attributes.len() + body.blocks.len());
        for attribute in &body.attributes {
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
        for block in &body.blocks {
            let name = block.name.as_str();
            let (old, new) = (member(old, name), member(new, name));
            let value = self.at(Step::Name(name.to_owned().into()), |walk| {
                walk.blocks(block, old, new)
            });
            entries.push((name, value));
        }
        Val::object(entries)
    }

    fn at<T>(&mut self, step: Step, look: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = look(self);
        self.path.pop();
        result
    }

    fn is_create(&self) -> bool {
        self.asked.prior.is_none()
    }

    /// Notes a difference where the walk stands.
    fn differs(&mut self, force_new: bool) {
        self.is_changed = true;
        if force_new && !self.is_create() && !self.replace.contains(&self.path) {
            self.replace.push(self.path.clone());
        }
    }

    /// What the plan of something holds that is left out, and that the provider gives.
    fn left_to_the_provider(&self, ty: &Type) -> Val {
        match self.is_create() || self.of_set {
            true => Val::unknown(ty.clone()),
            false => Val::null_of(ty.clone()),
        }
    }

    fn attribute(
        &mut self,
        attribute: &'a Attribute,
        old: Option<&Val>,
        new: Option<&Val>,
        force_new: bool,
    ) -> Val {
        if attribute.write_only {
            return Val::null_of(attribute.ty.clone());
        }
        if attribute.presence == Presence::Computed {
            return match old {
                Some(old) => old.clone(),
                None => self.left_to_the_provider(&attribute.ty),
            };
        }
        let element = match &attribute.members {
            Some(members) => Element::Members(members),
            None => Element::Plain(attribute),
        };
        let collection = Collection {
            ty: &attribute.ty,
            element,
            computed: is_computed(attribute),
            force_new,
            is_block: false,
        };
        match &attribute.ty {
            Type::List(_) => self.list(collection, old, new),
            Type::Set(_) => self.set(collection, old, new),
            Type::Map(_) => self.map(attribute, old, new, force_new),
            _ => self.scalar(attribute, &attribute.ty, old, new, force_new),
        }
    }

    fn blocks(&mut self, block: &'a NestedBlock, old: Option<&Val>, new: Option<&Val>) -> Val {
        let ty = blocks_type(block);
        if block.name == TIMEOUTS && self.path.len() == 1 {
            return new.cloned().unwrap_or_else(|| Val::null_of(ty));
        }
        let collection = Collection {
            ty: &ty,
            element: Element::Block(&block.body),
            computed: block.computed,
            force_new: block.force_new,
            is_block: true,
        };
        match block.nesting {
            Nesting::List => self.list(collection, old, new),
            Nesting::Set => self.set(collection, old, new),
            Nesting::Single | Nesting::Map => {
                new.cloned().unwrap_or_else(|| Val::null_of(ty.clone()))
            }
        }
    }

    fn scalar(
        &mut self,
        attribute: &'a Attribute,
        ty: &Type,
        old: Option<&Val>,
        new: Option<&Val>,
        force_new: bool,
    ) -> Val {
        let computed = is_computed(attribute);
        let keep = || old.cloned().unwrap_or_else(|| Val::null_of(ty.clone()));
        let default = match new {
            None if attribute.ty == *ty => default(attribute),
            _ => None,
        };
        match (new.or(default.as_ref()), old) {
            (Some(new), _) if !new.is_known() => {
                self.differs(force_new);
                new.clone()
            }
            (Some(new), None) if is_empty_text(new) => match computed {
                true => self.left_to_the_provider(ty),
                false => keep(),
            },
            (Some(new), Some(_)) if is_empty_text(new) && computed => keep(),
            (Some(new), Some(old)) if equal(old, new) == Some(true) => keep(),
            (Some(new), _) => {
                if self.is_ignored(attribute, old, Some(new)) {
                    return keep();
                }
                self.differs(force_new);
                spelling::normalized(attribute, new)
            }
            (None, None) => match computed {
                true => self.left_to_the_provider(ty),
                false => keep(),
            },
            (None, Some(old)) => {
                if computed || is_zero(old) || self.is_ignored(attribute, Some(old), None) {
                    return keep();
                }
                self.differs(force_new);
                Val::null_of(ty.clone())
            }
        }
    }

    fn is_ignored(&self, attribute: &Attribute, old: Option<&Val>, new: Option<&Val>) -> bool {
        self.asked.prior.is_some()
            && (spelling::is_same(attribute, old, new)
                || rules::ignores(&self.asked, self.settled, &self.path, old, new))
    }

    fn map(
        &mut self,
        attribute: &'a Attribute,
        old: Option<&Val>,
        new: Option<&Val>,
        force_new: bool,
    ) -> Val {
        let keep = || {
            old.cloned()
                .unwrap_or_else(|| Val::null_of(attribute.ty.clone()))
        };
        let computed = is_computed(attribute);
        match (old, new) {
            (_, Some(new)) if !new.is_known() => {
                self.differs(force_new);
                new.clone()
            }
            (None, None) if computed => self.left_to_the_provider(&attribute.ty),
            (_, None) if computed => keep(),
            (old, new) => {
                let was_empty = old.is_none_or(is_empty);
                let is_same = match new {
                    None => was_empty,
                    Some(new) => match old {
                        Some(old) => equal(old, new) == Some(true),
                        None => is_empty(new),
                    },
                };
                if is_same && !(self.is_create() && new.is_some())
                    || self.is_ignored(attribute, old, new)
                {
                    return keep();
                }
                self.differs(force_new);
                new.cloned()
                    .unwrap_or_else(|| Val::null_of(attribute.ty.clone()))
            }
        }
    }

    fn list(&mut self, list: Collection<'_, 'a>, old: Option<&Val>, new: Option<&Val>) -> Val {
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
    fn members(&mut self, members: &'a Members, old: Option<&Val>, new: Option<&Val>) -> Val {
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

    fn set(&mut self, set: Collection<'_, 'a>, old: Option<&Val>, new: Option<&Val>) -> Val {
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

/// A member that is there and not `null`.
fn member<'v>(object: Option<&'v Val>, name: &str) -> Option<&'v Val> {
    object?.get(name).filter(|value| !value.is_null())
}

fn is_empty_text(value: &Val) -> bool {
    value.as_text() == Some("")
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

/// The type of a block's object, for whoever makes one.
#[must_use]
pub fn type_of(body: &BlockType) -> Type {
    object_type(body)
}
