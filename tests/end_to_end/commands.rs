//! The commands, run as a person runs them.

use std::fs;

use pretty_assertions::assert_eq;

use crate::workplace::Workplace;

/// In order of their stage.
const ENVIRONMENTS: [&str; 5] = ["dev", "staging", "bootstrap", "prod", "shared"];

#[test]
fn an_account_that_is_called_like_something_else_is_blamed_once() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "[registry]",
        "[accounts.data]\n\n[registry]",
    );
    let run = place.run(&["synth", "--env", "dev"]).ends_with(1);
    let said = run.stderr();
    assert_eq!(said.matches("error[T").count(), 1, "{said}");
    run.complains(&[
        "error[T0601]: the construct path `platform/data` is used twice",
        &place.place_of("stacks/dev.toml", "data]"),
    ]);
}

#[test]
fn what_is_wrong_together_is_blamed_once_at_a_line_of_the_file() {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";
    let vault = format!("[vault]\nimport_id = \"{id}\"");
    let imports = format!("[imports]\nazurerm_key_vault.platform_vault = \"{id}\"\n\n{vault}");
    let encryption = "[encryption]\ncovers = [\"registry\"]\n\n[vault]";
    for (from, to, wrong) in [
        (
            "[tags]",
            "[tags]\nOwner = \"x\"",
            "error[T0812]: the tags `Owner` and `owner`",
        ),
        (
            "[vault]",
            &imports,
            "error[T0310]: `azurerm_key_vault.platform_vault` is imported twice",
        ),
        (
            "[vault]\npurge_protection = false",
            encryption,
            "error[T0805]: `[encryption]` covers the registry",
        ),
    ] {
        let place = Workplace::new();
        place.edit("stacks/dev.toml", from, to);
        let run = place.run(&["synth", "--env", "dev"]).ends_with(1);
        let said = run.stderr();
        assert_eq!(said.matches("error[T").count(), 1, "{said}");
        let (_, finding) = said.split_once(wrong).expect("it is found");
        assert!(
            finding.lines().nth(1).unwrap().contains("stacks/dev.toml:"),
            "{said}"
        );
    }
}

#[test]
fn an_id_that_names_nothing_of_the_kind_is_blamed_once() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "[vault]",
        "[vault]\nexisting = { id = \"kv-keys\" }",
    );
    let run = place.run(&["synth", "--env", "dev"]).ends_with(1);
    let said = run.stderr();
    assert_eq!(said.matches("error[T").count(), 1, "{said}");
    run.complains(&[
        "error[T0815]: `id` is \"kv-keys\", which is no id of a key vault",
        &place.place_of("stacks/dev.toml", "\"kv-keys\""),
    ]);
}

#[test]
fn synth_writes_every_environment_and_a_second_run_changes_nothing() {
    let place = Workplace::new();
    let first = place.run(&["synth"]).ends_with(0);
    for environment in ENVIRONMENTS {
        assert!(
            place
                .path(&format!("synth-out/{environment}/main.tf.json"))
                .exists()
        );
        assert!(
            place
                .path(&format!("synth-out/{environment}/manifest.json"))
                .exists()
        );
    }
    let lines: Vec<String> = first.stdout().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 6, "one line each and one for all: {lines:?}");
    let words: Vec<&str> = lines[0].split_whitespace().collect();
    assert_eq!((words[0], words[2], words[3]), ("dev", "resources", "new"));
    let second = place.run(&["synth"]).ends_with(0);
    assert!(
        second
            .stdout()
            .lines()
            .take(5)
            .all(|line| line.contains("unchanged"))
    );
}

#[test]
fn one_environment_alone_is_written_when_asked_for() {
    let place = Workplace::new();
    place.run(&["synth", "--env", "prod"]).ends_with(0);
    assert!(place.path("synth-out/prod/main.tf.json").exists());
    assert!(!place.path("synth-out/dev").exists());
}

