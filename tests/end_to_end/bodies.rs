//! Whatever an environment may say of what has no resource in azurerm: the bodies that azapi sends
//! fit what the service knows, at the API version that is written and at the newest.
//!
//! What may be said is read from the editors' schema, so a setting that comes later is in here too.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use serde_json::{Map, Value as Json, json};
use terrace::ir::{Module, SourceMap, read};

use crate::workplace::{Workplace, repository};

/// An environment that says a value.
type Environment = fn(Json) -> Json;

/// What writes bodies: how a kind of settings is called in the schema, and an environment with it.
const BROUGHT_BY: [(&str, Environment); 14] = [
    (
        "Connection",
        |it| json!({ "connections": { "sample": it } }),
    ),
    (
        "InstanceSettings",
        |it| json!({ "instances": { "sample": it } }),
    ),
    (
        "KubernetesSettings",
        |it| json!({ "kubernetes": { "sample": it } }),
    ),
    (
        "EndpointSettings",
        |it| json!({ "endpoints": { "sample": it } }),
    ),
    (
        "BatchEndpointSettings",
        |it| json!({ "batch_endpoints": { "sample": it } }),
    ),
    (
        "ServerlessEndpointSettings",
        |it| json!({ "serverless_endpoints": { "sample": it } }),
    ),
    ("ModelRegistrySettings", |it| json!({ "models": it })),
    ("FeatureStoreSettings", |it| json!({ "feature_store": it })),
    (
        "OutboundRule",
        |it| json!({ "network": { "isolation": "managed", "outbound": "approved", "rules": { "sample": it } } }),
    ),
    (
        "FirewallSku",
        |it| json!({ "network": { "isolation": "managed", "outbound": "approved", "firewall_sku": it } }),
    ),
    (
        "ContainerSettings",
        |it| json!({ "storage": { "containers": { "sample": it } } }),
    ),
    (
        "ContainerSettings",
        |it| json!({ "accounts": { "lake": { "hierarchical_namespace": true, "containers": { "sample": it } } } }),
    ),
    (
        "ContainerSettings",
        |it| json!({ "storage": { "containers": { "sample": it } }, "workspace": { "identity": "user" } }),
    ),
    (
        "ShareSettings",
        |it| json!({ "storage": { "shares": { "sample": it } } }),
    ),
];

/// Texts and numbers that make sense, by the end of the path of their setting.
const SAMPLES: [(&str, &str); 27] = [
    (
        "ServerlessEndpointSettings.model",
        "'azureml://registries/azureml-meta/models/Meta-Llama-3.1-8B-Instruct'",
    ),
    ("code.id", "'azureml:code:1'"),
    ("cluster", "'cpu'"),
    (
        "cluster_id",
        "'/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks'",
    ),
    ("default_deployment", "'sample'"),
    ("environment", "'azureml:environment:1'"),
    ("expression", "'0 19 * * *'"),
    ("from", "'07:30'"),
    ("host", "'models.example.org'"),
    ("instance_type", "'Standard_DS3_v2'"),
    ("mirror_traffic.sample", "10"),
    ("model", "'azureml:model:1'"),
    (
        "online_store_id",
        "'/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Cache/redis/online'",
    ),
    ("out_above", "100"),
    ("ports", "'443'"),
    ("regions", "'northeurope'"),
    (
        "resource_id",
        "'/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/ai'",
    ),
    ("spark_version", "'3.4'"),
    ("tag", "'AzureDataLake'"),
    ("target", "'https://example.org/models'"),
    (
        "target_id",
        "'/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Search/searchServices/search'",
    ),
    ("tenant_id", "'00000000-0000-0000-0000-000000000002'"),
    ("time_zone", "'Europe/Berlin'"),
    ("to", "'19:00'"),
    ("traffic.sample", "100"),
    ("user", "'00000000-0000-0000-0000-000000000001'"),
    ("vm_size", "'Standard_DS3_v2'"),
];

