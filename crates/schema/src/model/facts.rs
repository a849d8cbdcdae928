//! What is demanded of values, and how arguments are related.

use serde::{Deserialize, Serialize};

use crate::rule::Rule;

/// A plain value: a default, or one of the allowed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

/// What is demanded of one value. `rule` alone decides where it is given; the rest then only explains.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ValueFacts {
    /// What the provider's validator demands, as a tree.
    pub rule: Option<Rule>,
    /// Values that are allowed or known.
    pub choices: Option<Choices>,
    /// Whole numbers that are allowed, inclusive, and single ones outside it.
    pub range: Option<Range>,
    /// Length and characters, found by trying strings on the provider's validator.
    pub shape: Option<Shape>,
    /// Sample formats that are accepted: `uuid`, `cidr4`, `https_url`, …
    pub formats: Vec<String>,
    /// Resource types whose ids are accepted. Types that share an id's form appear together.
    pub accepts_ids_of: Vec<String>,
    /// Nearly every resource id is accepted.
    pub accepts_any_id: bool,
    /// The number must be whole.
    pub whole: bool,
    /// The empty string is refused.
    pub nonempty: bool,
    /// There is a validator that nothing here describes in full.
    pub validated: bool,
}

/// Values that the validator names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// The values, in the provider's order.
    pub values: Vec<Scalar>,
    /// Nothing else is accepted.
    pub closed: bool,
    /// Any case is accepted.
    pub ignore_case: bool,
}

/// Whole numbers, inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Least.
    pub min: i64,
    /// Most.
    pub max: i64,
    /// Accepted though outside.
    pub also: Vec<i64>,
}

/// Length and characters of a text. Character sets are written as ranges, `-0-9A-Za-z`; `None` is all of ASCII.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Fewest characters.
    pub min: Option<u32>,
    /// Most characters.
    pub max: Option<u32>,
    /// Characters in the middle.
    pub chars: Option<String>,
    /// Characters in the first place.
    pub first: Option<String>,
    /// Characters in the last place.
    pub last: Option<String>,
}

/// Relations between arguments, as paths from the root of the resource, `identity.0.type`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relations {
    /// None of these may be given beside it.
    pub conflicts_with: Vec<String>,
    /// Of these and itself exactly one must be given.
    pub exactly_one_of: Vec<String>,
    /// Of these and itself at least one must be given.
    pub at_least_one_of: Vec<String>,
    /// All of these must be given beside it.
    pub required_with: Vec<String>,
}

impl Relations {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}
