//! Whole lives: from nothing to applied, nothing left to do, destroyed.

use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use crate::terraform::{Terraform, committed, data};

#[track_caller]
fn lives(test: &str, azure: Option<&'static str>, configuration: &Json, resources: usize) {
    for mut terraform in Terraform::versions(test) {
        if let Some(azure) = azure {
            terraform.set("TERRACE_TWIN_AZURE", azure);
        }
        live(&terraform, configuration, resources);
    }
}

#[track_caller]
fn live(terraform: &Terraform, configuration: &Json, resources: usize) {
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
        None,
        &data("base-1.tf.json"),
        23,
    );
}

#[test]
fn a_platform_of_42_resources_lives() {
    lives(
        "a_platform_of_42_resources_lives",
        None,
        &data("base-2.tf.json"),
        42,
    );
}

#[test]
fn the_committed_environments_live() {
    for environment in ["dev", "staging", "prod", "shared", "bootstrap"] {
        let configuration = committed(environment);
        let types = configuration["resource"].as_object().unwrap().values();
        let resources = types.map(|named| named.as_object().unwrap().len()).sum();
        lives(
            "the_committed_environments_live",
            Some("all"),
            &configuration,
            resources,
        );
    }
}