/// Settings that have nothing to do with bodies.
const IN_NO_BODY: [&str; 6] = [
    "accounts",
    "existing",
    "import_id",
    "lifecycle",
    "name",
    "offline",
];

/// A setting, and another that cannot be said beside it.
const EXCLUDE: [(&str, &str); 3] = [
    ("always_on", "idle_minutes"),
    ("mirror_traffic", "traffic"),
    ("vault_secret", "variable"),
];

#[test]
fn every_body_fits_the_service_at_the_version_that_is_written_and_at_the_newest() {
    let schema = editors_schema();
    let place = Workplace::new();
    let (mut said, mut names) = (Vec::new(), Vec::new());
    for (kind, environment) in BROUGHT_BY {
        for value in values(&schema, &schema["definitions"][kind], kind) {
            let name = format!("body{}", names.len());
            let toml = toml(&environment(value.clone()));
            place.write(&format!("stacks/{name}.toml"), format!("{BESIDE}{toml}"));
            said.push((kind, value));
            names.push(name);
        }
    }
    let mut arguments = vec!["synth"];
    arguments.extend(names.iter().flat_map(|name| ["--env", name]));
    place.run(&arguments);

    let (mut wrong, mut types) = (BTreeSet::new(), BTreeSet::new());
    let (mut wanted, mut written) = (BTreeSet::new(), BTreeSet::new());
    for ((kind, value), name) in said.iter().zip(&names) {
        leaves(kind, value, &mut wanted);
        let file = format!("synth-out/{name}/main.tf.json");
        if !place.path(&file).exists() {
            // What it says does not go together, so it must be said in another environment.
            continue;
        }
        leaves(kind, value, &mut written);
        let text = place.read(&file);
        for version in [terrace::azureml::ML_API, NEWEST] {
            let text = text.replace(terrace::azureml::ML_API, version);
            wrong.extend(
                problems(&text, name)
                    .into_iter()
                    .map(|it| format!("{value} {it}")),
            );
        }
        let module: Json = serde_json::from_str(&text).unwrap();
        let resources = module["resource"]["azapi_resource"].as_object();
        for (name, resource) in resources.into_iter().flatten() {
            let type_name = resource["type"].as_str().unwrap();
            types.insert(type_name.split('@').next().unwrap().to_owned());
            // Azure answers with ids and sizes in letters of its own.
            assert_eq!(resource["ignore_casing"], true, "{name}");
        }
    }
    assert_eq!(wrong, BTreeSet::new());
    let unsaid: Vec<_> = wanted.difference(&written).collect();
    // A managed network has no such firewall.
    assert_eq!(unsaid, ["FirewallSku = \"premium\""]);
    assert!(types.len() > 7, "{types:?}");
}

const NEWEST: &str = "2026-05-01";

/// What every environment has beside.
const BESIDE: &str = "stage = 'dev'\nlocation = 'westeurope'\n\
    clusters.cpu = { vm_size = 'Standard_DS3_v2', max_nodes = 1 }\n";

