//! What a module reads from the state of another, held against what the other gives.

use std::collections::BTreeSet;

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
                for (output, address, origin) in reads_of(module, name) {
                    findings.extend(missing(source, &output).map(|finding| {
                        finding.address(address).at(origin).in_module(&module.name)
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

/// The outputs that a module reads by name from one of its data sources, each at the first place where
/// a block does.
fn reads_of(module: &Module, name: &str) -> Vec<(String, String, Origin)> {
    let mut reads = Vec::new();
    for block in &module.blocks {
        let mut seen = BTreeSet::new();
        let mut see = |node: &Node, origin: Origin| {
            node.visit(&mut |node| {
                if let Some(output) = output_of(node, name)
                    && seen.insert(output.to_owned())
                {
                    reads.push((output.to_owned(), block.address(), origin.or(block.origin)));
                }
            });
        };
        for entry in &block.body {
            each_expression(&entry.value, &mut see);
        }
    }
    reads
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
    let finding = match names.as_slice() {
        [] => finding.detail("it has no outputs at all"),
        _ => finding.detail(format!("it has `{}`", names.join("`, `"))),
    };
    Some(match nearest(output, names.iter().copied()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint("declare it there, or read another one"),
    })
}
