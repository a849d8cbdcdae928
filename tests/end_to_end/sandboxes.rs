//! Sandboxes: environments of somebody's own, with an end.

use std::fs;

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
    place.edit("stacks/dev.toml", "your--organization", "fabrikam");
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

/// `new` for the vision team, with these arguments in place of the usual ones.
fn new(place: &Workplace, name: &str, others: &[(&str, &str)]) -> Run {
    let mut arguments = vec!["new", name];
    let usual = [
        ("--from", "dev"),
        ("--owner", "vision@example.org"),
        ("--expires", "2027-01-31"),
    ];
    for (argument, value) in usual {
        if !others.iter().any(|(other, _)| *other == argument) {
            arguments.extend([argument, value]);
        }
    }
    arguments.extend(
        others
            .iter()
            .flat_map(|(argument, value)| [*argument, *value]),
    );
    run_on(place, JANUARY_1, &arguments)
}

const JANUARY_1: &str = "1798761600"; // 2027-01-01

/// Every file of a workplace, with its text.
fn snapshot(place: &Workplace) -> std::collections::BTreeMap<String, String> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![place.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(place.path(""))
                    .unwrap()
                    .display()
                    .to_string();
                files.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    files.remove("synth-out/.lock");
    files
}

#[test]
fn new_writes_a_file_and_its_output_as_synth_would_and_says_what_to_do() {
    let place = Workplace::new();
    let id = "11111111-2222-3333-4444-555555555555";
    let run = new(&place, "vision", &[("--owner-object-id", id)]).ends_with(0);
    let file = place.read("stacks/vision.toml");
    let (head, whose) = file.split_once("[sandbox]\n").unwrap();
    assert!(
        head.starts_with(
            "#:schema ./environment.schema.json\n\
             # A sandbox: what `dev` is, but for what stands here.\ninherits = \"dev\"\n"
        ),
        "{file}"
    );
    assert_eq!(
        whose,
        "owner = \"vision@example.org\"\n\
         owner_object_id = \"11111111-2222-3333-4444-555555555555\"\nexpires = \"2027-01-31\"\n"
    );
    let said = run.stdout();
    for command in [
        "git add stacks/vision.toml synth-out/vision",
        "terraform -chdir=synth-out/vision apply",
        "remove vision",
    ] {
        assert!(said.contains(command), "{said}");
    }
    place.run(&["synth", "--env", "vision"]).ends_with(0);
    place
        .run(&["synth", "--env", "vision", "--check"])
        .ends_with(0);
}

#[test]
fn a_number_of_days_becomes_a_day_when_the_file_is_written() {
    let place = Workplace::new();
    new(&place, "vision", &[("--expires", "30d")]).ends_with(0);
    let file = place.read("stacks/vision.toml");
    assert!(file.contains("expires = \"2027-01-31\""), "{file}");
}

#[test]
fn two_sandboxes_and_what_they_are_like_share_no_name_and_no_state() {
    let place = Workplace::new();
    let dev = place.read("stacks/dev.toml");
    place.write("stacks/dev.toml", dev + STATE_ELSEWHERE);
    place.run(&["synth", "--env", "dev"]).ends_with(0);
    new(&place, "vision", &[]).ends_with(0);
    new(&place, "speech", &[]).ends_with(0);
    let mut taken = std::collections::BTreeSet::new();
    for environment in ["dev", "vision", "speech"] {
        let main = main(&place, environment);
        let terraform = place.read(&format!("synth-out/{environment}/terraform.tf.json"));
        let terraform: Value = serde_json::from_str(&terraform).unwrap();
        let key = terraform.pointer("/terraform/backend/azurerm/key").unwrap();
        assert!(taken.insert(key.to_string()), "{key}");
        for kind in [
            "azurerm_storage_account",
            "azurerm_key_vault",
            "azurerm_resource_group",
        ] {
            for resource in main["resource"][kind].as_object().unwrap().values() {
                let name = resource["name"].to_string();
                assert!(taken.insert(format!("{kind} {name}")), "{name}");
            }
        }
    }
}

#[test]
fn everything_wrong_in_the_arguments_is_said_at_once_and_nothing_is_written() {
    let place = Workplace::new();
    let before = snapshot(&place);
    let arguments = [
        ("--from", "dve"),
        ("--owner", "vision"),
        ("--owner-object-id", "vision-team"),
        ("--expires", "2026-12-31"),
    ];
    new(&place, "Vision", &arguments).ends_with(2).complains(&[
        "`NAME` is \"Vision\", which cannot be an environment's",
        "there is no environment `dve`",
        "did you mean `dev`?",
        "`--owner` is \"vision\", which is no e-mail address",
        "`--owner-object-id` is \"vision-team\", which is no id",
        "`--expires` is \"2026-12-31\", which is past: today is 2027-01-01",
        "5 errors",
    ]);
    assert_eq!(snapshot(&place), before);
}

