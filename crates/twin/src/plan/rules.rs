//! Where the rules that live in the provider's code come in: `terrace_schema::rules`, asked in the protocol's terms.

use terrace_ir::{Severity, Step};
use terrace_schema::eval::Val;
use terrace_schema::rules::{self, Change, Refused};

use super::{Asked, path};
use crate::protocol::Diagnostic;
use crate::value::with;

fn change<'a>(asked: &Asked<'a>, planned: &'a Val) -> Change<'a> {
    match asked.prior {
        Some(prior) => Change::update(asked.schema, prior, asked.config, planned),
        None => Change::create(asked.schema, asked.config, planned),
    }
}

/// The attributes that a change makes unknown again.
pub(super) fn follows(asked: &Asked<'_>, planned: &Val) -> Vec<&'static str> {
    rules::follows(&change(asked, planned)).collect()
}

/// The arguments whose change replaces, beside those that are marked.
pub(super) fn replacements(asked: &Asked<'_>, planned: &Val) -> Vec<Vec<Step>> {
    let change = change(asked, planned);
    let replacing = rules::replacements(&change);
    replacing.map(|rule| steps(rule.argument)).collect()
}

/// The steps of a dotted path, a block's first being meant.
fn steps(dotted: &'static str) -> Vec<Step> {
    let mut steps = Vec::new();
    for name in dotted.split('.') {
        if !steps.is_empty() {
            steps.push(Step::Index(0));
        }
        steps.push(Step::Name(name.into()));
    }
    steps
}

/// Whether the provider sees no difference between two values of the argument at a path.
pub(super) fn ignores(
    asked: &Asked<'_>,
    settled: &Val,
    path: &[Step],
    old: Option<&Val>,
    new: Option<&Val>,
) -> bool {
    let null = Val::null();
    let (old, new) = (old.unwrap_or(&null), new.unwrap_or(&null));
    rules::ignores(&change(asked, settled), path, old, new).is_some()
}

/// What the plan refuses.
#[must_use]
pub fn refused_plan(asked: &Asked<'_>, planned: &Val) -> Vec<Diagnostic> {
    diagnostics(&rules::refused_plan(&change(asked, planned)))
}

/// What the apply refuses.
#[must_use]
pub fn refused_apply(asked: &Asked<'_>, planned: &Val) -> Vec<Diagnostic> {
    diagnostics(&rules::refused_apply(&change(asked, planned)))
}

fn diagnostics(refused: &[Refused]) -> Vec<Diagnostic> {
    let refused = refused.iter().map(|refused| {
        let finding = refused.to_diagnostic(Severity::Error);
        Diagnostic::error(finding.summary, finding.detail).at(path(refused.path.steps()))
    });
    refused.collect()
}

/// The state after an update, without the changes that are planned and never sent.
#[must_use]
pub fn without_unsent(asked: &Asked<'_>, planned: &Val, new: Val) -> Val {
    let Some(prior) = asked.prior else {
        return new;
    };
    let change = change(asked, planned);
    let unsent = rules::unsent(&change);
    unsent.fold(new, |new, rule| {
        let names: Vec<&str> = rule.argument.split('.').collect();
        kept(&new, prior, &names)
    })
}

/// An object with what stands at a path as it was.
fn kept(new: &Val, old: &Val, names: &[&str]) -> Val {
    let Some((name, inner)) = names.split_first() else {
        return old.clone();
    };
    match (new.get(name), old.get(name)) {
        (Some(new_member), Some(old_member)) => {
            let member = match (new_member.as_items(), old_member.as_items()) {
                (Some(is), Some(was)) if !inner.is_empty() && is.len() == was.len() => {
                    let items = is.iter().zip(was).map(|(is, was)| kept(is, was, inner));
                    crate::value::collection(&new_member.ty(), items.collect())
                }
                _ if inner.is_empty() => old_member.clone(),
                _ => new_member.clone(),
            };
            with(new, name, member)
        }
        _ => new.clone(),
    }
}
