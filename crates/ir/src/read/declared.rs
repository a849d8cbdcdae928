//! What the ordinary files of a directory declare, each thing once.

use std::collections::HashMap;

use super::codes::DUPLICATE_BLOCK;
use crate::any::Any;
use crate::diagnostic::Diagnostic;
use crate::module::{Block, BlockKind};
use crate::source::{Origin, SourceMap};

/// Takes away what was declared before, and reports it.
pub(super) fn once(
    blocks: Vec<Block>,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Block> {
    let mut declared = Declared {
        sources,
        diagnostics,
        first: HashMap::new(),
    };
    let mut kept: Vec<Block> = blocks
        .into_iter()
        .filter(|block| declared.block(block))
        .collect();
    for block in &mut kept {
        if block.kind == BlockKind::Locals {
            block.body = std::mem::take(&mut block.body)
                .into_iter()
                .filter(|entry| {
                    let name = entry.key.as_text().unwrap_or_default();
                    declared.first(format!("local.{name}"), entry.key_origin)
                })
                .collect();
        }
    }
    for block in &kept {
        declared.inside(block);
    }
    kept
}

struct Declared<'s> {
    sources: &'s SourceMap,
    diagnostics: &'s mut Vec<Diagnostic>,
    /// Where each thing was declared first, by what a message calls it.
    first: HashMap<String, Origin>,
}

impl Declared<'_> {
    fn block(&mut self, block: &Block) -> bool {
        match block.kind {
            BlockKind::Terraform
            | BlockKind::Locals
            | BlockKind::Moved
            | BlockKind::Import
            | BlockKind::Removed => true,
            BlockKind::Provider => self.first(provider(block), block.origin),
            _ => self.first(block.address(), block.origin),
        }
    }

    /// What can be declared only once and stands inside other blocks.
    fn inside(&mut self, block: &Block) {
        match block.kind {
            BlockKind::Terraform => {
                for (label, origin) in backends(block) {
                    self.other("backend", &format!("backend `{label}`"), origin);
                }
                // Two in one block are its own matter.
                for name in ["cloud", "required_providers"] {
                    if let Some(entry) = block.body.entry(name) {
                        let rival = if name == "cloud" { "backend" } else { name };
                        self.other(rival, &format!("`{name}`"), entry.key_origin);
                    }
                }
            }
            BlockKind::Check => {
                for (type_name, names) in labels(block.body.get("data")) {
                    for (name, body) in labels(Some(names)) {
                        self.first(format!("data.{type_name}.{name}"), body.origin);
                    }
                }
            }
            _ => {}
        }
    }

    fn first(&mut self, what: String, origin: Origin) -> bool {
        let Some(first) = self.first.get(&what) else {
            self.first.insert(what, origin);
            return true;
        };
        let finding = self.twice(format!("`{what}` is declared twice"), *first, origin);
        self.diagnostics.push(finding.address(what));
        false
    }

    /// Something of which a module has one, under whatever name.
    fn other(&mut self, rival: &str, what: &str, origin: Origin) {
        let Some(first) = self.first.get(rival) else {
            self.first.insert(rival.to_owned(), origin);
            return;
        };
        let finding = self.twice(format!("{what} is one too many"), *first, origin);
        self.diagnostics.push(finding.address("terraform"));
    }

    fn twice(&self, summary: String, first: Origin, origin: Origin) -> Diagnostic {
        let place = self.sources.place(first);
        let place = place.map_or_else(String::new, |place| place.to_string());
        Diagnostic::error(&DUPLICATE_BLOCK, summary)
            .detail(format!("the first stands at {place}"))
            .hint("keep one, or give the other another name")
            .at(origin)
    }
}

/// What a message calls the configuration of a provider, which its alias tells from others.
pub(super) fn provider(block: &Block) -> String {
    match block.body.get("alias").and_then(Any::as_text) {
        Some(alias) => format!("{}.{alias}", block.address()),
        None => block.address(),
    }
}

/// The backends in a `terraform` block, by their labels.
pub(super) fn backends(block: &Block) -> Vec<(&str, Origin)> {
    labels(block.body.get("backend"))
        .into_iter()
        .flat_map(|(label, bodies)| match bodies.as_list() {
            Some(list) => list.iter().map(|body| (label, body.origin)).collect(),
            None => vec![(label, bodies.origin)],
        })
        .collect()
}

/// Labels and what stands below them, in one object or in several.
fn labels(value: Option<&Any>) -> Vec<(&str, &Any)> {
    value
        .into_iter()
        .flat_map(Any::bodies)
        .flatten()
        .map(|entry| (entry.key.as_text().unwrap_or_default(), &entry.value))
        .collect()
}