#[test]
fn what_no_sandbox_can_be_is_refused() {
    let place = with_sandbox();
    for (name, argument, value, problem) in [
        ("prod", "--from", "dev", "which is an environment already"),
        (
            "terrace",
            "--from",
            "dev",
            "which cannot be an environment's",
        ),
        ("_a", "--from", "dev", "which cannot be an environment's"),
        (
            "vi-sion",
            "--from",
            "dev",
            "differs from `vision` in `-` and `_` alone",
        ),
        ("a", "--from", "prod", "which is of stage \"prod\""),
        ("a", "--from", "vision", "which is a sandbox itself"),
        (
            "a",
            "--owner",
            "a@b@example.org",
            "which is no e-mail address",
        ),
        (
            "a",
            "--owner",
            "a\"@example.org",
            "which is no e-mail address",
        ),
        ("a", "--expires", "2027-02-29", "which is no day"),
        ("a", "--expires", "30", "which is no day"),
        ("a", "--expires", "99999999d", "which is no day"),
    ] {
        new(&place, name, &[(argument, value)])
            .ends_with(2)
            .complains(&[problem, "1 error"]);
    }
}

#[test]
fn a_sandbox_for_more_than_a_year_is_a_warning() {
    let place = Workplace::new();
    new(&place, "vision", &[("--expires", "2028-01-03")])
        .ends_with(0)
        .complains(&["warning[T0731]"]);
    let run = new(&place, "speech", &[("--expires", "2028-01-02")]).ends_with(0);
    assert!(!run.stderr().contains("T0731"), "{}", run.stderr());
}

#[test]
fn where_synth_would_find_an_error_nothing_is_written_and_it_is_shown() {
    let place = Workplace::new();
    place.edit("stacks/dev.toml", "\"westeurope\"", "\"westeurop\"");
    let before = snapshot(&place);
    let run = new(&place, "vision", &[]).ends_with(1).complains(&[
        "error[T0801]",
        &place.place_of("stacks/dev.toml", "\"westeurop\""),
    ]);
    assert_eq!(run.stdout(), "nothing was written\n");
    assert_eq!(snapshot(&place), before);
}

#[test]
fn an_error_of_another_environment_keeps_nobody_from_a_sandbox() {
    let place = Workplace::new();
    place.edit("stacks/prod.toml", "\"westeurope\"", "\"westeurop\"");
    let run = new(&place, "vision", &[]).ends_with(0);
    assert!(!run.stderr().contains("westeurop\""), "{}", run.stderr());
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let place = Workplace::new();
    place.write("synth-out/vision", "a file, where a folder is wanted");
    let before = snapshot(&place);
    new(&place, "vision", &[])
        .ends_with(1)
        .complains(&["error[T0703]"]);
    assert_eq!(snapshot(&place), before);
}

#[test]
fn the_state_of_an_earlier_one_of_the_name_is_not_taken_over() {
    let place = Workplace::new();
    place.write("synth-out/vision/terraform.tfstate", STATE);
    new(&place, "vision", &[])
        .ends_with(2)
        .complains(&["`synth-out/vision` holds a state with 1 resource"]);
}

const STATE_ELSEWHERE: &str = "\n[state]\nbackend = \"azurerm\"\nresource_group = \"rg\"\n\
                               storage_account = \"ststate\"\ncontainer = \"tfstate\"\n";

const STATE: &str = r#"{"version":4,"resources":[{"mode":"managed","instances":[{}]}]}"#;
const EMPTY: &str = r#"{"version":4,"resources":[]}"#;

#[test]
fn remove_takes_back_all_that_new_has_written() {
    let place = Workplace::new();
    place.run(&["synth"]).ends_with(0);
    let before = snapshot(&place);
    new(&place, "vision", &[]).ends_with(0);
    place.run(&["remove", "vision"]).ends_with(0);
    assert_eq!(snapshot(&place), before);
    assert!(!place.path("synth-out/vision").exists());
}

