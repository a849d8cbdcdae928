//! Whole lives: from nothing to applied, nothing left to do, destroyed.

use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use crate::terraform::{Terraform, data};

#[track_caller]
fn lives(test: &str, configuration: &Json, resources: usize) {
    let Some(terraform) = Terraform::new(test) else {
        return;
    };
    terraform.write("main.tf.json", configuration);
    terraform.succeeds(&["init", "-no-color"]);
    terraform.succeeds(&["validate", "-no-color"]);
    let applied = terraform.succeeds(&["apply", "-auto-approve", "-no-color"]);
    let done = format!("Apply complete! Resources: {resources} added, 0 changed, 0 destroyed.");
    assert!(applied.contains(&done), "{applied}");
    let again = terraform.run(&["plan", "-detailed-exitcode", "-no-color"]);
    assert_eq!(
        again.code,
        Some(0),
        "the second plan is not empty:\n{}",
        again.text
    );
    let destroyed = terraform.succeeds(&["destroy", "-auto-approve", "-no-color"]);
    let done = format!("Destroy complete! Resources: {resources} destroyed.");
    assert!(destroyed.contains(&done), "{destroyed}");
}

#[test]
fn a_platform_of_23_resources_lives() {
    lives(
        "a_platform_of_23_resources_lives",
        &data("base-1.tf.json"),
        23,
    );
}

#[test]
fn a_platform_of_42_resources_lives() {
    lives(
        "a_platform_of_42_resources_lives",
        &data("base-2.tf.json"),
        42,
    );
}

#[test]
fn the_committed_environments_live() {
    let output = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../synth-out");
    let environments =
        ["dev", "staging", "prod"].map(|name| output.join(name).join("main.tf.json"));
    let found: Vec<_> = environments.iter().filter(|file| file.is_file()).collect();
    assert!(
        !found.is_empty(),
        "nothing is synthesized at {}",
        output.display()
    );
    for file in found {
        let mut configuration: Json =
            serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        taken_back(&mut configuration);
        let types = configuration["resource"].as_object().unwrap().values();
        let resources = types.map(|named| named.as_object().unwrap().len()).sum();
        lives("the_committed_environments_live", &configuration, resources);
    }
}

/// Without what keeps a resource from being destroyed, and with a local backend.
fn taken_back(configuration: &mut Json) {
    if let Some(terraform) = configuration["terraform"].as_object_mut() {
        terraform.remove("backend");
    }
    let types = configuration["resource"]
        .as_object_mut()
        .unwrap()
        .values_mut();
    let resources = types.flat_map(|named| named.as_object_mut().unwrap().values_mut());
    for resource in resources {
        let lifecycle = resource.get_mut("lifecycle").and_then(Json::as_object_mut);
        lifecycle.map(|lifecycle| lifecycle.remove("prevent_destroy"));
    }
}
