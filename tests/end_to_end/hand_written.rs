//! Hand-written files beside the output: read by Terraform with it, and never ours.

use pretty_assertions::assert_eq;

use crate::workplace::Workplace;

const ALERTS: &str = "resource \"azurerm_monitor_action_group\" \"mine\" {}\n";

/// A workplace whose `dev` is written, with two files of somebody's beside it.
fn with_files() -> Workplace {
    let place = Workplace::new();
    place.run(&["synth", "--env", "dev"]).ends_with(0);
    place.write("synth-out/dev/alerts.tf", ALERTS);
    place.write("synth-out/dev/more.tf.json", "{\"locals\":{\"mine\":1}}");
    place
}

fn foreign(place: &Workplace) -> serde_json::Value {
    let manifest: serde_json::Value =
        serde_json::from_str(&place.read("synth-out/dev/manifest.json")).unwrap();
    manifest["foreign"].clone()
}

#[test]
fn they_are_listed_in_the_manifest_once_synth_sees_them_and_left_as_they_are() {
    let place = with_files();
    let run = place.run(&["synth", "--env", "dev"]).ends_with(0);
    assert!(run.stdout().contains("2 hand-written files added"));
    assert_eq!(
        foreign(&place),
        serde_json::json!(["alerts.tf", "more.tf.json"])
    );
    assert_eq!(place.read("synth-out/dev/alerts.tf"), ALERTS);
    let again = place.run(&["synth", "--env", "dev"]).ends_with(0);
    assert!(again.stdout().contains("unchanged"));
}

#[test]
fn check_shows_a_reviewer_that_they_came_or_went() {
    let place = with_files();
    place
        .run(&["synth", "--env", "dev", "--check"])
        .ends_with(1)
        .complains(&["manifest.json differs", "+ alerts.tf (hand-written)"]);
    place.run(&["synth", "--env", "dev"]).ends_with(0);
    place
        .run(&["synth", "--env", "dev", "--check"])
        .ends_with(0);
    std::fs::remove_file(place.path("synth-out/dev/alerts.tf")).unwrap();
    place
        .run(&["synth", "--env", "dev", "--check"])
        .ends_with(1)
        .complains(&["- alerts.tf (hand-written)"]);
}

#[test]
fn they_stay_when_the_environment_changes() {
    let place = with_files();
    place.edit("stacks/dev.toml", "max_nodes = 4", "max_nodes = 5");
    let run = place.run(&["synth", "--env", "dev"]).ends_with(0);
    assert!(
        run.stdout()
            .contains("1 changed, 2 hand-written files added"),
        "{}",
        run.stdout()
    );
    assert_eq!(place.read("synth-out/dev/alerts.tf"), ALERTS);
}
