//! Models, environments and code: what a workspace or a registry keeps, in versions.
//!
//! The service knows an asset by its id. `azureml:NAME:VERSION`, as the command line writes one of the
//! workspace, becomes the id; those of a registry are taken as they are.
//!
//! Source: `reference-yaml-deployment-managed-online`, `how-to-manage-registries`.

use terrace_ir::{Diagnostic, Sourced, Value, tf};

use crate::codes;
use crate::workspace::MlWorkspace;
use terrace_core::Scope;

/// A kind of assets.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Model,
    Environment,
    Code,
}

impl Kind {
    fn collection(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Environment => "environments",
            Self::Code => "codes",
        }
    }

    /// The setting that names one.
    fn argument(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Environment => "environment",
            Self::Code => "code",
        }
    }
}

/// The id of an asset. Reported is what names none, or one whose version may change.
pub(super) fn id(
    scope: &Scope,
    workspace: &MlWorkspace,
    kind: Kind,
    said: &Sourced<String>,
) -> Value<String> {
    match parse(kind, said) {
        Some(Asset::Id) => said.into(),
        Some(Asset::OfWorkspace { name, version }) => tf!(
            "{}/{}/{}/versions/{}",
            workspace.id(),
            kind.collection(),
            name,
            version
        )
        .into(),
        None => {
            let (argument, collection) = (kind.argument(), kind.collection());
            scope.report(
                Diagnostic::error(
                    &codes::ASSET,
                    format!("`{argument}` is \"{}\", which names no version of one", **said),
                )
                .argument(argument)
                .value(said.as_str())
                .hint(format!(
                    "write \"azureml:NAME:VERSION\" for one of the workspace, or \"azureml://registries/REGISTRY/{collection}/NAME/versions/VERSION\" for one of a registry"
                ))
                .at(said.origin()),
            );
            said.into()
        }
    }
}

enum Asset<'a> {
    /// An id that the service takes as it is.
    Id,
    OfWorkspace {
        name: &'a str,
        version: &'a str,
    },
}

fn parse(kind: Kind, said: &str) -> Option<Asset<'_>> {
    let collection = kind.collection();
    if let Some(path) = said.strip_prefix("azureml://") {
        // `azureml://registries/R/models/N/versions/V`, `azureml://locations/…/workspaces/…/models/N/versions/V`
        let parts: Vec<&str> = path.split('/').collect();
        return ends_in_version(&parts, collection).then_some(Asset::Id);
    }
    if said.starts_with("/subscriptions/") {
        let parts: Vec<&str> = said.split('/').collect();
        return ends_in_version(&parts, collection).then_some(Asset::Id);
    }
    let (name, version) = said.strip_prefix("azureml:")?.split_once(':')?;
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    (is_part(name) && is_part(version)).then_some(Asset::OfWorkspace { name, version })
}

fn ends_in_version(parts: &[&str], collection: &str) -> bool {
    match parts {
        [.., of, name, "versions", version] => {
            of.eq_ignore_ascii_case(collection) && !name.is_empty() && !version.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_the_kind_are_assets_and_nothing_else_is() {
        for said in [
            "azureml:fraud:3",
            "azureml://registries/models/models/fraud/versions/3",
            "/subscriptions/0/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w/models/fraud/versions/3",
        ] {
            assert!(parse(Kind::Model, said).is_some(), "{said}");
        }
        for said in [
            "fraud",
            "fraud:3",
            "azureml:fraud",
            "azureml:fraud@latest",
            "azureml:fraud:",
            "azureml://registries/models/environments/fraud/versions/3",
            "azureml://registries/models/models/fraud",
            "azureml://registries/models/models/fraud/labels/latest",
        ] {
            assert!(parse(Kind::Model, said).is_none(), "{said}");
        }
    }
}
