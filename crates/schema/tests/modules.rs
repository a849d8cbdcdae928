//! The check of whole modules: a table of small ones, larger ones that the real provider accepted, and broken ones.

mod support;

use std::collections::{BTreeMap, BTreeSet};
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
            "the name \"platformdata\" is taken by `azurerm_storage_account.data` of `prod` too",
        ),
        (
            "prod",
            "the name \"platformdata\" is taken by `azurerm_storage_account.data` of `dev` too",
        ),
    ]);
    assert_eq!(told, expected);
}

#[test]
fn a_state_that_two_environments_share_is_found_in_both() {
    let module = |name, backend: &str| {
        let text = format!(r#"{{"terraform":{{"backend":{{"azurerm":{backend}}}}}}}"#);
        support::module(name, &text)
    };
    let told = |backends: [&str; 2]| {
        let modules = [module("dev", backends[0]), module("prod", backends[1])];
        let findings = terrace_schema::check(&modules);
        let errors = findings.iter().map(|finding| {
            let module = finding.module.as_deref().unwrap_or_default();
            format!("{module}: {}: {}", said(finding), finding.summary)
        });
        errors.collect::<Vec<_>>()
    };
    let one = r#"{"storage_account_name":"ststate","container_name":"tfstate","key":"one"}"#;
    let other = r#"{"storage_account_name":"ststate","container_name":"tfstate","key":"other"}"#;
    let at_init = r#"{"storage_account_name":"ststate","container_name":"tfstate"}"#;
    assert_eq!(
        told([one, one]),
        [
            "dev: T0217 terraform backend.azurerm.key: the state is where that of `prod` is",
            "prod: T0217 terraform backend.azurerm.key: the state is where that of `dev` is",
        ]
    );
    assert_eq!(told([one, other]), [""; 0]);
    assert_eq!(told([at_init, at_init]), [""; 0]);
}

#[test]
fn what_tells_one_state_from_another_depends_on_the_backend() {
    let shared = |[dev, prod]: [&str; 2]| {
        let module =
            |name, block: &str| support::module(name, &format!(r#"{{"terraform":{{{block}}}}}"#));
        let findings = terrace_schema::check(&[module("dev", dev), module("prod", prod)]);
        findings
            .first()
            .and_then(|finding| finding.argument.clone())
    };
    for (argument, one, other) in [
        (
            "backend.s3.key",
            r#""backend":{"s3":{"bucket":"b","key":"k","region":"eu-west-1"}}"#,
            r#""backend":{"s3":{"bucket":"b","key":"k","endpoints":{"s3":"https://example.org"}}}"#,
        ),
        (
            "backend.gcs.prefix",
            r#""backend":{"gcs":{"bucket":"b","prefix":"p"}}"#,
            r#""backend":{"gcs":{"bucket":"b"}}"#,
        ),
        (
            "backend.http.address",
            r#""backend":{"http":{"address":"https://example.org/a"}}"#,
            r#""backend":{"http":{"address":"https://example.org/b"}}"#,
        ),
        (
            "backend.local.path",
            r#""backend":{"local":{"path":"../states/all.tfstate"}}"#,
            r#""backend":{"local":{"path":"terraform.tfstate"}}"#,
        ),
        (
            "cloud.workspaces.name",
            r#""cloud":{"organization":"o","workspaces":{"name":"w"}}"#,
            r#""cloud":{"organization":"o","workspaces":{"tags":["w"]}}"#,
        ),
    ] {
        assert_eq!(shared([one, one]).as_deref(), Some(argument));
        assert_eq!(shared([one, other]), None, "{one} {other}");
    }
    let beside = r#""backend":{"local":{"path":"terraform.tfstate"}}"#;
    let there = r#""backend":{"local":{"path":"../dev/./terraform.tfstate"}}"#;
    assert_eq!(shared([beside, beside]), None);
    assert_eq!(
        shared([beside, there]).as_deref(),
        Some("backend.local.path")
    );
}

#[test]
fn an_output_that_another_module_does_not_have_is_found_where_it_is_read() {
    let told = |shared: &str, backend: &str, config: &str| {
        let dev = format!(
            r#"{{"data":{{"terraform_remote_state":{{"shared":{{"backend":"{backend}","config":{config}}}}}}},
                "output":{{"a":{{"value":"${{data.terraform_remote_state.shared.outputs.registry_id}}"}},
                           "b":{{"value":"x-${{data.terraform_remote_state.shared.outputs.registri_id}}"}}}}}}"#
        );
        let modules = [
            support::module("dev", &dev),
            support::module("shared", shared),
        ];
        let findings = terrace_schema::check(&modules);
        let told = findings.iter().map(|finding| {
            format!(
                "{}: {} ({})",
                said(finding),
                finding.summary,
                finding.hint.as_deref().unwrap_or_default()
            )
        });
        told.collect::<Vec<_>>()
    };
    let found =
        ["T0230 output.b: `shared` has no output `registri_id` (did you mean `registry_id`?)"];
    let outputs = r#""output":{"registry_id":{"value":"x"}}"#;
    let beside = format!("{{{outputs}}}");
    let path = r#"{"path":"${path.module}/../shared/terraform.tfstate"}"#;
    assert_eq!(told(&beside, "local", path), found);
    let place = r#"{"storage_account_name":"s","container_name":"c","key":"shared.tfstate"}"#;
    let in_azure = format!(r#"{{"terraform":{{"backend":{{"azurerm":{place}}}}},{outputs}}}"#);
    assert_eq!(told(&in_azure, "azurerm", place), found);
    // The state of somebody else.
    assert_eq!(told(&in_azure, "local", path), [""; 0]);
    // What is written by hand is mended at each of its places.
    let none = told(r#"{"output":{"x":{"value":"x"}}}"#, "local", path);
    assert_eq!(none.len(), 2, "{none:?}");
}

#[test]
fn what_is_set_twice_is_found_and_blocks_may_stand_twice() {
    let found = |body: &str| {
        let text = format!(
            r#"{{"provider":{{"azurerm":{{"features":{{}}}}}},"resource":{{"azurerm_storage_account":{{"s":{{
                "name":"platformdata","location":"westeurope","resource_group_name":"g",
                "account_tier":"Standard","account_replication_type":"LRS",{body}}}}}}}}}"#
        );
        let findings = terrace_schema::check(&[support::module("m", &text)]);
        findings.iter().map(said).collect::<Vec<_>>()
    };
    let argument = r#""tags":{"a":"b"},"tags":{"c":"d"}"#;
    assert_eq!(found(argument), ["T0105 azurerm_storage_account.s tags"]);
    let rules =
        r#""network_rules":{"default_action":"Deny"},"network_rules":{"default_action":"Deny"}"#;
    assert_eq!(
        found(rules),
        ["T0207 azurerm_storage_account.s network_rules"]
    );
}

