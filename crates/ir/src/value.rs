//! What typed arguments take: [`Value`] and [`Id`].
//!
//! A [`Value`] of `T` is a literal `T` or an expression that gives one, and knows where it was
//! said. Required arguments are fields of type `Value<T>` and take `.into()`; setters take
//! `impl IntoValue<T>`, which accepts the same and explains itself when something else is given.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::any::{Any, Data, Entry, Key, Object};
use crate::expr::Expr;
use crate::node::Node;
use crate::source::{Origin, Sourced};

/// A literal of type `T` or an expression that gives one.
///
/// ```
/// use terrace_ir::Value;
/// let tier: Value<String> = "Standard".into();
/// let days: Value<i64> = 30.into();
/// ```
pub struct Value<T>(Any, PhantomData<fn() -> T>);

impl<T> Value<T> {
    /// Takes an untyped value for one of type `T`. The check holds it against the schema.
    #[must_use]
    pub fn untyped(any: Any) -> Self {
        Self(any, PhantomData)
    }

    /// The value without its type.
    #[must_use]
    pub fn into_any(self) -> Any {
        self.0
    }

    /// The value without its type.
    #[must_use]
    pub fn as_any(&self) -> &Any {
        &self.0
    }

    /// The same value said at `origin`, unless it knows its own.
    #[must_use]
    pub fn or_at(self, origin: Origin) -> Self {
        Self(self.0.or_at(origin), PhantomData)
    }

    /// The value as an expression.
    #[must_use]
    pub fn to_expr(&self) -> Expr<T> {
        Expr::from_node(self.0.to_node())
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T> From<Value<T>> for Any {
    fn from(value: Value<T>) -> Self {
        value.0
    }
}

impl<T> From<&Value<T>> for Any {
    fn from(value: &Value<T>) -> Self {
        value.0.clone()
    }
}

impl<T> From<Expr<T>> for Any {
    fn from(expr: Expr<T>) -> Self {
        Data::from(expr.into_node()).into()
    }
}

impl<T> From<&Expr<T>> for Any {
    fn from(expr: &Expr<T>) -> Self {
        Data::from(expr.node().clone()).into()
    }
}

impl<T: Literal> From<&Sourced<T>> for Any {
    fn from(setting: &Sourced<T>) -> Self {
        Self::new(setting.to_data(), setting.origin())
    }
}

/// A type whose values can be written down: text, numbers, the enums of the bindings, and lists
/// and maps of them.
pub trait Literal {
    /// The value as data.
    fn to_data(&self) -> Data;
}

/// An argument's closed set of texts: the enums of the bindings.
///
/// ```
/// use terrace_ir::{Choice, Value};
/// #[derive(Clone, Copy, PartialEq, Debug)]
/// enum Tier { Standard, Premium }
/// impl Choice for Tier {
///     const ALL: &'static [Self] = &[Self::Standard, Self::Premium];
///     fn as_str(self) -> &'static str {
///         match self { Self::Standard => "Standard", Self::Premium => "Premium" }
///     }
/// }
/// assert_eq!(Tier::parse("Premium"), Some(Tier::Premium));
/// let tier: Value<Tier> = Tier::Standard.into();
/// assert_eq!(tier.as_any().as_text(), Some("Standard"));
/// ```
pub trait Choice: Copy + 'static {
    /// Every member, in the provider's order.
    const ALL: &'static [Self];

    /// The text that the provider takes.
    fn as_str(self) -> &'static str;

    /// The member with this text, spelt exactly so.
    #[must_use]
    fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|choice| choice.as_str() == text)
    }
}

impl<T: Choice> Literal for T {
    fn to_data(&self) -> Data {
        self.as_str().into()
    }
}

macro_rules! scalars {
    ($($ty:ty),*) => {$(
        impl Literal for $ty {
            fn to_data(&self) -> Data { self.clone().into() }
        }
    )*};
}
scalars!(String, bool, i64, f64);

impl Literal for Any {
    fn to_data(&self) -> Data {
        self.data.clone()
    }
}

impl<T: Literal> Literal for Vec<T> {
    fn to_data(&self) -> Data {
        Data::List(self.iter().map(|item| Any::from(item.to_data())).collect())
    }
}

impl<T: Literal> Literal for BTreeMap<String, T> {
    fn to_data(&self) -> Data {
        Data::Object(
            self.iter()
                .map(|(key, item)| (key.clone(), item.to_data()))
                .collect(),
        )
    }
}