#[test]
fn check_writes_nothing_and_says_which_files_are_stale_and_how() {
    let place = Workplace::new();
    place
        .run(&["synth", "--check"])
        .ends_with(1)
        .complains(&["error[T0701]", "synth-out/dev/main.tf.json is missing"]);
    assert!(!place.path("synth-out").exists());
    place.run(&["synth"]).ends_with(0);
    place.run(&["synth", "--check"]).ends_with(0);
    place.edit("stacks/dev.toml", "max_nodes = 4", "max_nodes = 5");
    let stale = place.run(&["synth", "--check"]).ends_with(1).complains(&[
        "synth-out/dev/main.tf.json differs",
        "~ azurerm_machine_learning_compute_cluster.platform_ml_clusters_cpu",
    ]);
    assert!(stale.stdout().contains("dev        stale"));
    assert!(!stale.stderr().contains("synth-out/prod is stale"));
}

#[test]
fn a_comment_in_a_source_changes_nothing() {
    let place = Workplace::new();
    place.run(&["synth"]).ends_with(0);
    place.edit(
        "stacks/prod.toml",
        "[network]",
        "# closed to the world\n\n[network]",
    );
    place.run(&["synth", "--check"]).ends_with(0);
}

#[test]
fn the_same_bytes_come_from_another_folder_user_locale_and_time_zone() {
    let here = Workplace::new();
    here.run(&["synth"]).ends_with(0);
    let there = Workplace::new();
    fs::create_dir(there.path("stacks/deeper")).unwrap();
    there
        .run_in(
            "stacks/deeper",
            &["synth"],
            &[
                ("LC_ALL", "tr_TR.UTF-8"),
                ("TZ", "Pacific/Auckland"),
                ("HOME", "/nonexistent"),
                ("USER", "somebody"),
            ],
        )
        .ends_with(0);
    for environment in ENVIRONMENTS {
        for file in ["main.tf.json", "terraform.tf.json", "manifest.json"] {
            let name = format!("synth-out/{environment}/{file}");
            assert_eq!(here.read(&name), there.read(&name));
        }
    }
}

#[test]
fn one_wrong_value_is_one_finding_however_many_arguments_it_reaches() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "location = \"westeurope\"",
        "location = \"\"",
    );
    place
        .run(&["synth", "--env", "dev"])
        .ends_with(1)
        .complains(&[
            "error[T0801]: `location` is \"\", which is no region",
            "1 error,",
        ]);
}

#[test]
fn a_name_of_a_cluster_is_blamed_where_it_is_said() {
    let place = Workplace::new();
    place.edit("stacks/dev.toml", "[clusters.cpu]", "[clusters.1cpu]");
    place
        .run(&["synth", "--env", "dev"])
        .ends_with(1)
        .complains(&[
            "the key is \"1cpu\"",
            &place.place_of("stacks/dev.toml", "1cpu"),
        ]);
}

#[test]
fn the_machines_of_people_are_not_inherited() {
    let place = Workplace::new();
    let dev = place.read("stacks/dev.toml");
    let alice = "[instances.alice]\nuser = '00000000-0000-0000-0000-000000000001'\n";
    place.write("stacks/dev.toml", format!("{dev}\n{alice}"));
    place.write("stacks/copy.toml", "inherits = 'dev'\n");
    place.run(&["synth"]).ends_with(0);
    let has_instance = |environment: &str| {
        let output = format!("synth-out/{environment}/main.tf.json");
        place.read(&output).contains("ComputeInstance")
    };
    assert!(has_instance("dev"));
    assert!(!has_instance("copy"));
}

#[test]
fn names_that_only_one_can_have_are_not_inherited() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "[clusters.cpu]",
        "[clusters.cpu]\nname = 'its-cpu'",
    );
    let dev = place.read("stacks/dev.toml");
    let named = "[accounts.lake]\nname = 'stitslake'\n\
                 [feature_store.offline]\nname = 'stitsfeatures'\n\
                 [endpoints.scores]\nname = 'its-scores'\n\
                 [ai_hub.projects.support]\nname = 'its-project'\nfriendly_name = 'Its project'\n";
    place.write("stacks/dev.toml", format!("{dev}\n{named}"));
    place.write("stacks/copy.toml", "inherits = 'dev'\n");
    place.run(&["synth"]).ends_with(0);
    let (dev, copy) = (
        place.read("synth-out/dev/main.tf.json"),
        place.read("synth-out/copy/main.tf.json"),
    );
    for name in [
        "stitslake",
        "stitsfeatures",
        "its-scores",
        "its-project",
        "Its project",
    ] {
        assert!(dev.contains(name), "{name}");
        assert!(!copy.contains(name), "{name}");
    }
    // Within a workspace of one's own.
    assert!(copy.contains("its-cpu"));
}

