//! Where the state of an environment is: `[state]`.

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

use crate::workplace::Workplace;

/// The `terraform` block of `dev` with a table `[state]`, without the versions.
fn terraform(state: &str) -> Json {
    let place = Workplace::new();
    let text = place.read("stacks/dev.toml");
    place.write("stacks/dev.toml", format!("{text}\n[state]\n{state}"));
    place.run(&["synth", "--env", "dev"]).ends_with(0);
    let output: Json =
        serde_json::from_str(&place.read("synth-out/dev/terraform.tf.json")).unwrap();
    let mut terraform = output["terraform"].clone();
    let block = terraform.as_object_mut().expect("a block");
    block.remove("required_version");
    block.remove("required_providers");
    terraform
}

#[test]
fn state_in_azure_is_a_blob_called_after_the_environment_and_reached_without_keys() {
    let said = "backend = 'azurerm'\nresource_group = 'rg'\nstorage_account = 'ststate'\ncontainer = 'tfstate'\n\
                subscription_id = '00000000-0000-0000-0000-000000000000'\n";
    assert_eq!(
        terraform(said),
        json!({"backend": {"azurerm": {
            "resource_group_name": "rg",
            "storage_account_name": "ststate",
            "container_name": "tfstate",
            "key": "dev.tfstate",
            "subscription_id": "00000000-0000-0000-0000-000000000000",
            "use_azuread_auth": true,
        }}})
    );
}

#[test]
fn state_in_hcp_terraform_is_a_workspace_called_after_the_environment() {
    assert_eq!(
        terraform("backend = 'hcp'\norganization = 'contoso'\n"),
        json!({"cloud": {"organization": "contoso", "workspaces": {"name": "dev"}}})
    );
}

#[test]
fn state_in_other_clouds_is_an_object_called_after_the_environment() {
    assert_eq!(
        terraform("backend = 's3'\nbucket = 'states'\nregion = 'eu-west-1'\n"),
        json!({"backend": {"s3": {
            "bucket": "states",
            "encrypt": true,
            "key": "dev.tfstate",
            "region": "eu-west-1",
            "use_lockfile": true,
        }}})
    );
    assert_eq!(
        terraform("backend = 'gcs'\nbucket = 'states'\n"),
        json!({"backend": {"gcs": {"bucket": "states", "prefix": "dev"}}})
    );
}

#[test]
fn state_on_a_server_is_locked_beside_its_address() {
    assert_eq!(
        terraform("backend = 'http'\naddress = 'https://example.org/state/'\n"),
        json!({"backend": {"http": {
            "address": "https://example.org/state/dev",
            "lock_address": "https://example.org/state/dev/lock",
            "lock_method": "POST",
            "unlock_address": "https://example.org/state/dev/lock",
            "unlock_method": "DELETE",
        }}})
    );
}

#[test]
fn state_on_ones_own_disk_is_a_warning_in_production_unless_it_is_meant() {
    let place = Workplace::new();
    let warning = "warning[T0807]: the state of `prod` is on your own disk";
    place
        .run(&["synth", "--env", "prod"])
        .ends_with(0)
        .complains(&[warning, "backend = \"azurerm\""]);
    let text = place.read("stacks/prod.toml");
    place.write(
        "stacks/prod.toml",
        format!("{text}\n[state]\nbackend = 'local'\n"),
    );
    let meant = place.run(&["synth", "--env", "prod"]).ends_with(0);
    assert!(!meant.stderr().contains("T0807"), "{}", meant.stderr());
}

#[test]
fn what_is_ones_own_in_a_state_is_not_inherited() {
    let place = Workplace::new();
    let text = place.read("stacks/prod.toml");
    let state = "[state]\nbackend = 'hcp'\norganization = 'contoso'\nworkspace = 'ml-prod'\n";
    place.write("stacks/prod.toml", format!("{text}\n{state}"));
    place.run(&["synth"]).ends_with(0);
    let staging = place.read("synth-out/staging/terraform.tf.json");
    let staging: Json = serde_json::from_str(&staging).unwrap();
    let cloud = &staging["terraform"]["cloud"];
    assert_eq!(cloud["organization"], "contoso");
    assert_eq!(cloud["workspaces"]["name"], "staging");
}

#[test]
fn environments_that_share_a_state_are_not_written() {
    let place = Workplace::new();
    for environment in ["dev", "prod"] {
        let file = format!("stacks/{environment}.toml");
        let text = place.read(&file);
        let state = "[state]\nbackend = 'azurerm'\nresource_group = 'rg'\nstorage_account = 'ststate'\n\
                     container = 'tfstate'\nkey = 'ml.tfstate'\n";
        place.write(&file, format!("{text}\n{state}"));
    }
    place.run(&["synth"]).ends_with(1).complains(&[
        "error[T0217]: the state is where that of `prod` is",
        &place.place_of("stacks/dev.toml", "'ml.tfstate'"),
    ]);
    assert!(place.path("synth-out/staging").exists());
    assert!(!place.path("synth-out/prod").exists());
}