fn editors_schema() -> Json {
    let path = repository().join("stacks/environment.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What the check of bodies finds in a module, and what is deprecated.
fn problems(text: &str, name: &str) -> Vec<String> {
    let mut sources = SourceMap::new();
    let (module, unread): (Module, _) = read::files(name, &[("main.tf.json", text)], &mut sources);
    assert!(unread.is_empty());
    let found = terrace::schema::check(&[module]).into_iter();
    let of_bodies = found.filter(|it| it.code.id.starts_with("T04") || it.code.id == "T0210");
    of_bodies
        .filter(|it| !it.summary.contains("Microsoft.KeyVault/vaults/keys"))
        .map(|it| format!("{} {}", it.code.id, it.summary))
        .collect()
}

/// Values of a setting: one with everything that can be said, then one for every choice inside, and one
/// without each part.
fn values(schema: &Json, of: &Json, path: &str) -> Vec<Json> {
    if let Some(target) = of["$ref"].as_str().or(of["allOf"][0]["$ref"].as_str()) {
        let name = target.trim_start_matches("#/definitions/");
        return values(schema, &schema["definitions"][name], path);
    }
    if let Some(only) = of.get("const") {
        let removes = *only == Json::Bool(false);
        return if removes {
            Vec::new()
        } else {
            vec![only.clone()]
        };
    }
    if let Some(all) = of["enum"].as_array() {
        return all.clone();
    }
    if let Some(choices) = of["anyOf"].as_array().or(of["oneOf"].as_array()) {
        let each = choices
            .iter()
            .flat_map(|choice| values(schema, choice, path));
        return each.collect();
    }
    let sample = SAMPLES.iter().find(|(end, _)| {
        let start = path.strip_suffix(end);
        start.is_some_and(|start| start.is_empty() || start.ends_with('.'))
    });
    if let (Some((_, sample)), Some("string" | "integer")) = (sample, of["type"].as_str()) {
        let text = sample.trim_matches('\'');
        return vec![if text == *sample {
            json!(text.parse::<i64>().unwrap())
        } else {
            json!(text)
        }];
    }
    match of["type"].as_str() {
        Some("boolean") => vec![json!(true), json!(false)],
        Some("integer" | "number") => vec![json!(of["minimum"].as_i64().unwrap_or(1).max(1))],
        Some("array") => vec![Json::Array(values(schema, &of["items"], path))],
        Some("object") => match of["properties"].as_object() {
            Some(properties) => objects(schema, properties, path),
            None => {
                let inside = values(
                    schema,
                    &of["additionalProperties"],
                    &format!("{path}.sample"),
                );
                inside
                    .into_iter()
                    .map(|it| json!({ "sample": it }))
                    .collect()
            }
        },
        _ => vec![json!("sample")],
    }
}

fn objects(schema: &Json, properties: &Map<String, Json>, path: &str) -> Vec<Json> {
    let parts: Vec<(&String, Vec<Json>)> = properties
        .iter()
        .filter(|(key, _)| !IN_NO_BODY.contains(&key.as_str()))
        .map(|(key, of)| (key, values(schema, of, &format!("{path}.{key}"))))
        .collect();
    let excluded = |key: &str| EXCLUDE.iter().find(|(this, _)| *this == key);
    let mut full = Map::new();
    for (key, values) in &parts {
        if excluded(key).is_none()
            && let Some(first) = values.first()
        {
            full.insert((*key).clone(), first.clone());
        }
    }
    let mut all = vec![full.clone()];
    for (key, values) in &parts {
        for value in values {
            let mut other = full.clone();
            other.insert((*key).clone(), value.clone());
            if let Some((_, without)) = excluded(key) {
                other.remove(*without);
            }
            all.push(other);
        }
        let mut less = full.clone();
        less.remove(*key);
        all.push(less);
    }
    let mut objects: Vec<Json> = Vec::new();
    for object in all.into_iter().map(Json::Object) {
        if !objects.contains(&object) {
            objects.push(object);
        }
    }
    objects
}

/// The settings in a value, with what is chosen where there is a choice.
fn leaves(path: &str, value: &Json, into: &mut BTreeSet<String>) {
    match value {
        Json::Object(members) => {
            for (key, value) in members {
                leaves(&format!("{path}.{key}"), value, into);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| leaves(path, item, into)),
        Json::Number(_) => drop(into.insert(path.to_owned())),
        other => drop(into.insert(format!("{path} = {other}"))),
    }
}

/// Settings as TOML.
fn toml(settings: &Json) -> String {
    let tables = settings.as_object().unwrap().iter();
    tables
        .map(|(key, value)| format!("{key} = {}\n", inline(value)))
        .collect()
}

fn inline(value: &Json) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{key} = {}", inline(value)));
            format!("{{ {} }}", joined(members.collect()))
        }
        Json::Array(items) => format!("[{}]", joined(items.iter().map(inline).collect())),
        other => other.to_string(),
    }
}
