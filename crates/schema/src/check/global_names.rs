//! Names that there can be only once in all of Azure, held against each other across resources and modules.

use std::collections::HashMap;
use std::sync::Arc;

use terrace_azure::naming::{NameRule, Unique};
use terrace_ir::{Block, Construct, Diagnostic, Origin};

use super::codes::NAME_TAKEN;
use super::content::Content;
use super::repetition::Instances;

/// A resource that takes a name.
pub(super) struct Claim {
    type_name: Arc<str>,
    /// As Azure compares it: case does not count.
    name: String,
    shown: String,
    module: Arc<str>,
    address: String,
    origin: Origin,
    construct: Option<Construct>,
}

impl Claim {
    /// The name that a resource takes for certain, if there can be only one of it.
    pub(super) fn of(
        module: &Arc<str>,
        block: &Block,
        content: &Content<'_>,
        instances: Instances,
    ) -> Option<Self> {
        let type_name = block.labels.first()?;
        let is_global = NameRule::find(type_name).is_some_and(|rule| rule.unique == Unique::Global);
        if !is_global || instances != Instances::Some {
            return None;
        }
        let argument = content.argument("name")?;
        let name = argument
            .value
            .as_text()
            .filter(|_| !argument.value.deep_marks().sensitive)?;
        Some(Self {
            type_name: type_name.as_ref().into(),
            name: name.to_lowercase(),
            shown: name.to_owned(),
            module: module.clone(),
            address: block.address(),
            origin: argument.written.origin().or(block.origin),
            construct: block.construct.clone(),
        })
    }
}

/// Reports every resource whose name another one before it takes.
pub(super) fn check(claims: &[Claim]) -> Vec<Diagnostic> {
    let mut first: HashMap<(&str, &str), &Claim> = HashMap::with_capacity(claims.len());
    let mut findings = Vec::new();
    for claim in claims {
        let taken = *first
            .entry((&claim.type_name, &claim.name))
            .or_insert(claim);
        if !std::ptr::eq(taken, claim) {
            findings.push(twice(taken, claim));
            findings.push(twice(claim, taken));
        }
    }
    findings
}

/// Says of one resource that another has the same name.
fn twice(other: &Claim, claim: &Claim) -> Diagnostic {
    let whose = match other.module == claim.module {
        true => format!("`{}`", other.address),
        false => format!("`{}` of `{}`", other.address, other.module),
    };
    let summary = format!("the name \"{}\" is taken by {whose} too", claim.shown);
    let detail = format!(
        "there is one `{}` of a name in all of Azure",
        claim.type_name
    );
    Diagnostic::error(&NAME_TAKEN, summary)
        .detail(detail)
        .hint("give one of the two another name")
        .value(&claim.shown)
        .address(&claim.address)
        .argument("name")
        .at(claim.origin)
        .construct(claim.construct.clone())
        .in_module(&claim.module)
}
