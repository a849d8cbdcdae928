//! The subcommand `provider`: a crate of bindings for a provider that is not embedded, or another version of one.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use terrace_schema::{Kind, Provider, Schema};

use super::bound::Bound;
use super::commands::crates;
use super::{Source, files, generate};
use crate::facts_json::Facts;
use crate::join;
use crate::schema_json::Answer;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The answer of `terraform providers schema -json`, plain or compressed by gzip
    #[arg(value_name = "SCHEMA")]
    schema: PathBuf,
    /// What that answer leaves out, in the form of `snapshot/azurerm-facts-*.json.gz`
    #[arg(long)]
    facts: Option<PathBuf>,
    /// The folder of the new crate
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The provider, where the schema describes several: `azurerm`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The provider's version, which the answer does not say
    #[arg(long, default_value = "of an unknown version")]
    version: String,
    /// A type to bind, with `data.` or `ephemeral.` before it for those; all types when not given
    #[arg(long = "bind", value_name = "TYPE")]
    types: Vec<String>,
}

/// Makes a crate of bindings for a provider that is not embedded, or another version of one.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let (provider, schemas) = described(arguments)?;
    let bound = selected(&arguments.types, &schemas)?;
    let name = provider.name().to_owned();
    let source = Source {
        provider: &provider,
        schemas: schemas.iter().collect(),
        keeps_prefix: false,
        all_must_match: false,
    };
    let mut files = generate(&source, &bound)?;
    let manifest = arguments.out.join("Cargo.toml");
    if !manifest.exists() {
        files.insert("Cargo.toml".to_owned(), cargo_toml(&name, &arguments.out)?);
    }
    if !arguments.out.join("README.md").exists() {
        files.insert(
            "README.md".to_owned(),
            format!(
                "Typed resources of the provider {}.\n",
                provider.short_source()
            ),
        );
    }
    let touched = files::write(&files, &arguments.out)?;
    println!(
        "{}: {} types, {touched} files changed",
        arguments.out.display(),
        bound.len()
    );
    Ok(())
}

fn described(arguments: &Arguments) -> Result<(Provider, Vec<Schema>), String> {
    let answer: Answer = parsed(&arguments.schema)?;
    let facts = match &arguments.facts {
        Some(path) => parsed(path)?,
        None => Facts::default(),
    };
    let is_wanted = |source: &str| match &arguments.name {
        Some(name) => source.rsplit('/').next() == Some(name),
        None => true,
    };
    let mut wanted = answer
        .provider_schemas
        .iter()
        .filter(|(source, _)| is_wanted(source));
    match (wanted.next(), wanted.next()) {
        (Some((source, json)), None) => join::join(source, &arguments.version, json, &facts),
        (None, _) => Err(format!(
            "{} describes no such provider",
            arguments.schema.display()
        )),
        (Some(_), Some(_)) => {
            let names: Vec<_> = answer
                .provider_schemas
                .keys()
                .filter_map(|source| source.rsplit('/').next())
                .collect();
            Err(format!(
                "{} describes several providers: name one of {} with --name",
                arguments.schema.display(),
                names.join(", ")
            ))
        }
    }
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, String> {
    let bytes =
        fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let mut text = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut decoder = flate2::read::GzDecoder::new(&bytes[..]);
        decoder
            .read_to_end(&mut text)
            .map_err(|error| format!("cannot decompress {}: {error}", path.display()))?;
    } else {
        text = bytes;
    }
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn selected(types: &[String], schemas: &[Schema]) -> Result<Vec<Bound>, String> {
    if types.is_empty() {
        return Ok(schemas
            .iter()
            .map(|schema| Bound {
                kind: schema.kind,
                type_name: schema.name.clone(),
            })
            .collect());
    }
    let mut bound: Vec<Bound> = types
        .iter()
        .map(|name| {
            let (kind, type_name) = match name.split_once('.') {
                Some(("data", name)) => (Kind::DataSource, name),
                Some(("ephemeral", name)) => (Kind::Ephemeral, name),
                _ => (Kind::Resource, name.as_str()),
            };
            Bound {
                kind,
                type_name: type_name.to_owned(),
            }
        })
        .collect();
    bound.sort();
    bound.dedup();
    Ok(bound)
}

/// A manifest whose dependency on `terrace-core` is the path to this repository's, to be changed at will.
fn cargo_toml(provider: &str, out: &Path) -> Result<String, String> {
    fs::create_dir_all(out).map_err(|error| format!("cannot make {}: {error}", out.display()))?;
    let absolute = |path: &Path| {
        path.canonicalize()
            .map_err(|error| format!("cannot find {}: {error}", path.display()))
    };
    let (out, core) = (absolute(out)?, absolute(&crates().join("core"))?);
    let shared = out
        .components()
        .zip(core.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = out.components().skip(shared).map(|_| "..".to_owned());
    let down = core
        .components()
        .skip(shared)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let path: Vec<_> = up.chain(down).collect();
    Ok(format!(
        "[package]\nname = \"terrace-{provider}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nterrace-core = {{ path = \"{}\" }}\n",
        path.join("/")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{ "provider_schemas": {
        "registry.terraform.io/example/sea": {
            "provider": { "version": 0, "block": {} },
            "resource_schemas": { "sea_port": { "version": 0, "block": { "attributes": {
                "id": { "type": "string", "computed": true },
                "depth": { "type": "number", "optional": true },
                "name": { "type": "string", "required": true }
            } } } }
        },
        "registry.terraform.io/example/sky": { "provider": { "version": 0, "block": {} } }
    } }"#;

    const FACTS: &str = r#"{ "resources": { "sea_port": {
        "attributes": {
            "depth": { "type": "int", "optional": true, "range": [1, 40] },
            "name": { "type": "string", "required": true, "enum": ["North", "South"] }
        },
        "schema_version": 0, "updatable": true, "importable": true
    } } }"#;

    fn for_provider(folder: &Path, name: Option<&str>, with_facts: bool) -> Arguments {
        let (schema, facts) = (folder.join("schema.json"), folder.join("facts.json"));
        fs::write(&schema, SCHEMA).unwrap();
        fs::write(&facts, FACTS).unwrap();
        Arguments {
            schema,
            facts: with_facts.then_some(facts),
            out: folder.join("out"),
            name: name.map(str::to_owned),
            version: "1.0.0".to_owned(),
            types: Vec::new(),
        }
    }

    #[test]
    fn another_provider_becomes_a_crate_with_or_without_facts() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
        run(&for_provider(folder.path(), Some("sea"), false)).unwrap();
        assert!(read("Cargo.toml").contains("crates/core\" }"));
        assert!(read("src/lib.rs").contains("pub use port::{Port, PortArgs};"));
        assert!(read("src/port.rs").contains("pub name: Value<String>,"));
        assert!(read("src/port.rs").contains("value: impl IntoValue<f64>"));

        run(&for_provider(folder.path(), Some("sea"), true)).unwrap();
        assert!(read("src/port.rs").contains("pub name: Value<Name>,"));
        assert!(read("src/port.rs").contains("value: impl IntoValue<i64>"));
    }

    #[test]
    fn where_a_schema_describes_several_providers_one_must_be_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = run(&for_provider(folder.path(), None, false)).unwrap_err();
        assert!(
            error.ends_with("describes several providers: name one of sea, sky with --name"),
            "{error}"
        );
        let error = run(&for_provider(folder.path(), Some("air"), false)).unwrap_err();
        assert!(error.ends_with("describes no such provider"), "{error}");
    }
}
