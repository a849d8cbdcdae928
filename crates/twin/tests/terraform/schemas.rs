//! What Terraform reads of the providers is what the snapshots say.

use std::io::Read;
use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

use crate::terraform::Terraform;

/// A provider as `required_providers` has it, and the file of its schema.
const SNAPSHOTS: [(&str, &str, &str); 3] = [
    ("hashicorp/azurerm", "5.2.0", "azurerm-schema-5.2.0.json.gz"),
    ("azure/azapi", "2.12.0", "azapi-schema-2.12.0.json.gz"),
    ("hashicorp/time", "0.14.0", "time-schema-0.14.0.json.gz"),
];

#[test]
fn the_schemas_are_those_of_the_snapshots() {
    let Some(terraform) = Terraform::new("the_schemas_are_those_of_the_snapshots") else {
        return;
    };
    let required: serde_json::Map<String, Json> = SNAPSHOTS
        .iter()
        .map(|(source, version, _)| {
            let name = source.rsplit('/').next().unwrap().to_owned();
            (name, json!({"source": source, "version": version}))
        })
        .collect();
    terraform.write(
        "main.tf.json",
        &json!({"terraform": {"required_providers": required}}),
    );
    terraform.succeeds(&["init", "-no-color"]);
    let shown: Json =
        serde_json::from_str(&terraform.succeeds(&["providers", "schema", "-json"])).unwrap();
    for (source, _, file) in SNAPSHOTS {
        let address = format!("registry.terraform.io/{source}");
        let of = |schemas: &Json| bare(&schemas["provider_schemas"][&address]);
        let (twin, real) = (of(&shown), of(&snapshot(file)));
        // Serde's objects compare whatever the order, and a difference among 1,400 types is shown by type.
        let kinds = real.as_object().unwrap();
        for (kind, types) in kinds {
            let (twin, real) = (&twin[kind], types.as_object().unwrap());
            let names = |types: &serde_json::Map<String, Json>| -> Vec<String> {
                let mut names: Vec<String> = types.keys().cloned().collect();
                names.sort();
                names
            };
            assert_eq!(
                names(twin.as_object().unwrap()),
                names(real),
                "{source} {kind}"
            );
            for (name, schema) in real {
                assert_eq!(&twin[name], schema, "{source} {kind} {name}");
            }
        }
        assert_eq!(twin.as_object().unwrap().len(), kinds.len());
    }
}

fn snapshot(name: &str) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindgen/snapshot");
    let file = std::fs::File::open(folder.join(name)).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Without texts for people, of which the snapshots have none, and without what is false.
fn bare(json: &Json) -> Json {
    match json {
        Json::Object(object) => Json::Object(
            object
                .iter()
                .filter(|(key, value)| {
                    !matches!(key.as_str(), "description" | "description_kind" | "summary")
                        && **value != Json::Bool(false)
                })
                .map(|(key, value)| (key.clone(), bare(value)))
                .collect(),
        ),
        Json::Array(items) => Json::Array(items.iter().map(bare).collect()),
        _ => json.clone(),
    }
}