/// What a setter takes for an argument of type `T`: a literal, a setting from an environment file,
/// an expression or another value of that type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not serve as an argument of type `{T}`",
    label = "expected `{T}`, or an expression or setting that gives one",
    note = "an expression of another type is taken for one of this type by `.cast()`"
)]
pub trait IntoValue<T> {
    /// The value.
    fn into_value(self) -> Value<T>;
}

/// Says once what serves as a [`Value`]: for `.into()` and for setters.
macro_rules! serves {
    ($([$($generics:tt)*] $from:ty => $to:ty, |$value:ident| $any:expr;)*) => {$(
        #[diagnostic::do_not_recommend] // the list of all of them hides what was wrong
        impl<$($generics)*> From<$from> for Value<$to> {
            fn from($value: $from) -> Self { Value::untyped($any) }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoValue<$to> for $from {
            fn into_value(self) -> Value<$to> { self.into() }
        }
    )*};
}

serves! {
    [T: Literal] T => T, |value| value.to_data().into();
    [T: Literal] Sourced<T> => T, |value| Any::new(value.to_data(), value.origin());
    [T: Literal] &Sourced<T> => T, |value| Any::new(value.to_data(), value.origin());
    [T] Expr<T> => T, |value| Data::from(value.into_node()).into();
    [T] &Expr<T> => T, |value| Data::from(value.node().clone()).into();
    [T] &Value<T> => T, |value| value.0.clone();
    [] &str => String, |value| value.into();
    [] &String => String, |value| value.as_str().into();
    [] &Sourced<&str> => String, |value| Any::new((**value).into(), value.origin());
    [K] Id<K> => String, |value| value.0;
    [K] &Id<K> => String, |value| value.0.clone();
    [] AnyId => String, |value| value.0;
    [] i32 => i64, |value| value.into();
    [] u32 => i64, |value| value.into();
    [] &Sourced<u32> => i64, |value| Any::new((**value).into(), value.origin());
    [] i32 => f64, |value| value.into();
    [] &str => Any, |value| value.into();
    [] Object => Any, |value| value.into();
    [] Vec<Any> => Any, |value| value.into();
    [U: Into<Any>, const N: usize] [U; N] => Any, |value| value.into_iter().map(Into::into).collect::<Vec<Any>>().into();
    [] serde_json::Value => Any, |value| from_json(&value);
    [T, U: IntoValue<T>, const N: usize] [U; N] => Vec<T>, |value| list(value);
    [T] Vec<Value<T>> => Vec<T>, |value| list(value);
    [T: Literal] &Vec<Sourced<T>> => Vec<T>, |value| list(value);
    [T] BTreeMap<String, Value<T>> => BTreeMap<String, T>, |value| Data::Object(
        value.into_iter().map(|(key, item)| (key, item.into_any())).collect()
    ).into();
    [const N: usize] [(&str, &str); N] => BTreeMap<String, String>, |value| Data::Object(
        value.into_iter().map(|(key, item)| (key.to_owned(), item)).collect()
    ).into();
}

#[diagnostic::do_not_recommend]
impl<T> IntoValue<T> for Value<T> {
    fn into_value(self) -> Value<T> {
        self
    }
}

fn list<T, U: IntoValue<T>>(items: impl IntoIterator<Item = U>) -> Any {
    let items: Vec<Any> = items
        .into_iter()
        .map(|item| item.into_value().into_any())
        .collect();
    items.into()
}

/// A JSON document as plain data: its texts are texts, whatever they look like.
fn from_json(json: &serde_json::Value) -> Any {
    use serde_json::Value as Json;
    match json {
        Json::Null => Data::Null,
        Json::Bool(value) => Data::Bool(*value),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| Data::Number(number.to_string().into()), Data::Int),
        Json::String(text) => Data::Text(text.as_str().into()),
        Json::Array(items) => Data::List(items.iter().map(from_json).collect()),
        Json::Object(entries) => Data::Object(
            entries
                .iter()
                .map(|(key, value)| Entry {
                    key: Key::Text(key.clone().into()),
                    key_origin: Origin::Default,
                    value: from_json(value),
                })
                .collect(),
        ),
    }
    .into()
}