#[test]
fn remove_leaves_what_is_not_ours_and_says_so() {
    let place = Workplace::new();
    new(&place, "vision", &[]).ends_with(0);
    for file in [
        "alerts.tf",
        ".terraform/providers",
        "terraform.tfstate.backup",
    ] {
        place.write(&format!("synth-out/vision/{file}"), "mine");
    }
    place.write("synth-out/vision/terraform.tfstate", EMPTY);
    let run = place.run(&["remove", "vision"]).ends_with(0);
    let left = ".terraform, alerts.tf, terraform.tfstate, terraform.tfstate.backup";
    assert!(run.stdout().contains(left), "{}", run.stdout());
    assert!(place.path("synth-out/vision/alerts.tf").exists());
    assert!(!place.path("synth-out/vision/main.tf.json").exists());
    assert!(!place.path("synth-out/vision/manifest.json").exists());
    assert!(!place.path("stacks/vision.toml").exists());
}

#[test]
fn remove_refuses_while_the_state_holds_resources_or_cannot_be_read() {
    let place = Workplace::new();
    new(&place, "vision", &[]).ends_with(0);
    let before = snapshot(&place).len();
    for (state, problem) in [(STATE, "holds 1 resource"), ("encrypted", "cannot be read")] {
        place.write("synth-out/vision/terraform.tfstate", state);
        for arguments in [
            &["remove", "vision"][..],
            &["remove", "vision", "--destroyed"],
        ] {
            place
                .run(arguments)
                .ends_with(1)
                .complains(&["error[T0732]", problem]);
        }
    }
    assert_eq!(snapshot(&place).len(), before + 1);
    place.write("synth-out/vision/terraform.tfstate", EMPTY);
    place.run(&["remove", "vision"]).ends_with(0);
}

#[test]
fn remove_wants_to_be_told_that_a_state_elsewhere_is_empty() {
    let place = Workplace::new();
    let dev = place.read("stacks/dev.toml");
    place.write("stacks/dev.toml", dev + STATE_ELSEWHERE);
    new(&place, "vision", &[]).ends_with(0);
    place.run(&["remove", "vision"]).ends_with(1).complains(&[
        "backend `azurerm`",
        "terraform -chdir=synth-out/vision destroy",
        "--destroyed",
    ]);
    // Also when the output is gone that said so.
    fs::remove_dir_all(place.path("synth-out/vision")).unwrap();
    place.run(&["remove", "vision"]).ends_with(1);
    place.run(&["remove", "vision", "--destroyed"]).ends_with(0);
}

#[test]
fn remove_says_all_that_speaks_against_it_at_once() {
    let place = Workplace::new();
    place.run(&["synth"]).ends_with(0);
    place.write("synth-out/prod/terraform.tfstate", STATE);
    let before = snapshot(&place);
    let run = place.run(&["remove", "prod"]).ends_with(1).complains(&[
        "`prod` is of stage \"prod\"",
        "`staging` inherits `prod`",
        &place.place_of("stacks/staging.toml", "\"prod\""),
        "holds 1 resource",
        "3 errors",
    ]);
    assert_eq!(run.stdout(), "nothing was removed\n");
    assert_eq!(snapshot(&place), before);
}

#[test]
fn remove_finishes_what_a_crash_left_on_either_side() {
    let place = Workplace::new();
    for left in ["stacks/vision.toml", "synth-out/vision"] {
        new(&place, "vision", &[]).ends_with(0);
        match left {
            "synth-out/vision" => fs::remove_file(place.path("stacks/vision.toml")).unwrap(),
            _ => fs::remove_file(place.path("synth-out/vision/main.tf.json")).unwrap(),
        }
        place.run(&["remove", "vision"]).ends_with(0);
        assert!(!place.path(left).exists(), "{left}");
    }
}

#[test]
fn remove_of_what_there_is_not_says_what_was_probably_meant() {
    let place = with_sandbox();
    place
        .run(&["remove", "visoin"])
        .ends_with(2)
        .complains(&["there is no environment `visoin`", "did you mean `vision`?"]);
    place.run(&["remove", "../stacks"]).ends_with(2);
    place.run(&["remove", "terrace"]).ends_with(2);
    assert!(place.path("stacks/terrace.toml").exists());
}

#[test]
fn an_environment_that_cannot_be_read_can_be_removed() {
    let place = Workplace::new();
    place.write("stacks/broken.toml", "stage = \n");
    place.run(&["remove", "broken"]).ends_with(0);
    assert!(!place.path("stacks/broken.toml").exists());
}

#[test]
fn a_sandbox_makes_no_registry_and_no_logs_but_uses_those_of_what_it_is_like() {
    let place = Workplace::new();
    place.run(&["synth", "--env", "dev"]).ends_with(0);
    new(&place, "vision", &[]).ends_with(0);
    let (dev, vision) = (main(&place, "dev"), main(&place, "vision"));
    for (kind, name) in [
        ("azurerm_container_registry", "platform_images"),
        ("azurerm_log_analytics_workspace", "platform_logs"),
    ] {
        let shared = &vision["data"][kind][name];
        assert_eq!(shared["name"], dev["resource"][kind][name]["name"]);
        assert_eq!(
            shared["resource_group_name"],
            dev["resource"]["azurerm_resource_group"]["platform"]["name"]
        );
        assert!(vision["resource"].get(kind).is_none());
    }
}

