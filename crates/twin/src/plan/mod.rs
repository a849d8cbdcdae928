//! What would change, and what of it replaces: as the real providers plan it.
//!
//! | module | what it does |
//! |---|---|
//! | [`legacy`] | azurerm, whose SDK compares state and configuration argument by argument |
//! | [`framework`] | azapi and time, whose framework takes what Terraform proposes |
//! | `spelling` | differences of spelling that are none |
//! | `rules` | where the rules that live in the provider's code come in |

pub mod framework;
pub mod legacy;
mod rules;
mod spelling;

pub use rules::{refused_apply, refused_plan, without_unsent};

use terrace_ir::Step;
use terrace_schema::Schema;
use terrace_schema::eval::Val;

use crate::protocol::{AttributePath, AttributePathStep, Selector};

/// A plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The state after apply, as far as it is known; the state as it is when nothing changes.
    pub value: Val,
    /// Whose change replaces the resource.
    pub replace: Vec<Vec<Step>>,
}

/// A change that Terraform asks about, `prior` being `None` for what is made.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The type.
    pub schema: &'a Schema,
    /// The state.
    pub prior: Option<&'a Val>,
    /// The configuration, with what it leaves out and the provider may give taken from the state.
    pub proposed: &'a Val,
    /// The configuration.
    pub config: &'a Val,
}

/// A path in the protocol's words.
#[must_use]
pub fn path(steps: &[Step]) -> AttributePath {
    let steps = steps.iter().map(|step| {
        let selector = match step {
            Step::Name(name) => Selector::AttributeName(name.to_string()),
            Step::Index(index) => {
                Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))
            }
        };
        AttributePathStep {
            selector: Some(selector),
        }
    });
    AttributePath {
        steps: steps.collect(),
    }
}

/// The configuration as it was written: nested blocks that are not there are `null`, where Terraform has an empty list.
#[must_use]
pub fn written(schema: &Schema, config: &Val) -> Val {
    let Some(entries) = config.as_entries() else {
        return config.clone();
    };
    Val::object(entries.iter().map(|(name, value)| {
        let is_absent =
            schema.body.block(name).is_some() && value.as_items().is_some_and(<[Val]>::is_empty);
        let value = match is_absent {
            true => Val::null_of(value.ty()),
            false => value.clone(),
        };
        (name.clone(), value)
    }))
}
