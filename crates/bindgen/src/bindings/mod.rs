//! From the model of a provider to a crate of typed bindings.
//!
//! | module | what it does |
//! |---|---|
//! | [`commands`], [`other_provider`] | the subcommands |
//! | [`bound`] | the list of what is bound |
//! | [`build`], [`getters`] | a schema becomes a [`model::Binding`] |
//! | [`id_kinds`], [`forms`], [`id_fixups`] | which ids an argument takes |
//! | [`block_fixups`] | which blocks there can be only one of |
//! | [`choices`] | which closed sets are one enum |
//! | [`names`], [`words`] | Rust's names, and documentation from facts |
//! | [`emit`], [`library`] | a binding becomes text |
//! | [`files`] | formatted, compared, written |

pub(crate) mod commands;
pub(crate) mod other_provider;

mod block_fixups;
mod bound;
mod build;
mod choices;
mod emit;
mod files;
mod forms;
mod getters;
mod id_fixups;
mod id_kinds;
mod library;
mod model;
mod names;
mod walk;
mod words;

use std::collections::BTreeSet;

use terrace_schema::{Kind, Provider, Schema};

use self::bound::Bound;
use self::build::Context;
use self::files::Files;
use self::id_kinds::IdKinds;

/// A provider of which bindings are made.
pub(crate) struct Source<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) schemas: Vec<&'a Schema>,
    /// Whether the structs keep the provider's name: `AzapiResource`.
    pub(crate) keeps_prefix: bool,
    /// Whether every fix-up must mend something. They were made for the embedded versions; another one may have outgrown
    /// some.
    pub(crate) all_must_match: bool,
}

/// The generated files of a provider's crate, formatted.
///
/// # Errors
/// When a type does not exist, a fix-up has lost its reason, or the result cannot be formatted.
pub(crate) fn generate(source: &Source<'_>, bound: &[Bound]) -> Result<Files, String> {
    let mut files = Files::new();
    let provider = source.provider.name();
    let made_from = format!("{provider} {}", source.provider.version);
    let of_kind = |kind| {
        source
            .schemas
            .iter()
            .filter(move |schema| schema.kind == kind)
    };
    if source.all_must_match {
        block_fixups::check(provider, &source.schemas)?;
    }
    let id_kinds = IdKinds::of(provider, &source.schemas, source.all_must_match)?;
    let context = Context {
        provider,
        keeps_prefix: source.keeps_prefix,
        id_kinds: &id_kinds,
        bound: &bound
            .iter()
            .filter(|bound| bound.kind == Kind::Resource)
            .map(|bound| bound.type_name.clone())
            .collect(),
        resources: &of_kind(Kind::Resource)
            .map(|schema| schema.name.clone())
            .collect::<BTreeSet<_>>(),
    };
    let mut bindings = Vec::new();
    for Bound { kind, type_name } in bound {
        let schema = of_kind(*kind).find(|schema| schema.name == *type_name);
        let schema =
            schema.ok_or_else(|| format!("{made_from} has no {} {type_name}", kind.words()))?;
        bindings.push(build::binding(&context, schema));
    }
    for binding in &bindings {
        let folder = match binding.kind {
            Kind::DataSource => "src/data",
            Kind::Ephemeral => "src/ephemeral",
            Kind::Resource | Kind::Provider => "src",
        };
        files.insert(
            format!("{folder}/{}.rs", binding.module.trim_end_matches('_')),
            emit::file(binding, &made_from),
        );
    }
    for (kind, file) in [
        (Kind::DataSource, "src/data/mod.rs"),
        (Kind::Ephemeral, "src/ephemeral/mod.rs"),
    ] {
        if bindings.iter().any(|binding| binding.kind == kind) {
            files.insert(
                file.to_owned(),
                library::of_kind(&bindings, kind, &made_from),
            );
        }
    }
    let type_name = |name: &str| {
        let named =
            of_kind(Kind::Resource).find(|schema| context.struct_name(&schema.name) == name);
        named.map_or_else(|| name.to_owned(), |schema| schema.name.clone())
    };
    if let Some(kinds) = library::kinds(&bindings, &made_from, type_name) {
        files.insert("src/kinds.rs".to_owned(), kinds);
    }
    files.insert(
        "src/lib.rs".to_owned(),
        library::root(&bindings, &made_from, source.provider),
    );
    files.insert(
        "untyped-ids.txt".to_owned(),
        library::untyped_ids(&bindings),
    );
    files::formatted(files)
}

#[cfg(test)]
mod tests;
