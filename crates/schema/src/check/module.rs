//! The check of whole modules.

use terrace_ir::{Block, BlockKind, Diagnostic, Module};

use super::check_body;
use crate::catalog::{Lookup, catalog};
use crate::language;
use crate::model::Kind;

/// Everything that is wrong with some modules, in the order in which it is shown.
///
/// All modules of a run are given at once, since names that Azure has only once are held against each other.
#[must_use]
pub fn check(modules: &[Module]) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = modules.iter().flat_map(module).collect();
    findings.sort_by(Diagnostic::order);
    findings
}

fn module(module: &Module) -> Vec<Diagnostic> {
    let mut findings = language::check(module);
    findings.extend(module.blocks.iter().flat_map(block));
    findings
        .into_iter()
        .map(|finding| finding.in_module(&module.name))
        .collect()
}

fn block(block: &Block) -> Vec<Diagnostic> {
    let kind = match block.kind {
        BlockKind::Resource => Kind::Resource,
        BlockKind::Data => Kind::DataSource,
        BlockKind::Ephemeral => Kind::Ephemeral,
        _ => return Vec::new(),
    };
    let Some(type_name) = block.labels.first() else {
        return Vec::new();
    };
    let Lookup::Found(schema) = catalog().look_up(kind, type_name) else {
        return Vec::new();
    };
    let findings = check_body(schema, &block.body, block.origin).into_iter();
    findings
        .map(|finding| {
            let origin = finding.origin.or(block.origin);
            finding
                .address(block.address())
                .at(origin)
                .construct(block.construct.clone())
        })
        .collect()
}