/// The id of a resource of kind `K`.
///
/// It comes from a resource (`vault.id()`), from text ([`Id::parse`]), or from an expression whose
/// kind the author vouches for ([`Id::from_expr`]). There is no `From`: the id of another kind does
/// not compile.
///
/// ```compile_fail
/// use terrace_ir::{Id, Value};
/// struct KeyVault;
/// struct StorageAccount;
/// fn needs(_: Id<KeyVault>) {}
/// let id: Id<StorageAccount> = Id::parse("/subscriptions/x");
/// needs(id);
/// ```
pub struct Id<K>(Any, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// An id written as text. Its form is checked with the module.
    #[must_use]
    pub fn parse(id: impl IntoValue<String>) -> Self {
        Self(id.into_value().into_any(), PhantomData)
    }

    /// An expression that gives an id of this kind.
    #[must_use]
    pub fn from_expr(id: Expr<String>) -> Self {
        Self(Data::from(id.into_node()).into(), PhantomData)
    }

    /// The id as an expression.
    #[must_use]
    pub fn to_expr(&self) -> Expr<String> {
        Expr::from_node(self.0.to_node())
    }

    /// The id without its kind.
    #[must_use]
    pub fn into_any(self) -> Any {
        self.0
    }

    /// The id as a node of an expression.
    #[must_use]
    pub fn to_node(&self) -> Arc<Node> {
        self.0.to_node()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K> From<Id<K>> for Any {
    fn from(id: Id<K>) -> Self {
        id.0
    }
}

impl<K> From<&Id<K>> for Any {
    fn from(id: &Id<K>) -> Self {
        id.0.clone()
    }
}

/// The id of a resource of any kind, for arguments that take several.
#[derive(Clone)]
pub struct AnyId(Any);

impl AnyId {
    /// The id without its wrapper.
    #[must_use]
    pub fn into_any(self) -> Any {
        self.0
    }

    /// The id as an expression.
    #[must_use]
    pub fn to_expr(&self) -> Expr<String> {
        Expr::from_node(self.0.to_node())
    }
}

impl<K> From<Id<K>> for AnyId {
    fn from(id: Id<K>) -> Self {
        Self(id.0)
    }
}

impl<K> From<&Id<K>> for AnyId {
    fn from(id: &Id<K>) -> Self {
        Self(id.0.clone())
    }
}

impl From<Expr<String>> for AnyId {
    fn from(id: Expr<String>) -> Self {
        Self(Data::from(id.into_node()).into())
    }
}

impl From<Value<String>> for AnyId {
    fn from(id: Value<String>) -> Self {
        Self(id.into_any())
    }
}

impl From<&Expr<String>> for AnyId {
    fn from(id: &Expr<String>) -> Self {
        id.clone().into()
    }
}

impl From<&Value<String>> for AnyId {
    fn from(id: &Value<String>) -> Self {
        id.clone().into()
    }
}

impl From<&Sourced<String>> for AnyId {
    fn from(id: &Sourced<String>) -> Self {
        Value::from(id).into()
    }
}

impl From<&AnyId> for AnyId {
    fn from(id: &AnyId) -> Self {
        id.clone()
    }
}

impl From<&str> for AnyId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for AnyId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<AnyId> for Any {
    fn from(id: AnyId) -> Self {
        id.0
    }
}

/// What a setter takes for the id of a resource of kind `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the id of a `{K}`",
    label = "expected `Id<{K}>`",
    note = "ids come from resources (`vault.id()`), from text (`Id::parse(\"/subscriptions/…\")`) or from an expression (`Id::from_expr(…)`)"
)]
pub trait IntoId<K> {
    /// The id.
    fn into_id(self) -> Id<K>;
}

#[diagnostic::do_not_recommend]
impl<K> IntoId<K> for Id<K> {
    fn into_id(self) -> Id<K> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<K> IntoId<K> for &Id<K> {
    fn into_id(self) -> Id<K> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<K> IntoId<K> for AnyId {
    /// The author vouches for the kind; the check still looks at what is known.
    fn into_id(self) -> Id<K> {
        Id(self.0, PhantomData)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_setting_keeps_its_place_in_the_file() {
        let origin = Origin::File { start: 3, end: 9 };
        let setting = Sourced::new("LRS".to_owned(), origin);
        let value: Value<String> = (&setting).into();
        assert!(matches!(
            value.as_any().origin,
            Origin::File { start: 3, end: 9 }
        ));
        assert_eq!(value.as_any().as_text(), Some("LRS"));
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert!(Data::from(100.0) == Data::Int(100));
        assert!(Data::from(0.5) == Data::Number("0.5".into()));
    }

    #[test]
    fn lists_are_made_from_literals_and_expressions_alike() {
        let value: Value<Vec<String>> =
            [Value::from("a"), Value::from(crate::expr::var("b"))].into();
        assert_eq!(value.as_any().as_list().unwrap().len(), 2);
    }
}