#[test]
fn a_hub_that_is_there_is_not_inherited() {
    let place = Workplace::new();
    let dev = place.read("stacks/dev.toml");
    let hub = "[ai_hub]\nexisting = { name = 'hub-theirs', resource_group = 'rg-theirs' }\n";
    place.write("stacks/dev.toml", format!("{dev}\n{hub}"));
    place.write("stacks/copy.toml", "inherits = 'dev'\n");
    place.run(&["synth"]).ends_with(0);
    let names_it = |environment: &str| {
        let output = format!("synth-out/{environment}/main.tf.json");
        place.read(&output).contains("hub-theirs")
    };
    assert!(names_it("dev"));
    assert!(!names_it("copy"));
}

#[test]
fn an_unknown_environment_is_an_error_with_the_nearest_name() {
    let place = Workplace::new();
    place
        .run(&["synth", "--env", "prd"])
        .ends_with(1)
        .complains(&["prd", "prod"]);
}

#[test]
fn everything_wrong_in_all_environments_is_said_at_once_and_at_its_place() {
    let place = Workplace::new();
    place.edit(
        "stacks/dev.toml",
        "replication = \"LRS\"",
        "replicaton = \"LRS\"",
    );
    place.edit(
        "stacks/dev.toml",
        "soft_delete_days = 7",
        "soft_delete_days = 400",
    );
    place.edit(
        "stacks/staging.toml",
        "sku = \"standard\"",
        "sku = \"standart\"",
    );
    let run = place.run(&["synth"]).ends_with(1).complains(&[
        &place.place_of("stacks/dev.toml", "replicaton"),
        "did you mean `replication`?",
        &place.place_of("stacks/dev.toml", "400"),
        &place.place_of("stacks/staging.toml", "\"standart\""),
    ]);
    let lines: Vec<String> = run.stdout().lines().map(str::to_owned).collect();
    let place_of = |name: &str| lines.iter().position(|line| line.starts_with(name));
    assert!(
        lines[0].starts_with("dev ") && lines[0].ends_with("not written"),
        "{lines:?}"
    );
    assert!(place_of("staging ") < place_of("prod "), "{lines:?}");
    assert!(!place.path("synth-out/dev").exists());
    assert!(!place.path("synth-out/staging").exists());
    assert!(place.path("synth-out/prod/main.tf.json").exists());
}

#[test]
fn a_value_that_only_azure_refuses_is_blamed_through_inherits() {
    let place = Workplace::new();
    place.edit(
        "stacks/prod.toml",
        "location = \"westeurope\"",
        "location = \"westeurop\"",
    );
    place.run(&["synth"]).ends_with(1).complains(&[
        "`location` is \"westeurop\", which is no region of Azure",
        &place.place_of("stacks/prod.toml", "\"westeurop\""),
        "did you mean \"westeurope\"?",
    ]);
}

#[test]
fn a_name_that_is_too_long_is_blamed_at_its_line() {
    let place = Workplace::new();
    place.edit(
        "stacks/prod.toml",
        "[storage]",
        "[storage]\nname = \"stcontosomachinelearningprod\"",
    );
    place
        .run(&["synth", "--env", "prod"])
        .ends_with(1)
        .complains(&[
            "stcontosomachinelearningprod",
            &place.place_of("stacks/prod.toml", "\"stcontosomachinelearningprod\""),
            "24",
        ]);
}

#[test]
fn a_strangers_file_is_left_alone_and_keeps_its_environment_from_being_written() {
    let place = Workplace::new();
    place.write("synth-out/dev/main.tf.json", "{\"locals\":{\"mine\":1}}");
    place
        .run(&["synth"])
        .ends_with(1)
        .complains(&["error[T0702]", "synth-out/dev/main.tf.json"]);
    assert_eq!(
        place.read("synth-out/dev/main.tf.json"),
        "{\"locals\":{\"mine\":1}}"
    );
    assert!(place.path("synth-out/prod/main.tf.json").exists());
}

