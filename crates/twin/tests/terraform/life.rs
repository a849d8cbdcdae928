//! Whole lives: from nothing to applied, nothing left to do, destroyed.

use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use crate::terraform::{Terraform, committed, data};

/// Everything that Azure refuses, whatever the day.
const ALL: &str = "names,soft-delete,in-use,locks,isolation,subnet-size,addresses,roles";

#[track_caller]
fn lives(test: &str, azure: Option<&'static str>, configuration: &Json, resources: usize) {
    for mut terraform in Terraform::versions(test) {
        if let Some(azure) = azure {
            terraform.set("TERRACE_TWIN_AZURE", azure);
        }
        terraform.write("main.tf.json", configuration);
        live(&terraform, resources);
    }
}

#[track_caller]
fn live(terraform: &Terraform, resources: usize) {
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
            Some(ALL),
            &configuration,
            resources,
        );
    }
}

/// Configurations as people publish them, in Terraform's own language: modules, loops, dynamic blocks, aliases, data
/// sources that look at what stands already.
#[track_caller]
fn published_lives(name: &str, resources: usize) {
    let Some(mut terraform) = Terraform::new(name) else {
        return;
    };
    terraform.set("TERRACE_TWIN_AZURE", ALL);
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/public")
            .join(name),
        &terraform.work(),
    );
    live(&terraform, resources);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_cluster_with_node_pools_lives() {
    published_lives("aks", 13);
}

#[test]
fn a_workspace_with_an_endpoint_lives() {
    published_lives("aml", 13);
}

#[test]
fn a_hub_with_a_spoke_lives() {
    published_lives("hub", 23);
}

#[test]
fn what_stands_already_is_looked_at() {
    published_lives("data", 5);
}
