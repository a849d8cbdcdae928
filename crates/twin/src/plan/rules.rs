//! Where the rules that live in the provider's code come in: `terrace_schema::rules`.

use terrace_ir::Step;
use terrace_schema::eval::Val;

use super::Asked;
use crate::protocol::Diagnostic;

pub(super) fn follows(_asked: &Asked<'_>, _planned: &Val) -> Vec<&'static str> {
    Vec::new()
}

pub(super) fn replacements(_asked: &Asked<'_>, _planned: &Val) -> Vec<Vec<Step>> {
    Vec::new()
}

pub(super) fn ignores(
    _: &Asked<'_>,
    _: &Val,
    _: &Val,
    _: &[Step],
    _: Option<&Val>,
    _: Option<&Val>,
) -> bool {
    false
}

/// What the plan refuses.
#[must_use]
pub fn refused_plan(_asked: &Asked<'_>, _planned: &Val) -> Vec<Diagnostic> {
    Vec::new()
}

/// What the apply refuses.
#[must_use]
pub fn refused_apply(_asked: &Asked<'_>, _planned: &Val) -> Vec<Diagnostic> {
    Vec::new()
}

/// The arguments whose change is planned and never sent.
#[must_use]
pub fn unsent(_asked: &Asked<'_>, _planned: &Val) -> Vec<&'static str> {
    Vec::new()
}
