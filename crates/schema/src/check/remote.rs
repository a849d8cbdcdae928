//! What a module reads from the state of another, held against what the other gives.

use std::collections::{BTreeMap, BTreeSet};

use terrace_ir::nearest::nearest;
use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Module, Node, Origin, Root};

use super::codes::NO_SUCH_OUTPUT;
use super::state::{State, place_of_remote};

/// The type of the data source.
const REMOTE_STATE: &str = "terraform_remote_state";

/// Reports outputs that are read from the state of one of the modules, and that it does not have.
///
/// A state that none of them keeps is not judged, nor is a module beside which native files stand: they may
/// declare more outputs.
pub(super) fn check(modules: &[Module]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for module in modules {
        for read in module.of(BlockKind::Data) {
            if let [type_name, name] = read.labels.as_slice()
                && *type_name == *REMOTE_STATE
                && let Some(source) = source_of(modules, module, read)
            {
                for (output, uses) in reads_of(module, name) {
                    let Some(finding) = missing(source, &output) else {
                        continue;
                    };
                    findings.extend(to_blame(uses).into_iter().map(|(address, origin)| {
                        let finding = finding.clone().address(address);
                        finding.at(origin).in_module(&module.name)
                    }));
                }
            }
        }
    }
    findings
}

/// The module whose state a data source reads.
fn source_of<'a>(modules: &'a [Module], reader: &Module, read: &Block) -> Option<&'a Module> {
    let place = place_of_remote(&reader.name, &read.body)?;
    let keeps = |module: &&Module| State::of_or_beside(module).any(|it| it == place);
    let source = modules.iter().find(keeps)?;
    source.beside.native.is_empty().then_some(source)
}

/// Where an output is used: the address of a block, and the place in it.
type Use = (String, Origin);

/// The outputs that a module reads by name from one of its data sources.
fn reads_of(module: &Module, name: &str) -> BTreeMap<String, Vec<Use>> {
    let mut reads: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for block in &module.blocks {
        let mut see = |node: &Node, origin: Origin| {
            node.visit(&mut |node| {
                if let Some(output) = output_of(node, name) {
                    let uses = reads.entry(output.to_owned()).or_default();
                    uses.push((block.address(), origin.or(block.origin)));
                }
            });
        };
        for entry in &block.body {
            each_expression(&entry.value, &mut see);
        }
    }
    reads
}

/// Each place in a file once. In a stack the setting that asks for an output is one such place, which all
/// that follows from it needs not repeat; without one, it is the first line.
fn to_blame(uses: Vec<Use>) -> Vec<Use> {
    let mut seen = BTreeSet::new();
    let in_files = |(_, origin): &Use| match origin {
        Origin::File { start, end } => seen.insert((*start, *end)),
        _ => false,
    };
    let first = uses.first().cloned();
    let in_files: Vec<Use> = uses.into_iter().filter(in_files).collect();
    match in_files.is_empty() {
        true => first.into_iter().collect(),
        false => in_files,
    }
}

/// The name of the output that a node is: `data.terraform_remote_state.NAME.outputs.OUTPUT`.
fn output_of<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    let Node::Attribute(outputs, output) = node else {
        return None;
    };
    let Node::Attribute(state, attribute) = &**outputs else {
        return None;
    };
    let Node::Root(Root::Resource { address, .. }) = &**state else {
        return None;
    };
    let is_it =
        **attribute == *"outputs" && *address.type_name == *REMOTE_STATE && *address.name == *name;
    is_it.then_some(output)
}

fn each_expression(any: &Any, see: &mut impl FnMut(&Node, Origin)) {
    match &any.data {
        Data::Expr(node) => see(node, any.origin),
        Data::List(list) => list.iter().for_each(|item| each_expression(item, see)),
        Data::Object(object) => {
            for entry in object {
                each_expression(&entry.value, see);
            }
        }
        _ => {}
    }
}

fn missing(source: &Module, output: &str) -> Option<Diagnostic> {
    let outputs = source.of(BlockKind::Output);
    let names: Vec<&str> = outputs
        .filter_map(|block| Some(&**block.labels.first()?))
        .collect();
    if names.contains(&output) {
        return None;
    }
    let finding = Diagnostic::error(
        &NO_SUCH_OUTPUT,
        format!("`{}` has no output `{output}`", source.name),
    )
    .value(output);
    if let Some(description) = source.withheld.get(output) {
        return Some(finding.detail(description).hint(format!(
            "let `{}` give it, or take it from elsewhere",
            source.name
        )));
    }
    let finding = match names.as_slice() {
        [] => finding.detail("it has no outputs at all"),
        _ => finding.detail(format!("it has `{}`", names.join("`, `"))),
    };
    Some(match nearest(output, names.iter().copied()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint("declare it there, or read another one"),
    })
}
