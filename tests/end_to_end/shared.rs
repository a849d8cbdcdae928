//! What one environment makes and others use.

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

use crate::workplace::Workplace;

/// A sandbox that takes the registry and the logs from `shared`.
const SANDBOX: &str = "inherits = 'dev'
[logs]
existing = { stack = 'shared' }
[registry]
existing = { stack = 'shared' }
";

fn synthesized(place: &Workplace, environment: &str, file: &str) -> Json {
    let text = place.read(&format!("synth-out/{environment}/{file}.tf.json"));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn an_environment_takes_what_another_makes_from_its_state() {
    let place = Workplace::new();
    place.write("stacks/vision.toml", SANDBOX);
    // Also where the other is not asked for.
    place.run(&["synth", "--env", "vision"]).ends_with(0);
    let vision = synthesized(&place, "vision", "main");
    assert_eq!(
        vision["data"]["terraform_remote_state"],
        json!({"shared": {
            "backend": "local",
            "config": {"path": "${path.module}/../shared/terraform.tfstate"},
        }})
    );
    let workspace = &vision["resource"]["azurerm_machine_learning_workspace"]["platform_ml"];
    assert_eq!(
        workspace["container_registry_id"],
        "${data.terraform_remote_state.shared.outputs.container_registry_id}"
    );
    let resources = &vision["resource"];
    assert!(resources["azurerm_container_registry"].is_null());
    assert!(resources["azurerm_log_analytics_workspace"].is_null());
}

#[test]
fn models_go_from_one_environment_to_the_next_by_a_registry_that_all_read_and_one_pipeline_writes()
{
    let place = Workplace::new();
    for environment in ["dev", "prod"] {
        let file = format!("stacks/{environment}.toml");
        let said = place.read(&file);
        let models = "[models]\nexisting = { stack = 'shared' }\n";
        place.write(&file, format!("{said}\n{models}"));
    }
    place.edit(
        "stacks/dev.toml",
        "deploys = \"models\"",
        "deploys = \"models\"\npromotes = true",
    );
    place.run(&["synth"]).ends_with(0);
    let shared = synthesized(&place, "shared", "main");
    assert_eq!(
        shared["output"]["model_registry_id"]["value"],
        "${azapi_resource.shared_models.id}"
    );
    let registry = "${data.terraform_remote_state.shared.outputs.model_registry_id}";
    for (environment, role) in [
        ("dev", "AzureML Registry User"),
        ("staging", "Reader"),
        ("prod", "Reader"),
    ] {
        let main = synthesized(&place, environment, "main");
        let grants = main["resource"]["azurerm_role_assignment"].as_object();
        let of_pipeline: Vec<&str> = grants
            .into_iter()
            .flatten()
            .filter(|(_, grant)| grant["scope"] == registry)
            .filter_map(|(_, grant)| grant["description"].as_str()?.split_once(" for "))
            .filter(|(_, to)| *to == "platform/ml/ci_models")
            .map(|(role, _)| role)
            .collect();
        assert_eq!(of_pipeline, [role], "{environment}");
    }
}

#[test]
fn the_logs_of_a_hub_are_kept_too() {
    let place = Workplace::new();
    let shared = place.read("stacks/shared.toml");
    let hub = "[hub.firewall]\nfrom = ['10.20.0.0/20']\n";
    place.write("stacks/shared.toml", format!("{shared}\n{hub}"));
    place.run(&["synth", "--env", "shared"]).ends_with(0);
    let shared = synthesized(&place, "shared", "main");
    let settings = &shared["resource"]["azurerm_monitor_diagnostic_setting"];
    let firewall = &settings["shared_diagnostics_firewall_hub_firewall"];
    assert_eq!(
        firewall["target_resource_id"],
        "${azurerm_firewall.shared_hub_firewall.id}"
    );
}

#[test]
fn a_state_is_read_where_its_own_environment_keeps_it() {
    let place = Workplace::new();
    place.write("stacks/vision.toml", SANDBOX);
    let shared = place.read("stacks/shared.toml");
    let state = "[state]\nbackend = 'azurerm'\nresource_group = 'rg'\nstorage_account = 'ststate'\ncontainer = 'tfstate'\n";
    place.write("stacks/shared.toml", format!("{shared}\n{state}"));
    place.run(&["synth"]).ends_with(0);
    let own = &synthesized(&place, "shared", "terraform")["terraform"]["backend"]["azurerm"];
    let read = &synthesized(&place, "vision", "main")["data"]["terraform_remote_state"]["shared"];
    assert_eq!(read["backend"], "azurerm");
    assert_eq!(&read["config"], own);
    assert_eq!(own["key"], "shared.tfstate");
}

#[test]
fn an_output_or_an_environment_that_there_is_not_is_an_error() {
    let place = Workplace::new();
    place.write(
        "stacks/vision.toml",
        SANDBOX.replace(
            "[registry]\nexisting = { stack = 'shared' }",
            "[registry]\nexisting = { stack = 'shard' }",
        ),
    );
    place.run(&["synth"]).ends_with(1).complains(&[
        "error[T0871]: `stack` is \"shard\", which is no environment",
        "did you mean \"shared\"?",
        &place.place_of("stacks/vision.toml", "'shard'"),
    ]);
    place.write(
        "stacks/vision.toml",
        SANDBOX.replace("'shared' }", "'shared', output = 'logs_id' }"),
    );
    place.run(&["synth"]).ends_with(1).complains(&[
        "error[T0230]: `shared` has no output `logs_id`",
        "`container_registry_id`",
    ]);
}

#[test]
fn what_another_does_not_give_is_said_once_with_the_table_that_makes_it() {
    let place = Workplace::new();
    place.edit("stacks/shared.toml", "[models]", "");
    let models = format!("{SANDBOX}[models]\nexisting = {{ stack = 'shared' }}\n");
    place.write("stacks/vision.toml", &models);
    let run = place.run(&["synth"]).ends_with(1);
    let said = run.stderr();
    assert_eq!(said.matches("error[T").count(), 1, "{said}");
    let (before, _) = models.rsplit_once("'shared'").unwrap();
    let line = before.lines().count();
    run.complains(&[
        "error[T0230]: `shared` has no output `model_registry_id`",
        &format!("stacks/vision.toml:{line}:22"),
        "`[models]` makes",
    ]);
}