#[test]
fn a_sandbox_uses_the_models_of_what_it_is_like() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "[registry]\n",
        "[models]\n\n[registry]\n",
    );
    place.run(&["synth", "--env", "dev"]).ends_with(0);
    new(&place, "vision", &[]).ends_with(0);
    let (dev, vision) = (main(&place, "dev"), main(&place, "vision"));
    let models = &vision["data"]["azapi_resource"]["platform_models"];
    assert_eq!(
        models["name"],
        dev["resource"]["azapi_resource"]["platform_models"]["name"]
    );
    assert!(vision["resource"]["azapi_resource"]["platform_models"].is_null());
}

#[test]
fn a_sandbox_is_applied_where_what_it_shares_is() {
    let place = Workplace::new();
    let id = "subscription_id = \"00000000-0000-0000-0000-000000000000\"\n";
    place.edit("stacks/dev.toml", "location =", &format!("{id}location ="));
    new(&place, "vision", &[]).ends_with(0);
    assert!(place.read("stacks/vision.toml").contains(id));
}

#[test]
fn what_an_environment_takes_over_itself_its_sandboxes_inherit() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "[registry]\n",
        "[registry]\nexisting = { name = \"crshared\", resource_group = \"rg-shared\" }\n",
    );
    new(&place, "vision", &[]).ends_with(0);
    assert!(!place.read("stacks/vision.toml").contains("[registry]"));
    let vision = main(&place, "vision");
    let registry = &vision["data"]["azurerm_container_registry"]["platform_images"];
    assert_eq!(registry["name"], "crshared");
}

#[test]
fn no_sandbox_is_like_what_is_no_platform() {
    let place = Workplace::new();
    place.edit("stacks/shared.toml", "stage = \"prod\"", "stage = \"dev\"");
    new(&place, "vision", &[("--from", "shared")])
        .ends_with(2)
        .complains(&["`--from` is \"shared\", which no sandbox can be like"]);
}

#[test]
fn a_sandbox_has_a_small_budget_that_tells_its_owner() {
    let place = Workplace::new();
    new(&place, "vision", &[]).ends_with(0);
    let main = main(&place, "vision");
    let budgets = &main["resource"]["azurerm_consumption_budget_resource_group"];
    let budget = budgets.as_object().unwrap().values().next().unwrap();
    assert!(budget["amount"].as_f64().unwrap() <= 50.0, "{budget}");
    assert!(
        budget["notification"]
            .to_string()
            .contains("vision@example.org"),
        "{budget}"
    );
}

/// Who has which roles in an environment, by the object ids that are written out.
fn grants<'a>(main: &'a Value, id: &str) -> Vec<&'a Value> {
    let grants = main["resource"]["azurerm_role_assignment"].as_object();
    let grants = grants.into_iter().flat_map(serde_json::Map::values);
    grants.filter(|grant| grant["principal_id"] == id).collect()
}

#[test]
fn the_owner_gets_the_rights_to_work_in_the_sandbox_and_only_by_an_object_id() {
    let place = Workplace::new();
    let id = "11111111-2222-3333-4444-555555555555";
    new(&place, "vision", &[("--owner-object-id", id)]).ends_with(0);
    let vision = main(&place, "vision");
    let grants = grants(&vision, id);
    let roles: Vec<String> = grants
        .iter()
        .map(|it| it["description"].to_string())
        .collect();
    for role in [
        "AzureML Data Scientist",
        "AzureML Compute Operator",
        "Storage Blob Data Contributor",
    ] {
        assert!(roles.iter().any(|it| it.contains(role)), "{roles:?}");
    }
    // Azure looks up whether it is a person or a group.
    assert!(grants.iter().all(|it| it.get("principal_type").is_none()));
    // Not on what is shared.
    assert!(
        grants
            .iter()
            .all(|it| !it["scope"].to_string().contains("${data.")),
        "{grants:?}"
    );

    new(&place, "speech", &[]).ends_with(0);
    let people = [
        "AzureML Data Scientist",
        "AzureML Compute Operator",
        "Monitoring Reader",
    ];
    let speech = place.read("synth-out/speech/main.tf.json");
    for role in people {
        assert!(!speech.contains(role), "{role}");
    }
}
