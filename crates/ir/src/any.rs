//! An untyped value: what a block holds.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::Text;
use crate::node::{Node, TemplatePart};
use crate::source::Origin;

/// A value and where it was said.
#[derive(Clone)]
pub struct Any {
    /// The value.
    pub data: Data,
    /// Where it was said.
    pub origin: Origin,
}

/// A literal, a list, an object or an expression.
#[derive(Clone, PartialEq)]
pub enum Data {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, in the digits in which it was written.
    Number(Box<str>),
    /// Plain text, not escaped.
    Text(Box<str>),
    /// A list of values, or of nested blocks.
    List(Vec<Any>),
    /// An object, or a nested block.
    Object(Object),
    /// An expression, or the target of a bare traversal such as `depends_on`.
    Expr(Arc<Node>),
}

impl Any {
    /// A value from a place.
    #[must_use]
    pub fn new(data: Data, origin: Origin) -> Self {
        Self { data, origin }
    }

    /// The same value from another place, unless its own is known.
    #[must_use]
    pub fn or_at(mut self, origin: Origin) -> Self {
        self.origin = self.origin.or(origin);
        self
    }

    /// The text, when it is plain text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, when it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match &self.data {
            Data::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The list, when it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Any]> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// The bodies of a nested block, which is an object or a list of objects.
    pub fn bodies(&self) -> impl Iterator<Item = &Object> {
        let one = self.as_object();
        let many = self.as_list().unwrap_or_default();
        one.into_iter()
            .chain(many.iter().filter_map(Any::as_object))
    }

    /// Calls `see` with every expression in this value, with the place where it stands.
    pub fn expressions(&self, see: &mut impl FnMut(&Arc<Node>, Origin)) {
        match &self.data {
            Data::Expr(node) => see(node, self.origin),
            Data::List(list) => list.iter().for_each(|item| item.expressions(see)),
            Data::Object(object) => object.expressions(see),
            _ => {}
        }
    }

    /// The value as a node of an expression, for use inside one.
    #[must_use]
    pub fn to_node(&self) -> Arc<Node> {
        Arc::new(match &self.data {
            Data::Null => Node::Null,
            Data::Bool(value) => Node::Bool(*value),
            Data::Int(value) => Node::Number(value.to_string().into()),
            Data::Number(digits) => Node::Number(digits.clone()),
            Data::Text(text) => Node::Text(text.clone()),
            Data::List(list) => Node::List(list.iter().map(Any::to_node).collect()),
            Data::Object(object) => Node::Object(
                object
                    .iter()
                    .map(|entry| (entry.key.to_node(), entry.value.to_node()))
                    .collect(),
            ),
            Data::Expr(node) => return node.clone(),
        })
    }
}

impl PartialEq for Any {
    /// Two values are equal when their data are, wherever they were said.
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl From<Arc<Node>> for Data {
    /// Literals become data, all else an expression.
    fn from(node: Arc<Node>) -> Self {
        match &*node {
            Node::Null => Self::Null,
            Node::Bool(value) => Self::Bool(*value),
            Node::Number(digits) => digits
                .parse()
                .map_or_else(|_| Self::Number(digits.clone()), Self::Int),
            Node::Text(text) => Self::Text(text.clone()),
            _ => Self::Expr(node),
        }
    }
}

impl<D: Into<Data>> From<D> for Any {
    fn from(data: D) -> Self {
        Self::new(data.into(), Origin::Default)
    }
}

macro_rules! literals {
    ($($from:ty => |$value:ident| $data:expr;)*) => {$(
        impl From<$from> for Data {
            fn from($value: $from) -> Self { $data }
        }
    )*};
}

literals! {
    bool => |value| Data::Bool(value);
    i32 => |value| Data::Int(value.into());
    u32 => |value| Data::Int(value.into());
    i64 => |value| Data::Int(value);
    f64 => |value| number(value);
    &str => |value| Data::Text(value.into());
    String => |value| Data::Text(value.into());
    Vec<Any> => |value| Data::List(value);
    Object => |value| Data::Object(value);
}

/// A whole number prints without `.0`; what is no number (NaN, infinite) is `null`.
fn number(value: f64) -> Data {
    if !value.is_finite() {
        Data::Null
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        Data::Int(value as i64)
    } else {
        Data::Number(value.to_string().into())
    }
}

/// The key of an entry.
#[derive(Clone, PartialEq)]
pub enum Key {
    /// The name of an argument or block, or plain text, not escaped.
    Text(Text),
    /// A key with an expression in it, which only an object inside a value can have.
    Expr(Arc<Node>),
}

impl Key {
    /// The plain text, when it is.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Expr(_) => None,
        }
    }

    fn to_node(&self) -> Arc<Node> {
        match self {
            Self::Text(text) => Node::text(&**text),
            Self::Expr(node) => node.clone(),
        }
    }
}

impl<T: Into<Text>> From<T> for Key {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

/// A key and its value.
#[derive(Clone)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// Where the key was said.
    pub key_origin: Origin,
    /// The value.
    pub value: Any,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

/// Keys and values in the order in which they were said: the body of a block, or an object.
#[derive(Clone, Default, PartialEq)]
pub struct Object(Vec<Entry>);

impl Object {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Any> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Any> {
        self.0
            .iter_mut()
            .find(|entry| entry.key.as_text() == Some(key))
            .map(|entry| &mut entry.value)
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key.as_text() == Some(key))
    }

    /// Sets a key, in its place when it is there already, else at the end.
    pub fn set(&mut self, key: impl Into<Text>, value: impl Into<Any>) {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(old) => *old = value,
            None => self.push(Entry {
                key: Key::Text(key),
                key_origin: value.origin,
                value,
            }),
        }
    }

    /// Sets a key and gives the object back, for building one in an expression.
    #[must_use]
    pub fn with(mut self, key: impl Into<Text>, value: impl Into<Any>) -> Self {
        self.set(key, value);
        self
    }

    /// Adds an entry at the end, also when its key is there already.
    pub fn push(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<Any> {
        let at = self
            .0
            .iter()
            .position(|entry| entry.key.as_text() == Some(key))?;
        Some(self.0.remove(at).value)
    }

    /// The entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.0.iter()
    }

    /// The entries in order, to change them.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        self.0.iter_mut()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the entries in an order.
    pub fn sort_by(&mut self, compare: impl FnMut(&Entry, &Entry) -> Ordering) {
        self.0.sort_by(compare);
    }

    /// Calls `see` with every expression in the object, with the place where it stands.
    pub fn expressions(&self, see: &mut impl FnMut(&Arc<Node>, Origin)) {
        for entry in &self.0 {
            if let Key::Expr(node) = &entry.key {
                see(node, entry.key_origin);
            }
            entry.value.expressions(see);
        }
    }
}

impl IntoIterator for Object {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl FromIterator<Entry> for Object {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<K: Into<Text>, V: Into<Any>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut object = Self::new();
        for (key, value) in entries {
            object.set(key, value);
        }
        object
    }
}

/// A part of a template made from plain text or from what an expression gives.
impl From<&Any> for TemplatePart {
    fn from(value: &Any) -> Self {
        match &value.data {
            Data::Text(text) => Self::Text(text.clone()),
            _ => Self::Interpolation(value.to_node()),
        }
    }
}