#[test]
fn a_killed_run_is_mended_by_the_next() {
    let place = Workplace::new();
    place.run(&["synth"]).ends_with(0);
    let whole = place.read("synth-out/dev/main.tf.json");
    place.write("synth-out/dev/.main.tf.json.new", &whole[..100]);
    fs::remove_file(place.path("synth-out/dev/manifest.json")).unwrap();
    place.run(&["synth"]).ends_with(0);
    assert_eq!(place.read("synth-out/dev/main.tf.json"), whole);
    place.run(&["synth", "--check"]).ends_with(0);
}

#[test]
fn a_folder_where_a_file_should_be_is_an_error_and_nothing_else_is_touched() {
    let place = Workplace::new();
    fs::create_dir_all(place.path("synth-out/dev/main.tf.json")).unwrap();
    place
        .run(&["synth"])
        .ends_with(1)
        .complains(&["error[T0703]", "synth-out/dev/main.tf.json"]);
    assert!(place.path("synth-out/prod/main.tf.json").exists());
}

#[test]
fn two_runs_at_once_both_end_well() {
    let place = Workplace::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| place.run(&["synth"]).code()))
            .collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), Some(0));
        }
    });
    place.run(&["synth", "--check"]).ends_with(0);
}

#[test]
fn without_stacks_the_error_says_where_was_looked() {
    let place = Workplace::new();
    fs::rename(place.path("stacks"), place.path("elsewhere")).unwrap();
    place
        .run(&["synth"])
        .ends_with(2)
        .complains(&["terrace.toml"]);
    place.run(&["--stacks", "elsewhere", "synth"]).ends_with(0);
}

#[test]
fn list_names_the_environments_in_order_of_their_stage() {
    let place = Workplace::new();
    let text = place.run(&["list"]).ends_with(0).stdout();
    let names: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, ENVIRONMENTS);
    let json: serde_json::Value =
        serde_json::from_str(&place.run(&["list", "--format", "json"]).stdout()).unwrap();
    assert_eq!(json["environments"][3]["stage"], "prod");
    assert_eq!(json["environments"][4]["stack"], "shared");
}

#[test]
fn validate_speaks_terraforms_json_with_our_members_beside() {
    let place = Workplace::new();
    place.write(
        "module/main.tf.json",
        r#"{
  "terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "5.2.0"}}},
  "provider": {"azurerm": [{"features": {}}]},
  "resource": {"azurerm_resource_group": {"a": {"name": "rg", "locatoin": "westeurope"}}}
}"#,
    );
    let run = place
        .run(&["validate", "module", "--format", "json"])
        .ends_with(1);
    let json: serde_json::Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(json["valid"], false);
    let finding = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["argument"] == "locatoin")
        .expect("the misspelt argument");
    assert_eq!(finding["address"], "azurerm_resource_group.a");
    assert_eq!(finding["range"]["filename"], "module/main.tf.json");
    assert_eq!(finding["range"]["start"]["line"], 4);
    assert!(finding["code"].as_str().unwrap().starts_with('T'));
    assert!(finding["hint"].as_str().unwrap().contains("location"));
}

#[test]
fn secrets_are_in_no_finding_and_in_no_line_that_one_shows() {
    let place = Workplace::new();
    fs::create_dir(place.path("module")).unwrap();
    let module = r#"{
      "terraform": {"backend": {"azurerm": {"access_key": "hunter2${var.x}", "kye": "a"}}},
      "variable": {"s": {"sensitive": true, "type": "list(string)", "default": "hunter2", "x": 1}},
      "provider": {"azurerm": {"client_secret": ["hunter2"], "featurs": {}}},
      "resource": {
        "azurerm_key_vault_secret": {
          "a": {"name": "a_b", "value": "hunter2", "key_vault_id": "x"},
          "b": {"name": "b", "value": {"k": "hunter2"}, "valeu": "hunter2", "key_vault_id": "x"},
          "c": {"name": "c", "value": "${\"hunter2\" + 1}", "value_wo": "${lowr(\"hunter2\")}"}
        },
        "azurerm_storage_account": {"d": {"nmae": "d", "connection": {"password": ["hunter2"], "hots": "x"},
          "provisioner": [{"local-exec": {"comand": "x"}}]}},
        "azapi_resource": {"e": {
          "type": "Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01", "name": "e", "parent_id": "x",
          "body": {"properties": {"datastoreType": "AzureBlob", "credentials": {"credentialsType": "AccountKey",
            "secrets": {"secretsType": "AccountKey", "key": "hunter2", "kye": "hunter2"}}, "colour": 1}},
          "sensitive_body": {"properties": {"credentials": {"secrets": {"key": ["hunter2"]}}}, "colour": "hunter2"}
        }}
      }
    }"#;
    fs::write(place.path("module/main.tf.json"), module).unwrap();
    for format in ["text", "json"] {
        let run = place
            .run(&["validate", "module", "--format", format])
            .ends_with(1);
        let said = run.stdout() + &run.stderr();
        assert!(said.contains("T0404"), "{said}");
        assert!(!said.contains("hunter"), "{said}");
    }
}

