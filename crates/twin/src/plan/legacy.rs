//! The plan of a provider on Terraform's older SDK: azurerm.
//!
//! The SDK compares each argument's text in the state with that in the configuration, where an empty text is no text,
//! and what is left out and computed is never a difference. Only what differs changes; a plan without differences is the
//! state, to the letter. Source: the behaviour of `helper/schema` 2.x.

mod collection;

use terrace_ir::{Step, Type};
use terrace_schema::eval::number::{Number, Parsed};
use terrace_schema::eval::{Kind, Val, equal};
use terrace_schema::model::{Attribute, BlockType, NestedBlock, Nesting, Presence, Scalar};

use self::collection::{Collection, Element};
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
        of_new: asked.prior.is_none(),
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

struct Walk<'a> {
    asked: Asked<'a>,
    settled: &'a Val,
    path: Vec<Step>,
    replace: Vec<Vec<Step>>,
    is_changed: bool,
    /// Whether it stands in an element of a set: those are told apart by what they hold, so all of a new one is new.
    of_set: bool,
    /// Whether it stands in what was not there before: all that is written there is new, be it the zero of its type.
    of_new: bool,
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
            // The provider reads back what was never written as the zero of its type.
            (Some(new), None) if is_zero(new) && !self.of_new => new.clone(),
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
}

/// A member that is there and not `null`.
fn member<'v>(object: Option<&'v Val>, name: &str) -> Option<&'v Val> {
    object?.get(name).filter(|value| !value.is_null())
}

fn is_empty_text(value: &Val) -> bool {
    value.as_text() == Some("")
}

/// The type of a block's object, for whoever makes one.
#[must_use]
pub fn type_of(body: &BlockType) -> Type {
    object_type(body)
}
