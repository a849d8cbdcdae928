//! What a setting gives as text, and a stack also by reference.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use terrace_ir::{Any, AnyId, Expr, Id, Origin, Sourced, Value};

/// A text that a setting gives. An environment file says it as it stands; in Rust it may also be what
/// a resource of the stack has, such as its id or its address.
///
/// ```
/// use terrace_azureml::Given;
/// let given: Given = "/subscriptions/…".into();
/// assert_eq!(given.text().map(|text| text.as_str()), Some("/subscriptions/…"));
/// ```
#[derive(Clone)]
pub struct Given(Source);

#[derive(Clone)]
enum Source {
    Said(Sourced<String>),
    Reference(Expr<String>),
}

impl Given {
    /// The text, where it is known before Terraform runs.
    #[must_use]
    pub fn text(&self) -> Option<&Sourced<String>> {
        match &self.0 {
            Source::Said(text) => Some(text),
            Source::Reference(_) => None,
        }
    }

    /// Where it was said.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.text().map_or(Origin::Default, Sourced::origin)
    }

    /// The text as a value.
    #[must_use]
    pub fn to_value(&self) -> Value<String> {
        match &self.0 {
            Source::Said(text) => text.into(),
            Source::Reference(reference) => reference.clone().into(),
        }
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => text.fmt(f),
            None => f.write_str("a reference"),
        }
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self(Source::Said(text.into()))
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self(Source::Said(text.into()))
    }
}

impl From<Sourced<String>> for Given {
    fn from(text: Sourced<String>) -> Self {
        Self(Source::Said(text))
    }
}

impl From<Expr<String>> for Given {
    fn from(reference: Expr<String>) -> Self {
        Self(Source::Reference(reference))
    }
}

impl<K> From<Id<K>> for Given {
    fn from(id: Id<K>) -> Self {
        Self(Source::Reference(id.to_expr()))
    }
}

impl From<&Given> for Any {
    fn from(given: &Given) -> Self {
        given.to_value().into_any()
    }
}

impl From<&Given> for AnyId {
    fn from(given: &Given) -> Self {
        given.to_value().into()
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Source::Said(Sourced::deserialize(deserializer)?)))
    }
}

impl JsonSchema for Given {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}