#[test]
fn what_synth_wrote_validates() {
    let place = Workplace::new();
    place.run(&["synth"]).ends_with(0);
    for environment in ENVIRONMENTS {
        let folder = format!("synth-out/{environment}");
        let run = place
            .run(&["validate", &folder, "--deny", "warnings"])
            .ends_with(0);
        assert_eq!(run.stderr(), "");
    }
}

#[test]
fn validate_checks_all_environments_when_none_is_named() {
    let place = Workplace::new();
    let run = place.run(&["validate"]).ends_with(0);
    assert_eq!(
        run.stdout(),
        "dev, staging, bootstrap, prod, shared are valid\n"
    );
    place.edit("stacks/prod.toml", "sku = \"premium\"", "sku = \"gold\"");
    place
        .run(&["validate"])
        .ends_with(1)
        .complains(&[&place.place_of("stacks/prod.toml", "\"gold\"")]);
}

#[test]
fn files_that_are_no_modules_are_errors_not_panics() {
    let place = Workplace::new();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: [(&str, Vec<u8>); 5] = [
        ("text", b"no json".to_vec()),
        ("cut", b"{\"locals\": {".to_vec()),
        (
            "deep",
            format!("{{\"locals\": {{\"a\": {deep}}}}}").into_bytes(),
        ),
        ("bytes", b"{\"locals\": {\"a\": \"\xff\"}}".to_vec()),
        (
            "twice",
            b"{\"resource\": {\"terraform_data\": {\"a\": {\"input\": 1, \"input\": 2}}}}".to_vec(),
        ),
    ];
    for (name, text) in cases {
        place.write(&format!("{name}/main.tf.json"), text);
        let run = place.run(&["validate", name]).ends_with(1);
        let stderr = run.stderr();
        assert!(stderr.contains("error[T"), "{name}: {stderr}");
        assert!(
            stderr.contains(&format!("{name}/main.tf.json")),
            "{name}: {stderr}"
        );
        assert!(!stderr.contains("panicked"), "{name}: {stderr}");
    }
    place.run(&["validate", "nowhere"]).ends_with(1);
}

#[test]
fn schema_and_explain_answer_and_say_what_was_probably_meant() {
    let place = Workplace::new();
    let page = place
        .run(&["schema", "azurerm_key_vault.sku_name"])
        .ends_with(0)
        .stdout();
    assert!(page.contains("premium") && page.contains("standard"));
    place
        .run(&["schema", "azurerm_key_valt"])
        .ends_with(2)
        .complains(&["did you mean `azurerm_key_vault`?"]);
    let found = place
        .run(&["schema", "--search", "machine_learning"])
        .ends_with(0);
    assert!(
        found
            .stdout()
            .contains("azurerm_machine_learning_workspace")
    );
    let json = place
        .run(&["schema", "azurerm_subnet", "--format", "json"])
        .ends_with(0)
        .stdout();
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    assert!(
        place
            .run(&["explain", "t0604"])
            .ends_with(0)
            .stdout()
            .contains("remote_state")
    );
    place
        .run(&["explain", "T9"])
        .ends_with(2)
        .complains(&["T9"]);
}

#[test]
fn every_code_is_explained_once() {
    let place = Workplace::new();
    let list = place.run(&["explain"]).ends_with(0).stdout();
    let mut ids: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let count = ids.len();
    assert!(count > 50, "only {count} codes");
    ids.dedup();
    assert_eq!(ids.len(), count, "a code is used twice");
}

#[test]
fn misuse_is_exit_code_two() {
    let place = Workplace::new();
    place.run(&["sinth"]).ends_with(2).complains(&["synth"]);
    place.run(&["validate", "a", "--env", "dev"]).ends_with(2);
}
