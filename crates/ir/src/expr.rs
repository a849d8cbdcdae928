//! Expressions with a Rust type: references, functions, operators, templates.
//!
//! ```
//! use terrace_ir::expr::{call, var};
//! use terrace_ir::{Expr, tf};
//! let host: Expr<String> = var("host");
//! let url = tf!("https://{}/api", call::<String>("lower", [&host]));
//! assert_eq!(terrace_ir::render::expression(url.node()), r#""https://${lower(var.host)}/api""#);
//! ```

use std::marker::PhantomData;
use std::sync::Arc;

use crate::Text;
use crate::any::Any;
use crate::node::{BinaryOperator, Call, For, Node, Root, TemplatePart, UnaryOperator};
use crate::source::Sourced;
use crate::value::{AnyId, Id, IntoValue, Value};

/// An expression that gives a `T`.
///
/// It has no `Display` and no `Debug`: a reference that became text would be a reference lost. Use
/// [`tf!`](crate::tf) to put one into text.
pub struct Expr<T>(Arc<Node>, PhantomData<fn() -> T>);

impl<T> Expr<T> {
    /// Takes an untyped tree for an expression that gives a `T`.
    #[must_use]
    pub fn from_node(node: Arc<Node>) -> Self {
        Self(node, PhantomData)
    }

    /// The untyped tree.
    #[must_use]
    pub fn node(&self) -> &Arc<Node> {
        &self.0
    }

    /// The untyped tree.
    #[must_use]
    pub fn into_node(self) -> Arc<Node> {
        self.0
    }

    /// The same expression, taken to give a `U`.
    #[must_use]
    pub fn cast<U>(self) -> Expr<U> {
        Expr::from_node(self.0)
    }

    /// `self.name`, an attribute of an object.
    #[must_use]
    pub fn attribute<U>(&self, name: impl Into<Text>) -> Expr<U> {
        Expr::from_node(Node::attribute(self.0.clone(), name))
    }

    /// `self[index]`, an element of a list.
    #[must_use]
    pub fn index<U>(&self, index: impl IntoValue<i64>) -> Expr<U> {
        self.element(index.into_value().into_any())
    }

    /// `self["key"]`, an element of a map.
    #[must_use]
    pub fn key<U>(&self, key: impl IntoValue<String>) -> Expr<U> {
        self.element(key.into_value().into_any())
    }

    fn element<U>(&self, key: Any) -> Expr<U> {
        Expr::from_node(Arc::new(Node::Index(self.0.clone(), key.to_node())))
    }

    /// `self[*].name`, an attribute of every element.
    #[must_use]
    pub fn every<U>(&self, name: impl Into<Text>) -> Expr<Vec<U>> {
        Expr::from_node(Arc::new(Node::Splat(Box::new(crate::node::Splat {
            source: self.0.clone(),
            full: true,
            each: vec![crate::node::SplatStep::Attribute(name.into())],
        }))))
    }

    /// `self == other`
    #[must_use]
    pub fn equals(&self, other: impl IntoValue<T>) -> Expr<bool> {
        self.binary(BinaryOperator::Equal, other)
    }

    /// `self != other`
    #[must_use]
    pub fn differs(&self, other: impl IntoValue<T>) -> Expr<bool> {
        self.binary(BinaryOperator::NotEqual, other)
    }

    fn binary<V, U>(&self, operator: BinaryOperator, other: impl IntoValue<V>) -> Expr<U> {
        Expr::from_node(Arc::new(Node::Binary(
            operator,
            self.0.clone(),
            other.into_value().into_any().to_node(),
        )))
    }
}

impl Expr<bool> {
    /// `self && other`
    #[must_use]
    pub fn and(&self, other: impl IntoValue<bool>) -> Expr<bool> {
        self.binary(BinaryOperator::And, other)
    }

    /// `self || other`
    #[must_use]
    pub fn or(&self, other: impl IntoValue<bool>) -> Expr<bool> {
        self.binary(BinaryOperator::Or, other)
    }

    /// `!self`
    #[must_use]
    #[allow(clippy::should_implement_trait)] // takes a reference, like its siblings
    pub fn not(&self) -> Expr<bool> {
        Expr::from_node(Arc::new(Node::Unary(UnaryOperator::Not, self.0.clone())))
    }

    /// `self ? then : otherwise`
    #[must_use]
    pub fn choose<T>(&self, then: impl IntoValue<T>, otherwise: impl IntoValue<T>) -> Expr<T> {
        Expr::from_node(Arc::new(Node::Conditional(
            self.0.clone(),
            then.into_value().into_any().to_node(),
            otherwise.into_value().into_any().to_node(),
        )))
    }
}

macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident => $operator:ident -> $result:ty;)*) => {
        impl Expr<i64> {$(
            $(#[$doc])*
            #[must_use]
            #[allow(clippy::should_implement_trait)] // takes a reference and any value
            pub fn $name(&self, other: impl IntoValue<i64>) -> Expr<$result> {
                self.binary(BinaryOperator::$operator, other)
            }
        )*}
    };
}

arithmetic! {
    /// `self + other`
    add => Add -> i64;
    /// `self - other`
    sub => Subtract -> i64;
    /// `self * other`
    mul => Multiply -> i64;
    /// `self / other`
    div => Divide -> i64;
    /// `self % other`
    rem => Modulo -> i64;
    /// `self < other`
    less => Less -> bool;
    /// `self <= other`
    at_most => LessOrEqual -> bool;
    /// `self > other`
    greater => Greater -> bool;
    /// `self >= other`
    at_least => GreaterOrEqual -> bool;
}

