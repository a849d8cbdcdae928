//! Whole lives: from nothing to applied, nothing left to do, destroyed.

use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

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

#[test]
fn the_storage_of_states_says_where_it_is_and_its_own_state_moves() {
    let Some(terraform) = Terraform::new("the_storage_of_states_says_where_it_is") else {
        return;
    };
    let mut configuration = committed("bootstrap");
    terraform.write("main.tf.json", &configuration);
    terraform.succeeds(&["init", "-no-color"]);
    terraform.succeeds(&["apply", "-auto-approve", "-no-color"]);
    let said = terraform.succeeds(&["output", "-raw", "state"]);
    let account = &configuration["resource"]["azurerm_storage_account"]["state_account"]["name"];
    for line in [
        "[state]",
        "backend = \"azurerm\"",
        "resource_group = \"rg-ml-bootstrap-state\"",
        &format!("storage_account = {account}"),
        "container = \"tfstate\"",
    ] {
        assert!(
            said.lines().any(|it| it == line),
            "{line} is not in:\n{said}"
        );
    }
    // Blobs need Azure; another place on the disk shows that the state moves and nothing else does.
    configuration["terraform"]["backend"] = json!({"local": {"path": "moved.tfstate"}});
    terraform.write("main.tf.json", &configuration);
    terraform.succeeds(&["init", "-migrate-state", "-force-copy", "-no-color"]);
    terraform.succeeds(&["plan", "-detailed-exitcode", "-no-color"]);
}

#[test]
fn an_environment_lives_on_what_another_makes() {
    let Some(terraform) = Terraform::new("an_environment_lives_on_what_another_makes") else {
        return;
    };
    let sandbox = json!({
        "terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "5.2.0"}}},
        "provider": {"azurerm": {"features": {}}},
        "data": {"terraform_remote_state": {"shared": {
            "backend": "local",
            "config": {"path": "${path.module}/../shared/terraform.tfstate"},
        }}},
        "resource": {"azurerm_application_insights": {"vision": {
            "name": "appi-vision",
            "location": "westeurope",
            "resource_group_name": "rg-vision",
            "application_type": "web",
            "workspace_id": "${data.terraform_remote_state.shared.outputs.log_analytics_workspace_id}",
        }}},
    });
    terraform.write("shared/main.tf.json", &committed("shared"));
    terraform.write("vision/main.tf.json", &sandbox);
    for folder in ["-chdir=shared", "-chdir=vision"] {
        terraform.succeeds(&[folder, "init", "-no-color"]);
        terraform.succeeds(&[folder, "apply", "-auto-approve", "-no-color"]);
        terraform.succeeds(&[folder, "plan", "-detailed-exitcode", "-no-color"]);
    }
}