#[test]
fn beside_native_files_nothing_is_called_missing() {
    let text = r#"{"resource":{"azurerm_resource_group":{"g":{"name":"${local.name}","location":"westeurope"}}}}"#;
    let mut module = support::module("m", text);
    let found = |module: &_| {
        let findings = terrace_schema::check(std::slice::from_ref(module));
        findings.iter().map(said).collect::<BTreeSet<_>>()
    };
    let missing = [
        "T0214! azurerm_resource_group.g",
        "T0301 azurerm_resource_group.g name",
    ];
    assert_eq!(found(&module), BTreeSet::from(missing.map(str::to_owned)));
    module.beside.native = vec!["locals.tf".to_owned()];
    assert_eq!(found(&module), BTreeSet::from(["T0212?".to_owned()]));
}

#[test]
fn a_sensitive_value_is_never_said() {
    let module = whole(
        r#"{"variable":{"key":{"sensitive":true,"type":"string"}},
            "locals":{"secret":"${sensitive(\"hunter2!\")}"},
            "resource":{"azurerm_key_vault":{"v":{"$vault":1,
                "name":"${local.secret}","sku_name":"${local.secret}","soft_delete_retention_days":"${local.secret}",
                "tags":["${local.secret}"],"tenant_id":"${[local.secret]}"}}}}"#,
    );
    let findings = terrace_schema::check(&[support::module("m", &module.to_string())]);
    assert_eq!(findings.len(), 5);
    for finding in findings {
        let parts = [
            Some(&finding.summary),
            Some(&finding.detail),
            finding.hint.as_ref(),
            finding.value.as_ref(),
        ];
        assert!(
            parts
                .into_iter()
                .flatten()
                .all(|part| !part.contains("hunter2")),
            "{}",
            finding.summary
        );
    }
}

/// The table of the language's own check goes through the whole check too: what it calls fine stays without an error.
#[test]
fn what_the_language_accepts_has_no_errors_here() {
    for line in include_str!("language/cases.txt").lines() {
        let Some(("fine", module)) = line.split_once(" | ") else {
            continue;
        };
        let findings = terrace_schema::check(&[support::module("m", module)]);
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        let errors: Vec<_> = errors
            .map(|finding| format!("{} {}", said(finding), finding.summary))
            .collect();
        assert!(errors.is_empty(), "{module}\n    {errors:?}");
    }
}

/// Every part of every module of the table is replaced by something else in turn. Nothing is asserted but an end.
#[test]
fn broken_modules_are_survived() {
    let broken = [
        json!(null),
        json!("${each.value}"),
        json!([[]]),
        json!({"a": {"b": null}}),
        json!(-1.5e300),
    ];
    let mut count = 0;
    for line in include_str!("modules/cases.txt").lines() {
        let Some((_, module)) = line.split_once(" | ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let module = whole(module);
        let mut paths = Vec::new();
        every_path(&module, String::new(), &mut paths);
        for (n, path) in paths.iter().enumerate() {
            let mut module = module.clone();
            *module.pointer_mut(path).unwrap() = broken[(n + count) % broken.len()].clone();
            let text = module.to_string();
            let sources = &mut terrace_ir::SourceMap::new();
            let (module, _) = terrace_ir::read::files("m", &[("main.tf.json", &text)], sources);
            drop(terrace_schema::check(&[module]));
            count += 1;
        }
    }
    assert!(count > 1000, "only {count} modules were broken");
}

fn every_path(value: &Value, path: String, paths: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                every_path(value, format!("{path}/{}", escaped(key)), paths);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                every_path(value, format!("{path}/{index}"), paths);
            }
        }
        _ => {}
    }
    if !path.is_empty() {
        paths.push(path);
    }
}
