//! `rehearse` with the real Terraform.
//!
//! Without `terraform` on the path these tests say so and pass; with `TERRACE_REQUIRE_TERRAFORM=1` they fail.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use crate::workplace::{Run, Workplace};

/// Stacks of one's own and a folder for temporary ones; `None`, with a line that says so, without Terraform.
struct Place(Workplace);

impl Place {
    fn new(test: &str) -> Option<Self> {
        let found = Command::new("terraform").arg("version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            assert!(
                std::env::var("TERRACE_REQUIRE_TERRAFORM").as_deref() != Ok("1"),
                "`terraform` is not on the path"
            );
            println!("{test}: left out, `terraform` is not on the path");
            return None;
        }
        let place = Workplace::new();
        fs::create_dir(place.path("tmp")).unwrap();
        Some(Self(place))
    }

    fn temporary(&self) -> PathBuf {
        self.0.path("tmp")
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let temporary = self.temporary();
        let mut all = vec![("TMPDIR", temporary.to_str().unwrap())];
        all.extend(variables);
        self.0.run_in("", arguments, &all)
    }

    /// A run of its own, which gets as far as its first plan: an apply of many resources then takes a while.
    fn in_the_middle(&self) -> Child {
        let clusters = (0..40).map(|number| {
            format!("\n[clusters.c{number}]\nvm_size = \"Standard_DS3_v2\"\nmax_nodes = 1\n")
        });
        let many = self.0.read("stacks/dev.toml") + &clusters.collect::<String>();
        self.0.write("stacks/many.toml", many);
        let mut child = Command::new(env!("CARGO_BIN_EXE_stacks"))
            .args(["rehearse", "--env", "many"])
            .current_dir(self.0.path(""))
            .env("TMPDIR", self.temporary())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let planned = lines.find(|line| line.as_ref().is_ok_and(|it| it.starts_with("Plan: ")));
        assert!(planned.is_some(), "no plan was shown");
        // What is printed from now on is of no interest, but must not block the run.
        let mut rest = child.stdout.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut rest, &mut std::io::sink()));
        child
    }

    /// The processes that work in the temporary folder.
    fn processes(&self) -> Vec<String> {
        let temporary = self.temporary();
        let temporary = temporary.to_str().unwrap();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|process| {
                let path = process.path();
                let environment = fs::read(path.join("environ")).ok()?;
                let command = fs::read(path.join("cmdline")).ok()?;
                let command = String::from_utf8_lossy(&command).replace('\0', " ");
                let is_ours = String::from_utf8_lossy(&environment).contains(temporary);
                (is_ours && !command.is_empty()).then_some(command)
            })
            .collect()
    }

    #[track_caller]
    fn no_process_is_left(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.processes().is_empty() {
            assert!(Instant::now() < until, "{:?}", self.processes());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    fn no_folder_is_left(&self) {
        let left: Vec<_> = fs::read_dir(self.temporary()).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn git(place: &Path, arguments: &[&str]) {
    let ran = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(arguments)
        .current_dir(place)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn production_is_applied_settles_and_is_destroyed() {
    let Some(place) = Place::new("production_is_applied_settles_and_is_destroyed") else {
        return;
    };
    place.0.write(
        "stacks/prod.toml",
        place.0.read("stacks/prod.toml")
            + "\n[state]\nbackend = \"azurerm\"\nresource_group = \"rg-terraform\"\nstorage_account = \"stterraformstate\"\ncontainer = \"tfstate\"\n",
    );
    let run = place.run(&["rehearse", "--env", "prod"], &[]).ends_with(0);
    let said = run.stdout();
    for told in [
        "the backend \"azurerm\" is replaced by a local backend",
        "# azurerm_machine_learning_workspace.platform_ml will be created",
        "s  nothing left to do\n",
        "prod is rehearsed in ",
    ] {
        assert!(said.contains(told), "{told:?} is not in:\n{said}");
    }
    let steps: Vec<&str> = said
        .lines()
        .filter(|line| line.contains(" s  ") || line.starts_with("init"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(steps, ["init", "plan", "apply", "plan", "destroy"]);
    // What is rehearsed is not written.
    assert!(!place.0.path("synth-out").exists());
    place.no_folder_is_left();
}

#[test]
fn from_a_reference_it_says_what_this_change_does_to_what_stands() {
    let Some(place) = Place::new("from_a_reference_it_says_what_this_change_does_to_what_stands")
    else {
        return;
    };
    place.0.run(&["synth", "--env", "dev"]).ends_with(0);
    git(&place.0.path(""), &["init", "-q"]);
    git(&place.0.path(""), &["add", "stacks", "synth-out"]);
    git(&place.0.path(""), &["commit", "-q", "-m", "first"]);
    place.0.edit(
        "stacks/dev.toml",
        "infrastructure_encryption = false",
        "infrastructure_encryption = true",
    );
    let arguments = ["rehearse", "--env", "dev", "--from", "HEAD"];
    let run = place.run(&arguments, &[]).ends_with(0);
    let said = run.stdout();
    for told in [
        "first what stands at `HEAD`\n",
        "then dev as it is now\n",
        "# azurerm_storage_account.platform_data must be replaced",
        "infrastructure_encryption_enabled",
        "# forces replacement",
    ] {
        assert!(said.contains(told), "{told:?} is not in:\n{said}");
    }

    let json = [&arguments[..], &["--format", "json"]].concat();
    let run = place.run(&json, &[]).ends_with(0);
    let document: Json = serde_json::from_str(&run.stdout()).unwrap();
    let changes = document["resource_changes"].as_array().unwrap();
    let account = changes
        .iter()
        .find(|change| change["type"] == "azurerm_storage_account")
        .unwrap();
    assert_eq!(account["actions"], serde_json::json!(["delete", "create"]));
    assert_eq!(
        account["replace_paths"],
        serde_json::json!([["infrastructure_encryption_enabled"]])
    );
    assert_eq!(document["succeeded"], true);
    let steps = document["steps"].as_array().unwrap();
    assert!(
        steps
            .iter()
            .all(|step| step["seconds"].as_f64() > Some(0.0))
    );

    let run = place.run(&["rehearse", "--env", "prod", "--from", "HEAD"], &[]);
    run.ends_with(2).complains(&[
        "`HEAD` holds no output in `synth-out/prod/`",
        "there is output of: dev",
    ]);
    let run = place.run(&["rehearse", "--env", "dev", "--from", "nowhere"], &[]);
    run.ends_with(2)
        .complains(&["`nowhere` is neither a directory nor a git reference"]);
    place.no_folder_is_left();
}

#[test]
fn what_azure_refuses_is_blamed_on_the_construct() {
    let Some(place) = Place::new("what_azure_refuses_is_blamed_on_the_construct") else {
        return;
    };
    // Else Terraform already refuses to plan it.
    place
        .0
        .edit("stacks/prod.toml", "protect = true", "protect = false");
    place
        .0
        .run(&["synth", "--env", "prod", "--out", "released"])
        .ends_with(0);
    place.0.edit(
        "stacks/prod.toml",
        "[workspace]",
        "[workspace]\nhigh_business_impact = true",
    );
    let arguments = ["rehearse", "--env", "prod", "--from", "released/prod"];
    place.run(&arguments, &[]).ends_with(1).complains(&[
        "error[T0905]: `terraform apply`",
        "soft-deleted",
        "prod: azurerm_machine_learning_workspace.platform_ml",
        "platform/ml",
    ]);
    place.no_folder_is_left();
}

#[test]
fn what_is_read_from_the_state_of_another_environment_is_applied_first() {
    let Some(place) =
        Place::new("what_is_read_from_the_state_of_another_environment_is_applied_first")
    else {
        return;
    };
    place.0.write(
        "stacks/vision.toml",
        "inherits = 'dev'\n[registry]\nexisting = { stack = 'shared' }\n",
    );
    let run = place
        .run(&["rehearse", "--env", "vision"], &[])
        .ends_with(0);
    let said = run.stdout();
    assert!(
        said.starts_with("rehearsing vision")
            && said.contains("\nfirst shared, whose state is read\n"),
        "{said}"
    );
    place.no_folder_is_left();
}

#[test]
fn a_kept_folder_holds_the_state_and_must_be_empty() {
    let Some(place) = Place::new("a_kept_folder_holds_the_state_and_must_be_empty") else {
        return;
    };
    let arguments = ["rehearse", "--env", "dev", "--keep", "kept ü"];
    place.run(&arguments, &[]).ends_with(0);
    assert!(place.0.path("kept ü/work/terraform.tfstate").is_file());
    assert!(!place.0.path("kept ü/lock").exists());
    place
        .run(&arguments, &[])
        .ends_with(2)
        .complains(&["error[T0908]: `kept ü` is not empty"]);
}

#[test]
fn without_a_terraform_of_today_it_says_what_is_needed() {
    let Some(place) = Place::new("without_a_terraform_of_today_it_says_what_is_needed") else {
        return;
    };
    let rehearse = ["rehearse", "--env", "dev"];
    place
        .run(&rehearse, &[("TERRACE_TERRAFORM", "/nonexistent")])
        .ends_with(1)
        .complains(&["error[T0901]", "names `/nonexistent`, which does not run"]);
    let old = place.0.path("old");
    fs::write(&old, "#!/bin/sh\necho 'Terraform v1.9.8'\n").unwrap();
    let made = Command::new("chmod").arg("+x").arg(&old).status();
    assert!(made.unwrap().success());
    place
        .run(&rehearse, &[("TERRACE_TERRAFORM", "./old")])
        .ends_with(1)
        .complains(&[
            "error[T0902]",
            "is Terraform 1.9.8, but 1.11 or later is needed",
        ]);
    place
        .run(&["rehearse", "--env", "pord"], &[])
        .ends_with(1)
        .complains(&["there is no environment `pord`", "`dev`"]);
    place.no_folder_is_left();
}

#[cfg(target_os = "linux")]
#[test]
fn interrupted_it_leaves_neither_processes_nor_folders() {
    let Some(place) = Place::new("interrupted_it_leaves_neither_processes_nor_folders") else {
        return;
    };
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = place.in_the_middle();
        send(&child, signal);
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert_eq!(place.processes(), [] as [&str; 0]);
        place.no_folder_is_left();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn killed_it_leaves_no_process_and_the_next_run_clears_the_rest() {
    let Some(place) = Place::new("killed_it_leaves_no_process_and_the_next_run_clears_the_rest")
    else {
        return;
    };
    let mut child = place.in_the_middle();
    child.kill().unwrap();
    child.wait().unwrap();
    place.no_process_is_left();
    let left = fs::read_dir(place.temporary()).unwrap().count();
    assert_eq!(left, 1, "nothing was left to clear");
    place.run(&["rehearse", "--env", "dev"], &[]).ends_with(0);
    place.no_folder_is_left();
}

/// Production with another isolation, applied and destroyed as a whole.
fn isolated(test: &str, edits: &[(&str, &str)]) {
    let Some(place) = Place::new(test) else {
        return;
    };
    for (from, to) in edits {
        place.0.edit("stacks/prod.toml", from, to);
    }
    let run = place.run(&["rehearse", "--env", "prod"], &[]).ends_with(0);
    assert!(run.stdout().contains("s  nothing left to do\n"));
}

const OWN: (&str, &str) = ("isolation = \"managed\"", "isolation = \"own-vnet\"");

#[test]
fn a_network_of_ones_own_with_a_firewall_lives() {
    isolated(
        "a_network_of_ones_own_with_a_firewall_lives",
        &[
            OWN,
            (
                "[logs]",
                "[network.vnet]\nmonitor = true\nbastion = { sku = \"standard\" }\n\n[logs]",
            ),
        ],
    );
}

#[test]
fn a_network_of_ones_own_behind_a_hubs_firewall_lives() {
    let hub = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub";
    let vnet = format!(
        "[network.vnet]\negress = {{ through = \"appliance\", next_hop = \"10.0.3.132\" }}\n\
         security_group_at_creation = true\nservice_endpoint_policy = true\n\
         dns = {{ zones = \"existing\", group = {{ id = \"{hub}\" }} }}\n\n\
         [network.vnet.peerings.hub]\n\
         remote = {{ id = \"{hub}/providers/Microsoft.Network/virtualNetworks/vnet-hub\" }}\n\n[logs]"
    );
    isolated(
        "a_network_of_ones_own_behind_a_hubs_firewall_lives",
        &[OWN, ("[logs]", &vnet)],
    );
}

#[test]
fn a_managed_network_with_a_basic_firewall_lives() {
    isolated(
        "a_managed_network_with_a_basic_firewall_lives",
        &[(
            "outbound = \"approved\"",
            "outbound = \"approved\"\nfirewall_sku = \"basic\"",
        )],
    );
}
