//! Which values are surely sensitive or ephemeral.
//!
//! A mark follows a value through nearly everything that is made of it. Only what is certain counts here: functions that
//! are not known to keep marks are taken to drop them, and attributes of resources are left to who knows the provider.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use terrace_ir::node::TemplatePart;
use terrace_ir::{Any, Data, Key, Mode, Node};

use super::declared::{Declared, Id, Name};
use super::traversal::{self, Segment};

/// What a value can carry.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    /// Not to be shown.
    Sensitive,
    /// Not to be kept.
    Ephemeral,
}

/// Looks for marks, remembering what locals carry.
pub(super) struct Marks<'d, 'a> {
    declared: &'d Declared<'a>,
    /// By local, mark and whether anywhere inside counts; `false` while it is being found out.
    locals: RefCell<HashMap<(Id, Mark, bool), bool>>,
    /// How many locals are being looked through, one inside the other.
    depth: Cell<usize>,
}

/// Behind so many locals nothing is certain any more: who chains more than this is not read to the end.
const DEPTH: usize = 64;

/// Functions whose result carries the marks of all that they are given, however deep.
const KEEPING: [&str; 22] = [
    "base64decode",
    "base64encode",
    "format",
    "join",
    "jsonencode",
    "lower",
    "md5",
    "replace",
    "sha1",
    "sha256",
    "sha512",
    "split",
    "strrev",
    "substr",
    "title",
    "tobool",
    "tonumber",
    "tostring",
    "trim",
    "trimspace",
    "upper",
    "yamlencode",
];

impl<'d, 'a> Marks<'d, 'a> {
    pub(super) fn new(declared: &'d Declared<'a>) -> Self {
        Self {
            declared,
            locals: RefCell::default(),
            depth: Cell::new(0),
        }
    }

    /// Whether a value as a whole carries a mark.
    pub(super) fn is(&self, any: &Any, mark: Mark) -> bool {
        matches!(&any.data, Data::Expr(node) if self.node(node, mark, false))
    }

    /// Whether anything in a value carries a mark.
    pub(super) fn holds(&self, any: &Any, mark: Mark) -> bool {
        match &any.data {
            Data::Expr(node) => self.node(node, mark, true),
            Data::List(list) => list.iter().any(|item| self.holds(item, mark)),
            Data::Object(object) => object.iter().any(|entry| self.holds(&entry.value, mark)),
            _ => false,
        }
    }

    /// `anywhere` counts what stands inside a list or an object too.
    fn node(&self, node: &Node, mark: Mark, anywhere: bool) -> bool {
        match node {
            Node::Root(_) | Node::Attribute(..) | Node::Index(..) => {
                traversal::of_node(node).is_some_and(|steps| self.reference(&steps, mark, anywhere))
            }
            Node::Template(parts) => parts.iter().any(|part| {
                matches!(part, TemplatePart::Interpolation(node) if self.node(node, mark, false))
            }),
            Node::Unary(_, operand) => self.node(operand, mark, false),
            Node::Binary(_, left, right) => self.node(left, mark, false) || self.node(right, mark, false),
            Node::Conditional(condition, then, otherwise) => {
                self.node(condition, mark, false)
                    || (self.node(then, mark, anywhere) && self.node(otherwise, mark, anywhere))
            }
            Node::Call(call) => match call.name.strip_prefix("core::").unwrap_or(&call.name) {
                "sensitive" => mark == Mark::Sensitive,
                "toset" => call.arguments.iter().any(|argument| self.node(argument, mark, true)),
                name if KEEPING.contains(&name) => {
                    call.arguments.iter().any(|argument| self.node(argument, mark, true))
                }
                _ => false,
            },
            Node::List(items) if anywhere => items.iter().any(|item| self.node(item, mark, true)),
            Node::Object(entries) if anywhere => {
                entries.iter().any(|(_, value)| self.node(value, mark, true))
            }
            _ => false,
        }
    }

    fn reference(&self, steps: &[Segment], mark: Mark, anywhere: bool) -> bool {
        match steps {
            [Segment::Name("var"), Segment::Name(name), ..] => {
                self.declared.find(Name::Variable(name)).is_some_and(|id| {
                    let variable = self.declared.thing(id);
                    match mark {
                        Mark::Sensitive => variable.sensitive,
                        Mark::Ephemeral => variable.ephemeral,
                    }
                })
            }
            [Segment::Name("local"), Segment::Name(name), rest @ ..] => self
                .declared
                .find(Name::Local(name))
                .is_some_and(|id| self.local(id, rest, mark, anywhere)),
            [Segment::Name("terraform"), Segment::Name("applying"), ..] => mark == Mark::Ephemeral,
            [
                Segment::Name("ephemeral"),
                Segment::Name(type_name),
                Segment::Name(name),
                ..,
            ] => {
                let name = Name::Resource(Mode::Ephemeral, type_name, name);
                mark == Mark::Ephemeral && self.declared.find(name).is_some()
            }
            _ => false,
        }
    }

    fn local(&self, id: Id, rest: &[Segment], mark: Mark, anywhere: bool) -> bool {
        let Some(value) = self.declared.thing(id).value else {
            return false;
        };
        // Into what is written there literally one can look; what an expression gives carries the mark as a whole or not.
        if let ([Segment::Name(name) | Segment::Key(name), rest @ ..], Data::Object(object)) =
            (rest, &value.data)
        {
            let entry = object
                .iter()
                .find(|entry| matches!(&entry.key, Key::Text(key) if key == name));
            return match entry {
                Some(entry) if anywhere => self.within(&entry.value, rest, mark),
                Some(entry) if rest.is_empty() => self.is(&entry.value, mark),
                _ => false,
            };
        }
        let anywhere = anywhere && rest.is_empty();
        if let Some(known) = self.locals.borrow().get(&(id, mark, anywhere)) {
            return *known;
        }
        if self.depth.get() == DEPTH {
            return false;
        }
        self.depth.set(self.depth.get() + 1);
        self.locals.borrow_mut().insert((id, mark, anywhere), false);
        let found = if anywhere {
            self.holds(value, mark)
        } else {
            self.is(value, mark)
        };
        self.locals.borrow_mut().insert((id, mark, anywhere), found);
        self.depth.set(self.depth.get() - 1);
        found
    }

    fn within(&self, value: &Any, rest: &[Segment], mark: Mark) -> bool {
        match (rest, &value.data) {
            ([], _) => self.holds(value, mark),
            ([Segment::Name(name) | Segment::Key(name), rest @ ..], Data::Object(object)) => object
                .get(name)
                .is_some_and(|value| self.within(value, rest, mark)),
            _ => self.is(value, mark),
        }
    }
}
