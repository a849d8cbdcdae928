//! What is there already and is to be managed from now on: `[imports]`.

use std::collections::BTreeMap;

use terrace_core::{IsResource as _, Stack};
use terrace_ir::nearest::nearest;
use terrace_ir::{Diagnostic, Sourced};

use crate::codes;

/// Ids in Azure by type and name of the resource that each is to be, as the output has them:
/// `azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu = "/subscriptions/…"`.
pub type Imports = BTreeMap<Sourced<String>, BTreeMap<Sourced<String>, Sourced<String>>>;

/// Lets the next apply take everything in `imports` into the state.
///
/// Reported are addresses that the stack does not have.
pub(super) fn apply(stack: &Stack, imports: &Imports) {
    if imports.is_empty() {
        return;
    }
    let resources: BTreeMap<String, _> = stack
        .resources()
        .into_iter()
        .map(|resource| (resource.address().to_string(), resource))
        .collect();
    for (type_name, names) in imports {
        for (name, id) in names {
            let address = format!("{}.{}", **type_name, **name);
            match resources.get(&address) {
                Some(resource) => {
                    resource.import(id);
                }
                None => {
                    let known = resources.keys().map(String::as_str);
                    let hint = match nearest(&address, known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "take the address from the output, `main.tf.json`".to_owned(),
                    };
                    stack.report(
                        Diagnostic::error(
                            &codes::IMPORT,
                            format!("`{address}` is to be imported, but is not in the stack"),
                        )
                        .argument("imports")
                        .value(address)
                        .hint(hint)
                        .at(name.origin()),
                    );
                }
            }
        }
    }
}
