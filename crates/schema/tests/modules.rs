//! The check of whole modules: a table of small ones, larger ones that the real provider accepted, and broken ones.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};
use terrace_ir::{Diagnostic, Severity};

/// Valid bodies, by the name that stands in the table: `{"$vault": 1, "sku_name": "x"}` is one with a change.
fn valid(name: &str) -> Value {
    let group = json!("platform");
    let location = json!("westeurope");
    let tenant = json!("00000000-0000-0000-0000-000000000000");
    match name {
        "$group" => json!({ "name": group, "location": location }),
        "$storage" => json!({
            "name": "platformdata", "location": location, "resource_group_name": group,
            "account_tier": "Standard", "account_replication_type": "LRS",
        }),
        "$vault" => json!({
            "name": "platform-vault", "location": location, "resource_group_name": group, "tenant_id": tenant,
            "sku_name": "standard", "rbac_authorization_enabled": true,
        }),
        "$network" => json!({
            "name": "network", "location": location, "resource_group_name": group, "address_space": ["10.0.0.0/16"],
        }),
        "$identity" => {
            json!({ "name": "identity", "location": location, "resource_group_name": group })
        }
        "$azapi" => json!({
            "type": "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01", "name": "cpu-one",
            "parent_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w",
            "location": location,
        }),
        name => panic!("there is no valid body {name}"),
    }
}

fn expand(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut whole = Map::new();
            for (key, value) in object {
                match key.starts_with('$') && key.len() > 1 && !key.starts_with("${") {
                    true => whole.extend(valid(&key).as_object().cloned().unwrap_or_default()),
                    false => drop(whole.insert(key, expand(value))),
                }
            }
            Value::Object(whole)
        }
        Value::Array(list) => list.into_iter().map(expand).collect(),
        value => value,
    }
}

/// A module of the table, with the providers' blocks where it has none of its own.
fn whole(module: &str) -> Value {
    let parsed: Value =
        serde_json::from_str(module).unwrap_or_else(|error| panic!("{module}: {error}"));
    let mut module = expand(parsed);
    let blocks = module.as_object_mut().expect("a module is an object");
    blocks
        .entry("provider")
        .or_insert_with(|| json!({ "azurerm": { "features": {} } }));
    blocks.entry("terraform").or_insert_with(
        || json!({ "required_providers": { "azapi": { "source": "azure/azapi" } } }),
    );
    module
}

/// `T0205 azurerm_key_vault.v sku_name`, with `!` behind the code of a warning and `?` behind that of a note.
fn said(finding: &Diagnostic) -> String {
    let mark = match finding.severity {
        Severity::Error => "",
        Severity::Warning => "!",
        Severity::Note => "?",
    };
    let parts = [&finding.address, &finding.argument].into_iter().flatten();
    let parts: Vec<&str> = parts.map(String::as_str).collect();
    format!("{}{mark} {}", finding.code.id, parts.join(" "))
        .trim()
        .to_owned()
}

#[test]
fn what_is_found_in_each_module_of_the_table() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("modules/cases.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        count += 1;
        let (says, module) = line.split_once(" | ").expect("a case has a bar");
        let mut expected: Vec<&str> = says.split(", ").filter(|it| *it != "fine").collect();
        let module = support::module("m", &whole(module).to_string());
        let findings = terrace_schema::check(&[module]);
        let mut found: Vec<String> = findings.iter().map(said).collect();
        found.sort();
        expected.sort_unstable();
        if found != expected {
            let told: Vec<_> = findings.iter().map(|finding| &finding.summary).collect();
            wrong.push(format!("{line}\n    found {found:?}\n    {told:?}"));
        }
    }
    assert!(count > 60, "the table is gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_real_provider_applied_is_clean() {
    for base in ["base-1", "base-2"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/data/modules/{base}.tf.json"));
        let module = support::module(base, &fs::read_to_string(path).unwrap());
        let found: Vec<_> = terrace_schema::check(&[module])
            .iter()
            .map(|finding| format!("{} {}", said(finding), finding.summary))
            .collect();
        assert_eq!(found, Vec::<String>::new(), "{base}");
    }
}

#[test]
fn the_samples_of_bodies_that_azapi_accepts_have_no_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/azapi-samples");
    let mut resources = Map::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let sample: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut body = sample.as_object().unwrap().clone();
        let ty = format!("{}@2025-12-01", body["type"].as_str().unwrap());
        body.insert("type".to_owned(), ty.into());
        body.insert("name".to_owned(), name.clone().into());
        body.insert("parent_id".to_owned(), "${var.any}".into());
        resources.insert(name, body.into());
    }
    assert!(resources.len() >= 15);
    let mut module = whole(r#"{"variable":{"any":{}}}"#);
    module["resource"] = json!({ "azapi_resource": resources });
    let module = support::module("m", &module.to_string());
    let findings = terrace_schema::check(&[module]);
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors
        .map(|finding| format!("{}: {}", said(finding), finding.summary))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn one_name_in_two_environments_is_found_in_both() {
    let module = |name| {
        let module = whole(r#"{"resource":{"azurerm_storage_account":{"data":{"$storage":1}}}}"#);
        support::module(name, &module.to_string())
    };
    let findings = terrace_schema::check(&[module("dev"), module("prod")]);
    let told: BTreeMap<_, _> = findings
        .iter()
        .map(|finding| (finding.module.as_deref().unwrap(), finding.summary.as_str()))
        .collect();
    let expected = BTreeMap::from([
        (
            "dev",
            "the name \"platformdata\" is taken by `azurerm_storage_account.data` of prod too",
        ),
        (
            "prod",
            "the name \"platformdata\" is taken by `azurerm_storage_account.data` of dev too",
        ),
    ]);
    assert_eq!(told, expected);
}
