//! The providers that are embedded, and the files that describe them.

use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use serde_json::Value;
use terrace_schema::model::{Behaviour, Choices, Kind, Provider, Scalar, Schema};

use crate::facts_json::{self, Facts};
use crate::join;
use crate::schema_json::Answer;

/// A provider's files in `snapshot/`.
pub(crate) struct Snapshot {
    /// `azurerm`; the schema is in `NAME-schema-VERSION.json.gz`, and so on.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    facts: FactsForm,
    /// Prefixes of types that exist and that neither file describes.
    undescribed: &'static [&'static str],
}

/// How the facts are written down.
enum FactsForm {
    /// Per argument, as [`Facts`] has them.
    PerArgument,
    /// In azapi's short form.
    Azapi,
}

/// The providers in the order in which they are packed.
pub(crate) const SNAPSHOTS: [Snapshot; 3] = [
    Snapshot {
        name: "azurerm",
        version: "5.2.0",
        facts: FactsForm::PerArgument,
        undescribed: &["azurerm_data_factory", "azurerm_synapse"],
    },
    Snapshot {
        name: "azapi",
        version: "2.12.0",
        facts: FactsForm::Azapi,
        undescribed: &[],
    },
    Snapshot {
        name: "time",
        version: "0.14.0",
        facts: FactsForm::PerArgument,
        undescribed: &["time_"],
    },
];

impl Snapshot {
    /// The provider's model, before any fix-up.
    pub(crate) fn load(&self) -> Result<(Provider, Vec<Schema>), String> {
        let answer: Answer = self.read("schema")?;
        let (source, json) = answer
            .provider_schemas
            .iter()
            .next()
            .ok_or("the schema describes no provider")?;
        let (mut provider, schemas) = match self.facts {
            FactsForm::PerArgument => join::join(source, self.version, json, &self.read("facts")?)?,
            FactsForm::Azapi => {
                let (provider, mut schemas) =
                    join::join(source, self.version, json, &Facts::default())?;
                add_azapi_facts(&mut schemas, &self.read("facts")?)?;
                (provider, schemas)
            }
        };
        provider.undescribed = self
            .undescribed
            .iter()
            .map(|prefix| (*prefix).to_owned())
            .collect();
        Ok((provider, schemas))
    }

    fn read<T: DeserializeOwned>(&self, what: &str) -> Result<T, String> {
        read(&format!("{}-{what}-{}.json.gz", self.name, self.version))
    }
}

/// Reads a file of `snapshot/`.
pub(crate) fn read<T: DeserializeOwned>(file: &str) -> Result<T, String> {
    let opened = File::open(folder().join(file))
        .map_err(|error| format!("cannot open snapshot/{file}: {error}"))?;
    let mut json = String::new();
    std::io::Read::read_to_string(&mut GzDecoder::new(opened), &mut json)
        .map_err(|error| format!("cannot read snapshot/{file}: {error}"))?;
    serde_json::from_str(&json).map_err(|error| format!("snapshot/{file}: {error}"))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshot")
}

/// What replaces, defaults and the types of an identity. A default that is an object (`body`) is left to those who
/// know what an empty body means.
fn add_azapi_facts(schemas: &mut [Schema], facts: &Value) -> Result<(), String> {
    let per_type = |key: &str| facts[key].as_object().cloned().unwrap_or_default();
    for schema in schemas
        .iter_mut()
        .filter(|schema| schema.kind == Kind::Resource)
    {
        schema.behaviour = Some(Behaviour {
            updatable: true,
            importable: true,
            ..Behaviour::default()
        });
    }
    for (name, paths) in per_type("force_new") {
        for path in paths
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            attribute(schemas, &name, path)?.force_new = true;
        }
    }
    for (name, defaults) in per_type("defaults") {
        for (path, default) in defaults
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, value)| !value.is_object())
        {
            attribute(schemas, &name, path)?.default = Some(facts_json::scalar(default)?);
        }
    }
    let values: Vec<Scalar> = facts["identity_type"]
        .as_array()
        .into_iter()
        .flatten()
        .map(facts_json::scalar)
        .collect::<Result<_, _>>()?;
    let identity = schemas
        .iter_mut()
        .find(|schema| schema.kind == Kind::Resource && schema.name == "azapi_resource")
        .and_then(|schema| {
            schema
                .body
                .blocks
                .iter_mut()
                .find(|block| block.name == "identity")
        })
        .and_then(|block| {
            block
                .body
                .attributes
                .iter_mut()
                .find(|attribute| attribute.name == "type")
        })
        .ok_or("azapi_resource has no identity.type")?;
    identity.value.choices = Some(Choices {
        values,
        closed: true,
        ignore_case: false,
    });
    Ok(())
}

fn attribute<'a>(
    schemas: &'a mut [Schema],
    name: &str,
    attribute: &str,
) -> Result<&'a mut terrace_schema::model::Attribute, String> {
    schemas
        .iter_mut()
        .find(|schema| schema.kind == Kind::Resource && schema.name == name)
        .and_then(|schema| {
            schema
                .body
                .attributes
                .iter_mut()
                .find(|found| found.name == attribute)
        })
        .ok_or_else(|| format!("there are facts about {name}.{attribute} and no such argument"))
}
