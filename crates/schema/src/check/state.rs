//! Where modules keep their state, held against each other.

use std::collections::HashMap;
use std::rc::Rc;

use terrace_ir::{Any, BlockKind, Diagnostic, Module, Object, Origin};

use super::codes::STATE_TAKEN;

/// Reports every two modules that keep their state in one blob.
///
/// Only blobs of Azure are looked at. A backend that says not all of where its state is gets the rest at
/// `terraform init`, so it is not judged.
pub(super) fn check(modules: &[Module]) -> Vec<Diagnostic> {
    let mut first: HashMap<[&str; 4], Blob<'_>> = HashMap::new();
    let mut findings = Vec::new();
    for blob in modules.iter().flat_map(Blob::of) {
        match first.get(&blob.place) {
            None => {
                first.insert(blob.place, blob);
            }
            Some(taken) if taken.module == blob.module => {}
            Some(taken) => {
                findings.push(taken.shared_with(&blob));
                findings.push(blob.shared_with(taken));
            }
        }
    }
    findings
}

/// The blob that holds a module's state.
struct Blob<'a> {
    /// The cloud, the storage account, the container and the key.
    place: [&'a str; 4],
    module: &'a Rc<str>,
    origin: Origin,
}

impl<'a> Blob<'a> {
    fn of(module: &'a Module) -> impl Iterator<Item = Self> {
        let settings = module.of(BlockKind::Terraform).flat_map(|block| {
            let backends = block.body.get("backend").into_iter().flat_map(Any::bodies);
            backends
                .filter_map(|backend| backend.get("azurerm"))
                .flat_map(Any::bodies)
                .map(|backend| (backend, block.origin))
        });
        settings.filter_map(|(backend, origin)| {
            let text = |name| backend.get(name).and_then(Any::as_text);
            let place = [
                text("environment").unwrap_or("public"),
                text("storage_account_name")?,
                text("container_name")?,
                text("key")?,
            ];
            Some(Self {
                place,
                module: &module.name,
                origin: origin_of(backend, "key").or(origin),
            })
        })
    }

    fn shared_with(&self, other: &Self) -> Diagnostic {
        let [_, account, container, key] = self.place;
        let summary = format!("the state is where that of `{}` is", other.module);
        Diagnostic::error(&STATE_TAKEN, summary)
            .detail(format!(
                "the blob `{key}` in the container `{container}` of `{account}`: an apply of one would destroy what the other has made"
            ))
            .hint("give one of the two another `key`")
            .value(key)
            .address("terraform")
            .argument("backend.azurerm.key")
            .at(self.origin)
            .in_module(self.module)
    }
}

fn origin_of(backend: &Object, name: &str) -> Origin {
    backend
        .get(name)
        .map_or(Origin::Default, |value| value.origin)
}
