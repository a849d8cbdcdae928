//! The files of a crate of bindings that hold no binding: its root, its lists of modules, the kinds of ids.

use std::collections::BTreeSet;
use std::fmt::Write;

use terrace_schema::{Kind, Provider};

use super::emit::head;
use super::model::{Argument, Binding, Gives, Takes};

/// `lib.rs`: resources at the root, the others in a module of their kind, and which provider they are of.
pub(crate) fn root(bindings: &[Binding], source: &str, provider: &Provider) -> String {
    let mut out = head(source) + "#![doc = include_str!(\"../README.md\")]\n\n";
    let has = |kind| bindings.iter().any(|binding| binding.kind == kind);
    if has(Kind::DataSource) {
        out += "pub mod data;\n";
    }
    if has(Kind::Ephemeral) {
        out += "pub mod ephemeral;\n";
    }
    if !kinds_in_use(bindings).is_empty() {
        out += "pub mod kinds;\n";
    }
    out += &modules(bindings, Kind::Resource);
    out += "pub use terrace_core::bindings::{Choice, Timeouts};\n\n";
    let constants = [
        (
            "The provider's address, as `required_providers` has it.",
            "SOURCE",
            provider.short_source(),
        ),
        (
            "The version of the provider that the bindings are made from.",
            "VERSION",
            &provider.version,
        ),
    ];
    for (about, name, value) in constants {
        out += &format!("/// {about}\npub const {name}: &str = {value:?};\n");
    }
    out
}

/// `data/mod.rs` or `ephemeral/mod.rs`.
pub(crate) fn of_kind(bindings: &[Binding], kind: Kind, source: &str) -> String {
    let about = match kind {
        Kind::DataSource => "Data sources: what exists already and is only read.",
        _ => "Ephemeral resources: read when they are used, and stored nowhere.",
    };
    format!("{}//! {about}\n\n{}", head(source), modules(bindings, kind))
}

fn modules(bindings: &[Binding], kind: Kind) -> String {
    let bindings = || bindings.iter().filter(|binding| binding.kind == kind);
    let mut out = String::new();
    bindings().for_each(|binding| out += &format!("pub mod {};\n", binding.module));
    out.push('\n');
    for Binding {
        module,
        name,
        arguments,
        ..
    } in bindings()
    {
        let _ = if arguments.iter().any(|argument| argument.is_required) {
            writeln!(out, "pub use {module}::{{{name}, {name}Args}};")
        } else {
            writeln!(out, "pub use {module}::{name};")
        };
    }
    out
}

/// `kinds.rs`: what stands for the ids of types that are not bound. `type_name` gives the provider's name of a struct.
pub(crate) fn kinds(
    bindings: &[Binding],
    source: &str,
    type_name: impl Fn(&str) -> String,
) -> Option<String> {
    let names = kinds_in_use(bindings);
    let mut out = head(source)
        + "//! Kinds of ids whose types have no binding: they stand in [`Id`](terrace_core::bindings::Id) and have no values.\n\n";
    for name in &names {
        let _ = writeln!(
            out,
            "/// Ids of `{}`.\npub enum {name} {{}}\n",
            type_name(name)
        );
    }
    (!names.is_empty()).then_some(out)
}

fn kinds_in_use(bindings: &[Binding]) -> BTreeSet<String> {
    let of_arguments = |arguments: &[Argument]| -> Vec<String> {
        arguments
            .iter()
            .filter_map(|argument| match &argument.takes {
                Takes::Id(kind) | Takes::Ids(kind) => Some(kind.clone()),
                _ => None,
            })
            .collect()
    };
    bindings
        .iter()
        .flat_map(|binding| {
            let blocks = binding
                .blocks
                .iter()
                .flat_map(|block| of_arguments(&block.arguments));
            let getters = binding
                .getters
                .iter()
                .filter_map(|getter| match &getter.gives {
                    Gives::Id(kind) => Some(kind.clone()),
                    Gives::Value(_) => None,
                });
            let own = binding.id_kind.clone();
            of_arguments(&binding.arguments)
                .into_iter()
                .chain(blocks)
                .chain(getters)
                .chain(own)
                .collect::<Vec<_>>()
        })
        .filter_map(|kind| kind.strip_prefix("crate::kinds::").map(str::to_owned))
        .collect()
}

/// `untyped-ids.txt`: what is named like an id and takes the ids of no one type.
pub(crate) fn untyped_ids(bindings: &[Binding]) -> String {
    let mut out = String::from(
        "# Arguments that are named like ids and are not typed by one kind. Written by terrace-bindgen.\n\
         # `any id`: several types, or the provider does not say; `text`: other text is accepted too, or it is no id.\n",
    );
    for binding in bindings {
        let prefix = match binding.kind {
            Kind::DataSource => "data.",
            Kind::Ephemeral => "ephemeral.",
            Kind::Resource | Kind::Provider => "",
        };
        let mut list = |path: &str, arguments: &[Argument]| {
            for Argument {
                name, takes, doc, ..
            } in arguments
            {
                let allowed = doc
                    .iter()
                    .find(|sentence| sentence.contains("ust be "))
                    .map_or("", String::as_str);
                let what = match takes {
                    Takes::AnyId | Takes::AnyIds => "any id".to_owned(),
                    Takes::Value(ty) if ty.contains("String") && is_named_like_an_id(name) => {
                        format!("text. {allowed}")
                    }
                    _ => continue,
                };
                let _ = writeln!(
                    out,
                    "{prefix}{}.{path}{name}: {}",
                    binding.type_name,
                    what.trim_end()
                );
            }
        };
        list("", &binding.arguments);
        binding
            .blocks
            .iter()
            .for_each(|block| list(&format!("{}.", block.path), &block.arguments));
    }
    out
}

fn is_named_like_an_id(name: &str) -> bool {
    ["id", "ids"]
        .into_iter()
        .any(|end| name == end || name.ends_with(&format!("_{end}")))
        || ["_id_", "_ids_"]
            .into_iter()
            .any(|middle| name.contains(middle))
}
