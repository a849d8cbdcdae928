//! The subcommands `bindings`, `add` and `check`: the embedded providers.

use std::path::PathBuf;

use terrace_schema::{Kind, catalog};

use super::bound::{self, Bound};
use super::files::{self, Files};
use super::{Source, generate};

/// The embedded providers, each with the folder of its crate.
const CRATES: [(&str, &str); 3] = [("azurerm", "azurerm"), ("azapi", "azapi"), ("time", "time")];

#[derive(clap::Args)]
pub(crate) struct Add {
    /// The types, for example `azurerm_redis_cache`
    #[arg(required = true, value_name = "TYPE")]
    types: Vec<String>,
    /// Bind the data sources of these names
    #[arg(long, conflicts_with = "ephemeral")]
    data: bool,
    /// Bind the ephemeral resources of these names
    #[arg(long)]
    ephemeral: bool,
}

/// Writes all bindings that are checked in.
pub(crate) fn bindings() -> Result<(), String> {
    for (folder, files) in embedded()? {
        let touched = files::write(&files, &crates().join(folder))?;
        println!("crates/{folder}: {} files, {touched} changed", files.len());
    }
    Ok(())
}

/// Adds types to the list and writes their bindings.
pub(crate) fn add(arguments: &Add) -> Result<(), String> {
    let kind = match (arguments.data, arguments.ephemeral) {
        (true, _) => Kind::DataSource,
        (_, true) => Kind::Ephemeral,
        _ => Kind::Resource,
    };
    for type_name in &arguments.types {
        if catalog().find(kind, type_name).is_none() {
            let nearest = terrace_schema::nearest::nearest(type_name, catalog().names(kind));
            let hint = nearest
                .map(|nearest| format!(": did you mean {nearest}?"))
                .unwrap_or_default();
            return Err(format!(
                "no provider has a {} {type_name}{hint}",
                kind.words()
            ));
        }
    }
    for type_name in &arguments.types {
        bound::add(&Bound {
            kind,
            type_name: type_name.clone(),
        })?;
    }
    bindings()
}

/// Fails with a list when what is checked in is not what would be written.
pub(crate) fn check() -> Result<(), String> {
    let mut stale = Vec::new();
    for (folder, files) in embedded()? {
        let differences = files::differences(&files, &crates().join(folder))?;
        stale.extend(
            differences
                .into_iter()
                .map(|line| format!("crates/{folder}/{line}")),
        );
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\nrun `cargo run -p terrace-bindgen -- bindings`",
        stale.join("\n")
    ))
}

/// The generated files of every embedded provider.
fn embedded() -> Result<Vec<(&'static str, Files)>, String> {
    let bound = bound::read()?;
    let mut all = Vec::new();
    for (name, folder) in CRATES {
        let provider = catalog()
            .provider(name)
            .ok_or_else(|| format!("the provider {name} is not embedded"))?;
        let of_provider = |type_name: &str| type_name.split('_').next() == Some(name);
        let schemas = catalog()
            .schemas()
            .filter(|schema| of_provider(&schema.name))
            .collect();
        let source = Source {
            provider,
            schemas,
            keeps_prefix: name == "azapi",
            all_must_match: true,
        };
        let bound: Vec<_> = bound
            .iter()
            .filter(|bound| of_provider(&bound.type_name))
            .cloned()
            .collect();
        all.push((folder, generate(&source, &bound)?));
    }
    Ok(all)
}

pub(crate) fn crates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_checked_in_bindings_are_what_is_generated() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn an_unknown_type_is_not_added_and_the_nearest_is_named() {
        let add = Add {
            types: vec!["azurerm_storage_acount".to_owned()],
            data: false,
            ephemeral: false,
        };
        assert_eq!(
            super::add(&add).unwrap_err(),
            "no provider has a resource azurerm_storage_acount: did you mean azurerm_storage_account?"
        );
    }
}
