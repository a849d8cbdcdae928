//! What was written, beside the value that it has: where each part was said, and which reference it is.

use terrace_ir::{Any, Data, Node, Origin, Step};

/// An argument as it was written, or a part of one.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    part: Part<'a>,
    origin: Origin,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Any(&'a Any),
    Node(&'a Node),
    /// Made by an expression: only the value is there.
    Made,
}

impl<'a> Written<'a> {
    /// What a key is set to.
    pub(super) fn new(any: &'a Any, key: Origin) -> Self {
        Self {
            part: Part::Any(any),
            origin: any.origin.or(key),
        }
    }

    /// Something that is made of what stands at a place.
    pub(super) fn nothing(origin: Origin) -> Self {
        Self {
            part: Part::Made,
            origin,
        }
    }

    /// Where it was said, or what holds it.
    pub(super) fn origin(self) -> Origin {
        self.origin
    }

    /// The expression, where it is one.
    pub(super) fn node(self) -> Option<&'a Node> {
        match self.part {
            Part::Any(Any {
                data: Data::Expr(node),
                ..
            }) => Some(node),
            Part::Node(node) => Some(node),
            _ => None,
        }
    }

    /// An element.
    pub(super) fn item(self, index: usize) -> Self {
        match (self.part, self.node()) {
            (_, Some(Node::List(items))) => self.of_node(items.get(index).map(|item| &**item)),
            (Part::Any(any), None) => self.of_any(any.as_list().and_then(|list| list.get(index))),
            _ => self.of_node(None),
        }
    }

    /// What a name is set to in an object.
    pub(super) fn member(self, name: &str) -> Self {
        match (self.part, self.node()) {
            (_, Some(Node::Object(entries))) => {
                let is_named = |key: &Node| matches!(key, Node::Text(text) if **text == *name);
                let entry = entries.iter().find(|(key, _)| is_named(key));
                self.of_node(entry.map(|(_, value)| &**value))
            }
            (Part::Any(any), None) => {
                let object = any.as_object();
                self.of_any(object.and_then(|object| object.get(name)))
            }
            _ => self.of_node(None),
        }
    }

    /// Where the name of a member was said.
    pub(super) fn key(self, name: &str) -> Origin {
        let Part::Any(any) = self.part else {
            return self.origin;
        };
        let entry = any.as_object().and_then(|object| object.entry(name));
        entry.map_or(self.origin, |entry| entry.key_origin.or(self.origin))
    }

    /// What stands at a path.
    pub(super) fn at(self, path: &[Step]) -> Self {
        path.iter().fold(self, |written, step| match step {
            Step::Name(name) => written.member(name),
            Step::Index(index) => written.item(*index),
        })
    }

    fn of_any(self, any: Option<&'a Any>) -> Self {
        any.map_or_else(
            || self.of_node(None),
            |any| Self {
                part: Part::Any(any),
                origin: any.origin.or(self.origin),
            },
        )
    }

    fn of_node(self, node: Option<&'a Node>) -> Self {
        Self {
            part: node.map_or(Part::Made, Part::Node),
            origin: self.origin,
        }
    }
}