impl<T> Expr<Vec<T>> {
    /// `[for item in self : result]`
    #[must_use]
    pub fn map<U>(
        &self,
        item: &'static str,
        result: impl FnOnce(Expr<T>) -> Expr<U>,
    ) -> Expr<Vec<U>> {
        Expr::from_node(Arc::new(Node::For(Box::new(For {
            key_name: None,
            value_name: item.into(),
            source: self.0.clone(),
            key: None,
            value: result(name(item)).into_node(),
            grouped: false,
            condition: None,
        }))))
    }
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

fn root<T>(root: Root) -> Expr<T> {
    Expr::from_node(Arc::new(Node::Root(root)))
}

/// `var.name`
#[must_use]
pub fn var<T>(name: impl Into<Text>) -> Expr<T> {
    root(Root::Variable(name.into()))
}

/// `local.name`
#[must_use]
pub fn local<T>(name: impl Into<Text>) -> Expr<T> {
    root(Root::Local(name.into()))
}

/// `module.name.output`
#[must_use]
pub fn module<T>(name: impl Into<Text>, output: impl Into<Text>) -> Expr<T> {
    root::<()>(Root::Module(name.into())).attribute(output)
}

/// `each.key`
#[must_use]
pub fn each_key() -> Expr<String> {
    root::<()>(Root::Each).attribute("key")
}

/// `each.value`
#[must_use]
pub fn each_value<T>() -> Expr<T> {
    root::<()>(Root::Each).attribute("value")
}

/// `count.index`
#[must_use]
pub fn count_index() -> Expr<i64> {
    root::<()>(Root::Count).attribute("index")
}

/// `path.module`
#[must_use]
pub fn path_module() -> Expr<String> {
    root::<()>(Root::Path).attribute("module")
}

/// `path.root`
#[must_use]
pub fn path_root() -> Expr<String> {
    root::<()>(Root::Path).attribute("root")
}

/// `terraform.workspace`
#[must_use]
pub fn workspace() -> Expr<String> {
    root::<()>(Root::Terraform).attribute("workspace")
}

/// A name of its own scope: the variable of a `for` or the iterator of a `dynamic` block.
#[must_use]
pub fn name<T>(name: impl Into<Text>) -> Expr<T> {
    root(Root::Name(name.into()))
}

/// A call of a function by its name. Name and number of arguments are checked with the module.
#[must_use]
pub fn call<T>(
    name: impl Into<Text>,
    arguments: impl IntoIterator<Item = impl Into<Part>>,
) -> Expr<T> {
    Expr::from_node(Arc::new(Node::Call(Box::new(Call {
        name: name.into(),
        arguments: arguments
            .into_iter()
            .map(|argument| argument.into().0)
            .collect(),
        spread: false,
    }))))
}

/// Something that can stand inside an expression: what [`tf!`](crate::tf) and [`call`] take.
pub struct Part(Arc<Node>);

macro_rules! part {
    ($([$($generics:tt)*] $from:ty, |$value:ident| $node:expr;)*) => {$(
        impl<$($generics)*> From<$from> for Part {
            fn from($value: $from) -> Self { Self($node) }
        }
    )*};
}

part! {
    [T] Expr<T>, |value| value.0;
    [T] &Expr<T>, |value| value.0.clone();
    [T] Value<T>, |value| value.as_any().to_node();
    [T] &Value<T>, |value| value.as_any().to_node();
    [K] Id<K>, |value| value.to_node();
    [K] &Id<K>, |value| value.to_node();
    [] &AnyId, |value| value.to_expr().into_node();
    [] Any, |value| value.to_node();
    [] &str, |value| Node::text(value);
    [] &&str, |value| Node::text(*value);
    [] String, |value| Node::text(value);
    [] &String, |value| Node::text(value.as_str());
    [] &Sourced<String>, |value| Node::text(value.as_str());
    [] i64, |value| Arc::new(Node::Number(value.to_string().into()));
    [] &i64, |value| Arc::new(Node::Number(value.to_string().into()));
    [] bool, |value| Arc::new(Node::Bool(value));
}

/// Fills the `{}` of a pattern with parts; used by [`tf!`](crate::tf).
#[must_use]
pub fn template(pattern: &str, parts: impl IntoIterator<Item = Part>) -> Expr<String> {
    let mut parts = parts.into_iter();
    let mut result = Vec::new();
    let mut text = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' if rest.next_if_eq(&'{').is_some() => text.push('{'),
            '}' if rest.next_if_eq(&'}').is_some() => text.push('}'),
            '{' if rest.next_if_eq(&'}').is_some() => {
                result.push(TemplatePart::Text(std::mem::take(&mut text).into()));
                result.extend(parts.next().map(|part| TemplatePart::Interpolation(part.0)));
            }
            c => text.push(c),
        }
    }
    result.push(TemplatePart::Text(text.into()));
    Expr::from_node(Node::template(result))
}

/// How many `{}` a pattern has; lets [`tf!`](crate::tf) count at compile time.
#[must_use]
pub const fn placeholders(pattern: &str) -> usize {
    let bytes = pattern.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'{', b'}') => {
                count += 1;
                at += 2;
            }
            (b'{', b'{') | (b'}', b'}') => at += 2,
            _ => at += 1,
        }
    }
    count
}

/// Text with expressions in it: `tf!("https://{}/x", host)`.
///
/// `{}` takes an expression, a value, an id or plain text; `{{` and `}}` are braces. The number of
/// `{}` is checked when it is compiled. Text stays text: a `$` or `${` in it needs no care.
#[macro_export]
macro_rules! tf {
    ($pattern:literal $(, $part:expr)* $(,)?) => {{
        const _: () = assert!(
            $crate::expr::placeholders($pattern) == 0 $(+ { let _ = stringify!($part); 1 })*,
            "the pattern has more or fewer placeholders than there are values",
        );
        $crate::expr::template($pattern, [$($crate::expr::Part::from(&$part)),*])
    }};
}
