//! Sandboxes: environments of somebody's own, with an end.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::workplace::{Run, Workplace};

const SANDBOX: &str = "inherits = \"dev\"\n\n[sandbox]\nowner = \"vision@example.org\"\n\
                       expires = \"2027-01-31\"\n";

/// A run on the given day, as seconds since 1970.
fn run_on(place: &Workplace, day: &str, arguments: &[&str]) -> Run {
    place.run_in("", arguments, &[("SOURCE_DATE_EPOCH", day)])
}

const JANUARY_31: &str = "1801439999"; // 2027-01-31 23:59:59
const FEBRUARY_1: &str = "1801440000";

fn with_sandbox() -> Workplace {
    let place = Workplace::new();
    place.write("stacks/vision.toml", SANDBOX);
    place
}

fn main(place: &Workplace, environment: &str) -> Value {
    let text = place.read(&format!("synth-out/{environment}/main.tf.json"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn owner_and_end_are_tags_on_everything_whatever_is_inherited() {
    let place = with_sandbox();
    run_on(&place, JANUARY_31, &["synth", "--env", "vision"]).ends_with(0);
    let main = main(&place, "vision");
    let mut count = 0;
    for resource in main["resource"].as_object().unwrap().values() {
        for resource in resource.as_object().unwrap().values() {
            let Some(tags) = resource.get("tags") else {
                continue;
            };
            assert_eq!(tags["owner"], "vision@example.org");
            assert_eq!(tags["expires"], "2027-01-31");
            assert_eq!(tags["environment"], "vision");
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
}

#[test]
fn past_its_last_day_a_sandbox_is_a_warning_that_changes_and_refuses_nothing() {
    let place = with_sandbox();
    place.edit("stacks/terrace.toml", "contoso", "fabrikam");
    let synth = ["synth", "--env", "vision", "--deny", "warnings"];
    let before = run_on(&place, JANUARY_31, &synth).ends_with(0);
    assert!(!before.stderr().contains("T0720"), "{}", before.stderr());
    let written = place.read("synth-out/vision/main.tf.json");
    run_on(&place, FEBRUARY_1, &synth).ends_with(0).complains(&[
        "warning[T0720]: the last day of the sandbox was 2027-01-31",
        "stacks/vision.toml:5:11",
    ]);
    assert_eq!(place.read("synth-out/vision/main.tf.json"), written);
    let validate = ["validate", "--env", "vision", "--deny", "warnings"];
    run_on(&place, FEBRUARY_1, &validate).ends_with(0);
}

#[test]
fn past_its_last_day_a_sandbox_is_an_error_only_by_a_day_that_is_named() {
    let place = with_sandbox();
    let on = |day| {
        let validate = ["validate", "--env", "vision", "--as-of", day];
        run_on(&place, "0", &validate)
    };
    on("2027-01-31").ends_with(0);
    on("2027-02-01").ends_with(1).complains(&["error[T0720]"]);
    on("2027-02-30").ends_with(2);
}

#[test]
fn list_shows_owners_and_ends_and_what_is_past_for_a_clean_up_job() {
    let place = with_sandbox();
    let text = run_on(&place, JANUARY_31, &["list"]).ends_with(0).stdout();
    assert!(text.contains("vision@example.org  2027-01-31"), "{text}");
    let expired = |day| {
        let list = ["list", "--expired", "--format", "json"];
        let text = run_on(&place, day, &list).ends_with(0).stdout();
        let json: Value = serde_json::from_str(&text).unwrap();
        json["environments"].clone()
    };
    assert_eq!(expired(JANUARY_31), json!([]));
    let past = expired(FEBRUARY_1);
    assert_eq!(past[0]["name"], "vision");
    assert_eq!(past[0]["owner"], "vision@example.org");
    assert_eq!(past[0]["expires"], "2027-01-31");
    assert_eq!(past[0]["output"], "synth-out/vision");
    assert_eq!(past.as_array().unwrap().len(), 1);
}

#[test]
fn where_there_are_no_sandboxes_the_list_says_nothing_of_them() {
    let text = Workplace::new().run(&["list"]).ends_with(0).stdout();
    assert!(!text.contains("EXPIRES"), "{text}");
}

#[test]
fn a_sandbox_is_nobody_elses_sandbox() {
    let place = with_sandbox();
    place.write("stacks/copy.toml", "inherits = \"vision\"\n");
    let text = place.run(&["list"]).ends_with(0).stdout();
    let copy = text.lines().find(|line| line.starts_with("copy")).unwrap();
    assert!(!copy.contains("vision@example.org"), "{copy}");
}

#[test]
fn what_protects_production_is_no_sandbox() {
    let place = with_sandbox();
    place.edit("stacks/vision.toml", "\"dev\"", "\"prod\"");
    place
        .run(&["synth", "--env", "vision"])
        .ends_with(1)
        .complains(&["error[T0805]: a sandbox cannot have `stage = \"prod\"`"]);
}

#[test]
fn a_sandbox_without_the_owners_object_id_says_that_the_owner_gets_no_rights() {
    let place = with_sandbox();
    run_on(&place, JANUARY_31, &["synth", "--env", "vision"])
        .ends_with(0)
        .complains(&["note[T0850]: the owner of the sandbox gets no rights"]);
}
